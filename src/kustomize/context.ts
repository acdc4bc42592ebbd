import type { BuildSchema } from "../schema/mod.ts";
import type { BuildOptions } from "./options.ts";

/** What all parts of one build share. */
export interface BuildContext {
  readonly options: BuildOptions;
  /** Scopes of kinds and merge facts. */
  readonly schema: BuildSchema;
  readonly warn: (message: string) => void;
}

import type { BuildSchema } from "../schema/mod.ts";
import type { KindTable } from "./kind_table.ts";
import type { BuildOptions } from "./options.ts";

/** What all parts of one build share. */
export interface BuildContext {
  readonly options: BuildOptions;
  /** Merge facts, and the scopes of kinds. */
  readonly schema: BuildSchema;
  readonly kinds: KindTable;
  readonly warn: (message: string) => void;
}

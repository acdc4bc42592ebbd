import type { BuildContext } from "./context.ts";
import type { KustomizationFile } from "./load/kustomization.ts";
import type { Loader } from "./load/loader.ts";
import type { Origin } from "./resource.ts";

/** A kustomization or component that is being built. */
export interface Target {
  readonly context: BuildContext;
  readonly file: KustomizationFile;
  readonly loader: Loader;
  /** Where it was reached from; undefined when the build records no origins. */
  readonly origin?: Origin;
  /** The namespace of the kustomizations above, for helm charts that have none. */
  readonly helmNamespace?: string;
}

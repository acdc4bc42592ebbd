/** The build engine: kustomizations to manifests, with the results of kustomize 5.8.1. */
export { build } from "./build.ts";
export { KustomizeError, type KustomizeErrorCode } from "./errors.ts";
export type { BuildOptions } from "./options.ts";
export { type LabelMatcher, parseLabelSelector } from "./patch/label_selector.ts";

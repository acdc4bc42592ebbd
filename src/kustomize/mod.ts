/** The build engine: kustomizations to manifests, with the results of kustomize 5.8.1. */
export {
  createKustomization,
  type CreateRequest,
  type EditedFile,
  type EditFlags,
  editKustomization,
  type EditOptions,
  type EditRequest,
  fixKustomization,
  type FixOptions,
  type FixResult,
  type ImageRequest,
  parseImageRequest,
} from "./edit/mod.ts";
export { build } from "./build.ts";
export { KustomizeError, type KustomizeErrorCode } from "./errors.ts";
export type { BuildOptions } from "./options.ts";
export { type LabelMatcher, parseLabelSelector } from "./patch/label_selector.ts";

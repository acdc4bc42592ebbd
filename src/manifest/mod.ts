/** Kubernetes objects as values. */
export {
  formatRef,
  groupOf,
  isManifest,
  type Manifest,
  type ObjectMeta,
  type ObjectRef,
  refKey,
  refOf,
  versionOf,
} from "./manifest.ts";

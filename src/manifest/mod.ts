/** Kubernetes objects as values. */
export {
  formatRef,
  groupOf,
  hasGeneratedName,
  isManifest,
  type Manifest,
  type ObjectMeta,
  type ObjectRef,
  refKey,
  refOf,
  versionOf,
} from "./manifest.ts";

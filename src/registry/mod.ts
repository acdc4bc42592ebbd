/** Container registries: image references, the logins of pull secrets, the digest behind a tag. Pulls no layers. */
export {
  encodeBasic,
  findLogin,
  isSameKey,
  type Login,
  parseDockerConfig,
  type RegistryEntry,
  registryOfKey,
} from "./docker_config.ts";
export { RegistryError, type RegistryErrorCode } from "./errors.ts";
export { DEFAULT_REGISTRY, formatImageReference, type ImageReference, parseImageReference } from "./image_reference.ts";
export { checkLogin, type ResolvedImage, resolveImage } from "./manifest.ts";
export type { RegistryOptions } from "./session.ts";

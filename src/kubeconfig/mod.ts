/** kubeconfig files: found, parsed, merged, resolved and written as client-go does, and nothing of them lost. */
export { type Base64Fault, decodeBase64, encodeBase64 } from "./base64.ts";
export {
  type Cluster,
  type Context,
  emptyKubeconfig,
  type ExecConfig,
  type Kubeconfig,
  type Located,
  type NamedExtension,
  type User,
} from "./config.ts";
export {
  type CredentialSource,
  openCredentialSource,
  openTokenProvider,
  type RequestCredential,
} from "./credential_source.ts";
export { KubeconfigError, type KubeconfigErrorCode } from "./errors.ts";
export { type ExecCredential, runExecPlugin } from "./exec_plugin.ts";
export { loadKubeconfig } from "./load.ts";
export { type KubeconfigLocation, locateKubeconfigs } from "./locate.ts";
export { type LockOptions } from "./lock.ts";
export { mergeKubeconfigs } from "./merge.ts";
export { parseKubeconfig } from "./parse.ts";
export { formatPem, parsePem, type PemBlock } from "./pem.ts";
export {
  type Authentication,
  type Impersonation,
  isLoopback,
  resolveContext,
  type ResolveContextOptions,
  type ResolvedContext,
} from "./resolve.ts";
export { createPrivateKubeconfig, type PrivateKubeconfig } from "./store.ts";
export { chooseWriteTarget, type ContextSpec, renderContext, writeContext, type WrittenContext } from "./write.ts";

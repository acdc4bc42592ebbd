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
export { type ContentEntry, type Contents, emptyContents, fromContents } from "./contents.ts";
export {
  type CredentialHost,
  type CredentialSource,
  type CredentialSourceOptions,
  openCredentialSource,
  type RequestCredential,
} from "./credential_source.ts";
export { KubeconfigError, type KubeconfigErrorCode } from "./errors.ts";
export type { ExecCredential } from "./exec_credential.ts";
export { type ExecPluginHost, runExecPlugin } from "./exec_plugin.ts";
export { openOidcStore } from "./oidc_store.ts";
export { type OidcConfig, type OidcHost, type OidcStore, type OidcTokens, openOidcProvider } from "./oidc.ts";
export {
  type Impersonation,
  type ImpersonationFlags,
  impersonationHeaders,
  mergeImpersonation,
  validateImpersonation,
} from "./impersonation.ts";
export { loadKubeconfig } from "./load.ts";
export { type KubeconfigLocation, locateKubeconfigs } from "./locate.ts";
export { type LockOptions } from "./lock.ts";
export { mergeKubeconfigs } from "./merge.ts";
export { parseKubeconfig } from "./parse.ts";
export { type KubeconfigAccess, modifyKubeconfigs, type ModifyOptions, openAccess, readContents } from "./modify.ts";
export { flattenContents, minifyContents, redactContents, redactProviders } from "./reduce.ts";
export { changeProperty, parseGoBoolean, type PropertyChange } from "./set_property.ts";
export { toNormalForm } from "./normal_form.ts";
export { CLUSTER_FIELDS, CONTEXT_FIELDS, type Field, type FieldType, USER_FIELDS } from "./fields.ts";
export { formatPem, parsePem, type PemBlock } from "./pem.ts";
export {
  type Authentication,
  isLoopback,
  resolveContext,
  type ResolveContextOptions,
  type ResolvedContext,
} from "./resolve.ts";
export { chooseWriteTarget, type ContextSpec, renderContext, writeContext, type WrittenContext } from "./write.ts";

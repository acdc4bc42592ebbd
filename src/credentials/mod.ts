/**
 * Credentials for a cluster: address, CA and token read from variables and files, repaired where they were damaged on the
 * way, refused with a reason where they cannot be; secrets kept out of texts; connection errors explained.
 */
export { type AddressOptions, normalizeAddress } from "./address.ts";
export { normalizeCa, type NormalizedCa } from "./ca.ts";
export { type CertificateInfo, parseCertificate } from "./certificate.ts";
export { decodeTokenClaims, fingerprint, type TokenClaims } from "./claims.ts";
export {
  type DeployPurpose,
  type DeployRole,
  type DeployRoleOptions,
  type DeployRule,
  generateDeployRole,
  toRoleRule,
} from "./deploy_role.ts";
export { CredentialsError, type CredentialsErrorCode } from "./errors.ts";
export { explainConnectionError } from "./explain.ts";
export { findClockFault } from "./explain_tls.ts";
export { type ConnectionFacts, type Explanation, type ExplanationCode, formatExplanation } from "./explanation.ts";
export { explainMissingVariable } from "./missing_variable.ts";
export type { Normalized, ValueSource } from "./raw_value.ts";
export {
  type ClusterCredentials,
  type CredentialFlags,
  readCredentials,
  readToken,
  SYSTEM_CA,
  type TokenFlags,
} from "./read.ts";
export { createRedactor, openStream, REDACTED, type Redactor, SHORTEST_SECRET, type StreamState } from "./redaction.ts";
export { type NormalizedToken, normalizeToken, type TokenOptions } from "./token.ts";

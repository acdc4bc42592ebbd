/**
 * kstage as a library: the same operations that the command line offers, and the parts that they are made of.
 *
 * @example What `kubectl kustomize` prints, natively
 * ```ts
 * import { build, createHost, writeYamlDocuments } from "@kstage/kstage";
 *
 * const manifests = await build("overlays/testing", { fs: createHost().fs });
 * console.log(writeYamlDocuments(manifests));
 * ```
 *
 * @example What `kstage deploy` does
 * ```ts
 * import { createHost, createProgress, deployOverlay, protectHost } from "@kstage/kstage";
 *
 * const host = protectHost(createHost());
 * const progress = createProgress({ output: host.stderr, clock: host.clock, live: false, colored: false });
 * const { signal } = new AbortController();
 * const { report, error } = await deployOverlay(host, { overlay: "overlays/testing", progress, signal });
 * if (error !== undefined || report.outcome !== "done") Deno.exit(1);
 * ```
 *
 * @module
 */

// Operations: one for each verb of the command line.
export { applyOverlay, type ApplyOverlayResult } from "./src/operations/apply.ts";
export type { ApplyOverlayOptions, PlanInput, PruneInput } from "./src/operations/apply_options.ts";
export type { ApplyInput } from "./src/operations/apply_input.ts";
export { PermissionError } from "./src/operations/permission_check.ts";
export { PruneError } from "./src/operations/prune.ts";
export { buildOverlay, type BuildOverlayOptions, renderOverlay } from "./src/operations/build.ts";
export { type CredentialFacts, type Identity, whoAmI } from "./src/operations/whoami.ts";
export { ExecCredentialError, giveCredential, type GivenCredential } from "./src/operations/exec_credential.ts";
export {
  connect,
  ConnectError,
  type Connection,
  type ConnectionCredential,
  type ConnectOptions,
} from "./src/operations/connect.ts";
export { type ContextResult, type WriteContextOptions, writeVariablesContext } from "./src/operations/context.ts";
export { deployOverlay, type DeployOverlayResult } from "./src/operations/deploy.ts";
export type { DeployOverlayOptions } from "./src/operations/deploy_options.ts";
export { diffOverlay, type DiffOverlayOptions, type OverlayDiff } from "./src/operations/diff.ts";
export { listHistory, type ReleaseQuery, showRelease } from "./src/operations/history.ts";
export {
  createOverlay,
  editOverlay,
  type EditOverlayOptions,
  type EditOverlayResult,
} from "./src/operations/edit_kustomization.ts";
export { fixOverlay, type FixOverlayOptions, type FixOverlayResult } from "./src/operations/fix_kustomization.ts";
export {
  type ImageSetting,
  type ImageSettingChange,
  type SetImagesResult,
  setOverlayImages,
} from "./src/operations/set_image.ts";
export { InClusterError } from "./src/operations/in_cluster.ts";
export { InterruptedError, withInterrupt } from "./src/operations/interrupt.ts";
export { type ProtectedHost, protectHost } from "./src/operations/protect.ts";
export type { ReleaseOptions } from "./src/operations/release_options.ts";
export { watchRelease, type WatchReleaseOptions } from "./src/operations/release_watch.ts";
export { rollBack, type RollbackOptions } from "./src/operations/rollback.ts";
export {
  type HistoryOptions,
  pauseWorkloads,
  restartWorkloads,
  resumeWorkloads,
  type RolloutActionOptions,
  type RolloutActionResult,
  type RolloutOptions,
  showHistory,
  undoWorkloads,
  type UndoWorkloadsOptions,
  watchWorkloads,
  type WatchWorkloadsOptions,
} from "./src/operations/rollout.ts";
export { type WorkloadChoice } from "./src/operations/select_workloads.ts";
export { type WatchTuning } from "./src/operations/watch.ts";
export { ConnectionError } from "./src/operations/with_connection.ts";

// Reports of what was done.
export {
  createProgress,
  type DeployReport,
  type LogFormat,
  type Progress,
  type ProgressOptions,
  renderDeployJson,
  renderDeployText,
  type ReportedAction,
  type ReportedFinding,
  type ReportedObject,
  type ReportedStatus,
} from "./src/report/mod.ts";

// Building.
export {
  build,
  type BuildOptions,
  type CreateRequest,
  type EditFlags,
  type EditRequest,
  KustomizeError,
  type KustomizeErrorCode,
} from "./src/kustomize/mod.ts";
export {
  readYaml,
  readYamlDocuments,
  type ReadYamlOptions,
  writeYaml,
  writeYamlDocuments,
  type YamlDocument,
  YamlError,
  type YamlErrorCode,
} from "./src/yaml/mod.ts";

// The cluster.
export {
  ApiError,
  type ApiErrorCode,
  type ApiErrorFacts,
  type ApiRequest,
  type ApiResource,
  type ApiVerb,
  type ApplyOptions,
  type ApplyResult,
  createHttpTransport,
  createKubeClient,
  type DeleteOptions,
  type FollowLogsOptions,
  type HttpTransportOptions,
  type KubeClient,
  type KubeClientOptions,
  KubeError,
  type KubeErrorCode,
  type ListResult,
  type LogOptions,
  type PatchType,
  type PolicyRule,
  type Query,
  type RetryNotice,
  type StatusCause,
  type TokenProvider,
  type Transport,
  type WatchEvent,
  type WriteOptions,
} from "./src/kube/mod.ts";
export { CredentialsError, type CredentialsErrorCode } from "./src/credentials/mod.ts";
export type {
  CertificateInfo,
  ConnectionFacts,
  CredentialFlags,
  ExplanationCode,
  Redactor,
  StreamState,
  TokenClaims,
  TokenFlags,
} from "./src/credentials/mod.ts";
export {
  type Impersonation,
  type ImpersonationFlags,
  KubeconfigError,
  type KubeconfigErrorCode,
  type WrittenContext,
} from "./src/kubeconfig/mod.ts";

// Applying.
export {
  type Adoption,
  type ApplyAction,
  ApplyError,
  type ApplyErrorCode,
  type ApplyEvent,
  type ApplyReport,
  type ApplySet,
  type ApplySetParent,
  type Change,
  type ChangeBase,
  type ConflictChange,
  type Consequence,
  type CreateChange,
  type DeferredChange,
  describePlan,
  type DiffOptions,
  diffPlan,
  type ExecuteOptions,
  executePlan,
  type FieldConflict,
  type ForeignChange,
  type GraceOptions,
  type ImmutableChange,
  type Inventory,
  type KeepChange,
  type KeepReason,
  type LeftField,
  type ObjectDiff,
  type ObjectResult,
  type Plan,
  planApply,
  type PlanOptions,
  type PruneChange,
  type PrunePlan,
  type RecreateChange,
  refusalOf,
  type RefusedChange,
  type SetScope,
  type UnchangedChange,
  type UncheckedChange,
  type UpdateChange,
} from "./src/apply/mod.ts";

// Releases.
export {
  type PipelineOrigin,
  type ReleasedImage,
  ReleaseError,
  type ReleaseErrorCode,
  type ReleaseOrigin,
  type ReleaseRecord,
  type ReleaseState,
} from "./src/release/mod.ts";

// Rollouts.
export {
  CATALOGUE,
  type CatalogueEntry,
  computeStatus,
  type EvidenceItem,
  explainFinding,
  type Finding,
  type FindingCode,
  type Patience,
  pauseRollout,
  type PodSummary,
  readRevisions,
  type ReplicaCounts,
  type Restart,
  type RestartOptions,
  restartWorkload,
  resumeRollout,
  type Revision,
  RolloutError,
  type RolloutErrorCode,
  type RolloutEvent,
  type RolloutOutcome,
  type RolloutTarget,
  type Severity,
  type Status,
  type Undo,
  type UndoOptions,
  undoRollout,
  watchRollout,
  type WatchRolloutOptions,
  type WorkloadProgress,
  type WorkloadResult,
} from "./src/rollout/mod.ts";

// The world, and the words that all of these speak.
export { createDenoHost as createHost } from "./src/host/mod.ts";
export type { Manifest, ObjectMeta, ObjectRef } from "./src/manifest/mod.ts";
export {
  type Clock,
  CodedError,
  type CodedErrorOptions,
  type Env,
  FileError,
  type FileErrorCode,
  type FileInfo,
  type FileSystem,
  type Host,
  type HttpClient,
  type HttpRequestInit,
  type JsonObject,
  type JsonValue,
  type Network,
  NetworkError,
  type NetworkErrorCode,
  type Output,
  type Processes,
  type ProcessOptions,
  type ProcessResult,
  type Random,
  type SourcePlace,
  type TlsSettings,
} from "./src/base/mod.ts";

/**
 * The Kubernetes API client: a contract, transports, discovery, server-side apply, pages, watches and logs.
 *
 * Every answer that is a refusal becomes an {@link ApiError}; requests are repeated only where that is safe.
 */
export type {
  ApiRequest,
  ApiResource,
  ApplyOptions,
  ApplyResult,
  DeleteOptions,
  FollowLogsOptions,
  KubeClient,
  ListResult,
  LogOptions,
  PatchType,
  Query,
  Transport,
  WatchEvent,
  WriteOptions,
} from "./contract.ts";
export { type Access, accessesOf, allowsAccess, mayAccess, readOwnRules, readRules } from "./access.ts";
export { ApiError, type ApiErrorCode, type ApiErrorFacts, type StatusCause } from "./api_error.ts";
export { builtinResource, builtinResources } from "./builtin_resources.ts";
export { createKubeClient, type KubeClientOptions } from "./client.ts";
export type { RetryNotice } from "./exchange.ts";
export { findResource } from "./find_resource.ts";
export { createHttpTransport, type HttpTransportOptions, type TokenProvider } from "./http_transport.ts";
export { KubeError, type KubeErrorCode } from "./kube_error.ts";
export type { ApiVerb } from "./operation.ts";
export { formatRule, mergeRules, type PolicyRule } from "./policy_rule.ts";
export { parseRetryAfter, planRetry, type RequestSafety, type Retry } from "./retry.ts";
export { reviewSelf } from "./self_review.ts";

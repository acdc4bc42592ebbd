/** The Kubernetes API client. */
export type {
  ApiRequest,
  ApiResource,
  ApplyOptions,
  ApplyResult,
  KubeClient,
  ListResult,
  LogOptions,
  PatchType,
  Query,
  Transport,
  WatchEvent,
  WriteOptions,
} from "./contract.ts";

/** An in-memory Kubernetes API server: a `Request → Response` function first, a listener second. */
export {
  ADMIN_TOKEN,
  createSandbox,
  type RequestRecord,
  type Sandbox,
  type SandboxController,
  type SandboxOptions,
} from "./sandbox.ts";
export { sandboxTransport } from "./transport.ts";
export type { SandboxUser } from "./auth/authenticator.ts";
export type { SandboxServer, ServeOptions } from "./serve/listening.ts";
export { StatusError, type StatusReason } from "./api/status.ts";
export { ObjectStore, ownerUids, type StoreEvent, type StoreOptions, timestamp } from "./store.ts";
export { type ControllerSettings, type Fault, FaultError, parseFaults } from "./controllers/mod.ts";

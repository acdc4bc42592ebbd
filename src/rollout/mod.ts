/** Has a rollout finished, and if not, why? Status per kind, watching, evidence, diagnosis, restart. */
export { computeStatus, hasStatusRule } from "./status/compute_status.ts";
export { readCounts, type ReplicaCounts } from "./status/counts.ts";
export { READY_ANNOTATION } from "./status/ready_annotation.ts";
export type { Status } from "./status/status.ts";

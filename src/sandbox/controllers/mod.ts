/**
 * The controllers of a sandbox: what kube-controller-manager, kube-scheduler and the kubelets do in a cluster. They
 * read and write the store, move by explicit ticks, and fail where {@link Fault}s say so.
 */
export { type Controllers, type ControllersOptions, createControllers } from "./controllers.ts";
export { FaultError, parseFaults } from "./fault_file.ts";
export { faultOfImage } from "./fault_convention.ts";
export { RECOMMENDED_REPLICAS } from "./horizontal_pod_autoscaler.ts";
export type { PodLog } from "./kubelet/log.ts";
export type { LogLine } from "./kubelet/runtime.ts";
export { type ControllerSettings, DEFAULT_SETTINGS } from "./world.ts";
export type { Fault, FaultName, FaultTarget } from "../faults.ts";

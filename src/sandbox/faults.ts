/**
 * Scripted failures of a sandbox: what goes wrong, for which pods, and when it heals.
 *
 * A fault says what fails (`fail`) and what it strikes; all conditions that it names must hold:
 *
 * ```json
 * { "faults": [
 *   { "fail": "image-not-found", "image": "registry.example.com/api:1.3" },
 *   { "fail": "crash", "workload": "deployment/api", "exitCode": 3, "log": ["no DATABASE_URL"] },
 *   { "fail": "crash", "container": "migrate", "times": 2 },
 *   { "fail": "registry-unavailable", "image": "/^ghcr\\.io\\//", "times": 3 },
 *   { "fail": "never-ready", "labels": { "app": "web" }, "pods": 1 },
 *   { "fail": "unschedulable", "because": "cpu", "scaleUp": true, "healsAfterSeconds": 45 },
 *   { "fail": "quota-exceeded", "namespace": "team-a", "healsAfterSeconds": 30 }
 * ] }
 * ```
 *
 * Without a script, an image may ask for a fault itself, see `controllers/fault_convention.ts`.
 */

/** Which pods and containers a fault strikes. */
export interface FaultTarget {
  /** The image as the container names it, or a regular expression between slashes. Strikes init containers too. */
  image?: string;
  /** The container's name. Faults without `image` and `container` strike all containers but init containers. */
  container?: string;
  /** `deployment/web`, or only `web`: the name of the pod or of any of its owners. */
  workload?: string;
  /** The pod's namespace. */
  namespace?: string;
  /** Labels that the pod must have. */
  labels?: Record<string, string>;
  /** At most this many pods, the first ones that it could strike. @default no limit; 1 for `evicted` */
  pods?: number;
  /** The fault ends this many seconds after the pod was created (refused pods: after its owner was). */
  healsAfterSeconds?: number;
}

/** The image can't be pulled. */
export interface PullFault extends FaultTarget {
  /** What goes wrong. */
  fail:
    | "image-not-found"
    | "image-denied"
    | "image-unauthorized"
    | "image-rate-limited"
    | "image-wrong-platform"
    | "image-invalid-name"
    | "image-never-present"
    | "registry-unavailable"
    | "registry-timeout"
    | "registry-unknown-host"
    | "registry-bad-certificate";
  /** How many attempts fail. @default all */
  times?: number;
  /** What the registry says. @default the words of containerd */
  message?: string;
}

/** The process ends. */
export interface ExitFault extends FaultTarget {
  /** What goes wrong. */
  fail: "crash" | "oom-killed";
  /** What the process returns. @default 1 for `crash`, always 137 for `oom-killed` */
  exitCode?: number;
  /** How long each run lasts. @default {0} */
  afterSeconds?: number;
  /** How many runs end so. @default all */
  times?: number;
  /** Lines that each run writes before it ends. */
  log?: string[];
}

/** The container can't be started. */
export interface StartFault extends FaultTarget {
  /** What goes wrong. */
  fail: "exec-format-error" | "command-not-found" | "permission-denied" | "container-cannot-run";
  /** 126 or 127: a shell says so; else the container runtime refuses (128). */
  exitCode?: number;
  /** The program. @default the container's command, or `/app/server` */
  command?: string;
  /** What the runtime or the shell says. @default their usual words */
  message?: string;
}

/** The container's configuration can't be put together. */
export interface ConfigFault extends FaultTarget {
  /** What goes wrong. */
  fail: "config-sync-timeout" | "create-container-error";
  /** How many attempts fail. @default all */
  times?: number;
  /** What the kubelet says. @default its usual words */
  message?: string;
}

/** A probe fails. */
export interface ProbeFault extends FaultTarget {
  /** What goes wrong. */
  fail: "never-ready" | "liveness-failing" | "startup-failing";
  /** How long after the start it begins to fail. @default {0} */
  afterSeconds?: number;
  /** What the probe says, such as `HTTP probe failed with statuscode: 500`. */
  message?: string;
}

/** All goes well, but later. */
export interface SlowFault extends FaultTarget {
  /** What goes wrong. */
  fail: "slow";
  /** How much longer. */
  delaySeconds: number;
  /** What takes longer: pulling the image, the start-up of the process, or only its readiness. @default {"ready"} */
  phase?: "pull" | "start" | "ready";
}

/** No node takes the pod. */
export interface ScheduleFault extends FaultTarget {
  /** What goes wrong. */
  fail: "unschedulable";
  /** What the nodes lack, or have too much of. @default {"cpu"} */
  because?: "cpu" | "memory" | "pods" | "taint" | "affinity" | "volume";
  /**
   * The taint in `key: value` form, as schedulers until 1.35 name it; newer ones only say that there is one, as the
   * sandbox does of nodes that really have a taint. @default {"dedicated: gpu"}
   */
  taint?: string;
  /** Whether a cluster autoscaler says TriggeredScaleUp (true) or NotTriggerScaleUp (false). @default neither */
  scaleUp?: boolean;
  /** What the scheduler says. @default its usual words */
  message?: string;
}

/** The pod's sandbox or one of its volumes can't be made. */
export interface NodeFault extends FaultTarget {
  /** What goes wrong. */
  fail: "sandbox-failed" | "mount-failed" | "attach-failed";
  /** The volume's name. @default the pod's first */
  volume?: string;
  /** How many attempts fail. @default all */
  times?: number;
  /** What the node says. @default its usual words */
  message?: string;
}

/** The node ends the pod. */
export interface EvictionFault extends FaultTarget {
  /** What goes wrong. */
  fail: "evicted";
  /** How long after it was scheduled. @default {5} */
  afterSeconds?: number;
  /** `status.reason`. @default {"Evicted"} */
  reason?: "Evicted" | "Preempting" | "NodeShutdown" | "Terminated" | "NodeLost";
  /** What the node is short of. @default {"memory"} */
  resource?: "memory" | "ephemeral-storage";
}

/** The API server refuses the pod. */
export interface AdmissionFault extends FaultTarget {
  /** What goes wrong. */
  fail:
    | "quota-exceeded"
    | "webhook-denied"
    | "webhook-unreachable"
    | "pod-security"
    | "service-account-missing"
    | "limit-range";
  /** Name of the quota, the webhook or the ServiceAccount. */
  name?: string;
  /** Why, in the words of whoever refuses. @default their usual words */
  message?: string;
}

/** One scripted failure. */
export type Fault =
  | PullFault
  | ExitFault
  | StartFault
  | ConfigFault
  | ProbeFault
  | SlowFault
  | ScheduleFault
  | NodeFault
  | EvictionFault
  | AdmissionFault;

/** What a fault can be named. */
export type FaultName = Fault["fail"];

/** At which step of a pod's life a fault is asked for. */
export type FaultStage =
  | "pull"
  | "exit"
  | "start"
  | "config"
  | "probe"
  | "slow"
  | "schedule"
  | "node"
  | "eviction"
  | "admission";

/** The fault type of a stage. */
export interface FaultOfStage {
  /** Getting the image. */
  pull: PullFault;
  /** The process. */
  exit: ExitFault;
  /** Starting the container. */
  start: StartFault;
  /** Putting its configuration together. */
  config: ConfigFault;
  /** Its probes. */
  probe: ProbeFault;
  /** Any of these, only later. */
  slow: SlowFault;
  /** Finding a node. */
  schedule: ScheduleFault;
  /** Preparing the pod on it. */
  node: NodeFault;
  /** Staying there. */
  eviction: EvictionFault;
  /** Being let in. */
  admission: AdmissionFault;
}

/** Each fault's stage; the keys are all faults there are. */
export const FAULT_STAGES: Readonly<Record<FaultName, FaultStage>> = {
  "image-not-found": "pull",
  "image-denied": "pull",
  "image-unauthorized": "pull",
  "image-rate-limited": "pull",
  "image-wrong-platform": "pull",
  "image-invalid-name": "pull",
  "image-never-present": "pull",
  "registry-unavailable": "pull",
  "registry-timeout": "pull",
  "registry-unknown-host": "pull",
  "registry-bad-certificate": "pull",
  "crash": "exit",
  "oom-killed": "exit",
  "exec-format-error": "start",
  "command-not-found": "start",
  "permission-denied": "start",
  "container-cannot-run": "start",
  "config-sync-timeout": "config",
  "create-container-error": "config",
  "never-ready": "probe",
  "liveness-failing": "probe",
  "startup-failing": "probe",
  "slow": "slow",
  "unschedulable": "schedule",
  "sandbox-failed": "node",
  "mount-failed": "node",
  "attach-failed": "node",
  "evicted": "eviction",
  "quota-exceeded": "admission",
  "webhook-denied": "admission",
  "webhook-unreachable": "admission",
  "pod-security": "admission",
  "service-account-missing": "admission",
  "limit-range": "admission",
};

/** Whether a text names a fault. */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULT_STAGES, name);
}

/**
 * The test for an image name: equal, or matched by the regular expression between slashes.
 *
 * @throws {SyntaxError} If the regular expression is malformed.
 */
export function imagePattern(text: string): (image: string) => boolean {
  const expression = text.length > 2 && text.startsWith("/") && text.endsWith("/")
    ? new RegExp(text.slice(1, -1))
    : undefined;
  return expression === undefined ? (image) => image === text : (image) => expression.test(image);
}

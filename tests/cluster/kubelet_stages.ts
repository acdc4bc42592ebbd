/**
 * What kwok, in the kubelet's place, does with nodes and pods: a list of its `Stage` objects.
 *
 * As in the sandbox, an image's tag asks for a fault: `registry.example.com/api:sandbox-crash` crashes,
 * `…:does-not-exist` is not found; any other image runs. With `-heals` at its end, a fault passes at the kubelet's next
 * try. A pod that fits on no node needs no stage: the scheduler is a real one. The words in statuses are those of
 * kubelet and containerd, and so are the times between them: a second until the end of a container is noticed, 10 s
 * until it's started again, 14 s until a pull is tried again.
 */
import {
  ALIVE,
  event,
  has,
  hasEnded,
  hasFault,
  isRunning,
  isWaiting,
  type KubeletStage,
  lacksFaults,
  type Match,
  NEW,
  not,
  patchStatus,
  restarted,
  stage,
  type Step,
} from "./kubelet_stage.ts";
import { CRASH_LIMITS, CRASHES, INIT_CRASHES, MOUNTS, PULL_ERRORS, REFUSED } from "./kubelet_faults.ts";
import {
  CRASH_LOOP,
  EVICTION,
  initStatus,
  NODE_STATUS,
  onFault,
  podStatus,
  RUNNING,
  terminated,
  waiting,
} from "./kubelet_templates.ts";

/** How long a healthy container takes to start, in milliseconds: less than a real one, for there are many. */
const START_MS = 200;

/** How long it takes until a registry's answer, or a container's end, is shown, in milliseconds. */
const NOTICE_MS = 1000;

/** How long `sandbox-slow` takes to be ready, in milliseconds. */
const SLOW_MS = 6000;

/** After how long a crashed container is started again, in milliseconds. */
const RESTART_MS = 10_000;

/** After how long a pull is tried again, in milliseconds. */
const PULL_AGAIN_MS = 14_000;

/** After how long a container whose configuration is wrong is looked at again, in milliseconds. */
const SYNC_MS = 12_000;

const EVICTED = "sandbox-evicted";

/** Pods that the test itself writes the status of. */
const BY_HAND = "sandbox-by-hand";

/** Faults that keep a pod from running at once. */
const FAULTS = [
  ...[...Object.keys(PULL_ERRORS), ...Object.keys(REFUSED), ...Object.keys(MOUNTS)].flatMap(withHealing),
  ...Object.keys(CRASHES),
  ...INIT_CRASHES.map(ofInit),
  ...Object.keys(PULL_ERRORS).map(ofInit),
  "sandbox-slow",
  "sandbox-never-ready",
  BY_HAND,
];

/** All stages, in no particular order: at most one matches an object at a time. */
export function kubeletStages(): KubeletStage[] {
  return [
    nodeReady(),
    ...healthyPods(),
    ...pullFailures(),
    ...initPullFailures(),
    ...refusals(),
    ...mounts(),
    ...crashes(),
    ...initCrashes(),
    deleted(),
  ];
}

/** What every container writes before it ends, so that a report of its end can show it. */
const LOG_LINES = ["starting", "connecting to database db:5432", "fatal: no answer from database db:5432"];

/**
 * The text of a log file as the container runtime writes it.
 *
 * @see kubernetes `pkg/kubelet/kuberuntime/logs` v1.36
 */
export function containerLog(time: string): string {
  return LOG_LINES.map((line) => `${time} stderr F ${line}\n`).join("");
}

/** Where kwok, asked for a container's log, reads it: the same for all. */
export function kubeletLogs(file: string) {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "ClusterLogs",
    metadata: { name: "all" },
    spec: { logs: [{ logsFile: file, previousLogsFile: file }] },
  };
}

function withHealing(fault: string): [string, string] {
  return [fault, `${fault}-heals`];
}

function ofInit(fault: string): string {
  return `init/${fault}`;
}

function nodeReady(): KubeletStage {
  const isNotReady: Match = {
    key: '.status.conditions[]? | select(.type == "Ready") | .status',
    operator: "NotIn",
    values: ["True"],
  };
  return stage("node-ready", "Node", [isNotReady], 0, [patchStatus(NODE_STATUS)]);
}

const run = (ready: boolean): Step => patchStatus(podStatus({ phase: "Running", ready, container: RUNNING }));

const keepRestarts = "{{ $restarts }}";

/** A pod whose faulty containers have the state, and last ended so. */
function stuck(phase: string, state: string, last = ""): Step {
  return patchStatus(podStatus({ phase, ready: false, container: onFault(state, last), restarts: keepRestarts }));
}

function healthyPods(): KubeletStage[] {
  const isJob = has(".metadata.ownerReferences[]?.kind", "Job");
  const succeeded = podStatus({ phase: "Succeeded", ready: false, container: () => terminated(0, "Completed") });
  return [
    stage("pod-runs", "Pod", [...NEW, lacksFaults(FAULTS)], START_MS, [run(true)]),
    stage("pod-runs-slowly", "Pod", [...NEW, hasFault("sandbox-slow")], SLOW_MS, [run(true)]),
    stage("pod-is-never-ready", "Pod", [...NEW, hasFault("sandbox-never-ready")], START_MS, [
      run(false),
      event("Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
    ]),
    stage("job-pod-completes", "Pod", [ALIVE, isJob, has(".status.phase", "Running"), lacksFaults(FAULTS)], START_MS, [
      patchStatus(succeeded),
    ]),
    stage("pod-is-evicted", "Pod", [ALIVE, has(".status.phase", "Running"), hasFault(EVICTED)], 2000, [
      patchStatus(`${EVICTION}\nphase: Failed`),
      event("Warning", "Evicted", "The node was low on resource: memory. "),
    ]),
  ];
}

function pullFailures(): KubeletStage[] {
  return Object.entries(PULL_ERRORS).flatMap(([tag, error]) => {
    const rule = [ALIVE, hasFault(...withHealing(tag))];
    const failed = [
      stuck("Pending", waiting("ErrImagePull", error)),
      event("Warning", "Failed", "Error: ErrImagePull"),
    ];
    const backOff = waiting("ImagePullBackOff", backOffMessage(error));
    const waits = isWaiting("ImagePullBackOff");
    return [
      stage(`${tag}-fails`, "Pod", [...NEW, hasFault(...withHealing(tag))], NOTICE_MS, failed),
      stage(`${tag}-backs-off`, "Pod", [...rule, isWaiting("ErrImagePull")], NOTICE_MS, [
        stuck("Pending", backOff),
        event("Warning", "Failed", "Error: ImagePullBackOff"),
      ]),
      stage(`${tag}-fails-again`, "Pod", [ALIVE, hasFault(tag), waits], PULL_AGAIN_MS, failed),
      stage(`${tag}-heals`, "Pod", [ALIVE, hasFault(`${tag}-heals`), waits], PULL_AGAIN_MS, [run(true)]),
    ];
  });
}

function backOffMessage(error: string): string {
  return `Back-off pulling image \\"{{ $c.image }}\\": ErrImagePull: ${error}`;
}

function initPullFailures(): KubeletStage[] {
  return Object.entries(PULL_ERRORS).flatMap(([tag, error]) => {
    const rule = [ALIVE, hasFault(ofInit(tag))];
    return [
      stage(`init-${tag}-fails`, "Pod", [...NEW, hasFault(ofInit(tag))], NOTICE_MS, [
        patchStatus(initStatus(waiting("ErrImagePull", error))),
        event("Warning", "Failed", "Error: ErrImagePull"),
      ]),
      stage(`init-${tag}-backs-off`, "Pod", [...rule, isWaiting("ErrImagePull", "initContainerStatuses")], NOTICE_MS, [
        patchStatus(initStatus(waiting("ImagePullBackOff", backOffMessage(error)))),
      ]),
    ];
  });
}

function refusals(): KubeletStage[] {
  return Object.entries(REFUSED).flatMap(([tag, [reason, message]]) => {
    const last = reason === "RunContainerError" ? terminated(128, "StartError", message) : "";
    return [
      stage(`${tag}-is-refused`, "Pod", [...NEW, hasFault(...withHealing(tag))], NOTICE_MS, [
        stuck("Pending", waiting(reason, message), last),
        event("Warning", "Failed", `Error: ${reason}`),
      ]),
      stage(`${tag}-heals`, "Pod", [ALIVE, hasFault(`${tag}-heals`), isWaiting(reason)], SYNC_MS, [run(true)]),
    ];
  });
}

function mounts(): KubeletStage[] {
  return Object.entries(MOUNTS).flatMap(([tag, message]) => [
    stage(`${tag}-fails`, "Pod", [...NEW, hasFault(...withHealing(tag))], NOTICE_MS, [
      stuck("Pending", waiting("ContainerCreating", "")),
      event("Warning", tag.endsWith("attached") ? "FailedAttachVolume" : "FailedMount", message),
    ]),
    stage(`${tag}-heals`, "Pod", [ALIVE, hasFault(`${tag}-heals`), isWaiting("ContainerCreating")], SYNC_MS, [
      run(true),
    ]),
  ]);
}

/** Runs, ends, is started again at once the first time, and waits before every further time. */
function crashes(): KubeletStage[] {
  return Object.entries(CRASHES).flatMap(([tag, end]) => {
    const again = podStatus({
      phase: "Running",
      ready: true,
      container: () => `${RUNNING()}\n  lastState: ${end}`,
      restarts: "{{ add1 $restarts }}",
    });
    const neverRestarts = has(".spec.restartPolicy", "Never");
    const restarts = not(neverRestarts);
    const rule = [ALIVE, hasFault(tag)];
    const limit = CRASH_LIMITS[tag];
    const goesOn = limit === undefined ? [] : [not(restarted(limit))];
    const killed = tag === "sandbox-liveness-failing"
      ? [event("Normal", "Killing", "Container web failed liveness probe, will be restarted")]
      : [];
    return [
      stage(`${tag}-runs`, "Pod", [...NEW, hasFault(tag)], START_MS, [run(true)]),
      stage(`${tag}-ends`, "Pod", [...rule, restarts, isRunning, ...goesOn], 500, [
        stuck("Running", end),
        ...killed,
      ]),
      stage(`${tag}-fails`, "Pod", [...rule, neverRestarts, isRunning, ...goesOn], 500, [stuck("Failed", end)]),
      stage(`${tag}-restarts`, "Pod", [...rule, restarts, hasEnded(), restarted(0)], NOTICE_MS, [patchStatus(again)]),
      stage(`${tag}-backs-off`, "Pod", [...rule, restarts, hasEnded(), not(restarted(0))], NOTICE_MS, [
        stuck("Running", CRASH_LOOP, end),
        event("Warning", "BackOff", "Back-off restarting failed container"),
      ]),
      stage(`${tag}-tries-again`, "Pod", [...rule, isWaiting("CrashLoopBackOff")], RESTART_MS, [patchStatus(again)]),
    ];
  });
}

/** An init container that crashes: the others wait for it. */
function initCrashes(): KubeletStage[] {
  const list = "initContainerStatuses";
  const end = terminated(1, "Error");
  return INIT_CRASHES.flatMap((tag) => {
    const rule = [ALIVE, hasFault(ofInit(tag))];
    const isLast = tag === "sandbox-crash-once";
    const more: KubeletStage[] = isLast
      ? [stage(`init-${tag}-ends-well`, "Pod", [...rule, hasEnded(list)], NOTICE_MS, [run(true)])]
      : [
        stage(`init-${tag}-crashes-again`, "Pod", [...rule, hasEnded(list), restarted(0, list)], NOTICE_MS, [
          patchStatus(initStatus(end, end, "1")),
        ]),
        stage(`init-${tag}-backs-off`, "Pod", [...rule, hasEnded(list), not(restarted(0, list))], NOTICE_MS, [
          patchStatus(initStatus(CRASH_LOOP, end, keepRestarts)),
          event("Warning", "BackOff", "Back-off restarting failed container"),
        ]),
        stage(`init-${tag}-tries-again`, "Pod", [...rule, isWaiting("CrashLoopBackOff", list)], RESTART_MS, [
          patchStatus(initStatus(end, end, "{{ add1 $restarts }}")),
        ]),
      ];
    return [
      stage(`init-${tag}-crashes`, "Pod", [...NEW, hasFault(ofInit(tag))], START_MS, [patchStatus(initStatus(end))]),
      ...more,
    ];
  });
}

function deleted(): KubeletStage {
  const isDeleted: Match = { key: ".metadata.deletionTimestamp", operator: "Exists" };
  return stage("pod-goes", "Pod", [isDeleted], START_MS, [{ delete: true }]);
}

/**
 * What kwok, in the kubelet's place, does with nodes and pods: a list of its `Stage` objects.
 *
 * As in the sandbox, an image's tag asks for a fault: `registry.example.com/api:sandbox-crash` crashes,
 * `…:does-not-exist` is not found; any other image runs. A pod that fits on no node needs no stage: the scheduler is a
 * real one. The words in statuses are those of kubelet and containerd.
 *
 * @see kwok `pkg/apis/v1alpha1/stage_types.go` v0.8.0
 */

/** A stage: objects that match are changed by `steps` after a delay. */
export interface KubeletStage {
  apiVersion: "kwok.x-k8s.io/v1alpha1";
  kind: "Stage";
  metadata: { name: string };
  spec: {
    resourceRef: { apiGroup: "v1"; kind: "Pod" | "Node" };
    selector: { matchExpressions: { jq: Match }[] };
    delay?: { durationMilliseconds: number };
    steps: Step[];
  };
}

interface Match {
  /** A jq expression; its outputs are compared. */
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: readonly string[];
}

type Step =
  | { patch: { subresource: "status"; root: "status"; template: string; type: "strategic" } }
  | { event: { type: "Normal" | "Warning"; reason: string; message: string } }
  | { delete: true };

/** How long a step of a pod's life takes where nothing else is said, in milliseconds. */
const STEP_MS = 200;

/** How long `sandbox-slow` takes to be ready, in milliseconds. */
const SLOW_MS = 6000;

/** After how long a crashed container is started again, in milliseconds. */
const BACKOFF_MS = 10_000;

/** What a registry answers, as a Go template over the container `$c`. */
const PULL_ERRORS: Readonly<Record<string, string>> = {
  "does-not-exist": resolveError("NotFound", "{{ $c.image }}: not found"),
  "sandbox-image-not-found": resolveError("NotFound", "{{ $c.image }}: not found"),
  "sandbox-image-unauthorized": resolveError(
    "Unknown",
    "unexpected status from HEAD request to https://{{ $c.image }}: 401 Unauthorized",
  ),
  "sandbox-image-denied": resolveError(
    "Unknown",
    "pull access denied, repository does not exist or may require authorization: " +
      "server message: insufficient_scope: authorization failed",
  ),
  "sandbox-image-rate-limited": unpackError(
    "Unknown",
    "failed to copy: httpReadSeeker: failed open: unexpected status code https://{{ $c.image }}: " +
      "429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. " +
      "https://www.docker.com/increase-rate-limit",
  ),
};

const CRASHES = ["sandbox-crash", "sandbox-oom-killed"];
const CONFIG_ERROR = "sandbox-missing-config";
const FAULTS = [...Object.keys(PULL_ERRORS), ...CRASHES, CONFIG_ERROR, "sandbox-slow", "sandbox-never-ready"];
const EVICTED = "sandbox-evicted";

/** All stages, in no particular order: at most one matches an object at a time. */
export function kubeletStages(): KubeletStage[] {
  return [nodeReady(), ...healthyPods(), ...pullFailures(), ...crashes(), ...initCrashes(), configError(), deleted()];
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

function nodeReady(): KubeletStage {
  const isNotReady: Match = {
    key: '.status.conditions[]? | select(.type == "Ready") | .status',
    operator: "NotIn",
    values: ["True"],
  };
  return stage("node-ready", "Node", [isNotReady], 0, [patchStatus(NODE_STATUS)]);
}

function healthyPods(): KubeletStage[] {
  const start = (ready: boolean): Step[] => [patchStatus(podStatus({ phase: "Running", ready, container: RUNNING }))];
  const isJob = has(".metadata.ownerReferences[]?.kind", "Job");
  const succeeded = podStatus({ phase: "Succeeded", ready: false, container: () => terminated(0, "Completed") });
  return [
    stage("pod-runs", "Pod", [...NEW, lacksFault(FAULTS), lacksInitFault(CRASHES)], STEP_MS, start(true)),
    stage("pod-runs-slowly", "Pod", [...NEW, hasFault("sandbox-slow")], SLOW_MS, start(true)),
    stage("pod-is-never-ready", "Pod", [...NEW, hasFault("sandbox-never-ready")], STEP_MS, [
      ...start(false),
      event("Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
    ]),
    stage("job-pod-completes", "Pod", [ALIVE, isJob, has(".status.phase", "Running"), lacksFault(FAULTS)], STEP_MS, [
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
    const failed = waiting("ErrImagePull", error);
    const backOff = waiting("ImagePullBackOff", `Back-off pulling image \\"{{ $c.image }}\\": ErrImagePull: ${error}`);
    const pending = (container: string) => podStatus({ phase: "Pending", ready: false, container: onFault(container) });
    return [
      stage(`${tag}-fails`, "Pod", [...NEW, hasFault(tag)], STEP_MS, [
        patchStatus(pending(failed)),
        event("Warning", "Failed", "Error: ErrImagePull"),
      ]),
      stage(`${tag}-backs-off`, "Pod", [ALIVE, hasFault(tag), isWaiting("containerStatuses", "ErrImagePull")], 1000, [
        patchStatus(pending(backOff)),
        event("Warning", "Failed", "Error: ImagePullBackOff"),
      ]),
    ];
  });
}

/** Runs, ends, is started again at once the first time, and waits before every further time. */
function crashes(): KubeletStage[] {
  return CRASHES.flatMap((tag) => {
    const end = tag === "sandbox-crash" ? terminated(1, "Error") : terminated(137, "OOMKilled");
    const running = podStatus({ phase: "Running", ready: true, container: RUNNING, restarts: "{{ $restarts }}" });
    const again = podStatus({ phase: "Running", ready: true, container: RUNNING, restarts: "{{ add1 $restarts }}" });
    const crash = (state: string, last = "") =>
      podStatus({ phase: "Running", ready: false, container: onFault(state, last), restarts: "{{ $restarts }}" });
    const neverRestarts = has(".spec.restartPolicy", "Never");
    const restarts: Match = { ...neverRestarts, operator: "NotIn" };
    const first = { key: RESTARTS, operator: "In", values: ["0"] } as const;
    const later = { ...first, operator: "NotIn" } as const;
    const failed = podStatus({ phase: "Failed", ready: false, container: onFault(end) });
    const rule = [ALIVE, hasFault(tag)];
    const hasEnded = ends("containerStatuses");
    return [
      stage(`${tag}-runs`, "Pod", [...NEW, hasFault(tag)], STEP_MS, [patchStatus(running)]),
      stage(`${tag}-ends`, "Pod", [...rule, restarts, isRunning("containerStatuses")], 500, [patchStatus(crash(end))]),
      stage(`${tag}-fails`, "Pod", [...rule, neverRestarts, isRunning("containerStatuses")], 500, [
        patchStatus(failed),
      ]),
      stage(`${tag}-restarts`, "Pod", [...rule, restarts, hasEnded, first], STEP_MS, [patchStatus(again)]),
      stage(`${tag}-backs-off`, "Pod", [...rule, restarts, hasEnded, later], STEP_MS, [
        patchStatus(crash(CRASH_LOOP, end)),
        event("Warning", "BackOff", "Back-off restarting failed container"),
      ]),
      stage(`${tag}-tries-again`, "Pod", [...rule, isWaiting("containerStatuses", "CrashLoopBackOff")], BACKOFF_MS, [
        patchStatus(again),
      ]),
    ];
  });
}

/** An init container that crashes: the others wait for it. */
function initCrashes(): KubeletStage[] {
  const status = (state: string, last: string, restarts: number) =>
    `${conditions(false, false)}
${ADDRESSES}
phase: Pending
initContainerStatuses:
{{ range $c := .spec.initContainers }}
- ${containerHead(`${restarts}`)}
  ready: false
  started: false
  state: ${state}
  ${last === "" ? "" : `lastState: ${last}`}
{{ end }}
containerStatuses:
{{ range $c := .spec.containers }}
- ${containerHead("0")}
  ready: false
  started: false
  state: {waiting: {reason: PodInitializing}}
{{ end }}`;
  const end = terminated(1, "Error");
  const rule = [ALIVE, hasInitFault("sandbox-crash")];
  return [
    stage("init-container-crashes", "Pod", [...NEW, hasInitFault("sandbox-crash")], STEP_MS, [
      patchStatus(status(end, "", 0)),
    ]),
    stage("init-container-backs-off", "Pod", [...rule, ends("initContainerStatuses")], 500, [
      patchStatus(status(CRASH_LOOP, end, 1)),
      event("Warning", "BackOff", "Back-off restarting failed container"),
    ]),
  ];
}

function configError(): KubeletStage {
  const state = waiting("CreateContainerConfigError", 'configmap \\"missing\\" not found');
  return stage("config-is-missing", "Pod", [...NEW, hasFault(CONFIG_ERROR)], STEP_MS, [
    patchStatus(podStatus({ phase: "Pending", ready: false, container: onFault(state) })),
    event("Warning", "Failed", 'Error: configmap "missing" not found'),
  ]);
}

function deleted(): KubeletStage {
  const isDeleted: Match = { key: ".metadata.deletionTimestamp", operator: "Exists" };
  return stage("pod-goes", "Pod", [isDeleted], STEP_MS, [{ delete: true }]);
}

// Which objects.

const ALIVE: Match = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };
/** A pod that its node has not looked at yet. */
const NEW: readonly Match[] = [ALIVE, { key: ".status.containerStatuses", operator: "DoesNotExist" }];
const RESTARTS = "[.status.containerStatuses[]?.restartCount] | max | tostring";
const ASKS_FOR_FAULT = ":(sandbox-|does-not-exist)";

const faultsIn = (containers: string): string =>
  `.spec.${containers}[]?.image | select(test("${ASKS_FOR_FAULT}")) | split(":") | last | sub("-[0-9]+$"; "")`;

const has = (key: string, ...values: string[]): Match => ({ key, operator: "In", values });
const hasFault = (...values: string[]): Match => has(faultsIn("containers"), ...values);
const lacksFault = (values: readonly string[]): Match => ({ ...hasFault(...values), operator: "NotIn" });
const hasInitFault = (...values: string[]): Match => has(faultsIn("initContainers"), ...values);
const lacksInitFault = (values: readonly string[]): Match => ({ ...hasInitFault(...values), operator: "NotIn" });
const isWaiting = (list: string, reason: string): Match => has(`.status.${list}[]?.state.waiting.reason`, reason);
const isRunning = (list: string): Match => ({ key: `.status.${list}[]?.state.running.startedAt`, operator: "Exists" });
const ends = (list: string): Match => has(`.status.${list}[]?.state.terminated.reason`, "Error", "OOMKilled");

// What becomes of them: Go templates that give YAML.

const RUNNING = (): string => "{running: {startedAt: {{ Now | Quote }}}}";
const CRASH_LOOP = waiting(
  "CrashLoopBackOff",
  "back-off 10s restarting failed container={{ $c.name }} pod={{ $.metadata.name }}_{{ $.metadata.namespace }}" +
    "({{ $.metadata.uid }})",
);
const EVICTION =
  `reason: Evicted\nmessage: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 64Mi. '`;
const ADDRESSES = `hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName (or .spec.hostNetwork false) .metadata.uid .metadata.name .metadata.namespace | Quote }}
startTime: {{ or .status.startTime Now | Quote }}`;

interface PodStatusTemplate {
  phase: string;
  ready: boolean;
  /** `state`, and `lastState` after it where there is one, of the container `$c`. */
  container: () => string;
  restarts?: string;
}

function podStatus({ phase, ready, container, restarts = "0" }: PodStatusTemplate): string {
  return `${conditions(true, ready)}
${ADDRESSES}
phase: ${phase}
initContainerStatuses:
{{ range $c := .spec.initContainers }}
- ${containerHead("0")}
  ready: true
  started: false
  state: ${terminated(0, "Completed")}
{{ end }}
containerStatuses:
{{ range $i, $c := .spec.containers }}
{{ $restarts := 0 }}
{{ if $.status.containerStatuses }}{{ $restarts = int (index $.status.containerStatuses $i).restartCount }}{{ end }}
- ${containerHead(restarts)}
  ready: ${ready}
  started: ${ready}
  state: ${container()}
{{ end }}`;
}

function containerHead(restarts: string): string {
  return `name: {{ $c.name | Quote }}
  image: {{ $c.image | Quote }}
  imageID: ""
  restartCount: ${restarts}`;
}

/** Containers whose image asks for a fault get it, the others run. */
function onFault(state: string, last = ""): () => string {
  const lastState = last === "" ? "" : `\n  lastState: ${last}`;
  return () => `{{ if regexMatch "${ASKS_FOR_FAULT}" $c.image }}${state}${lastState}{{ else }}${RUNNING()}{{ end }}`;
}

function conditions(initialized: boolean, ready: boolean): string {
  const names = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"];
  const reasons: Record<string, string> = {
    Initialized: initialized ? "" : "ContainersNotInitialized",
    Ready: ready ? "" : "ContainersNotReady",
    ContainersReady: ready ? "" : "ContainersNotReady",
  };
  return [
    "conditions:",
    ...names.map((type) => {
      const reason = reasons[type] ?? "";
      return `- {type: ${type}, status: "${reason === "" ? "True" : "False"}", reason: "${reason}", ` +
        "lastTransitionTime: {{ Now | Quote }}}";
    }),
  ].join("\n");
}

function waiting(reason: string, message: string): string {
  return `{waiting: {reason: ${reason}, message: "${message}"}}`;
}

function terminated(exitCode: number, reason: string): string {
  return `{terminated: {exitCode: ${exitCode}, reason: ${reason}, ` +
    "startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}}}";
}

function resolveError(code: string, cause: string): string {
  return unpackError(code, `failed to resolve reference \\"{{ $c.image }}\\": ${cause}`);
}

function unpackError(code: string, cause: string): string {
  return `rpc error: code = ${code} desc = failed to pull and unpack image \\"{{ $c.image }}\\": ${cause}`;
}

const NODE_STATUS = `conditions:
{{ range NodeConditions }}
- {type: {{ .type }}, status: {{ .status | Quote }}, reason: {{ .reason }}, message: {{ .message | Quote }},
   lastHeartbeatTime: {{ Now | Quote }}, lastTransitionTime: {{ Now | Quote }}}
{{ end }}
addresses:
- {type: InternalIP, address: {{ NodeIP | Quote }}}
- {type: Hostname, address: {{ NodeName | Quote }}}
daemonEndpoints: {kubeletEndpoint: {Port: {{ NodePort }}}}
allocatable: {cpu: "4000", memory: 4096Gi, pods: "5000"}
capacity: {cpu: "4000", memory: 4096Gi, pods: "5000"}
nodeInfo:
  architecture: amd64
  bootID: ""
  containerRuntimeVersion: kwok://{{ Version }}
  kernelVersion: kwok
  kubeProxyVersion: ""
  kubeletVersion: kwok-{{ Version }}
  machineID: ""
  operatingSystem: linux
  osImage: kwok
  systemUUID: ""`;

// The parts of a stage.

function stage(name: string, kind: "Pod" | "Node", matches: readonly Match[], delayMs: number, steps: Step[]) {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind },
      selector: { matchExpressions: matches.map((jq) => ({ jq })) },
      ...(delayMs === 0 ? {} : { delay: { durationMilliseconds: delayMs } }),
      steps,
    },
  } satisfies KubeletStage as KubeletStage;
}

function patchStatus(template: string): Step {
  return { patch: { subresource: "status", root: "status", template, type: "strategic" } };
}

function event(type: "Normal" | "Warning", reason: string, message: string): Step {
  return { event: { type, reason, message } };
}

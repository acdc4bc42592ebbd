/** What kwok, in the kubelet's place, writes into the status of pods and nodes: Go templates that give YAML. */

/** Images whose tag asks for a fault. */
export const ASKS_FOR_FAULT = ":(sandbox-|does-not-exist)";

/** A container that runs. */
export const RUNNING = (): string => "{running: {startedAt: {{ Now | Quote }}}}";
/** A container that waits to be started again. */
export const CRASH_LOOP = waiting(
  "CrashLoopBackOff",
  "back-off 10s restarting failed container={{ $c.name }} pod={{ $.metadata.name }}_{{ $.metadata.namespace }}" +
    "({{ $.metadata.uid }})",
);
/** A pod that its node has evicted. */
export const EVICTION =
  `reason: Evicted\nmessage: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 64Mi. '`;
const ADDRESSES = `hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName (or .spec.hostNetwork false) .metadata.uid .metadata.name .metadata.namespace | Quote }}
startTime: {{ or .status.startTime Now | Quote }}`;

/** The status of a pod whose init containers, if any, are done. */
export interface PodStatusTemplate {
  phase: string;
  ready: boolean;
  /** `state`, and `lastState` after it where there is one, of the container `$c`. */
  container: () => string;
  restarts?: string;
}

/** A pod whose init containers, if any, are done. */
export function podStatus({ phase, ready, container, restarts = "0" }: PodStatusTemplate): string {
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

/** A pod whose init containers have the state, and whose other containers wait for them. */
export function initStatus(state: string, last = "", restarts = "0"): string {
  return `${conditions(false, false)}
${ADDRESSES}
phase: Pending
initContainerStatuses:
{{ range $i, $c := .spec.initContainers }}
{{ $restarts := 0 }}
{{ if $.status.initContainerStatuses }}{{ $restarts = int (index $.status.initContainerStatuses $i).restartCount }}{{ end }}
- ${containerHead(restarts)}
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
}

function containerHead(restarts: string): string {
  return `name: {{ $c.name | Quote }}
  image: {{ $c.image | Quote }}
  imageID: ""
  restartCount: ${restarts}`;
}

/** Containers whose image asks for a fault get it, the others run. */
export function onFault(state: string, last = ""): () => string {
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

/** A container's state, waiting. */
export function waiting(reason: string, message: string): string {
  return `{waiting: {reason: ${reason}, message: "${message}"}}`;
}

/** A container's state, ended. */
export function terminated(exitCode: number, reason: string, message = ""): string {
  return `{terminated: {exitCode: ${exitCode}, reason: ${reason}, message: "${message}", ` +
    "startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}}}";
}

/** What containerd says of an image that it can't resolve. */
export function resolveError(code: string, cause: string): string {
  return unpackError(code, `failed to resolve reference \\"{{ $c.image }}\\": ${cause}`);
}

/** What containerd says of an image that it can't get. */
export function unpackError(code: string, cause: string): string {
  return `rpc error: code = ${code} desc = failed to pull and unpack image \\"{{ $c.image }}\\": ${cause}`;
}

/** A node that is well. */
export const NODE_STATUS = `conditions:
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

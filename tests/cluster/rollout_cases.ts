/** Rollouts that the real control plane can play: its controllers, admission and scheduler are real, its kubelet is kwok. */
import type { JsonObject } from "../../src/base/mod.ts";
import type { KubeClient } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import type { RolloutTarget, WatchRolloutOptions } from "../../src/rollout/mod.ts";
import { equal } from "../assert.ts";
import type { Body, World } from "../contract/world.ts";
import type { Wanted } from "../rollout/scenario.ts";
import type { WorkloadOptions } from "../rollout/sandbox/sandbox_cluster.ts";

/** What somebody does with the cluster. */
export type Action = (world: World, client: KubeClient) => Promise<unknown>;

/** One rollout, of workload `web` unless it says otherwise, in a namespace of its own. */
export interface ClusterCase {
  name: string;
  /** The tag of the image asks kwok for a fault. @default v2 */
  tag?: string;
  workload?: WorkloadOptions;
  /** Labels of the namespace. */
  labels?: Record<string, string>;
  /** What is there before. */
  before?: JsonObject[];
  /** A former release: its tag, and for how long it is let alone. */
  first?: { tag: string; seconds: number; workload?: WorkloadOptions };
  /** Deployed and watched along with it. */
  along?: JsonObject[];
  /** Seconds after the deploy → what happens then. */
  at?: Record<number, Action>;
  watch?: Partial<WatchRolloutOptions>;
  /** What `kubectl rollout status` is timed for. @default no */
  timed?: boolean;
  want: Wanted;
}

const object = (apiVersion: string, kind: string, name: string, fields: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...fields,
});

const put = (manifest: JsonObject): Action => ({ namespace }, client) => {
  const { metadata, ...rest } = manifest as Manifest;
  return client.apply({ ...rest, metadata: { ...metadata, namespace } } as Manifest, {
    fieldManager: "somebody",
    force: true,
  });
};

const remove = (target: Omit<RolloutTarget, "namespace">): Action => ({ namespace }, client) =>
  client.delete({ ...target, namespace }, { propagation: "Background" });

const patchWeb = (kind: string, patch: JsonObject): Action => ({ namespace }, client) =>
  client.patch({ apiVersion: "apps/v1", kind, name: "web", namespace }, "merge", patch);

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const secret = (keys: JsonObject) => object("v1", "Secret", "db", { stringData: keys });
const quota = (cpu: string) => object("v1", "ResourceQuota", "small", { spec: { hard: { "requests.cpu": cpu } } });
const cpu = (amount: string) => ({ container: { resources: { requests: { cpu: amount } } } });
const PROBED = { readinessProbe: { httpGet: { path: "/healthz", port: 8080 } } };
const image = (tag: string) => `registry.example.com/web:${tag}`;
const withInit = (tag: string) => ({ pod: { initContainers: [{ name: "migrate", image: image(tag) }] } });
const NO_NODE = cpu("100000");

const healthy = (seconds: [number, number] = [0, 60]): Wanted => ({ outcome: "healthy", seconds });
const failed = (code: string, seconds: number, more: Partial<Wanted> = {}): Wanted => ({
  outcome: "failed",
  codes: [code],
  seconds: [0, seconds],
  ...more,
});
const late = (code: string, more: Partial<Wanted> = {}): Wanted => ({
  outcome: "timedOut",
  codes: [code],
  ...more,
});
const IN_20: Partial<WatchRolloutOptions> = { timeoutMs: 20_000 };

/** Writes the status of a pod that kwok leaves alone, as a kubelet does. */
export function writeStatus(status: JsonObject, index = 0, labelSelector = ""): (world: World) => Promise<void> {
  return async (world) => {
    const pods: Body[] = (await world.get(world.path("pods"), { labelSelector })).items;
    const [...sorted] = pods.sort((a, b) => a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1);
    const pod = sorted[index];
    if (pod === undefined) throw new Error(`No pod ${index} in ${world.namespace}`);
    const { status: answer } = await world.patch(statusPath(world, pod), "merge", { status });
    equal(answer, 200);
  };
}

function statusPath(world: World, pod: Body): string {
  return `${world.path("pods", pod.metadata.name)}/status`;
}

const ended = (exitCode: number, reason: string): JsonObject => ({
  phase: exitCode === 0 ? "Succeeded" : "Failed",
  containerStatuses: [{
    name: "web",
    image: image("v2"),
    imageID: "",
    ready: false,
    restartCount: 0,
    state: {
      terminated: { exitCode, reason, startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:00:01Z" },
    },
  }],
});

/** Images that nodes get, and don't. */
const IMAGES: ClusterCase[] = [
  { name: "image not found", tag: "does-not-exist", timed: true, want: failed("K1001", 10, { evidence: /not found/ }) },
  {
    name: "image unauthorized",
    tag: "sandbox-image-unauthorized",
    timed: true,
    want: failed("K1002", 10, { evidence: /401 Unauthorized/ }),
  },
  {
    name: "image denied, with a pull secret",
    tag: "sandbox-image-denied",
    workload: { pod: { imagePullSecrets: [{ name: "gitlab" }] } },
    want: failed("K1002", 10, { evidence: /pull access denied/, nextStep: /"gitlab"/ }),
  },
  { name: "image for another platform", tag: "sandbox-image-wrong-platform", want: failed("K1006", 10) },
  { name: "image name invalid", tag: "sandbox-image-invalid-name", want: failed("K1004", 8) },
  { name: "image never pulled", tag: "sandbox-image-never-present", want: failed("K1005", 8) },
  {
    name: "image rate limited",
    tag: "sandbox-image-rate-limited",
    timed: true,
    watch: IN_20,
    want: late("K1003", { evidence: /429 Too Many Requests/ }),
  },
  { name: "image rate limited, once", tag: "sandbox-image-rate-limited-heals", want: healthy([10, 60]) },
  { name: "registry down, once", tag: "sandbox-registry-unavailable-heals", want: healthy([10, 60]) },
  { name: "registry too slow, once", tag: "sandbox-registry-timeout-heals", want: healthy([10, 60]) },
  {
    name: "image of a StatefulSet not found",
    tag: "does-not-exist",
    workload: { kind: "StatefulSet" },
    want: failed("K1001", 10),
  },
  {
    name: "image of a DaemonSet denied",
    tag: "sandbox-image-denied",
    workload: { kind: "DaemonSet" },
    want: failed("K1002", 10),
  },
  { name: "image of a Job not found", tag: "does-not-exist", workload: { kind: "Job" }, want: failed("K1001", 10) },
  {
    name: "image of an init container not found",
    workload: withInit("does-not-exist"),
    want: failed("K1001", 10, { message: /web:does-not-exist/ }),
  },
];

/** Processes that end. */
const PROCESSES: ClusterCase[] = [
  {
    name: "crash loop",
    tag: "sandbox-crash",
    timed: true,
    want: failed("K1101", 15, { evidence: /exited with code 1[\s\S]*no answer from database/ }),
  },
  { name: "crash, once", tag: "sandbox-crash-once", want: healthy() },
  {
    name: "out of memory",
    tag: "sandbox-oom-killed",
    timed: true,
    want: failed("K1102", 15, { evidence: /137 \(OOMKilled/ }),
  },
  {
    name: "killed by the liveness probe",
    tag: "sandbox-liveness-failing",
    workload: { container: { livenessProbe: { httpGet: { path: "/live", port: 8080 } } } },
    want: failed("K1105", 35, { message: /liveness probe fails/ }),
  },
  {
    name: "init container that crashes",
    workload: withInit("sandbox-crash"),
    timed: true,
    want: failed("K1104", 15, { evidence: /container migrate exited with code 1/ }),
  },
  { name: "init container that crashes, once", workload: withInit("sandbox-crash-once"), want: healthy() },
  {
    name: "program of another architecture",
    tag: "sandbox-exec-format-error",
    want: failed("K1103", 8, { message: /another architecture/ }),
  },
  { name: "runtime that fails, once", tag: "sandbox-container-cannot-run-heals", want: healthy([10, 60]) },
  {
    name: "crash until the database is there",
    tag: "sandbox-crash-twice",
    along: [object("apps/v1", "StatefulSet", "db", {
      spec: {
        serviceName: "db",
        selector: { matchLabels: { app: "db" } },
        template: {
          metadata: { labels: { app: "db" } },
          spec: { containers: [{ name: "db", image: image("sandbox-slow") }] },
        },
      },
    })],
    want: healthy([12, 60]),
  },
  {
    name: "crash of the former revision",
    first: { tag: "sandbox-crash", seconds: 4 },
    want: healthy(),
  },
  {
    name: "crash of a StatefulSet",
    tag: "sandbox-crash",
    workload: { kind: "StatefulSet" },
    want: failed("K1101", 15),
  },
];

/** Configuration, volumes and nodes. */
const SURROUNDINGS: ClusterCase[] = [
  {
    name: "Secret missing",
    tag: "sandbox-missing-secret",
    timed: true,
    want: failed("K1201", 10, { message: /^Secret "db" does not exist/, evidence: /CreateContainerConfigError/ }),
  },
  {
    name: "Secret that comes 3 s later",
    tag: "sandbox-missing-secret-heals",
    at: { 3: put(secret({ url: "x" })) },
    want: healthy([10, 60]),
  },
  {
    name: "key missing in a Secret",
    tag: "sandbox-missing-key",
    before: [secret({ host: "x" })],
    want: failed("K1201", 10, { message: /^Key "url" is missing in Secret "db"/ }),
  },
  { name: "caches that lag behind", tag: "sandbox-cache-lag-heals", want: healthy([10, 60]) },
  {
    name: "volume of a ConfigMap that is missing",
    tag: "sandbox-mount-missing",
    want: failed("K1204", 25, { message: /ConfigMap "settings" does not exist/ }),
  },
  { name: "volume attached late", tag: "sandbox-mount-attached-heals", want: healthy([10, 60]) },
  {
    name: "no node takes the pod",
    workload: NO_NODE,
    timed: true,
    watch: { patience: { unschedulableMs: 16_000 } },
    want: failed("K1301", 25, { evidence: /Insufficient cpu/ }),
  },
  {
    name: "no node takes the pod, and no autoscaler helps",
    workload: NO_NODE,
    at: { 2: tellPod("NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached") },
    watch: { patience: { unscalableMs: 16_000 } },
    want: failed("K1301", 25, { evidence: /max node group size/ }),
  },
  {
    name: "no node takes the pod, until somebody asks for less",
    workload: NO_NODE,
    at: { 5: patchWeb("Deployment", cpuPatch("10m")) },
    want: { outcome: "healthy", codes: ["K1703"], seconds: [5, 60] },
  },
  {
    name: "no node takes the pod, and an autoscaler adds one",
    workload: NO_NODE,
    at: { 2: tellPod("TriggeredScaleUp", "pod triggered scale-up: 1->2") },
    watch: { timeoutMs: 22_000, patience: { unschedulableMs: 10_000 } },
    want: late("K1301", { message: /an autoscaler is adding a node/ }),
  },
  {
    name: "pod evicted by its node",
    workload: { replicas: 1 },
    tag: "sandbox-by-hand",
    at: {
      2: writeStatus({ phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory. " }),
      5: (world) => runPods(world),
    },
    want: healthy(),
  },
];

/** Pods that the API server refuses. */
const REFUSALS: ClusterCase[] = [
  {
    name: "quota exceeded",
    before: [quota("100m")],
    workload: cpu("200m"),
    timed: true,
    want: failed("K1401", 12, { message: /quota "small": needs 200m requests.cpu, 0 of 100m are used/ }),
  },
  {
    name: "quota exceeded, and raised at once",
    before: [quota("100m")],
    workload: cpu("200m"),
    at: { 2: put(quota("1")) },
    want: healthy(),
  },
  {
    name: "Pod Security standard violated",
    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    timed: true,
    want: failed("K1403", 12, { message: /violates PodSecurity "restricted:latest"/ }),
  },
  {
    name: "Pod Security of a StatefulSet violated",
    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    workload: { kind: "StatefulSet" },
    want: failed("K1403", 15),
  },
  {
    name: "ServiceAccount missing",
    workload: { pod: { serviceAccountName: "worker" } },
    want: failed("K1404", 12, { message: /^ServiceAccount "worker" does not exist/ }),
  },
  {
    name: "ServiceAccount that comes 3 s later",
    workload: { pod: { serviceAccountName: "worker" } },
    at: { 3: put(object("v1", "ServiceAccount", "worker")) },
    want: healthy(),
  },
  {
    name: "LimitRange violated",
    before: [object("v1", "LimitRange", "most", { spec: { limits: [{ type: "Container", max: { cpu: "100m" } }] } })],
    workload: { container: { resources: { limits: { cpu: "1" } } } },
    want: failed("K1405", 12, { message: /maximum cpu usage per Container is 100m/ }),
  },
  {
    name: "PriorityClass missing",
    workload: { pod: { priorityClassName: "gold" } },
    want: failed("K1402", 12, { nextStep: /Create PriorityClass "gold"/ }),
  },
];

/** What workloads say of themselves, and what others do to them. */
const WORKLOADS: ClusterCase[] = [
  { name: "healthy", timed: true, want: healthy() },
  { name: "slow", tag: "sandbox-slow", timed: true, want: healthy() },
  {
    name: "never ready",
    tag: "sandbox-never-ready",
    workload: { container: PROBED },
    timed: true,
    watch: IN_20,
    want: late("K1501", { evidence: /statuscode: 503/ }),
  },
  {
    name: "progress deadline passed",
    tag: "sandbox-never-ready",
    workload: { container: PROBED, spec: { progressDeadlineSeconds: 5 } },
    want: failed("K1601", 15, { evidence: /ProgressDeadlineExceeded/ }),
  },
  { name: "paused", workload: { spec: { paused: true } }, want: failed("K1604", 12) },
  {
    name: "paused, and resumed at once",
    workload: { spec: { paused: true } },
    at: { 3: patchWeb("Deployment", { spec: { paused: null } }) },
    want: healthy(),
  },
  {
    name: "another deploy in the middle",
    tag: "sandbox-slow",
    first: { tag: "v1", seconds: 2 },
    at: { 3: patchWeb("Deployment", { spec: { template: { metadata: { annotations: { by: "somebody" } } } } }) },
    want: { outcome: "healthy", codes: ["K1703"], seconds: [3, 60] },
  },
  {
    name: "replicas changed in the middle",
    tag: "sandbox-slow",
    at: { 3: patchWeb("Deployment", { spec: { replicas: 5 } }) },
    want: healthy(),
  },
  { name: "deleted in the middle", tag: "sandbox-slow", at: { 2: remove(DEPLOYMENT) }, want: failed("K1701", 6) },
  {
    name: "partitioned StatefulSet",
    first: { tag: "v1", seconds: 6, workload: { kind: "StatefulSet", replicas: 3 } },
    workload: { kind: "StatefulSet", replicas: 3, spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } },
    want: healthy(),
  },
  {
    name: "StatefulSet pinned by a broken pod",
    first: { tag: "does-not-exist", seconds: 4, workload: { kind: "StatefulSet" } },
    workload: { kind: "StatefulSet" },
    want: failed("K1603", 10, { nextStep: /kubectl delete pod web-0/ }),
  },
  {
    name: "StatefulSet pinned, and unstuck",
    first: { tag: "does-not-exist", seconds: 4, workload: { kind: "StatefulSet" } },
    workload: { kind: "StatefulSet" },
    watch: { unstick: true },
    want: healthy(),
  },
  { name: "DaemonSet", workload: { kind: "DaemonSet" }, first: { tag: "v1", seconds: 3 }, want: healthy() },
  {
    name: "Job that exceeds its retries",
    tag: "sandbox-crash",
    workload: { kind: "Job", spec: { backoffLimit: 0 } },
    want: failed("K1602", 20, { evidence: /BackoffLimitExceeded[\s\S]*exited with code 1/ }),
  },
  {
    name: "Job that fails and then succeeds",
    tag: "sandbox-by-hand",
    workload: { kind: "Job", spec: { backoffLimit: 3 } },
    at: { 2: writeStatus(ended(1, "Error")), 16: writeStatus(ended(0, "Completed"), 1) },
    want: healthy([10, 60]),
  },
];

/** All of them, the longest first. */
export const CLUSTER_CASES: readonly ClusterCase[] = [
  ...IMAGES,
  ...PROCESSES,
  ...SURROUNDINGS,
  ...REFUSALS,
  ...WORKLOADS,
];

function cpuPatch(amount: string): JsonObject {
  const container = { name: "web", image: image("v2"), resources: { requests: { cpu: amount } } };
  return { spec: { template: { spec: { containers: [container] } } } };
}

/** Tells an event about the first pod, as an autoscaler does. */
function tellPod(reason: string, message: string): Action {
  return async (world) => {
    const { namespace } = world;
    const { items: [pod] } = await world.get(world.path("pods"));
    const { name, uid } = pod.metadata;
    const now = new Date().toISOString().replace(/\.\d+/, "");
    await world.create("events", {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.scaling`, namespace },
      involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid },
      reason,
      message,
      type: "Normal",
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
    });
  };
}

/** Lets pods run, as a kubelet tells it: those that kwok leaves alone, or that wait for ever. */
export async function runPods(world: World, labelSelector = ""): Promise<void> {
  const now = new Date().toISOString();
  for (const pod of (await world.get(world.path("pods"), { labelSelector })).items) {
    if (pod.status.phase === "Failed") continue;
    const conditions = ["Ready", "ContainersReady", "Initialized"].map((type) => ({
      type,
      status: "True",
      lastTransitionTime: now,
    }));
    const containerStatuses = [{
      name: "web",
      image: image("v2"),
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    }];
    const status = { phase: "Running", conditions, containerStatuses };
    equal((await world.patch(statusPath(world, pod), "strategic", { status })).status, 200);
  }
}

/**
 * Rollouts on the sandbox beyond single faults of a Deployment: for each its verdict, code, evidence and the time to the
 * verdict. `faults_test.ts` and `disturbances_test.ts` have the others.
 */
import { equal, ok } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import type { KubeClient } from "../../../src/kube/mod.ts";
import type { Manifest } from "../../../src/manifest/mod.ts";
import type { WatchRolloutOptions } from "../../../src/rollout/mod.ts";
import { assertResult, type Wanted } from "../scenario.ts";
import { SandboxCluster, targetOf, workload, type WorkloadOptions } from "./sandbox_cluster.ts";

const NEXT = "registry.example.com/web:2";
const LAST = "registry.example.com/web:3";
const PROBED = { readinessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 1 } };

interface Scenario {
  name: string;
  faults?: JsonObject[];
  workload?: WorkloadOptions;
  /** What is there before: objects, or a first release that differs from the watched one in more than the image. */
  before?: JsonObject[];
  first?: WorkloadOptions;
  /** Seconds after the watch begins → what somebody does then. */
  at?: Record<number, (client: KubeClient, cluster: SandboxCluster) => unknown>;
  annotations?: JsonObject;
  watch?: Partial<WatchRolloutOptions>;
  nodes?: number;
  want: Wanted;
}

const object = (apiVersion: string, kind: string, name: string, fields: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "shop" },
  ...fields,
});

const secret = (name: string, keys: JsonObject = {}) => object("v1", "Secret", name, { stringData: keys });

const apply = (manifest: JsonObject) => (client: KubeClient) =>
  client.apply({ ...manifest } as Manifest, { fieldManager: "somebody", force: true });

const inShop = (manifest: JsonObject): JsonObject => ({
  ...manifest,
  metadata: { ...(manifest.metadata as JsonObject), namespace: "shop" },
});

const healthy: Wanted = { outcome: "healthy" };
const failed = (code: string, seconds: [number, number], more: Partial<Wanted> = {}): Wanted => ({
  outcome: "failed",
  codes: [code],
  seconds,
  ...more,
});
const late = (code: string, more: Partial<Wanted> = {}): Wanted => ({ outcome: "timedOut", codes: [code], ...more });

const envOf = (name: string, key: string) => ({ env: [{ name: "URL", valueFrom: { secretKeyRef: { name, key } } }] });

function changeNode(cluster: SandboxCluster, index: number, change: (node: Manifest) => Manifest): void {
  const { store } = cluster.sandbox;
  store.update(change(store.list("v1", "Node")[index]!));
}

const PODS: Scenario[] = [
  {
    name: "a key that a Secret lacks",
    before: [secret("db", { host: "x" })],
    workload: { container: envOf("db", "url") },
    want: failed("K1201", [5, 10], {
      message: /Key "url" is missing in Secret "db"/,
      evidence: /couldn't find key url/,
    }),
  },
  {
    name: "a Secret of the overlay that comes a moment later",
    workload: { container: envOf("db", "url") },
    watch: { overlay: [{ apiVersion: "v1", kind: "Secret", namespace: "shop", name: "db" }] },
    at: { 8: apply(secret("db", { url: "x" })) },
    want: healthy,
  },
  {
    name: "a Secret of the overlay that never comes",
    workload: { container: envOf("db", "url") },
    watch: { overlay: [{ apiVersion: "v1", kind: "Secret", namespace: "shop", name: "db" }] },
    want: failed("K1201", [60, 75], { message: /Secret "db" does not exist/, nextStep: /The overlay has Secret "db"/ }),
  },
  {
    name: "one of three pods that crashes while the others are fine",
    faults: [{ fail: "crash", image: NEXT, pods: 1 }],
    workload: { replicas: 3, spec: { strategy: { rollingUpdate: { maxSurge: 3 } } } },
    watch: { timeoutMs: 90_000 },
    want: late("K1101", { message: /in 1 of 3 new pods/ }),
  },
  {
    name: "a runtime that can't run a container, for reasons of the node",
    faults: [{ fail: "container-cannot-run", image: NEXT }],
    watch: { timeoutMs: 90_000 },
    want: late("K1103"),
  },
  {
    name: "an init container whose image does not exist",
    faults: [{ fail: "image-not-found", image: "registry.example.com/migrate:2" }],
    workload: { pod: { initContainers: [{ name: "migrate", image: "registry.example.com/migrate:2" }] } },
    want: failed("K1001", [5, 10], { message: /migrate:2" does not exist/, evidence: /migrate:2/ }),
  },
  {
    name: "an init container that waits for a database by crashing once",
    faults: [{ fail: "crash", container: "migrate", times: 1 }],
    workload: { pod: { initContainers: [{ name: "migrate", image: "registry.example.com/migrate:2" }] } },
    want: healthy,
  },
  {
    name: "a sidecar that crashes",
    faults: [{ fail: "crash", container: "proxy", exitCode: 2 }],
    workload: {
      pod: { initContainers: [{ name: "proxy", image: "registry.example.com/proxy:2", restartPolicy: "Always" }] },
    },
    want: failed("K1101", [5, 10], { message: /Sidecar container "proxy" ends with exit code 2/ }),
  },
  {
    name: "a startup probe that never succeeds",
    faults: [{ fail: "startup-failing", image: NEXT }],
    workload: {
      container: { startupProbe: { tcpSocket: { port: 80 }, periodSeconds: 2, failureThreshold: 3 } },
    },
    want: failed("K1105", [10, 90], { message: /startup probe fails/, evidence: /Startup probe failed/ }),
  },
  {
    name: "a readiness gate that nobody opens",
    workload: { pod: { readinessGates: [{ conditionType: "example.com/in-pool" }] } },
    first: {},
    watch: { timeoutMs: 60_000 },
    want: late("K1502", { message: /Readiness gate "example.com\/in-pool" is not true/ }),
  },
  {
    name: "a process that is ready, and crashes within the stability window",
    faults: [{ fail: "crash", image: NEXT, afterSeconds: 6 }],
    watch: { stabilityMs: 20_000 },
    want: { outcome: "failed", codes: ["K1101"], seconds: [10, 90] },
  },
  {
    name: "a mount that works at the fourth try",
    faults: [{ fail: "mount-failed", image: NEXT, times: 3 }],
    want: healthy,
  },
  { name: "a volume that is attached late", faults: [{ fail: "attach-failed", image: NEXT, times: 3 }], want: healthy },
  {
    name: "a volume that is never attached",
    faults: [{ fail: "attach-failed", image: NEXT }],
    watch: { timeoutMs: 90_000 },
    want: late("K1204"),
  },
  ...["Preempting", "NodeShutdown", "Terminated"].map((reason): Scenario => ({
    name: `a pod that its node ends: ${reason}`,
    faults: [{ fail: "evicted", image: NEXT, reason, afterSeconds: 1 }],
    want: healthy,
  })),
  {
    name: "an admission policy that is corrected at once",
    faults: [{ fail: "webhook-denied", image: NEXT, healsAfterSeconds: 3 }],
    want: healthy,
  },
  {
    name: "a LimitRange that is corrected at once",
    faults: [{ fail: "limit-range", image: NEXT, healsAfterSeconds: 3 }],
    want: healthy,
  },
  ...(["memory", "pods", "affinity", "volume"] as const).map((because): Scenario => ({
    name: `no node takes the pod: ${because}`,
    faults: [{ fail: "unschedulable", image: NEXT, because }],
    want: failed("K1301", [175, 190], {
      evidence: /PodScheduled is False \(Unschedulable\): 0\/1 nodes are available/,
    }),
  })),
];

const DEPLOYMENTS: Scenario[] = [
  {
    name: "the progress deadline passes",
    faults: [{ fail: "never-ready", image: NEXT }],
    workload: { container: PROBED, spec: { progressDeadlineSeconds: 30 } },
    want: failed("K1601", [29, 40], { evidence: /ProgressDeadlineExceeded/ }),
  },
  {
    name: "a Deployment that is paused",
    workload: { spec: { paused: true } },
    want: failed("K1604", [8, 10], { evidence: /spec.paused is true/ }),
  },
  {
    name: "a Deployment that is resumed in time",
    workload: { spec: { paused: true } },
    at: { 5: (client) => client.patch(targetOf(), "merge", { spec: { paused: null } }) },
    want: healthy,
  },
  {
    name: "pods that count as available after 20 s",
    workload: { spec: { minReadySeconds: 20 } },
    want: { outcome: "healthy", seconds: [40, 70] },
  },
  {
    name: "pods that take two minutes to be ready",
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 120 }],
    workload: { container: PROBED, replicas: 1 },
    want: { outcome: "healthy", seconds: [120, 140] },
  },
  {
    name: "an autoscaler that doubles the pods in the middle",
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 20 }],
    workload: { container: { ...PROBED, resources: { requests: { cpu: "10m" } } } },
    at: {
      5: apply(object("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
          minReplicas: 4,
          maxReplicas: 6,
        },
      })),
    },
    want: healthy,
  },
  {
    name: "somebody undoes the rollout in the middle",
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 30 }],
    workload: { container: PROBED },
    first: { container: PROBED },
    at: { 6: apply(inShop(workload({ container: PROBED }))) },
    want: { outcome: "healthy", codes: ["K1703"] },
  },
  {
    name: "somebody deletes the Deployment and creates it anew",
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 30 }],
    workload: { container: PROBED },
    at: {
      6: async (client) => {
        await client.delete(targetOf(), { propagation: "Background" });
        await client.create(inShop(workload()) as Manifest);
      },
    },
    want: { outcome: "failed", codes: ["K1701"], seconds: [6, 8] },
  },
  {
    name: "its own time limit, by annotation",
    faults: [{ fail: "registry-timeout", image: NEXT }],
    annotations: { "kstage.dev/timeout": "40s" },
    want: { ...late("K1003"), seconds: [40, 42] },
  },
  {
    name: "no activity, by annotation",
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 200, phase: "start" }],
    annotations: { "kstage.dev/no-activity-timeout": "60s" },
    want: { outcome: "failed", codes: ["K1704"], seconds: [55, 75] },
  },
];

const SETS: Scenario[] = [
  {
    name: "a partitioned StatefulSet: only its share is replaced",
    workload: { kind: "StatefulSet", replicas: 3, spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } },
    want: healthy,
  },
  {
    name: "a partitioned StatefulSet whose share is broken",
    faults: [{ fail: "image-not-found", image: NEXT }],
    workload: { kind: "StatefulSet", replicas: 3, spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } },
    want: failed("K1001", [5, 10]),
  },
  {
    name: "an OnDelete StatefulSet",
    workload: { kind: "StatefulSet", spec: { updateStrategy: { type: "OnDelete" } } },
    want: { outcome: "healthy", seconds: [0, 5] },
  },
  {
    name: "a StatefulSet that starts all pods at once",
    workload: { kind: "StatefulSet", replicas: 4, spec: { podManagementPolicy: "Parallel" } },
    first: { kind: "StatefulSet", replicas: 4, spec: { podManagementPolicy: "Parallel" } },
    want: healthy,
  },
  {
    name: "a StatefulSet with slow pods, one after another",
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 30 }],
    workload: { kind: "StatefulSet", replicas: 3, container: PROBED },
    want: { outcome: "healthy", seconds: [90, 130] },
  },
  {
    name: "an OnDelete DaemonSet",
    workload: { kind: "DaemonSet", spec: { updateStrategy: { type: "OnDelete" } } },
    want: { outcome: "healthy", seconds: [0, 5] },
  },
  {
    name: "a DaemonSet on a node that joins in the middle",
    nodes: 2,
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 10 }],
    workload: { kind: "DaemonSet", container: PROBED },
    at: {
      5: (_, { sandbox: { store } }) => {
        const [node] = store.list("v1", "Node");
        const { uid: _uid, resourceVersion: _version, ...metadata } = node!.metadata;
        store.create({ ...node!, metadata: { ...metadata, name: "joined" } });
      },
    },
    want: healthy,
  },
  {
    name: "a DaemonSet under a node that is taken away",
    nodes: 3,
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 10 }],
    workload: { kind: "DaemonSet", container: PROBED },
    at: {
      5: (_, { sandbox: { store } }) => {
        const node = store.list("v1", "Node").at(-1)!;
        store.remove({ apiVersion: "v1", kind: "Node", name: node.metadata.name });
        for (const pod of store.list("v1", "Pod")) {
          if ((pod.spec as JsonObject).nodeName === node.metadata.name) {
            store.remove({ apiVersion: "v1", kind: "Pod", namespace: "shop", name: pod.metadata.name });
          }
        }
      },
    },
    want: healthy,
  },
  {
    name: "a DaemonSet on a node that is cordoned",
    nodes: 2,
    workload: { kind: "DaemonSet" },
    at: {
      1: (_, cluster) =>
        changeNode(cluster, 0, (node) => ({ ...node, spec: { ...node.spec as JsonObject, unschedulable: true } })),
    },
    want: healthy,
  },
  {
    name: "a DaemonSet whose former pods crash",
    faults: [{ fail: "crash", image: NEXT }],
    first: { kind: "DaemonSet", image: NEXT },
    workload: { kind: "DaemonSet", image: LAST },
    want: healthy,
  },
];

const JOBS: Scenario[] = [
  {
    name: "a Job that fails twice and then succeeds",
    faults: [{ fail: "crash", image: NEXT, pods: 2 }],
    workload: { kind: "Job", spec: { backoffLimit: 4 } },
    want: healthy,
  },
  {
    name: "a Job that exceeds its retries",
    faults: [{ fail: "crash", image: NEXT, exitCode: 4, log: ["migration 12 failed"] }],
    workload: { kind: "Job", spec: { backoffLimit: 1 } },
    want: failed("K1602", [5, 60], { evidence: /BackoffLimitExceeded[\s\S]*code 4[\s\S]*migration 12 failed/ }),
  },
  {
    name: "a Job that takes too long",
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 100, phase: "start" }],
    workload: { kind: "Job", spec: { activeDeadlineSeconds: 20 } },
    want: failed("K1602", [19, 30], { evidence: /DeadlineExceeded/ }),
  },
  {
    name: "a Job whose image comes late",
    faults: [{ fail: "slow", image: NEXT, delaySeconds: 60, phase: "pull" }],
    workload: { kind: "Job" },
    want: { outcome: "healthy", seconds: [60, 80] },
  },
];

async function play(scenario: Scenario): Promise<void> {
  const { faults = [], before = [], at = {}, annotations = {}, watch = {}, nodes = 1 } = scenario;
  const options = { image: NEXT, ...scenario.workload };
  const cluster = new SandboxCluster(faults, undefined, { nodes });
  try {
    for (const one of before) await cluster.apply(one);
    if (options.kind !== "Job") {
      const { kind, replicas } = options;
      await cluster.apply(workload(scenario.first ?? { kind, ...(replicas === undefined ? {} : { replicas }) }));
      await cluster.pass(30);
    }
    const desired = workload(options);
    await cluster.apply({ ...desired, metadata: { ...(desired.metadata as JsonObject), annotations } });
    for (const [seconds, act] of Object.entries(at)) cluster.after(Number(seconds), (client) => act(client, cluster));
    const { result } = await cluster.watch(targetOf(options), watch);
    if (scenario.want.outcome === "healthy" && scenario.want.codes === undefined) {
      equal(result.outcome, "healthy", JSON.stringify(result, null, 2));
      ok(result.findings.every(({ severity }) => severity === "transient"), JSON.stringify(result.findings));
      const [from, to] = scenario.want.seconds as [number, number] | undefined ?? [0, 300];
      ok(result.seconds >= from && result.seconds <= to, `took ${result.seconds} s, not ${from} to ${to}`);
    } else assertResult(result, scenario.want);
  } finally {
    cluster.close();
  }
}

for (const [title, scenarios] of Object.entries({ pods: PODS, Deployments: DEPLOYMENTS, sets: SETS, Jobs: JOBS })) {
  Deno.test(`rollouts of the sandbox come to the right verdict, in time: ${title}`, async (t) => {
    for (const scenario of scenarios) await t.step(scenario.name, () => play(scenario));
  });
}

/** What happens to workloads, step by step; the recorded answers of real controllers lie in testdata. */
import type { JsonObject } from "../../../../src/base/mod.ts";

/** Which pods a step means. */
export interface PodSelection {
  image?: string;
  /** The number at the end of the name. */
  index?: number;
  count?: number;
  /** Only those that are not ready yet. */
  unready?: boolean;
}

export type Step =
  | { apply: JsonObject }
  | { remove: [kind: string, name: string] }
  | { wait: number }
  /** All pods that have no node get this one. */
  | { bind: string }
  | { pods: PodSelection; become: "ready" | "unready" | "succeeded" | "failed" };

export interface Scenario {
  name: string;
  namespaceLabels?: Record<string, string>;
  steps: Step[];
  /** What to remove afterwards beside the namespace. */
  leftovers?: [kind: string, name: string][];
}

const OLD = "registry.example.com/web:1";
const NEW = "registry.example.com/web:2";
const BAD = "registry.example.com/web:3";

function template(image: string, pod: JsonObject = {}, container: JsonObject = {}): JsonObject {
  return {
    metadata: { labels: { app: "web" } },
    spec: {
      containers: [{ name: "web", image, ports: [{ name: "http", containerPort: 8080 }], ...container }],
      ...pod,
    },
  };
}

function workload(
  kind: string,
  image: string,
  spec: JsonObject,
  pod: JsonObject = {},
  container: JsonObject = {},
): { apply: JsonObject } {
  const apiVersion = "apps/v1";
  const selector = { matchLabels: { app: "web" } };
  return {
    apply: {
      apiVersion,
      kind,
      metadata: { name: "web" },
      spec: { selector, template: template(image, pod, container), ...spec },
    },
  };
}

const deployment = (image: string, spec: JsonObject, pod?: JsonObject, container?: JsonObject) =>
  workload("Deployment", image, spec, pod, container);
const statefulSet = (image: string, spec: JsonObject) =>
  workload("StatefulSet", image, { serviceName: "web", ...spec });
const TOLERATIONS = [{ key: "kstage-reference", operator: "Exists" }];
const daemonSet = (image: string, spec: JsonObject) =>
  workload("DaemonSet", image, spec, { tolerations: TOLERATIONS, nodeSelector: { "kstage-reference": "yes" } });
const strategy = (maxSurge: number | string, maxUnavailable: number | string) => ({
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
});
const job = (spec: JsonObject, pod: JsonObject = {}) => ({
  apply: {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "web" },
    spec: { template: template(OLD, { restartPolicy: "Never", ...pod }), ...spec },
  },
});
const ready = (pods: PodSelection = {}): Step => ({ pods: { unready: true, ...pods }, become: "ready" });
const node = (name: string): Step => ({
  apply: {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kstage-reference": "yes" } },
    spec: { taints: [{ key: "kstage-reference", value: "yes", effect: "NoSchedule" }] },
  },
});
const service: Step = {
  apply: {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }] },
  },
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "deployment-rolling-update",
    steps: [
      deployment(OLD, { replicas: 3, ...strategy(1, 0) }),
      ready({ count: 1 }),
      ready(),
      deployment(NEW, { replicas: 3, ...strategy(1, 0) }),
      ready({ image: NEW }),
      ready({ image: NEW }),
      ready({ image: NEW }),
    ],
  },
  {
    name: "deployment-percentages",
    steps: [
      deployment(OLD, { replicas: 6, ...strategy("25%", "25%") }),
      ready(),
      deployment(NEW, { replicas: 6, ...strategy("25%", "25%") }),
      ready({ image: NEW }),
      ready({ image: NEW }),
    ],
  },
  {
    name: "deployment-without-surge",
    steps: [
      deployment(OLD, { replicas: 4, ...strategy(0, 2) }),
      ready(),
      deployment(NEW, { replicas: 4, ...strategy(0, 2) }),
      ready({ image: NEW, count: 1 }),
      ready({ image: NEW }),
      ready({ image: NEW }),
    ],
  },
  {
    name: "deployment-deadline-and-back",
    steps: [
      deployment(OLD, { replicas: 2, progressDeadlineSeconds: 4, ...strategy(1, 0) }),
      ready(),
      deployment(BAD, { replicas: 2, progressDeadlineSeconds: 4, ...strategy(1, 0) }),
      { wait: 8 },
      deployment(OLD, { replicas: 2, progressDeadlineSeconds: 4, ...strategy(1, 0) }),
    ],
  },
  {
    name: "deployment-never-available",
    steps: [deployment(BAD, { replicas: 1, progressDeadlineSeconds: 3 }), { wait: 7 }, ready()],
  },
  {
    name: "deployment-recreate",
    steps: [
      deployment(OLD, { replicas: 2, strategy: { type: "Recreate" } }),
      ready(),
      deployment(NEW, { replicas: 2, strategy: { type: "Recreate" } }),
      ready(),
    ],
  },
  {
    name: "deployment-paused",
    steps: [
      deployment(OLD, { replicas: 2 }),
      ready(),
      deployment(NEW, { replicas: 2, paused: true }),
      deployment(NEW, { replicas: 4, paused: true }),
      ready(),
      deployment(NEW, { replicas: 4, paused: false }),
      ready({ image: NEW }),
      ready({ image: NEW }),
      ready({ image: NEW }),
    ],
  },
  {
    name: "deployment-proportional-scaling",
    steps: [
      deployment(OLD, { replicas: 10, ...strategy("25%", "25%") }),
      ready(),
      deployment(BAD, { replicas: 10, ...strategy("25%", "25%") }),
      deployment(BAD, { replicas: 15, ...strategy("25%", "25%") }),
      deployment(BAD, { replicas: 6, ...strategy("25%", "25%") }),
    ],
  },
  {
    name: "deployment-scaled-to-zero-and-up",
    steps: [
      deployment(OLD, { replicas: 3 }),
      ready(),
      deployment(OLD, { replicas: 0 }),
      deployment(OLD, { replicas: 2 }),
      ready(),
    ],
  },
  {
    name: "deployment-broken-old-pods-go-first",
    steps: [
      deployment(BAD, { replicas: 4, ...strategy(1, 1) }),
      ready({ count: 3 }),
      deployment(NEW, { replicas: 4, ...strategy(1, 1) }),
      ready({ image: NEW }),
      ready({ image: NEW }),
      ready({ image: NEW }),
    ],
  },
  {
    name: "deployment-three-templates-at-once",
    steps: [
      deployment(OLD, { replicas: 4, ...strategy(1, 1) }),
      ready(),
      deployment(BAD, { replicas: 4, ...strategy(1, 1) }),
      deployment(NEW, { replicas: 4, ...strategy(1, 1) }),
      ready({ image: NEW }),
      ready({ image: NEW }),
      ready({ image: NEW }),
    ],
  },
  {
    name: "deployment-history-limit",
    steps: [OLD, NEW, BAD, OLD].flatMap((
      image,
    ) => [deployment(image, { replicas: 1, revisionHistoryLimit: 1, ...strategy(1, 0) }), ready()]),
  },
  {
    name: "deployment-min-ready-seconds",
    steps: [deployment(OLD, { replicas: 1, minReadySeconds: 5 }), ready(), { wait: 7 }],
  },
  {
    name: "deployment-quota",
    steps: [
      {
        apply: {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "team" },
          spec: { hard: { pods: "2", "requests.cpu": "1" } },
        },
      },
      deployment(OLD, { replicas: 3 }, {}, { resources: { requests: { cpu: "400m" } } }),
      ready(),
    ],
  },
  {
    name: "deployment-quota-without-requests",
    steps: [
      {
        apply: {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "team" },
          spec: { hard: { "requests.cpu": "1", "limits.memory": "1Gi" } },
        },
      },
      deployment(OLD, { replicas: 1 }),
    ],
  },
  {
    name: "deployment-service-account-missing",
    steps: [deployment(OLD, { replicas: 2 }, { serviceAccountName: "robot" })],
  },
  {
    name: "deployment-pod-security",
    namespaceLabels: { "pod-security.kubernetes.io/enforce": "restricted" },
    steps: [deployment(OLD, { replicas: 2 }, { initContainers: [{ name: "init", image: OLD }] })],
  },
  {
    name: "deployment-pod-security-baseline",
    namespaceLabels: { "pod-security.kubernetes.io/enforce": "baseline" },
    steps: [
      deployment(
        OLD,
        { replicas: 1 },
        { hostNetwork: true, volumes: [{ name: "root", hostPath: { path: "/" } }] },
        { ports: [] },
      ),
    ],
  },
  {
    name: "deployment-pod-deleted",
    steps: [deployment(OLD, { replicas: 2 }), ready(), { pods: { count: 1 }, become: "failed" }, ready()],
  },
  {
    name: "stateful-set-rolling-update",
    steps: [
      statefulSet(OLD, { replicas: 3 }),
      ready(),
      ready(),
      ready(),
      statefulSet(NEW, { replicas: 3 }),
      ready(),
      ready(),
      ready(),
    ],
  },
  {
    name: "stateful-set-partition",
    steps: [
      statefulSet(OLD, { replicas: 2, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } }),
      ready(),
      ready(),
      statefulSet(NEW, { replicas: 2, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } }),
      ready(),
      { remove: ["Pod", "web-0"] },
      ready(),
    ],
  },
  {
    name: "stateful-set-on-delete",
    steps: [
      statefulSet(OLD, { replicas: 2, updateStrategy: { type: "OnDelete" } }),
      ready(),
      ready(),
      statefulSet(NEW, { replicas: 2, updateStrategy: { type: "OnDelete" } }),
      { remove: ["Pod", "web-1"] },
      ready(),
    ],
  },
  {
    name: "stateful-set-parallel",
    steps: [
      statefulSet(OLD, { replicas: 3, podManagementPolicy: "Parallel" }),
      ready({ count: 2 }),
      ready(),
      statefulSet(NEW, { replicas: 3, podManagementPolicy: "Parallel" }),
      statefulSet(NEW, { replicas: 1, podManagementPolicy: "Parallel" }),
    ],
  },
  {
    name: "stateful-set-pinned-by-a-broken-pod",
    steps: [
      statefulSet(OLD, { replicas: 2 }),
      ready(),
      ready(),
      statefulSet(BAD, { replicas: 2 }),
      statefulSet(NEW, { replicas: 2 }),
      { remove: ["Pod", "web-1"] },
      ready(),
      ready(),
    ],
  },
  {
    name: "stateful-set-scaled-down",
    steps: [statefulSet(OLD, { replicas: 3 }), ready(), ready(), ready(), statefulSet(OLD, { replicas: 1 })],
  },
  {
    name: "stateful-set-back-to-a-former-template",
    steps: [
      statefulSet(OLD, { replicas: 1 }),
      ready(),
      statefulSet(NEW, { replicas: 1 }),
      ready(),
      statefulSet(OLD, { replicas: 1 }),
      ready(),
    ],
  },
  {
    name: "stateful-set-failed-pod",
    steps: [statefulSet(OLD, { replicas: 2 }), ready(), { pods: { index: 0 }, become: "failed" }, ready(), ready()],
  },
  {
    name: "daemon-set-rolling-update",
    steps: [
      node("kstage-reference-a"),
      node("kstage-reference-b"),
      daemonSet(OLD, {}),
      ready(),
      daemonSet(NEW, {}),
      ready(),
      ready(),
    ],
    leftovers: [["Node", "kstage-reference-a"], ["Node", "kstage-reference-b"]],
  },
  {
    name: "daemon-set-surge",
    steps: [
      node("kstage-reference-a"),
      node("kstage-reference-b"),
      daemonSet(OLD, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
      ready(),
      daemonSet(NEW, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
      ready({ image: NEW }),
      ready({ image: NEW }),
    ],
    leftovers: [["Node", "kstage-reference-a"], ["Node", "kstage-reference-b"]],
  },
  { name: "job-complete", steps: [job({}), ready(), { pods: {}, become: "succeeded" }] },
  {
    name: "job-parallel",
    steps: [
      job({ parallelism: 2, completions: 3 }),
      ready(),
      { pods: { count: 1 }, become: "succeeded" },
      { pods: {}, become: "succeeded" },
    ],
  },
  {
    name: "job-work-queue",
    steps: [job({ parallelism: 2 }), { pods: { count: 1 }, become: "succeeded" }, { pods: {}, become: "succeeded" }],
  },
  {
    name: "job-backoff-limit",
    steps: [job({ backoffLimit: 1 }), { pods: {}, become: "failed" }, { wait: 12 }, { pods: {}, become: "failed" }],
  },
  {
    name: "job-failure-with-a-running-pod",
    steps: [job({ backoffLimit: 0, parallelism: 2, completions: 2 }), ready(), {
      pods: { count: 1 },
      become: "failed",
    }],
  },
  { name: "job-deadline", steps: [job({ activeDeadlineSeconds: 4 }), ready(), { wait: 8 }] },
  {
    name: "job-suspended",
    steps: [job({ suspend: true }), job({ suspend: false }), { pods: {}, become: "succeeded" }],
  },
  {
    name: "job-indexed",
    steps: [
      job({ completionMode: "Indexed", completions: 4, parallelism: 4 }),
      { pods: { count: 3 }, become: "succeeded" },
      { pods: {}, become: "succeeded" },
    ],
  },
  {
    name: "service-endpoints",
    leftovers: [["Node", "kstage-reference-a"]],
    steps: [
      node("kstage-reference-a"),
      service,
      deployment(OLD, { replicas: 2 }),
      { bind: "kstage-reference-a" },
      { pods: { count: 1 }, become: "ready" },
      { pods: { unready: true }, become: "unready" },
      ready(),
    ],
  },
  {
    name: "deployment-pods-that-take-their-time-to-stop",
    leftovers: [["Node", "kstage-reference-a"]],
    steps: [
      node("kstage-reference-a"),
      deployment(OLD, { replicas: 2, ...strategy(1, 0) }),
      { bind: "kstage-reference-a" },
      ready(),
      deployment(NEW, { replicas: 2, ...strategy(1, 0) }),
      { bind: "kstage-reference-a" },
      ready({ image: NEW }),
      deployment(NEW, { replicas: 1, ...strategy(1, 0) }),
    ],
  },
  {
    name: "pod-disruption-budget",
    steps: [
      {
        apply: {
          apiVersion: "policy/v1",
          kind: "PodDisruptionBudget",
          metadata: { name: "web" },
          spec: { minAvailable: "50%", selector: { matchLabels: { app: "web" } } },
        },
      },
      deployment(OLD, { replicas: 3 }),
      ready({ count: 2 }),
      ready(),
    ],
  },
];

/** What is done to workloads, one step after another, with kubectl and with kstage alike. */
import type { JsonObject } from "../../src/base/mod.ts";

/** A step: an object that is applied, or the words behind `rollout`. */
export type Step = { apply: JsonObject } | { rollout: string };

const PROBE = { periodSeconds: 5, failureThreshold: 2 };

/** A pod template with something of everything. */
function richPod(tag: number): JsonObject {
  return {
    serviceAccountName: "default",
    priorityClassName: tag === 1 ? "" : "system-cluster-critical",
    nodeSelector: tag === 3 ? { "kubernetes.io/os": "linux" } : {},
    initContainers: [{ name: "migrate", image: `registry.example.com/migrate:${tag}`, command: ["sh", "-c", "a\nb"] }],
    containers: [{
      name: "web",
      image: `registry.example.com/web:${tag}`,
      args: ["--port", "8080"],
      ports: [{ containerPort: 8080, name: "http" }, { containerPort: 9090 }],
      resources: { limits: { memory: "64Mi", cpu: "500m" }, requests: { cpu: "100m", memory: "32Mi" } },
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      livenessProbe: { httpGet: { path: "/live", port: "http" }, ...PROBE },
      readinessProbe: { tcpSocket: { port: 8080 }, ...PROBE },
      startupProbe: { exec: { command: ["cat", "/ready"] }, ...PROBE },
      envFrom: [{ configMapRef: { name: "settings", optional: true } }, {
        prefix: "DB_",
        secretRef: { name: "db", optional: true },
      }],
      env: [
        { name: "LEVEL", value: "info" },
        { name: "TWO", value: "first\nsecond" },
        { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
        { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
        { name: "URL", valueFrom: { secretKeyRef: { name: "db", key: "url", optional: true } } },
        { name: "MODE", valueFrom: { configMapKeyRef: { name: "settings", key: "mode", optional: true } } },
      ],
      volumeMounts: [
        { name: "tmp", mountPath: "/tmp" },
        { name: "settings", mountPath: "/etc/settings", readOnly: true, subPath: "a" },
        { name: "info", mountPath: "/etc/info" },
      ],
    }],
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
      { name: "host", hostPath: { path: "/var/run" } },
      { name: "settings", configMap: { name: "settings", optional: true } },
      { name: "keys", secret: { secretName: "keys", optional: true } },
      { name: "info", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
      {
        name: "all",
        projected: {
          sources: [
            { configMap: { name: "settings", optional: true } },
            { secret: { name: "keys", optional: true } },
            { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
          ],
        },
      },
    ],
    topologySpreadConstraints: [{
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { app: "rich" } },
    }],
    tolerations: [{ key: "dedicated", value: "web", effect: "NoSchedule" }, {
      operator: "Exists",
      tolerationSeconds: 30,
      effect: "NoExecute",
    }],
  };
}

const plainPod = (tag: number): JsonObject => ({
  containers: [{ name: "web", image: `registry.example.com/web:${tag}` }],
});

function workload(kind: string, name: string, template: JsonObject, annotations: JsonObject = {}): JsonObject {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "my-service", labels: { team: "shop" }, annotations },
    spec: {
      ...(kind === "DaemonSet" ? {} : { replicas: 1 }),
      ...(kind === "StatefulSet" ? { serviceName: name } : {}),
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: { note: "kept" } }, spec: template },
    },
  };
}

const cause = (text: string) => ({ "kubernetes.io/change-cause": text });

/** The whole sequence; every state that one step leaves is what the next one meets. */
export const STEPS: readonly Step[] = [
  { apply: workload("Deployment", "rich", richPod(1)) },
  { rollout: "history deployment/rich" },
  { apply: workload("Deployment", "rich", richPod(2), cause("image 2")) },
  { apply: workload("Deployment", "rich", richPod(3), cause("image 3")) },
  { rollout: "history deployment/rich" },
  { rollout: "history deployment/rich --revision=1" },
  { rollout: "history deployment/rich --revision=2" },
  { rollout: "history deployment/rich --revision=3" },
  { rollout: "undo deployment/rich --dry-run=client" },
  { rollout: "undo deployment/rich --to-revision=1 --dry-run=server" },
  { rollout: "undo deployment/rich --to-revision=3" },
  { rollout: "pause deployment/rich" },
  { rollout: "pause deployment/rich" },
  { rollout: "undo deployment/rich" },
  { rollout: "resume deployment/rich" },
  { rollout: "resume deployment/rich" },
  { rollout: "undo deployment/rich" },
  { rollout: "history deployment/rich" },
  { rollout: "undo deployment/rich --to-revision=1" },
  { rollout: "history deployment/rich" },
  { rollout: "undo deployment/rich --to-revision=9" },
  ...["StatefulSet", "DaemonSet"].flatMap((kind): Step[] => {
    const name = `${kind.toLowerCase()}/web-${kind.toLowerCase()}`;
    const at = (tag: number) => workload(kind, `web-${kind.toLowerCase()}`, plainPod(tag), cause(`image ${tag}`));
    return [
      { apply: at(1) },
      { rollout: `history ${name}` },
      { rollout: `undo ${name}` },
      { apply: at(2) },
      { rollout: `history ${name}` },
      { rollout: `history ${name} --revision=1` },
      { rollout: `undo ${name} --dry-run=client` },
      { rollout: `undo ${name} --dry-run=server` },
      { rollout: `undo ${name} --to-revision=2` },
      { rollout: `undo ${name}` },
      { rollout: `history ${name}` },
      { rollout: `pause ${name}` },
    ];
  }),
  { apply: workload("Deployment", "plain", plainPod(1)) },
  { rollout: "history deployment" },
  { rollout: "history deployment plain rich" },
  { rollout: "history deployment -l team=shop" },
  { rollout: "pause deployment,statefulset -l team=shop" },
  { rollout: "restart deployment/plain statefulset/web-statefulset" },
  { rollout: "resume deployment" },
  { rollout: "restart deployment plain" },
  { rollout: "restart deployment -l team=nobody" },
  { rollout: "pause deployment missing plain" },
];

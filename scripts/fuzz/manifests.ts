import type { Random } from "./random.ts";
import { MORE_KINDS } from "./more_kinds.ts";
import { anchoredFields, hardScalar, hardValue, stringScalar } from "./scalars.ts";
import { fromJson, list, map, type Node, raw, text } from "./yaml_text.ts";

/** Names are few, so that references, patches and conflicts meet. */
export const NAMES = ["web", "db", "web-2", "cache"];
/** Names that read as something else than text. */
const HARD_NAMES = ["5", "true", "1e3", "0x1f", "x.y-z", "null", "2001-01-01", "-", "é"];
export const NAMESPACES = ["prod", "default", "stage"];
export const IMAGES = [
  "nginx",
  "nginx:1.25",
  "repo.io/team/app:v1",
  "busybox@sha256:" + "a".repeat(64),
  "host:5000/x/y",
  "redis:7-alpine",
];
export const LABEL_KEYS = ["app", "tier", "app.kubernetes.io/name"];

/** Makes what stands beside the metadata of an object. */
export type MakeSpec = (random: Random) => Record<string, Node | undefined>;

/** Kinds that the fuzzer makes. */
export interface Kind {
  apiVersion: string;
  kind: string;
  make: MakeSpec;
  isClusterScoped?: boolean;
}

/** `kind` `apiVersion` pairs, with what stands beside metadata. */
export const KINDS: readonly Kind[] = [
  { apiVersion: "apps/v1", kind: "Deployment", make: workload },
  { apiVersion: "apps/v1", kind: "Deployment", make: workload },
  { apiVersion: "apps/v1", kind: "StatefulSet", make: statefulSet },
  { apiVersion: "apps/v1", kind: "DaemonSet", make: workload },
  { apiVersion: "batch/v1", kind: "CronJob", make: cronJob },
  { apiVersion: "batch/v1", kind: "Job", make: (random) => ({ spec: map({ template: podTemplate(random) }) }) },
  { apiVersion: "v1", kind: "Pod", make: (random) => ({ spec: podSpec(random) }) },
  { apiVersion: "v1", kind: "Service", make: service },
  { apiVersion: "v1", kind: "ConfigMap", make: configMap },
  { apiVersion: "v1", kind: "ConfigMap", make: configMap },
  { apiVersion: "v1", kind: "Secret", make: secret },
  { apiVersion: "v1", kind: "ServiceAccount", make: serviceAccount },
  { apiVersion: "v1", kind: "Namespace", make: () => ({}), isClusterScoped: true },
  { apiVersion: "v1", kind: "PersistentVolumeClaim", make: (random) => ({ spec: hardMap(random) }) },
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress", make: ingress },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", make: networkPolicy },
  { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", make: autoscaler },
  { apiVersion: "policy/v1", kind: "PodDisruptionBudget", make: disruptionBudget },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", make: role },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", make: roleBinding },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", make: role, isClusterScoped: true },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", make: roleBinding, isClusterScoped: true },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    make: webhooks,
    isClusterScoped: true,
  },
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    make: () => ({ provisioner: text("x.io/y") }),
    isClusterScoped: true,
  },
  { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", make: apiService, isClusterScoped: true },
  { apiVersion: "example.com/v1", kind: "Widget", make: widget },
  { apiVersion: "example.com/v1", kind: "Widget", make: widget },
];

/** The kind of an object, from those above and from `more_kinds.ts`. */
export function findKind(apiVersion: string, kind: string): Kind | undefined {
  return [...KINDS, ...MORE_KINDS].find((each) => each.kind === kind && each.apiVersion === apiVersion);
}

/** A random Kubernetes object. */
export function manifest(random: Random): Node {
  const kind = random.pick(random.chance(0.7) ? KINDS : MORE_KINDS);
  return map({
    apiVersion: text(kind.apiVersion),
    kind: text(kind.kind),
    metadata: metadata(
      random,
      random.pick(random.chance(0.97) ? NAMES : HARD_NAMES),
      kind.isClusterScoped ? 0.03 : 0.25,
    ),
    ...kind.make(random),
  });
}

/** Metadata with a name. */
export function metadata(random: Random, name: string, namespaceChance: number): Node {
  return map({
    name: text(name),
    namespace: random.chance(namespaceChance)
      ? text(random.pick(random.chance(0.97) ? NAMESPACES : HARD_NAMES))
      : undefined,
    labels: random.chance(0.4)
      ? random.chance(0.97) ? labels(random) : raw(random.pick(["null", "", "{}"]))
      : undefined,
    annotations: random.chance(0.25)
      ? random.chance(0.97) ? annotations(random) : raw(random.pick(["null", "", "{}"]))
      : undefined,
    creationTimestamp: random.chance(0.03) ? raw(random.pick(["null", "2001-01-01T00:00:00Z"])) : undefined,
    ownerReferences: random.chance(0.02) ? fromJson([{ kind: "Widget", name: "web", uid: "a" }]) : undefined,
    finalizers: random.chance(0.05) ? list(random.some(2, () => text(random.pick(["x.io/a", "x.io/b"])))) : undefined,
  });
}

/** Labels with a few keys and values. */
export function labels(random: Random): Node {
  const value = () =>
    random.chance(0.85)
      ? text(random.pick(["web", "db", "front"]))
      : raw(random.pick(['"5"', '"true"', '""', "5", "true"]));
  return map(Object.fromEntries(random.subset(LABEL_KEYS, 0.6).map((key) => [key, value()])));
}

/** Labels that a kustomization may add: strings. */
export function stringLabels(random: Random): Node {
  const value = () => raw(random.pick(["web", "db", "front", '"5"', '"true"', '"yes"', "new"]));
  return map(Object.fromEntries(random.subset(LABEL_KEYS, 0.6).map((key) => [key, value()])));
}

/** Annotations that kustomize itself uses. */
const OWN_ANNOTATIONS = [
  "internal.config.kubernetes.io/needsHashSuffix",
  "internal.config.kubernetes.io/prefixes",
  "config.kubernetes.io/index",
  "config.kubernetes.io/path",
  "config.kubernetes.io/origin",
  "kustomize.config.k8s.io/id",
  "alpha.config.kubernetes.io/transformations",
];

function annotations(random: Random): Node {
  const keys = random.subset(["note", "x.io/y", "config.kubernetes.io/local-config", "long"], 0.4)
    .filter((key) => !key.startsWith("config") || random.chance(0.1));
  if (random.chance(0.03)) keys.push(random.pick(OWN_ANNOTATIONS));
  return map(
    Object.fromEntries(keys.map((key) => [key, random.chance(0.7) ? stringScalar(random) : hardScalar(random)])),
  );
}

function hardMap(random: Random): Node {
  return map(
    Object.fromEntries(random.subset(["alpha", "beta", "gamma"], 0.6).map((key) => [key, hardValue(random, 2)])),
  );
}

function workload(random: Random): Record<string, Node> {
  return {
    spec: map({
      replicas: random.chance(0.6) ? raw(random.pick(["1", "2", "3"])) : undefined,
      selector: random.chance(0.6) ? map({ matchLabels: labels(random) }) : undefined,
      strategy: random.chance(0.2) ? fromJson({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } }) : undefined,
      template: podTemplate(random),
    }),
  };
}

function statefulSet(random: Random): Record<string, Node> {
  const claims = random.chance(0.5)
    ? list([map({ metadata: map({ name: text("data") }), spec: hardMap(random) })])
    : undefined;
  return {
    spec: map({ serviceName: text(random.pick(NAMES)), template: podTemplate(random), volumeClaimTemplates: claims }),
  };
}

function cronJob(random: Random): Record<string, Node> {
  return {
    spec: map({
      schedule: raw(random.pick(['"*/5 * * * *"', "'0 0 * * 0'", '"@daily"'])),
      jobTemplate: map({ spec: map({ template: podTemplate(random) }) }),
    }),
  };
}

/** A template of pods. */
export function podTemplate(random: Random): Node {
  return map({ metadata: random.chance(0.6) ? map({ labels: labels(random) }) : undefined, spec: podSpec(random) });
}

function podSpec(random: Random): Node {
  const names = random.subset(random.chance(0.98) ? ["main", "side", "log"] : ["main", "main", "log"], 0.5);
  return map({
    serviceAccountName: random.chance(0.2) ? text(random.pick(NAMES)) : undefined,
    initContainers: random.chance(0.2) ? list([container(random, "init")]) : undefined,
    containers: list((names.length === 0 ? ["main"] : names).map((name) => container(random, name))),
    imagePullSecrets: random.chance(0.15) ? list([map({ name: text(random.pick(NAMES)) })]) : undefined,
    volumes: random.chance(0.35)
      ? list(random.subset(["v1", "v2"], 0.7).map((name) => volume(random, name)))
      : undefined,
    nodeSelector: random.chance(0.15) ? labels(random) : undefined,
    hostAliases: random.chance(0.08)
      ? list(random.subset(["1.1.1.1", "2.2.2.2"], 0.7).map((ip) => fromJson({ ip, hostnames: [random.pick(NAMES)] })))
      : undefined,
    tolerations: random.chance(0.08)
      ? fromJson(random.subset([{ key: "a", operator: "Exists" }, { key: "b", effect: "NoSchedule" }, {}], 0.6))
      : undefined,
    readinessGates: random.chance(0.04) ? fromJson([{ conditionType: random.pick(["x.io/a", "x.io/b"]) }]) : undefined,
    ephemeralContainers: random.chance(0.04) ? list([container(random, random.pick(["main", "debug"]))]) : undefined,
    securityContext: random.chance(0.06)
      ? fromJson({ sysctls: [{ name: random.pick(["a", "b"]), value: "1" }], supplementalGroups: [1, 2] })
      : undefined,
    affinity: random.chance(0.1) ? affinity(random) : undefined,
    topologySpreadConstraints: random.chance(0.1)
      ? list([
        map({ topologyKey: text("zone"), maxSkew: raw("1"), labelSelector: map({ matchLabels: labels(random) }) }),
      ])
      : undefined,
    terminationGracePeriodSeconds: random.chance(0.2) ? raw(random.pick(["30", "0x1E", "036", "3e1"])) : undefined,
  });
}

function affinity(random: Random): Node {
  const term = map({ topologyKey: text("host"), labelSelector: map({ matchLabels: labels(random) }) });
  const weighted = map({ weight: raw("1"), podAffinityTerm: term });
  return map({
    podAntiAffinity: map({
      requiredDuringSchedulingIgnoredDuringExecution: random.chance(0.5) ? list([term]) : undefined,
      preferredDuringSchedulingIgnoredDuringExecution: random.chance(0.5) ? list([weighted]) : undefined,
    }),
  });
}

function container(random: Random, name: string): Node {
  return map({
    name: text(name),
    image: random.chance(0.9) ? text(random.pick(IMAGES)) : undefined,
    command: random.chance(0.15) ? list(random.some(3, () => stringScalar(random))) : undefined,
    args: random.chance(0.3) ? list(random.some(3, () => stringScalar(random))) : undefined,
    env: random.chance(0.45)
      ? list(
        random.subset(random.chance(0.95) ? ["A", "B", "C"] : ["A", "B", "A"], 0.6).map((key) => variable(random, key)),
      )
      : undefined,
    envFrom: random.chance(0.2) ? list([envFrom(random), ...random.some(1, () => envFrom(random))]) : undefined,
    ports: random.chance(0.4)
      ? list(random.subset(["80", "8080", "53"], 0.5).map((port) => containerPort(random, port)))
      : undefined,
    resources: random.chance(0.2)
      ? fromJson({ limits: { cpu: "100m", memory: "1Gi" }, requests: { cpu: 1 } })
      : undefined,
    volumeMounts: random.chance(0.25)
      ? list(
        random.subset(["v1", "v2", "v1"], 0.5).map((volume) =>
          map({ name: text(volume), mountPath: text(random.pick([`/mnt/${volume}`, "/mnt"])) })
        ),
      )
      : undefined,
    securityContext: random.chance(0.1) ? map({ runAsUser: raw(random.pick(["1000680000", "0", "0o17"])) }) : undefined,
  });
}

function containerPort(random: Random, port: string): Node {
  return map({
    containerPort: raw(random.chance(0.96) ? port : random.pick([`"${port}"`, `0x${Number(port).toString(16)}`])),
    protocol: random.chance(0.3) ? text(random.pick(["TCP", "UDP"])) : undefined,
    name: random.chance(0.3) ? text("p" + port) : undefined,
  });
}

function variable(random: Random, name: string): Node {
  const ref = () => map({ name: text(random.pick(NAMES)), key: text("k") });
  const at = random.number();
  if (at < 0.5) return map({ name: text(name), value: random.chance(0.7) ? stringScalar(random) : hardScalar(random) });
  if (at < 0.7) return map({ name: text(name), valueFrom: map({ configMapKeyRef: ref() }) });
  if (at < 0.9) return map({ name: text(name), valueFrom: map({ secretKeyRef: ref() }) });
  return map({ name: text(name), valueFrom: fromJson({ fieldRef: { fieldPath: "metadata.name" } }) });
}

function envFrom(random: Random): Node {
  return map({ [random.pick(["configMapRef", "secretRef"])]: map({ name: text(random.pick(NAMES)) }) });
}

function volume(random: Random, name: string): Node {
  const source = random.pick<() => Record<string, Node>>([
    () => ({ emptyDir: map({}) }),
    () => ({ configMap: map({ name: text(random.pick(NAMES)), defaultMode: raw("0644") }) }),
    () => ({ secret: map({ secretName: text(random.pick(NAMES)) }) }),
    () => ({ persistentVolumeClaim: map({ claimName: text(random.pick(NAMES)) }) }),
    () => ({
      projected: fromJson({
        sources: random.subset([
          { configMap: { name: random.pick(NAMES) } },
          { secret: { name: random.pick(NAMES), items: [{ key: "k", path: "p" }] } },
          { serviceAccountToken: { path: "t" } },
        ], 0.6),
      }),
    }),
    () => ({ csi: fromJson({ driver: "d", nodePublishSecretRef: { name: random.pick(NAMES) } }) }),
    () => ({ ephemeral: fromJson({ volumeClaimTemplate: { spec: { storageClassName: random.pick(NAMES) } } }) }),
    () => ({ hostPath: fromJson({ path: "/x", type: "" }) }),
  ]);
  return map({ name: text(name), ...source() });
}

function service(random: Random): Record<string, Node> {
  const numbers = random.chance(0.2) ? ["80", "80", "443"] : ["80", "443", "53"];
  const port = (number: string) =>
    map({
      name: random.chance(0.3) ? text(random.pick(["http", "https", "p"])) : undefined,
      port: raw(random.chance(0.96) ? number : `"${number}"`),
      targetPort: random.chance(0.5) ? raw(random.pick(["8080", "http", '"80"'])) : undefined,
      protocol: random.chance(0.3) ? text(random.pick(["TCP", "UDP"])) : undefined,
    });
  return {
    spec: map({
      selector: random.chance(0.7) ? labels(random) : undefined,
      ports: list(random.subset(numbers, 0.5).map(port)),
      type: random.chance(0.3) ? text("ClusterIP") : undefined,
    }),
  };
}

function configMap(random: Random): Record<string, Node | undefined> {
  const keys = random.subset(["k", "file.yaml", "json", "A_B", "5", "true", "empty"], 0.4);
  const value = (key: string) =>
    (key === "file.yaml" || key === "json") && random.chance(0.6)
      ? embedded(random)
      : random.chance(0.75)
      ? stringScalar(random)
      : hardScalar(random);
  const data = map(Object.fromEntries(keys.map((key) => [key, value(key)])));
  return {
    binaryData: random.chance(0.05) ? map({ b: raw("/wA=") }) : undefined,
    data: random.chance(0.95) ? data : undefined,
    immutable: random.chance(0.1) ? raw("true") : undefined,
  };
}

/** A text with YAML or JSON in it, which replacements may change. */
function embedded(random: Random): Node {
  const lines = random.pick([
    ["a: 1", "list:", "- x", "- y"],
    ["# top", "a: 'q' # c", "list: [1, 2]"],
    ['{"a": "1", "list": [1, 2.50]}'],
    ["{", '  "a": 1,', '  "list": ["é"]', "}"],
    ["a: 1", "---", "a: 2"],
    ["- a", "- b"],
    ["a: {b: c}", "", "", "z: |", "  text"],
  ]);
  return { kind: "block", header: random.pick(["|", "|-", "|+"]), lines };
}

function secret(random: Random): Record<string, Node | undefined> {
  return {
    type: random.chance(0.5) ? text("Opaque") : undefined,
    stringData: random.chance(0.4) ? map({ k: stringScalar(random) }) : undefined,
    data: random.chance(0.6) ? map({ p: raw(random.pick(["cGFzcw==", '"eA=="', "!!binary eA=="])) }) : undefined,
  };
}

function serviceAccount(random: Random): Record<string, Node | undefined> {
  const reference = () => list([map({ name: text(random.pick(NAMES)) })]);
  return {
    secrets: random.chance(0.4) ? reference() : undefined,
    imagePullSecrets: random.chance(0.3) ? reference() : undefined,
  };
}

function ingress(random: Random): Record<string, Node> {
  const backend = map({ service: map({ name: text(random.pick(NAMES)), port: map({ number: raw("80") }) }) });
  const path = map({ path: text("/"), pathType: text("Prefix"), backend });
  return {
    spec: map({
      ingressClassName: random.chance(0.3) ? text(random.pick(NAMES)) : undefined,
      tls: random.chance(0.3)
        ? list([map({ secretName: text(random.pick(NAMES)), hosts: list([text("x.io")]) })])
        : undefined,
      rules: list([map({ host: text("x.io"), http: map({ paths: list([path]) }) })]),
    }),
  };
}

function networkPolicy(random: Random): Record<string, Node> {
  const peer = map({ podSelector: map({ matchLabels: labels(random) }) });
  return {
    spec: map({ podSelector: map({ matchLabels: labels(random) }), ingress: list([map({ from: list([peer]) })]) }),
  };
}

function autoscaler(random: Random): Record<string, Node> {
  const target = map({
    apiVersion: text("apps/v1"),
    kind: text(random.pick(["Deployment", "StatefulSet"])),
    name: text(random.pick(NAMES)),
  });
  return { spec: map({ scaleTargetRef: target, minReplicas: raw("1"), maxReplicas: raw("5") }) };
}

function disruptionBudget(random: Random): Record<string, Node> {
  return {
    spec: map({ minAvailable: raw(random.pick(["1", "50%"])), selector: map({ matchLabels: labels(random) }) }),
  };
}

function role(random: Random): Record<string, Node> {
  const rule = map({
    apiGroups: list([raw('""')]),
    resources: list([text(random.pick(["configmaps", "secrets"]))]),
    resourceNames: random.chance(0.5) ? list([text(random.pick(NAMES))]) : undefined,
    verbs: list([text("get")]),
  });
  return { rules: list([rule]) };
}

function roleBinding(random: Random): Record<string, Node> {
  const subject = map({
    kind: text(random.pick(["ServiceAccount", "ServiceAccount", "User"])),
    name: text(random.pick([...NAMES, "default"])),
    namespace: random.chance(0.6) ? text(random.pick(NAMESPACES)) : undefined,
  });
  const roleRef = map({
    apiGroup: text("rbac.authorization.k8s.io"),
    kind: text(random.pick(["Role", "ClusterRole"])),
    name: text(random.pick(NAMES)),
  });
  return { roleRef, subjects: list([subject]) };
}

function webhooks(random: Random): Record<string, Node> {
  const client = map({
    service: map({ name: text(random.pick(NAMES)), namespace: text(random.pick(NAMESPACES)), path: text("/x") }),
  });
  return { webhooks: list([map({ name: text("a.x.io"), clientConfig: client, sideEffects: text("None") })]) };
}

function apiService(random: Random): Record<string, Node> {
  return {
    spec: map({
      group: text("x.io"),
      service: map({ name: text(random.pick(NAMES)), namespace: text(random.pick(NAMESPACES)) }),
    }),
  };
}

function widget(random: Random): Record<string, Node | undefined> {
  const spec = map({
    ...Object.fromEntries(
      random.subset(["alpha", "beta", "gamma", "delta"], 0.6).map((key) => [key, hardValue(random, 3)]),
    ),
    containers: random.chance(0.3) ? list([container(random, "main")]) : undefined,
    configRef: random.chance(0.3) ? map({ name: text(random.pick(NAMES)) }) : undefined,
    replicas: random.chance(0.3) ? raw("1") : undefined,
  });
  if (random.chance(0.08)) return { spec: map(anchoredFields(random)) };
  return { spec, status: random.chance(0.1) ? hardMap(random) : undefined };
}

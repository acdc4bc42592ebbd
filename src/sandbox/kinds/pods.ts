import { getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { forbidden, type StatusError } from "../api/status.ts";
import { quantityToNano } from "../schema/quantity.ts";
import type { ObjectStore } from "../store.ts";

const PODS = { group: "", plural: "pods" };

/** The containers of a pod or template, init containers first. */
export function containersOf(spec: JsonValue | undefined): JsonObject[] {
  return ["initContainers", "containers"].flatMap((key) => {
    const list = getPath(spec, key);
    return Array.isArray(list) ? list.filter(isObject) : [];
  });
}

/** The quality of service class that a pod's requests and limits give it. */
export function qosClassOf(pod: Manifest): string {
  const containers = containersOf(pod.spec);
  const amounts = (resources: string): { [name: string]: bigint }[] =>
    containers.map((container) => {
      const list = getPath(container, "resources", resources);
      const entries = Object.entries(isObject(list) ? list : {}).filter(([name]) =>
        name === "cpu" || name === "memory"
      );
      return Object.fromEntries(
        entries.map(([name, text]) => [name, quantityToNano(String(text)) ?? 0n] as const).filter(([, n]) => n > 0n),
      );
    });
  const requests = amounts("requests");
  const limits = amounts("limits");
  if ([...requests, ...limits].every((list) => Object.keys(list).length === 0)) return "BestEffort";
  const isGuaranteed = limits.every((limit, i) =>
    ["cpu", "memory"].every((name) => limit[name] !== undefined && (requests[i]![name] ?? limit[name]) === limit[name])
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

/** What admission needs to fill in a pod. */
export interface PodAdmissionOptions {
  store: ObjectStore;
  /** From 0 (included) to 1 (excluded), for the name of the token's volume. */
  random(): number;
}

/**
 * What admission makes of a new pod: its ServiceAccount and token volume, priority, tolerations and the defaults of
 * LimitRanges. The pod is changed. Controllers that create pods call this before `store.create`, as the API does.
 *
 * @throws {StatusError} Forbidden when its ServiceAccount or PriorityClass is missing, or a LimitRange is broken.
 */
export function admitPod(pod: Manifest, { store, random }: PodAdmissionOptions): void {
  const spec = pod.spec as JsonObject;
  applyLimitRanges(pod, store);
  admitServiceAccount(pod, spec, store, random);
  admitPriority(pod, spec, store);
  const tolerations = Array.isArray(spec.tolerations) ? spec.tolerations : [];
  for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
    const tolerates = tolerations.some((item) => {
      if (!isObject(item) || (item.effect && item.effect !== "NoExecute")) return false;
      return item.key === key || (!item.key && item.operator === "Exists");
    });
    if (!tolerates) tolerations.push({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });
  }
  spec.tolerations = tolerations;
}

function refuse(pod: Manifest, why: string): StatusError {
  return forbidden(PODS, String(pod.metadata.name ?? pod.metadata.generateName ?? ""), why);
}

function admitServiceAccount(pod: Manifest, spec: JsonObject, store: ObjectStore, random: () => number): void {
  const name = String(spec.serviceAccountName || spec.serviceAccount || "default");
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const namespace = String(pod.metadata.namespace);
  const account = store.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
  if (account === undefined) {
    throw refuse(pod, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`);
  }
  const secrets = account.imagePullSecrets;
  if (Array.isArray(secrets) && secrets.length > 0 && !Array.isArray(spec.imagePullSecrets)) {
    spec.imagePullSecrets = structuredClone(secrets) as JsonValue;
  }
  const mounts = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  if (mounts !== false) mountToken(spec, random);
}

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

function mountToken(spec: JsonObject, random: () => number): void {
  const containers = containersOf(spec).filter((container) =>
    !(Array.isArray(container.volumeMounts) &&
      container.volumeMounts.some((mount) => getPath(mount, "mountPath") === TOKEN_PATH))
  );
  if (containers.length === 0) return;
  const name = `kube-api-access-${randomSuffix(random)}`;
  for (const container of containers) {
    const mounts = Array.isArray(container.volumeMounts) ? container.volumeMounts : [];
    container.volumeMounts = [...mounts, { name, readOnly: true, mountPath: TOKEN_PATH }];
  }
  const sources: JsonValue[] = [
    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
      },
    },
  ];
  const volumes = Array.isArray(spec.volumes) ? spec.volumes : [];
  spec.volumes = [...volumes, { name, projected: { sources, defaultMode: 0o644 } }];
}

const SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** Five letters as the server appends to `generateName`: without vowels, so that they spell nothing. */
export function randomSuffix(random: () => number): string {
  return Array.from({ length: 5 }, () => SUFFIX_LETTERS[Math.floor(random() * SUFFIX_LETTERS.length)]).join("");
}

/** Priorities of the classes that every cluster has. */
const SYSTEM_CLASSES: Record<string, number> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

function admitPriority(pod: Manifest, spec: JsonObject, store: ObjectStore): void {
  const classes = store.list("scheduling.k8s.io/v1", "PriorityClass");
  let name = String(spec.priorityClassName ?? "");
  if (name === "") {
    const fallback = classes.find(({ globalDefault }) => globalDefault === true);
    if (fallback === undefined) {
      spec.priority = 0;
      spec.preemptionPolicy ??= "PreemptLowerPriority";
      return;
    }
    name = fallback.metadata.name;
  }
  const found = classes.find(({ metadata }) => metadata.name === name);
  const value = found?.value ?? SYSTEM_CLASSES[name];
  if (value === undefined) throw refuse(pod, `no PriorityClass with name ${name} was found`);
  spec.priorityClassName = name;
  spec.priority = value;
  spec.preemptionPolicy ??= found?.preemptionPolicy ?? "PreemptLowerPriority";
}

function applyLimitRanges(pod: Manifest, store: ObjectStore): void {
  const problems: string[] = [];
  for (const range of store.list("v1", "LimitRange", String(pod.metadata.namespace))) {
    const limits = getPath(range, "spec", "limits");
    for (const limit of Array.isArray(limits) ? limits.filter(isObject) : []) {
      if (limit.type !== "Container") continue;
      for (const container of containersOf(pod.spec)) problems.push(...limitContainer(container, limit));
    }
  }
  const [first] = problems;
  if (first !== undefined) throw refuse(pod, problems.length === 1 ? first : `[${problems.join(", ")}]`);
}

function limitContainer(container: JsonObject, limit: JsonObject): string[] {
  const resources = (isObject(container.resources) ? container.resources : {}) as JsonObject;
  const limits = {
    ...(isObject(limit.default) ? limit.default : {}),
    ...(isObject(resources.limits) ? resources.limits : {}),
  };
  const requests = {
    ...(isObject(limit.defaultRequest) ? limit.defaultRequest : {}),
    ...(isObject(resources.requests) ? resources.requests : {}),
  };
  if (Object.keys(limits).length > 0) resources.limits = limits;
  if (Object.keys(requests).length > 0) resources.requests = requests;
  container.resources = resources;
  const problems: string[] = [];
  for (const [name, max] of Object.entries(isObject(limit.max) ? limit.max : {})) {
    const used = limits[name];
    if (used !== undefined && (quantityToNano(String(used)) ?? 0n) > (quantityToNano(String(max)) ?? 0n)) {
      problems.push(`maximum ${name} usage per Container is ${max}, but limit is ${used}`);
    }
  }
  for (const [name, min] of Object.entries(isObject(limit.min) ? limit.min : {})) {
    const used = requests[name];
    if (used === undefined) problems.push(`minimum ${name} usage per Container is ${min}.  No request is specified`);
    else if ((quantityToNano(String(used)) ?? 0n) < (quantityToNano(String(min)) ?? 0n)) {
      problems.push(`minimum ${name} usage per Container is ${min}, but request is ${used}`);
    }
  }
  return problems;
}

/** Pod Security Standards, as far as workloads commonly break them. */
import type { Container, Namespace, Pod } from "kubernetes-types/core/v1";
import type { Live } from "./live.ts";

/** Something that a level forbids: what, and where. */
interface Violation {
  reason: string;
  detail: string;
}

type Check = (pod: Live<Pod>, containers: Container[]) => Violation | undefined;

/** In the order in which the API server reports them (by the name of the check). */
const BASELINE: readonly Check[] = [forbidHostNamespaces, forbidHostPaths, forbidPrivileged];
const RESTRICTED: readonly Check[] = [
  forbidEscalation,
  forbidCapabilities,
  forbidHostNamespaces,
  forbidHostPaths,
  forbidPrivileged,
  forbidRoot,
  requireSeccomp,
];

/**
 * Why the Pod Security admission of a namespace refuses a pod; undefined when its level, set by the label
 * `pod-security.kubernetes.io/enforce`, allows it.
 *
 * @see pod-security-admission `policy/check_*.go` v0.36
 */
export function podSecurityRefusal(namespace: Live<Namespace> | undefined, pod: Live<Pod>): string | undefined {
  const labels = namespace?.metadata.labels ?? {};
  const level = labels["pod-security.kubernetes.io/enforce"];
  const checks = level === "restricted" ? RESTRICTED : level === "baseline" ? BASELINE : [];
  const containers = [...pod.spec?.initContainers ?? [], ...pod.spec?.containers ?? []];
  const violations = checks.map((check) => check(pod, containers)).filter((one) => one !== undefined);
  if (violations.length === 0) return undefined;
  const version = labels["pod-security.kubernetes.io/enforce-version"] ?? "latest";
  const details = violations.map(({ reason, detail }) => `${reason} (${detail})`).join(", ");
  return `violates PodSecurity "${level}:${version}": ${details}`;
}

function named(containers: Container[]): string {
  return `${containers.length === 1 ? "container" : "containers"} ${quoted(containers.map(({ name }) => name))}`;
}

function quoted(names: string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

function violation(bad: Container[], reason: string, detail: (containers: string) => string): Violation | undefined {
  return bad.length === 0 ? undefined : { reason, detail: detail(named(bad)) };
}

function forbidEscalation(_pod: Live<Pod>, containers: Container[]): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  return violation(
    bad,
    "allowPrivilegeEscalation != false",
    (which) => `${which} must set securityContext.allowPrivilegeEscalation=false`,
  );
}

function forbidCapabilities(_pod: Live<Pod>, containers: Container[]): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL"));
  return violation(
    bad,
    "unrestricted capabilities",
    (which) => `${which} must set securityContext.capabilities.drop=["ALL"]`,
  );
}

function forbidHostNamespaces({ spec }: Live<Pod>): Violation | undefined {
  const used = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((field) => spec?.[field] === true);
  return used.length === 0
    ? undefined
    : { reason: "host namespaces", detail: used.map((field) => `${field}=true`).join(", ") };
}

function forbidHostPaths({ spec }: Live<Pod>): Violation | undefined {
  const names = (spec?.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { reason: "hostPath volumes", detail: `${names.length === 1 ? "volume" : "volumes"} ${quoted(names)}` };
}

function forbidPrivileged(_pod: Live<Pod>, containers: Container[]): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.privileged === true);
  return violation(bad, "privileged", (which) => `${which} must not set securityContext.privileged=true`);
}

function forbidRoot({ spec }: Live<Pod>, containers: Container[]): Violation | undefined {
  const ofPod = spec?.securityContext?.runAsNonRoot;
  const bad = containers.filter(({ securityContext }) => (securityContext?.runAsNonRoot ?? ofPod) !== true);
  return violation(
    bad,
    "runAsNonRoot != true",
    (which) => `pod or ${which} must set securityContext.runAsNonRoot=true`,
  );
}

function requireSeccomp({ spec }: Live<Pod>, containers: Container[]): Violation | undefined {
  const ofPod = spec?.securityContext?.seccompProfile?.type;
  const bad = containers.filter(({ securityContext }) =>
    !["RuntimeDefault", "Localhost"].includes(securityContext?.seccompProfile?.type ?? ofPod ?? "")
  );
  return violation(
    bad,
    "seccompProfile",
    (which) => `pod or ${which} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  );
}

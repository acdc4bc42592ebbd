/** Whether the API server lets a pod in. */
import type { Namespace, Pod } from "kubernetes-types/core/v1";
import type { Manifest } from "../../manifest/mod.ts";
import type { AdmissionFault } from "../faults.ts";
import { subjectOf } from "./fault_subject.ts";
import { isDeleting, live } from "./live.ts";
import { podSecurityRefusal } from "./pod_security.ts";
import { quotaRefusal } from "./quota.ts";
import type { World } from "./world.ts";

/**
 * Why a pod may not be created, in the words of the API server; undefined when it may. The order is the API server's:
 * plugins that change objects first, then those that only judge, the quota last.
 *
 * @param pod Complete, with the name that it would get.
 */
export function refusePod(world: World, pod: Manifest): string | undefined {
  const { store } = world;
  const { metadata, spec } = live<Pod>(pod);
  const namespaceName = metadata.namespace ?? "default";
  const found = store.get({ apiVersion: "v1", kind: "Namespace", name: namespaceName });
  const namespace = found && live<Namespace>(found);
  // Plugins that change objects run before the five letters are put behind `generateName`.
  const early = (cause: string) => `pods "${metadata.generateName ?? metadata.name}" is forbidden: ${cause}`;
  const late = (cause: string) => `pods "${metadata.name}" is forbidden: ${cause}`;
  if (namespace !== undefined && isDeleting(namespace)) {
    return early(`unable to create new content in namespace ${namespaceName} because it is being terminated`);
  }
  const subject = subjectOf(world, live<Pod>(pod));
  const fault = world.faults.find("admission", subject, world.now());
  const account = fault?.fail === "service-account-missing"
    ? fault.name ?? spec?.serviceAccountName ?? "default"
    : missingAccount(world, namespaceName, spec?.serviceAccountName);
  if (account !== undefined) {
    return early(`error looking up service account ${namespaceName}/${account}: serviceaccount "${account}" not found`);
  }
  if (fault !== undefined) {
    const { isForbidden, text } = FAULT_REFUSALS[fault.fail](
      fault,
      live<Pod>(pod).spec?.containers?.[0]?.name ?? "app",
    );
    return isForbidden ? late(fault.message ?? text) : text;
  }
  const cause = podSecurityRefusal(namespace, live<Pod>(pod)) ?? quotaRefusal(store, pod);
  return cause === undefined ? undefined : late(cause);
}

/** The ServiceAccount `default` appears with its namespace, so a pod never has to wait for it. */
function missingAccount(world: World, namespace: string, name = "default"): string | undefined {
  if (name === "default") return undefined;
  return world.store.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name }) === undefined
    ? name
    : undefined;
}

type FaultRefusal = (fault: AdmissionFault, container: string) => { isForbidden: boolean; text: string };

const FAULT_REFUSALS: Record<AdmissionFault["fail"], FaultRefusal> = {
  "quota-exceeded": ({ name = "compute-resources" }) => ({
    isForbidden: true,
    text: `exceeded quota: ${name}, requested: requests.cpu=500m, used: requests.cpu=2, limited: requests.cpu=2`,
  }),
  "webhook-denied": ({ name = "validate.policy.example.com", message = 'image tag "latest" is not allowed' }) => ({
    isForbidden: false,
    text: `admission webhook "${name}" denied the request: ${message}`,
  }),
  "webhook-unreachable": ({ name = "validate.policy.example.com", message }) => ({
    isForbidden: false,
    text: `Internal error occurred: failed calling webhook "${name}": failed to call webhook: ${
      message ??
        'Post "https://policy-webhook.policy.svc:443/validate?timeout=10s": dial tcp 10.96.51.7:443: connect: connection refused'
    }`,
  }),
  "pod-security": (_fault, container) => ({
    isForbidden: true,
    text: 'violates PodSecurity "restricted:latest": ' +
      `allowPrivilegeEscalation != false (container "${container}" must set securityContext.allowPrivilegeEscalation=false), ` +
      `runAsNonRoot != true (pod or container "${container}" must set securityContext.runAsNonRoot=true)`,
  }),
  // Looked up with the real accounts.
  "service-account-missing": () => ({ isForbidden: true, text: "" }),
  "limit-range": () => ({ isForbidden: true, text: "maximum memory usage per Container is 512Mi, but limit is 1Gi" }),
};

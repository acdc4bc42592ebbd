import { getPath } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { formatSelector, listAt } from "./cells.ts";
import { age, type Columns, number, orNone, orUnset, text } from "./column.ts";

/** Columns of the other groups' kinds. */
export const GROUP_COLUMNS: Record<string, Columns> = {
  "networking.k8s.io/Ingress": {
    names: ["Name", "Class", "Hosts", "Address", "Ports", "Age"],
    cells: (ingress, now) => [
      ingress.metadata.name,
      orNone(text(ingress, "spec", "ingressClassName")),
      listAt(ingress, "spec", "rules").map(({ host }) => host).filter(Boolean).join(",") || "*",
      listAt(ingress, "status", "loadBalancer", "ingress").map(({ ip, hostname }) => ip ?? hostname).join(","),
      listAt(ingress, "spec", "tls").length > 0 ? "80, 443" : "80",
      age(ingress, now),
    ],
  },
  "networking.k8s.io/IngressClass": {
    names: ["Name", "Controller", "Parameters", "Age"],
    cells: (ingressClass, now) => [
      ingressClass.metadata.name,
      text(ingressClass, "spec", "controller"),
      orNone(["kind", "name"].map((key) => text(ingressClass, "spec", "parameters", key)).filter(Boolean).join("/")),
      age(ingressClass, now),
    ],
  },
  "networking.k8s.io/NetworkPolicy": {
    names: ["Name", "Pod-Selector", "Age"],
    cells: (
      policy,
      now,
    ) => [policy.metadata.name, formatSelector(getPath(policy, "spec", "podSelector")), age(policy, now)],
  },
  "autoscaling/HorizontalPodAutoscaler": {
    names: ["Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"],
    cells: (autoscaler, now) => [
      autoscaler.metadata.name,
      `${text(autoscaler, "spec", "scaleTargetRef", "kind")}/${text(autoscaler, "spec", "scaleTargetRef", "name")}`,
      autoscalerTargets(autoscaler),
      orUnset(text(autoscaler, "spec", "minReplicas")),
      number(autoscaler, "spec", "maxReplicas"),
      number(autoscaler, "status", "currentReplicas"),
      age(autoscaler, now),
    ],
  },
  "policy/PodDisruptionBudget": {
    names: ["Name", "Min Available", "Max Unavailable", "Allowed Disruptions:integer", "Age"],
    cells: (budget, now) => [
      budget.metadata.name,
      text(budget, "spec", "minAvailable") || "N/A",
      text(budget, "spec", "maxUnavailable") || "N/A",
      number(budget, "status", "disruptionsAllowed"),
      age(budget, now),
    ],
  },
  "storage.k8s.io/StorageClass": {
    names: ["Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age"],
    cells: (storage, now) => {
      const annotations = getPath(storage, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class");
      return [
        annotations === "true" ? `${storage.metadata.name} (default)` : storage.metadata.name,
        text(storage, "provisioner"),
        text(storage, "reclaimPolicy"),
        text(storage, "volumeBindingMode"),
        storage.allowVolumeExpansion === true,
        age(storage, now),
      ];
    },
  },
  "rbac.authorization.k8s.io/RoleBinding": bindingColumns(),
  "rbac.authorization.k8s.io/ClusterRoleBinding": bindingColumns(),
  "coordination.k8s.io/Lease": {
    names: ["Name", "Holder", "Age"],
    cells: (lease, now) => [lease.metadata.name, text(lease, "spec", "holderIdentity"), age(lease, now)],
  },
  "scheduling.k8s.io/PriorityClass": {
    names: ["Name", "Value:integer", "Global-Default:boolean", "Age", "PreemptionPolicy"],
    cells: (priority, now) => [
      priority.metadata.name,
      number(priority, "value"),
      priority.globalDefault === true,
      age(priority, now),
      text(priority, "preemptionPolicy"),
    ],
  },
  "discovery.k8s.io/EndpointSlice": {
    names: ["Name", "AddressType", "Ports", "Endpoints", "Age"],
    cells: (slice, now) => [
      slice.metadata.name,
      text(slice, "addressType"),
      listAt(slice, "ports").map(({ port }) => port).join(",") || "<unset>",
      listAt(slice, "endpoints").flatMap(({ addresses }) => Array.isArray(addresses) ? addresses : []).join(",") ||
      "<unset>",
      age(slice, now),
    ],
  },
  "apiregistration.k8s.io/APIService": {
    names: ["Name", "Service", "Available", "Age"],
    cells: (service, now) => [service.metadata.name, "Local", "True", age(service, now)],
  },
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": webhookColumns(),
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": webhookColumns(),
};

function bindingColumns(): Columns {
  return {
    names: ["Name", "Role", "Age", "Users+", "Groups+", "ServiceAccounts+"],
    cells: (binding, now) => {
      const names = (kind: string): string =>
        listAt(binding, "subjects").filter((subject) => subject.kind === kind)
          .map(({ namespace, name }) => kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name).join(", ");
      const role = `${text(binding, "roleRef", "kind")}/${text(binding, "roleRef", "name")}`;
      return [binding.metadata.name, role, age(binding, now), names("User"), names("Group"), names("ServiceAccount")];
    },
  };
}

function webhookColumns(): Columns {
  return {
    names: ["Name", "Webhooks:integer", "Age"],
    cells: (configuration, now) => [
      configuration.metadata.name,
      listAt(configuration, "webhooks").length,
      age(configuration, now),
    ],
  };
}

function autoscalerTargets(autoscaler: Manifest): string {
  const current = listAt(autoscaler, "status", "currentMetrics");
  const targets = listAt(autoscaler, "spec", "metrics").map((metric, index) => {
    const source = metric[String(metric.type).replace(/^./, (letter) => letter.toLowerCase())];
    const target = getPath(source, "target");
    const now = getPath(current[index], "resource", "current", "averageUtilization");
    const percentage = getPath(target, "averageUtilization");
    const name = text(source ?? null, "name") || text(source ?? null, "metric", "name");
    if (percentage !== undefined) return `${name}: ${now ?? "<unknown>"}${now === undefined ? "" : "%"}/${percentage}%`;
    return `${name}: <unknown>/${getPath(target, "averageValue") ?? getPath(target, "value") ?? "<unset>"}`;
  });
  return targets.length === 0 ? "<none>" : targets.join(", ");
}

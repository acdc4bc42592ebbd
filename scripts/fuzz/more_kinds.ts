import { type Kind, labels, metadata, NAMES, NAMESPACES, podTemplate } from "./manifests.ts";
import type { Random } from "./random.ts";
import { hardValue, stringScalar } from "./scalars.ts";
import { type Fragment, fromJson, map, type Node, text } from "./yaml_text.ts";

type Spec = (random: Random) => Record<string, Node>;

/** Kinds with fields that transformers know of beside those of `manifests.ts`: older versions, references, odd lists. */
export const MORE_KINDS: readonly Kind[] = [
  kind("extensions/v1beta1", "Deployment", (random) => spec({ replicas: 1, template: podTemplate(random) })),
  kind(
    "apps/v1",
    "ReplicaSet",
    (random) => spec({ selector: { matchLabels: labels(random) }, template: podTemplate(random) }),
  ),
  kind("v1", "ReplicationController", (random) => spec({ selector: labels(random), template: podTemplate(random) })),
  kind("v1", "PodTemplate", (random) => ({ template: podTemplate(random) })),
  kind(
    "batch/v1beta1",
    "CronJob",
    (random) =>
      spec({ jobTemplate: { metadata: { labels: labels(random) }, spec: { template: podTemplate(random) } } }),
  ),
  kind("networking.k8s.io/v1beta1", "Ingress", (random) =>
    spec({
      backend: { serviceName: name(random), servicePort: 80 },
      rules: [{ http: { paths: [{ path: "/", backend: { serviceName: name(random), servicePort: "http" } }] } }],
    })),
  kind("networking.k8s.io/v1", "Ingress", (random) =>
    spec({
      defaultBackend: random.chance(0.5)
        ? { service: { name: name(random), port: { number: 80 } } }
        : { resource: { apiGroup: "example.com", kind: "Widget", name: name(random) } },
      tls: [{ secretName: name(random) }],
    })),
  kind(
    "networking.k8s.io/v1",
    "IngressClass",
    (random) => spec({ controller: "x", parameters: { kind: "Widget", name: name(random), namespace: "prod" } }),
    true,
  ),
  kind("v1", "PersistentVolume", (random) =>
    spec({
      claimRef: { name: name(random), namespace: "prod" },
      storageClassName: name(random),
      ...random.pick<Fragment>([
        { cephfs: { secretRef: { name: name(random) } } },
        { csi: { nodePublishSecretRef: { name: name(random), namespace: "prod" } } },
        { azureFile: { secretName: name(random) } },
      ]),
    }), true),
  kind(
    "v1",
    "PersistentVolumeClaim",
    (random) =>
      spec({
        volumeName: name(random),
        storageClassName: name(random),
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
      }),
  ),
  kind("v1", "Secret", (random) => ({
    type: text("kubernetes.io/service-account-token"),
    data: map({ token: text("eA==") }),
    metadata: map({ name: name(random), annotations: map({ "kubernetes.io/service-account.name": name(random) }) }),
  })),
  kind("v1", "Endpoints", (random) => ({
    subsets: fromJson([{ addresses: [{ ip: "1.2.3.4" }], ports: [{ port: 80, name: stringScalar(random) }] }]),
  })),
  kind("v1", "ResourceQuota", () => spec({ hard: { cpu: 1, "requests.memory": "1Gi", "count/pods": "5" } })),
  kind("v1", "LimitRange", () => spec({ limits: [{ type: "Container", default: { cpu: "1" } }, { type: "Pod" }] })),
  kind(
    "autoscaling/v1",
    "HorizontalPodAutoscaler",
    (random) =>
      spec({
        scaleTargetRef: { apiVersion: "apps/v1", kind: random.pick(["Deployment", "ReplicaSet"]), name: name(random) },
      }),
  ),
  kind("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", (random) => ({
    webhooks: fromJson(["b", "a"].map((each) => ({
      name: each,
      clientConfig: { service: { name: name(random), namespace: random.pick(NAMESPACES) }, caBundle: "eA==" },
      namespaceSelector: { matchLabels: labels(random) },
    }))),
  }), true),
  kind(
    "admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicyBinding",
    (random) => spec({ policyName: name(random), paramRef: { name: name(random), namespace: "prod" } }),
    true,
  ),
  kind(
    "admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicy",
    () => spec({ validations: [{ expression: "object.spec.replicas <= 5" }] }),
    true,
  ),
  kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", (random) =>
    spec({
      group: "example.com",
      names: { kind: "Widget", plural: "widgets" },
      scope: random.pick(["Namespaced", "Cluster"]),
      versions: [{
        name: "v1",
        schema: {
          openAPIV3Schema: {
            type: "object",
            description: stringScalar(random),
            properties: { spec: { "x-kubernetes-preserve-unknown-fields": true, default: hardValue(random, 2) } },
          },
        },
      }],
      conversion: {
        strategy: "Webhook",
        webhook: { clientConfig: { service: { name: name(random), namespace: "prod" } } },
      },
    }), true),
  kind("rbac.authorization.k8s.io/v1", "RoleBinding", (random) => ({
    roleRef: fromJson({ apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: name(random) }),
    subjects: fromJson([
      { kind: "ServiceAccount", name: "default" },
      { kind: "ServiceAccount", name: "default", namespace: "prod" },
      { kind: "ServiceAccount", name: name(random), namespace: "prod" },
      { kind: "Group", name: "system:x" },
    ]),
  })),
  kind("rbac.authorization.k8s.io/v1", "ClusterRole", (random) => ({
    aggregationRule: fromJson({ clusterRoleSelectors: [{ matchLabels: labels(random) }] }),
    rules: fromJson([{
      apiGroups: ["apps", ""],
      resources: ["*"],
      resourceNames: [name(random), name(random)],
      verbs: ["*"],
    }]),
  }), true),
  kind("scheduling.k8s.io/v1", "PriorityClass", () => ({ value: fromJson(1000000) }), true),
  kind("storage.k8s.io/v1", "StorageClass", (random) => ({
    provisioner: text("p"),
    parameters: fromJson({ adminSecretName: name(random), adminSecretNamespace: "prod", userSecretName: name(random) }),
  }), true),
  kind("v1", "ServiceAccount", (random) => ({
    secrets: fromJson([{ name: name(random) }, { name: name(random) }]),
    metadata: metadata(random, random.pick(NAMES), 0.2),
  })),
  kind(
    "monitoring.coreos.com/v1",
    "ServiceMonitor",
    (random) =>
      spec({ selector: { matchLabels: labels(random) }, endpoints: [{ port: "http" }, { port: "http", path: "/x" }] }),
  ),
  kind("serving.knative.dev/v1", "Service", (random) => spec({ template: podTemplate(random) })),
  kind(
    "argoproj.io/v1alpha1",
    "Rollout",
    (random) => spec({ replicas: 2, selector: { matchLabels: labels(random) }, template: podTemplate(random) }),
  ),
];

function kind(apiVersion: string, name: string, make: Spec, isClusterScoped = false): Kind {
  return { apiVersion, kind: name, make, isClusterScoped };
}

function name(random: Random): Node {
  return text(random.pick(NAMES));
}

function spec(fields: Fragment): Record<string, Node> {
  return { spec: fromJson(fields) };
}

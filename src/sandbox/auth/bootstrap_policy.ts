import type { JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";

/** The roles and bindings that every cluster starts with, as far as clients meet them (v1.36). */

const READ = "get list watch";
const WRITE = "create delete deletecollection patch update";
const ALL = "create delete deletecollection get list patch update watch";

/** A rule per line: verbs | API groups, `-` for the core one | resources. */
const ADMIN = [
  ["create", "authorization.k8s.io", "localsubjectaccessreviews"],
  [ALL, "rbac.authorization.k8s.io", "rolebindings roles"],
];
const EDIT = [
  [READ, "-", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"],
  ["impersonate", "-", "serviceaccounts"],
  [WRITE, "-", "pods pods/attach pods/exec pods/portforward pods/proxy"],
  ["create", "-", "pods/eviction"],
  [
    WRITE,
    "-",
    "configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
  ],
  ["create", "-", "serviceaccounts/token"],
  [WRITE, "- events.k8s.io", "events"],
  [
    WRITE,
    "apps",
    "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
  ],
  [WRITE, "autoscaling", "horizontalpodautoscalers"],
  [WRITE, "batch", "cronjobs jobs"],
  [
    WRITE,
    "extensions",
    "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale",
  ],
  [WRITE, "policy", "poddisruptionbudgets"],
  [WRITE, "networking.k8s.io", "ingresses networkpolicies"],
  [ALL, "coordination.k8s.io", "leases"],
  [WRITE, "resource.k8s.io", "resourceclaims resourceclaimtemplates"],
];
const VIEW = [
  [
    READ,
    "-",
    "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
  ],
  [
    READ,
    "-",
    "bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
  ],
  [READ, "-", "namespaces"],
  [READ, "- events.k8s.io", "events"],
  [READ, "discovery.k8s.io", "endpointslices"],
  [
    READ,
    "apps",
    "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
  ],
  [READ, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"],
  [READ, "batch", "cronjobs cronjobs/status jobs jobs/status"],
  [
    READ,
    "extensions",
    "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale",
  ],
  [READ, "policy", "poddisruptionbudgets poddisruptionbudgets/status"],
  [READ, "networking.k8s.io", "ingresses ingresses/status networkpolicies"],
  [READ, "resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates"],
];

const DISCOVERY = "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/";
const PUBLIC = "/healthz /livez /readyz /version /version/";
const ISSUER = "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/";

/** The ClusterRoles and ClusterRoleBindings that a new cluster has. */
export function bootstrapPolicy(): Manifest[] {
  const all: JsonObject = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
  return [
    role("cluster-admin", [all, urls("*", "*")]),
    role("system:aggregate-to-admin", rules(ADMIN), { labels: aggregatesTo("admin") }),
    role("system:aggregate-to-edit", rules(EDIT), { labels: aggregatesTo("edit") }),
    role("system:aggregate-to-view", rules(VIEW), { labels: aggregatesTo("view") }),
    role("view", [], { labels: aggregatesTo("edit"), aggregates: "view" }),
    role("edit", [], { labels: aggregatesTo("admin"), aggregates: "edit" }),
    role("admin", [], { aggregates: "admin" }),
    role(
      "system:basic-user",
      rules([
        ["create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"],
        ["create", "authentication.k8s.io", "selfsubjectreviews"],
      ]),
    ),
    role("system:discovery", [urls(DISCOVERY)]),
    role("system:public-info-viewer", [urls(PUBLIC)]),
    role("system:service-account-issuer-discovery", [urls(ISSUER)]),
    binding("cluster-admin", ["system:masters"]),
    binding("system:basic-user", ["system:authenticated"]),
    binding("system:discovery", ["system:authenticated"]),
    binding("system:public-info-viewer", ["system:authenticated", "system:unauthenticated"]),
    binding("system:service-account-issuer-discovery", ["system:serviceaccounts"]),
  ];
}

function rules(table: string[][]): JsonObject[] {
  return table.map(([verbs = "", groups = "", resources = ""]) => ({
    apiGroups: groups.split(" ").map((group) => group === "-" ? "" : group),
    resources: resources.split(" "),
    verbs: verbs.split(" "),
  }));
}

function urls(paths: string, verbs = "get"): JsonObject {
  return { nonResourceURLs: paths.split(" "), verbs: [verbs] };
}

function aggregatesTo(name: string): Record<string, string> {
  return { [`rbac.authorization.k8s.io/aggregate-to-${name}`]: "true" };
}

interface RoleOptions {
  labels?: Record<string, string>;
  /** Takes its rules from roles that are labelled for this name. */
  aggregates?: string;
}

function role(name: string, roleRules: JsonObject[], { labels = {}, aggregates }: RoleOptions = {}): Manifest {
  const manifest: Manifest = {
    kind: "ClusterRole",
    apiVersion: "rbac.authorization.k8s.io/v1",
    metadata: bootstrapMetadata(name, labels),
    rules: roleRules,
  };
  if (aggregates !== undefined) {
    manifest.aggregationRule = { clusterRoleSelectors: [{ matchLabels: aggregatesTo(aggregates) }] };
  }
  return manifest;
}

function binding(name: string, groups: string[]): Manifest {
  return {
    kind: "ClusterRoleBinding",
    apiVersion: "rbac.authorization.k8s.io/v1",
    metadata: bootstrapMetadata(name, {}),
    subjects: groups.map((group) => ({ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: group })),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
  };
}

function bootstrapMetadata(name: string, labels: Record<string, string>): Manifest["metadata"] {
  return {
    name,
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
}

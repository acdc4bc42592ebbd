import { deepEqual, equal, ok } from "../assert.ts";
import { generateDeployRole } from "../../src/credentials/mod.ts";
import { builtinResource } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";

function object(apiVersion: string, kind: string, name: string, more: Record<string, never> | object = {}): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: "shop" }, ...more } as Manifest;
}

const OPTIONS = { namespace: "shop", resourceOf: builtinResource };

Deno.test("objects are written by their exact names, and nothing more than that", () => {
  const manifests = [object("v1", "Service", "web"), object("v1", "Service", "api")];
  deepEqual(generateDeployRole(manifests, OPTIONS), {
    rules: [{
      apiGroups: [""],
      resources: ["services"],
      resourceNames: ["api", "web"],
      verbs: ["get", "patch", "create"],
      purpose: "write",
      reason: "writes the overlay's objects",
    }],
    forAdmin: [],
    notes: [],
  });
});

Deno.test("what is of the whole cluster, of another namespace or unknown is an admin's", () => {
  const manifests = [
    object("v1", "Namespace", "shop"),
    { ...object("v1", "ConfigMap", "far"), metadata: { name: "far", namespace: "other" } },
    object("example.com/v1", "Widget", "w"),
  ];
  const { rules, forAdmin } = generateDeployRole(manifests, OPTIONS);
  deepEqual(rules, []);
  deepEqual(forAdmin.map(({ kind }) => kind), ["Namespace", "ConfigMap", "Widget"]);
});

Deno.test("names that end in a hash are not fixed, and a note says so", () => {
  const { rules, notes } = generateDeployRole([object("v1", "ConfigMap", "app-6ct58987ht")], OPTIONS);
  equal(rules[0]!.resourceNames, undefined);
  equal(notes.length, 1);
});

Deno.test("pods, revisions, events and logs are read only where there is a workload", () => {
  const { rules } = generateDeployRole([object("apps/v1", "Deployment", "web", { spec: { replicas: 2 } })], OPTIONS);
  deepEqual(rules.map(({ resources, verbs }) => `${resources} ${verbs}`), [
    "deployments get,patch,create",
    "deployments list,watch",
    "pods list,watch",
    "replicasets list,watch",
    "events list,watch",
    "pods/log get",
    "horizontalpodautoscalers list",
  ]);
});

Deno.test("nobody watches where rollouts are not followed, and the plan still asks who scales", () => {
  const manifests = [object("apps/v1", "Deployment", "web", { spec: { replicas: 2 } })];
  const { rules } = generateDeployRole(manifests, { ...OPTIONS, watches: false });
  deepEqual(rules.map(({ resources, verbs }) => `${resources} ${verbs}`), [
    "deployments get,patch,create",
    "horizontalpodautoscalers list",
  ]);
});

Deno.test("what one rule allows, no later one repeats", () => {
  const reads = { apiGroups: [""], resources: ["configmaps"], resourceNames: ["a"], verbs: ["get", "watch"] };
  const manifests = [object("v1", "ConfigMap", "a"), object("v1", "ConfigMap", "b"), role("web", reads)];
  const { rules } = generateDeployRole(manifests, OPTIONS);
  deepEqual(rules.map(({ resources, resourceNames, verbs }) => `${resources} ${resourceNames} ${verbs}`), [
    "configmaps a,b get,patch,create",
    "roles web get,patch,create",
    "configmaps a watch",
  ]);
});

Deno.test("pruning adds deletion and the inventory", () => {
  const { rules } = generateDeployRole([object("v1", "Service", "web")], {
    ...OPTIONS,
    prune: { set: { resource: "secrets", name: "kstage-shop" } },
  });
  ok(rules.some(({ verbs, resources }) => verbs.includes("delete") && resources[0] === "services"));
  ok(rules.some(({ resourceNames }) => resourceNames?.[0] === "kstage-shop"));
});

const RBAC = "rbac.authorization.k8s.io/v1";

function role(name: string, ...rules: object[]): Manifest {
  return object(RBAC, "Role", name, { rules });
}

function binding(name: string, roleRef: object): Manifest {
  return object(RBAC, "RoleBinding", name, { roleRef });
}

Deno.test("what is allowed for any name has no rule for some names beside it", () => {
  const manifests = ["app-6ct58987ht", "fixed"].map((name) => object("v1", "ConfigMap", name));
  const { rules } = generateDeployRole(manifests, OPTIONS);
  deepEqual(rules.map(({ resources, resourceNames }) => [resources, resourceNames]), [[["configmaps"], undefined]]);
});

Deno.test("the deployer has what the overlay's Roles grant, each of their rules as it is", () => {
  const reads = { apiGroups: [""], resources: ["configmaps"], resourceNames: ["a"], verbs: ["get"] };
  const lists = { apiGroups: [""], resources: ["configmaps"], resourceNames: ["b"], verbs: ["list"] };
  const manifests = [role("web", reads, lists), binding("web", { kind: "Role", name: "web" })];
  const { rules, forAdmin, notes } = generateDeployRole(manifests, OPTIONS);
  const granted = rules.filter(({ reason }) => reason.startsWith("hands on")).map((
    { reason: _, purpose: __, ...rule },
  ) => rule);
  deepEqual(granted, [reads, lists]);
  deepEqual(forAdmin, []);
  ok(notes.some((note) => note.startsWith("writes role/web: ")));
});

Deno.test("Roles that would make the deployer more than one are an admin's, and so are their bindings", () => {
  const rule = (resources: string[], verbs: string[], apiGroups = [""]) => ({ apiGroups, resources, verbs });
  for (
    const dangerous of [
      rule(["configmaps"], ["*"]),
      rule(["*"], ["get"]),
      rule(["secrets"], ["list"]),
      rule(["pods/exec"], ["create"]),
      rule(["serviceaccounts/token"], ["create"]),
      rule(["roles"], ["escalate"], ["rbac.authorization.k8s.io"]),
    ]
  ) {
    const manifests = [role("web", dangerous), binding("web", { kind: "Role", name: "web" })];
    const { rules, forAdmin } = generateDeployRole(manifests, OPTIONS);
    deepEqual([rules, forAdmin.map(({ kind }) => kind)], [[], ["Role", "RoleBinding"]], JSON.stringify(dangerous));
  }
});

Deno.test("a binding to a role that the overlay hasn't got is an admin's", () => {
  for (const kind of ["ClusterRole", "Role"]) {
    const { forAdmin, notes } = generateDeployRole([binding("web", { kind, name: "view" })], OPTIONS);
    deepEqual(forAdmin.map(({ kind }) => kind), ["RoleBinding"]);
    deepEqual(notes, [`rolebinding/web is an admin's: it binds ${kind} view, which the overlay does not have`]);
  }
});

Deno.test("no rule has a wildcard", () => {
  const manifests = ["Deployment", "StatefulSet", "DaemonSet"].map((kind) => object("apps/v1", kind, "x"));
  const { rules } = generateDeployRole(manifests, { ...OPTIONS, prune: {}, recordsReleases: true, locks: ["l"] });
  ok(!JSON.stringify(rules).includes("*"));
});

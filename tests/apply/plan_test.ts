import { deepEqual, equal, rejects } from "../assert.ts";
import { NetworkError } from "../../src/base/mod.ts";
import { type Change, executePlan, planApply, type PlanOptions, refusalOf } from "../../src/apply/mod.ts";
import { refKey } from "../../src/manifest/mod.ts";
import { pageNotFound, refusal } from "../kube/fake_transport.ts";
import { createFakeCluster, definition, deployment, type FakeCluster, manifest, SHOP } from "./fake_cluster.ts";

const OPTIONS: PlanOptions = { namespace: "shop" };
const SERVICE = manifest("v1", "Service", "api", { spec: { ports: [{ port: 80 }] } });
const NEW_SPACE = manifest("v1", "Namespace", "fresh");

const PATHS = {
  service: "/api/v1/namespaces/shop/services/api",
  deployment: "/apis/apps/v1/namespaces/shop/deployments/api",
};

/** `kind Kind/name` of each change. */
function brief(changes: readonly Change[]): string[] {
  return changes.map(({ kind, ref }) => `${kind} ${ref.kind}/${ref.name}`);
}

/** Applies manifests, so that a test can begin with a cluster that has them. */
async function deploy(cluster: FakeCluster, manifests: Parameters<typeof planApply>[1]): Promise<void> {
  await cluster.measure(async () => {
    const plan = await planApply(cluster.client, manifests, OPTIONS);
    equal((await executePlan(cluster.client, plan, { clock: cluster.clock })).outcome, "applied");
  });
  cluster.transport.requests.length = 0;
}

Deno.test("planApply() needs one request per new object, all at the same time", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const { value: plan, roundTrips } = await cluster.measure(() =>
    planApply(cluster.client, [deployment("api"), SERVICE], OPTIONS)
  );
  deepEqual(brief(plan.changes), ["create Service/api", "create Deployment/api"]);
  deepEqual(cluster.steps.sort(), [`dry-run ${PATHS.service}`, `dry-run ${PATHS.deployment}`].sort());
  equal(roundTrips, 1);
});

Deno.test("planApply() reads what is there and finds it unchanged", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  await deploy(cluster, [deployment("api"), SERVICE]);
  const { value: plan, roundTrips } = await cluster.measure(() =>
    planApply(cluster.client, [deployment("api"), SERVICE], OPTIONS)
  );
  deepEqual(brief(plan.changes), ["unchanged Service/api", "unchanged Deployment/api"]);
  deepEqual(cluster.steps.filter((step) => step.startsWith("write")), []);
  equal(roundTrips, 2);
});

Deno.test("planApply() names the fields that change", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  await deploy(cluster, [deployment("api")]);
  const { value: plan } = await cluster.measure(() =>
    planApply(cluster.client, [deployment("api", "app:2", 3)], OPTIONS)
  );
  const [change] = plan.changes;
  deepEqual(change?.kind === "update" && change.paths, [
    ".spec.replicas",
    '.spec.template.spec.containers[name="app"].image',
  ]);
});

Deno.test("planApply() plans a write where only the ownership of fields changes", async () => {
  const live = { ...SERVICE, metadata: { ...SERVICE.metadata, namespace: "shop" } };
  const cluster = createFakeCluster({ objects: { ...SHOP, [PATHS.service]: live } });
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, [SERVICE], OPTIONS));
  deepEqual(plan.changes.map((change) => change.kind === "update" && change.paths), [[]]);
});

Deno.test("planApply() collects the refusals of all objects and writes nothing", async () => {
  const invalid = refusal(422, "Invalid", "no", { causes: [{ reason: "FieldValueRequired", field: "spec.selector" }] });
  const immutable = refusal(422, "Invalid", 'Deployment.apps "b" is invalid: spec.selector: field is immutable', {
    causes: [{ reason: "FieldValueInvalid", field: "spec.selector", message: "Invalid value: field is immutable" }],
  });
  const conflict = refusal(409, "Conflict", "Apply failed with 1 conflict", {
    causes: [{ reason: "FieldManagerConflict", field: ".spec.replicas", message: 'conflict with "hpa" using apps/v1' }],
  });
  const answers: Record<string, Response> = { a: invalid, b: immutable, c: conflict };
  const cluster = createFakeCluster({
    objects: SHOP,
    intercept: ({ method, path }) => method === "PATCH" ? answers[path.split("/").at(-1)!] : undefined,
  });
  const manifests = ["a", "b", "c", "d"].map((name) => deployment(name));
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, manifests, OPTIONS));
  deepEqual(brief(plan.changes), [
    "refused Deployment/a",
    "immutable Deployment/b",
    "conflict Deployment/c",
    "create Deployment/d",
  ]);
  const refused = refusalOf(plan)!;
  deepEqual([refused.name, refused.code], ["ApplyError", "REFUSED"]);
  equal(
    refused.message,
    "Cannot apply 3 of 4 objects: nothing was written\n" +
      "  deployment/a in namespace shop: no\n" +
      "  deployment/b in namespace shop: spec.selector can't be changed on an existing object\n" +
      '  deployment/c in namespace shop: .spec.replicas is owned by "hpa"',
  );
  await rejects(executePlan(cluster.client, plan, { clock: cluster.clock }), { code: "REFUSED" });
  deepEqual(cluster.steps.filter((step) => step.startsWith("write")), []);
});

Deno.test("a single refusal is told as it is", async () => {
  const conflict = refusal(409, "Conflict", "Apply failed with 1 conflict", {
    causes: [{
      reason: "FieldManagerConflict",
      field: '.spec.template.spec.containers[name="app"].image',
      message: 'conflict with "kubectl-client-side-apply" using apps/v1',
    }],
  });
  const intercept = ({ method }: { method: string }) => method === "PATCH" ? conflict : undefined;
  const cluster = createFakeCluster({ objects: SHOP, intercept });
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, [deployment("api")], OPTIONS));
  const error = refusalOf(plan)!;
  deepEqual([error.code, error.message, error.hint], [
    "CONFLICT",
    'Cannot apply deployment/api in namespace shop: .spec.template.spec.containers[name="app"].image is owned by ' +
    '"kubectl-client-side-apply"',
    "The object was written with kubectl before: take the fields over with --force-conflicts",
  ]);
});

Deno.test("missing permissions for many objects become one list of rules", async () => {
  const cluster = createFakeCluster({
    objects: SHOP,
    intercept: ({ path }) => {
      const [resource = "", name = ""] = path.split("/").slice(-2);
      const message =
        `${resource} "${name}" is forbidden: User "u" cannot patch resource "${resource}" in API group "" in the namespace "shop"`;
      return refusal(403, "Forbidden", message, { name, kind: resource });
    },
  });
  const manifests = [SERVICE, manifest("v1", "ConfigMap", "a"), manifest("v1", "ConfigMap", "b")];
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, manifests, OPTIONS));
  const error = refusalOf(plan)!;
  deepEqual([error.name, error.code], ["ApiError", "FORBIDDEN"]);
  equal(
    error.hint,
    "Add these rules to a Role in namespace shop bound to the token's account:\n" +
      '- apiGroups: [""]\n  resources: ["configmaps"]\n  resourceNames: ["a", "b"]\n  verbs: ["get", "create", "patch"]\n' +
      '- apiGroups: [""]\n  resources: ["services"]\n  resourceNames: ["api"]\n  verbs: ["get", "create", "patch"]',
  );
});

Deno.test("planApply() ends at once when the credentials are refused", async () => {
  const cluster = createFakeCluster({ intercept: () => refusal(401, "Unauthorized", "Unauthorized") });
  const manifests = Array.from({ length: 200 }, (_, i) => manifest("v1", "ConfigMap", `c${i}`));
  await rejects(cluster.measure(() => planApply(cluster.client, manifests, OPTIONS)), { code: "UNAUTHORIZED" });
  equal(cluster.transport.requests.length, 50);
});

Deno.test("planApply() passes a NetworkError through", async () => {
  const cluster = createFakeCluster({ intercept: () => new NetworkError("TLS_UNKNOWN_ISSUER", "Cannot reach x", "/") });
  await rejects(cluster.measure(() => planApply(cluster.client, [SERVICE], OPTIONS)), { code: "TLS_UNKNOWN_ISSUER" });
});

Deno.test("planApply() keeps to the concurrency", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const manifests = Array.from({ length: 100 }, (_, i) => manifest("v1", "ConfigMap", `c${i}`));
  const { roundTrips } = await cluster.measure(() =>
    planApply(cluster.client, manifests, { ...OPTIONS, concurrency: 25 })
  );
  deepEqual([cluster.transport.open.most, roundTrips], [25, 4]);
});

Deno.test("planApply() reads many objects of a kind with one list, one by one where listing is forbidden", async () => {
  for (const mayList of [true, false]) {
    const cluster = createFakeCluster({
      objects: SHOP,
      intercept: ({ query }) => query?.limit && !mayList ? refusal(403, "Forbidden", "unknown") : undefined,
    });
    const manifests = Array.from({ length: 60 }, (_, i) => deployment(`d${i}`));
    await deploy(cluster, manifests);
    const { value: plan } = await cluster.measure(() => planApply(cluster.client, manifests, OPTIONS));
    equal(plan.changes.every(({ kind }) => kind === "unchanged"), true);
    const count = (verb: string) => cluster.steps.filter((step) => step.startsWith(`${verb} `)).length;
    const lists = cluster.steps.filter((step) => step.startsWith("list ")).map((step) => step.split("/").at(-1));
    deepEqual(lists.sort(), ["deployments", "horizontalpodautoscalers"]);
    deepEqual([count("dry-run"), count("get")], [60, mayList ? 0 : 60]);
  }
});

Deno.test("planApply() defers what needs a namespace of the same plan, with one request for all such objects", async () => {
  const cluster = createFakeCluster();
  const { value: plan, roundTrips } = await cluster.measure(() =>
    planApply(cluster.client, [deployment("api"), NEW_SPACE], { namespace: "fresh" })
  );
  deepEqual(brief(plan.changes), ["create Namespace/fresh", "deferred Deployment/api"]);
  deepEqual(plan.changes.map((change) => change.kind === "deferred" && change.waitsFor.map(refKey)), [
    false,
    ["/Namespace//fresh"],
  ]);
  const review = "ask /apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  deepEqual([cluster.steps, roundTrips], [[review, "dry-run /api/v1/namespaces/fresh"], 1]);
});

Deno.test("planApply() dry-runs objects in a namespace of the same plan when it is there already", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const shop = manifest("v1", "Namespace", "shop");
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, [deployment("api"), shop], OPTIONS));
  deepEqual(brief(plan.changes), ["update Namespace/shop", "create Deployment/api"]);
});

Deno.test("planApply() knows the scope of kinds that a definition of the same plan brings", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const manifests = [
    manifest("x.example.com/v1", "Widget", "w"),
    manifest("x.example.com/v1", "Planet", "p", {}),
    definition("Widget", "widgets"),
    definition("Planet", "planets", "Cluster"),
  ];
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, manifests, OPTIONS));
  deepEqual(plan.changes.map(({ kind, ref }) => `${kind} ${ref.kind} ${ref.namespace ?? "-"}`), [
    "create CustomResourceDefinition -",
    "create CustomResourceDefinition -",
    "deferred Widget shop",
    "deferred Planet -",
  ]);
  equal(cluster.steps.filter((step) => !step.startsWith("ask ")).length, 2);
});

Deno.test("planApply() tells once that a role is refused, not again for its binding; a binding's own missing rule is told", async () => {
  const group = "rbac.authorization.k8s.io";
  const cannot = (resource: string) =>
    `${resource} is forbidden: User "u" cannot patch resource "${resource}" in API group "${group}" in the namespace "shop"`;
  const manifests = [
    manifest(`${group}/v1`, "RoleBinding", "b", { roleRef: { apiGroup: group, kind: "Role", name: "r" } }),
    manifest(`${group}/v1`, "Role", "r"),
  ];
  for (const refused of ["roles", "rolebindings"]) {
    const cluster = createFakeCluster({
      objects: SHOP,
      intercept: ({ path }) =>
        path.includes(`/${refused}/`)
          ? refusal(403, "Forbidden", cannot(refused), { kind: refused, group })
          : path.includes("/rolebindings/")
          ? refusal(404, "NotFound", `roles.${group} "r" not found`, { name: "r", kind: "roles", group })
          : undefined,
    });
    const { value: plan } = await cluster.measure(() => planApply(cluster.client, manifests, OPTIONS));
    deepEqual(
      brief(plan.changes),
      refused === "roles" ? ["refused Role/r", "deferred RoleBinding/b"] : ["create Role/r", "refused RoleBinding/b"],
    );
  }
});

Deno.test("planApply() defers a binding whose role is of the same plan, if the server wants to see the role", async () => {
  const group = "rbac.authorization.k8s.io";
  const cluster = createFakeCluster({
    objects: SHOP,
    intercept: ({ path }) =>
      path.includes("/rolebindings/")
        ? refusal(404, "NotFound", `roles.${group} "r" not found`, { name: "r", kind: "roles", group })
        : undefined,
  });
  const manifests = [
    manifest(`${group}/v1`, "RoleBinding", "b", { roleRef: { apiGroup: group, kind: "Role", name: "r" } }),
    manifest(`${group}/v1`, "Role", "r"),
  ];
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, manifests, OPTIONS));
  deepEqual(brief(plan.changes), ["create Role/r", "deferred RoleBinding/b"]);
});

Deno.test("planApply() refuses a kind that the server hasn't got, beside the other refusals", async () => {
  const cluster = createFakeCluster({
    objects: SHOP,
    intercept: ({ path }) => path.startsWith("/apis/no.") ? pageNotFound() : undefined,
  });
  const manifests = [manifest("no.such.io/v1", "Thing", "t"), SERVICE];
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, manifests, OPTIONS));
  deepEqual(brief(plan.changes), ["create Service/api", "refused Thing/t"]);
  equal(
    refusalOf(plan)?.message,
    'Cannot apply thing.no.such.io/t in namespace shop: the server has no kind "Thing" in "no.such.io/v1"',
  );
});

Deno.test("planApply() warns about an object that is being deleted", async () => {
  const live = { ...SERVICE, metadata: { name: "api", namespace: "shop", deletionTimestamp: "2026-01-01T00:00:00Z" } };
  const cluster = createFakeCluster({ objects: { ...SHOP, [PATHS.service]: live } });
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, [SERVICE], OPTIONS));
  deepEqual(plan.changes[0]?.warnings, ["The object is being deleted: what is applied to it will be gone with it"]);
});

Deno.test("planApply() asks nothing for a plan of the client alone, and such a plan is not carried out", async () => {
  const cluster = createFakeCluster();
  const plan = await planApply(cluster.client, [deployment("api"), SERVICE], { ...OPTIONS, clientOnly: true });
  deepEqual(brief(plan.changes), ["unchecked Service/api", "unchecked Deployment/api"]);
  await rejects(executePlan(cluster.client, plan, { clock: cluster.clock }), { code: "UNCHECKED" });
  equal(cluster.transport.requests.length, 0);
});

Deno.test("planApply() sends manager, force and validation with each dry-run", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const options: PlanOptions = { ...OPTIONS, fieldManager: "me", force: true, fieldValidation: "Warn" };
  await cluster.measure(() => planApply(cluster.client, [SERVICE], options));
  const query = { fieldManager: "me", dryRun: "All", force: "true", fieldValidation: "Warn" };
  deepEqual(cluster.transport.requests[0]?.query, query);
});

Deno.test("planApply() rejects with the signal's reason", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const abort = new AbortController();
  const planning = planApply(cluster.client, [SERVICE], { ...OPTIONS, signal: abort.signal });
  abort.abort(new Error("interrupted"));
  await rejects(planning, { message: "interrupted" });
});

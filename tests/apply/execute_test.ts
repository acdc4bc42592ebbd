import { deepEqual, equal, rejects } from "../assert.ts";
import { type JsonObject, NetworkError, parseJson } from "../../src/base/mod.ts";
import {
  type ApplyEvent,
  type ApplyReport,
  type ExecuteOptions,
  executePlan,
  planApply,
  reportPlan,
} from "../../src/apply/mod.ts";
import type { ApplyOptions, KubeClient } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { pageNotFound, refusal } from "../kube/fake_transport.ts";
import { createFakeCluster, definition, deployment, type FakeCluster, manifest, SHOP } from "./fake_cluster.ts";

const SERVICE = manifest("v1", "Service", "api", { spec: { ports: [{ port: 80 }] } });
const CONFIG = manifest("v1", "ConfigMap", "settings", { data: { a: "1" } });
const WIDGETS = "/apis/x.example.com/v1/namespaces/shop/widgets";

/** Plans and applies. */
function deploy(
  cluster: FakeCluster,
  manifests: Manifest[],
  options: Partial<ExecuteOptions> = {},
  namespace = "shop",
) {
  return cluster.measure(async () => {
    const plan = await planApply(cluster.client, manifests, { namespace });
    return await executePlan(cluster.client, plan, { clock: cluster.clock, ...options });
  });
}

/** `action Kind/name` of each object. */
function brief({ results }: ApplyReport): string[] {
  return results.map(({ action, ref }) => `${action} ${ref.kind}/${ref.name}`);
}

function writes({ steps }: FakeCluster): string[] {
  return steps.filter((step) => step.startsWith("write")).map((step) => step.split("/").slice(-2).join("/"));
}

/** Refuses the real write of objects with this name, not the dry-run. */
function refuseWriteOf(name: string, answer: Response | Error) {
  return ({ path, method, dryRun }: { path: string; method: string; dryRun: boolean }) =>
    method === "PATCH" && !dryRun && path.endsWith(`/${name}`) ? answer : undefined;
}

Deno.test("a new deploy of two objects needs a dry-run and a write each, and three round trips", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const { value: report, roundTrips } = await deploy(cluster, [deployment("api"), SERVICE]);
  deepEqual(brief(report), ["created Service/api", "created Deployment/api"]);
  deepEqual([report.outcome, cluster.transport.requests.length, roundTrips], ["applied", 4, 3]);
});

Deno.test("a second deploy of the same only dry-runs, reads and asks for autoscalers", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  await deploy(cluster, [deployment("api"), SERVICE, CONFIG]);
  cluster.transport.requests.length = 0;
  const { value: report, roundTrips } = await deploy(cluster, [deployment("api"), SERVICE, CONFIG]);
  deepEqual(brief(report), ["unchanged ConfigMap/settings", "unchanged Service/api", "unchanged Deployment/api"]);
  deepEqual([writes(cluster), cluster.transport.requests.length, roundTrips], [[], 7, 2]);
});

Deno.test("a changed image costs one write and three round trips", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  await deploy(cluster, [deployment("api"), SERVICE]);
  cluster.transport.requests.length = 0;
  const { value: report, roundTrips } = await deploy(cluster, [deployment("api", "app:2"), SERVICE]);
  deepEqual(brief(report), ["unchanged Service/api", "configured Deployment/api"]);
  deepEqual([writes(cluster), roundTrips], [["deployments/api"], 3]);
});

Deno.test("objects are written rank by rank, those of a rank together", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const manifests = [
    manifest("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "w"),
    manifest("autoscaling/v2", "HorizontalPodAutoscaler", "h"),
    deployment("a"),
    deployment("b"),
    SERVICE,
    CONFIG,
    manifest("rbac.authorization.k8s.io/v1", "RoleBinding", "rb", { roleRef: { kind: "Role", name: "r" } }),
    manifest("rbac.authorization.k8s.io/v1", "Role", "r"),
    manifest("v1", "ServiceAccount", "sa"),
    manifest("v1", "ResourceQuota", "q"),
  ];
  const { value: report } = await deploy(cluster, manifests);
  equal(report.outcome, "applied");
  deepEqual(writes(cluster), [
    "resourcequotas/q",
    "serviceaccounts/sa",
    "roles/r",
    "rolebindings/rb",
    "configmaps/settings",
    "services/api",
    "deployments/a",
    "deployments/b",
    "horizontalpodautoscalers/h",
    "validatingwebhookconfigurations/w",
  ]);
  const at = (name: string) => cluster.transport.requests.findLast(({ path }) => path.endsWith(`/${name}`))!.atMs;
  deepEqual([at("sa"), at("r"), at("rb"), at("settings"), at("a")], [
    at("api"),
    at("api"),
    at("api"),
    at("api"),
    at("b"),
  ]);
});

Deno.test("a binding whose role the server wants first is dry-run and written once that is there, before the pods", async () => {
  let isThere = false;
  const cluster = createFakeCluster({
    objects: SHOP,
    intercept({ path, method, dryRun }) {
      isThere ||= method === "PATCH" && !dryRun && path.endsWith("/roles/r");
      if (isThere || !path.endsWith("/rolebindings/rb")) return undefined;
      return refusal(403, "Forbidden", 'rolebindings "rb" is forbidden: role "r" not found');
    },
  });
  const { value: report } = await deploy(cluster, [
    deployment("a"),
    manifest("rbac.authorization.k8s.io/v1", "RoleBinding", "rb", { roleRef: { kind: "Role", name: "r" } }),
    manifest("rbac.authorization.k8s.io/v1", "Role", "r"),
    SERVICE,
  ]);
  deepEqual(report.outcome, "applied");
  deepEqual(cluster.steps.slice(5).map((step) => `${step.split(" ")[0]} ${step.split("/").at(-1)}`), [
    "write r",
    "write api",
    "dry-run rb",
    "write rb",
    "write a",
  ]);
});

Deno.test("objects in a new namespace are dry-run once it is there, before anything else is written", async () => {
  const cluster = createFakeCluster();
  const manifests = [deployment("api"), SERVICE, manifest("v1", "Namespace", "shop")];
  const { value: report } = await deploy(cluster, manifests);
  deepEqual(brief(report), ["created Namespace/shop", "created Service/api", "created Deployment/api"]);
  deepEqual(cluster.steps.map((step) => `${step.split(" ")[0]} ${step.split("/").at(-2)}`), [
    "ask v1",
    "dry-run namespaces",
    "write namespaces",
    "dry-run services",
    "dry-run deployments",
    "write services",
    "write deployments",
  ]);
});

Deno.test("a refusal in a new namespace stops the apply before anything but the namespace is written", async () => {
  const cluster = createFakeCluster({
    intercept: ({ path }) => path.endsWith("/api") ? refusal(422, "Invalid", "spec.ports: Required value") : undefined,
  });
  const { value: report } = await deploy(cluster, [CONFIG, SERVICE, manifest("v1", "Namespace", "shop")]);
  deepEqual(brief(report), ["created Namespace/shop", "skipped ConfigMap/settings", "failed Service/api"]);
  deepEqual([report.outcome, report.error?.message, writes(cluster)], [
    "failed",
    "Cannot apply service/api in namespace shop: spec.ports: Required value",
    ["namespaces/shop"],
  ]);
});

Deno.test("custom resources wait until their definition is established", async () => {
  const cluster = createFakeCluster({ objects: SHOP, readsUntilEstablished: 3 });
  const events: ApplyEvent[] = [];
  const manifests = [manifest("x.example.com/v1", "Widget", "w"), definition("Widget", "widgets")];
  const { value: report } = await deploy(cluster, manifests, { onEvent: (event) => events.push(event) });
  deepEqual(brief(report), ["created CustomResourceDefinition/widgets.x.example.com", "created Widget/w"]);
  equal(events.some(({ type }) => type === "waiting"), true);
  const widgetSteps = cluster.steps.filter((step) => step.includes(WIDGETS)).map((step) => step.split(" ")[0]);
  deepEqual(widgetSteps, ["dry-run", "write"]);
  equal(cluster.steps.filter((step) => step.startsWith("get /apis/apiextensions")).length, 4);
});

Deno.test("a definition that another API server replica doesn't serve yet is asked for again", async () => {
  let misses = 3;
  const cluster = createFakeCluster({
    objects: SHOP,
    intercept: ({ path }) => path.startsWith("/apis/x.example.com") && misses-- > 0 ? pageNotFound() : undefined,
  });
  const manifests = [manifest("x.example.com/v1", "Widget", "w"), definition("Widget", "widgets")];
  equal((await deploy(cluster, manifests)).value.outcome, "applied");
});

Deno.test("a definition that is never established fails after a minute, and what it brings is skipped", async () => {
  const cluster = createFakeCluster({ objects: SHOP, readsUntilEstablished: Infinity });
  const manifests = [manifest("x.example.com/v1", "Widget", "w"), definition("Widget", "widgets")];
  const { value: report } = await deploy(cluster, manifests);
  deepEqual(brief(report), ["failed CustomResourceDefinition/widgets.x.example.com", "skipped Widget/w"]);
  deepEqual([report.error?.code, Math.round(report.seconds / 10)], ["NOT_ESTABLISHED", 6]);
});

Deno.test("a write that fails skips the later ranks and lists what was applied", async () => {
  const quota = refusal(403, "Forbidden", 'services "api" is forbidden: exceeded quota: q');
  const cluster = createFakeCluster({ objects: SHOP, intercept: refuseWriteOf("api", quota) });
  const { value: report } = await deploy(cluster, [deployment("web"), SERVICE, CONFIG]);
  deepEqual(brief(report), ["created ConfigMap/settings", "failed Service/api", "skipped Deployment/web"]);
  deepEqual([report.outcome, report.error?.code], ["failed", "ADMISSION_DENIED"]);
  equal(report.results[1]?.error, report.error);
});

Deno.test("a conflict that arises between plan and write names field and manager", async () => {
  const conflict = refusal(409, "Conflict", "Apply failed with 1 conflict", {
    causes: [{ reason: "FieldManagerConflict", field: ".data.a", message: 'conflict with "other" using v1' }],
  });
  const cluster = createFakeCluster({ objects: SHOP, intercept: refuseWriteOf("settings", conflict) });
  const { value: report } = await deploy(cluster, [CONFIG]);
  deepEqual([report.error?.name, report.error?.code], ["ApplyError", "CONFLICT"]);
  equal(report.error?.message, 'Cannot apply configmap/settings in namespace shop: .data.a is owned by "other"');
});

Deno.test("a server that goes away ends the apply with what was applied so far", async () => {
  const lost = new NetworkError("TLS_OTHER", "Cannot reach the server: handshake failed", "/");
  const cluster = createFakeCluster({ objects: SHOP, intercept: refuseWriteOf("api", lost) });
  const { value: report } = await deploy(cluster, [SERVICE, CONFIG, deployment("web")]);
  deepEqual(brief(report), ["created ConfigMap/settings", "failed Service/api", "skipped Deployment/web"]);
  equal(report.error, lost);
});

Deno.test("an interrupted apply waits for answers under way, begins nothing new and lists what was applied", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const abort = new AbortController();
  const applied: string[] = [];
  const onEvent = (event: ApplyEvent) => {
    if (event.type === "started" && event.ref.kind === "Service") abort.abort(new Error("SIGINT"));
    if (event.type === "finished") applied.push(`${event.result.action} ${event.result.ref.name}`);
  };
  const { value: report } = await deploy(cluster, [deployment("web"), SERVICE, CONFIG], {
    signal: abort.signal,
    onEvent,
  });
  deepEqual(brief(report), ["created ConfigMap/settings", "created Service/api", "skipped Deployment/web"]);
  deepEqual([report.outcome, report.error, applied], ["interrupted", undefined, ["created settings", "created api"]]);
});

Deno.test("an interrupted apply gives up answers that don't come, and says that they are unknown", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const plan = (await cluster.measure(() => planApply(cluster.client, [SERVICE], { namespace: "shop" }))).value;
  const abort = new AbortController();
  const stuck: KubeClient = Object.assign(Object.create(cluster.client), {
    apply: (_manifest: Manifest, { signal }: ApplyOptions) =>
      new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
  });
  const onEvent = () => abort.abort(new Error("SIGTERM"));
  const options = { clock: cluster.clock, signal: abort.signal, graceMs: 1000, onEvent };
  const running = executePlan(stuck, plan, options);
  const report = await cluster.clock.drive(running);
  deepEqual([report.outcome, report.seconds, report.results[0]?.action], ["interrupted", 1, "failed"]);
  deepEqual([report.error?.code, report.error?.message], [
    "INTERRUPTED",
    "Cannot tell whether service/api in namespace shop was applied: interrupted before the server answered",
  ]);
});

Deno.test("an apply that was interrupted before it began writes nothing", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const plan = (await cluster.measure(() => planApply(cluster.client, [SERVICE], { namespace: "shop" }))).value;
  const signal = AbortSignal.abort(new Error("SIGINT"));
  const report = await executePlan(cluster.client, plan, { clock: cluster.clock, signal });
  deepEqual([report.outcome, brief(report), writes(cluster)], ["interrupted", ["skipped Service/api"], []]);
});

Deno.test("results tell seconds, warnings and the object as the server has it", async () => {
  const cluster = createFakeCluster({ objects: SHOP });
  const { value: report } = await deploy(cluster, [SERVICE]);
  const [result] = report.results;
  deepEqual([result?.seconds, result?.warnings, result?.object?.metadata.uid], [0.02, [], "uid-api"]);
});

Deno.test("an apply through a server that refuses one request in five ends right, every object once", async () => {
  let count = 0;
  const cluster = createFakeCluster({
    objects: SHOP,
    intercept: () => ++count % 5 === 0 ? refusal(count % 2 ? 429 : 503, "Busy", "slow down") : undefined,
  });
  const manifests = Array.from({ length: 120 }, (_, i) => manifest("v1", "ConfigMap", `c${i}`));
  const { value: report } = await deploy(cluster, manifests);
  deepEqual([report.outcome, report.results.filter(({ action }) => action === "created").length], ["applied", 120]);
  equal(cluster.objects.size, 121);
});

/** Loses the first answer to each write. */
function losesAnswers(objects: Record<string, JsonObject>): FakeCluster {
  const lost = new Set<string>();
  const cluster = createFakeCluster({
    objects,
    intercept({ method, path, dryRun, body, query }) {
      if (method !== "PATCH" || dryRun || lost.has(path)) return undefined;
      lost.add(path);
      // The server does what is asked before the connection ends.
      cluster.objects.set(path, parseJson(body!) as JsonObject);
      equal(query?.fieldManager, "kstage");
      return new NetworkError("RESET", "Cannot read the answer: the connection was reset", path);
    },
  });
  return cluster;
}

Deno.test("an object that was made by an apply whose answer was lost is reported as created", async () => {
  const { value: report } = await deploy(losesAnswers(SHOP), [SERVICE, CONFIG]);
  deepEqual(brief(report), ["created ConfigMap/settings", "created Service/api"]);
});

Deno.test("so is one whose namespace is of the same apply", async () => {
  const namespace = manifest("v1", "Namespace", "shop");
  const { value: report } = await deploy(losesAnswers({}), [namespace, SERVICE]);
  deepEqual(brief(report), ["created Namespace/shop", "created Service/api"]);
});

Deno.test("an object that was there is configured, whatever became of the first answer", async () => {
  const before = { ...CONFIG, data: { a: "0" } } as JsonObject;
  const { value: report } = await deploy(
    losesAnswers({ ...SHOP, "/api/v1/namespaces/shop/configmaps/settings": before }),
    [CONFIG],
  );
  deepEqual(brief(report), ["configured ConfigMap/settings"]);
});

Deno.test("reportPlan() says what a dry-run would do", async () => {
  const cluster = createFakeCluster();
  const manifests = [CONFIG, manifest("v1", "Namespace", "shop")];
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, manifests, { namespace: "shop" }));
  deepEqual(reportPlan(plan).map(({ action, ref }) => `${action} ${ref.name}`), ["created shop", "created settings"]);
});

Deno.test("a plan with a refusal is not begun", async () => {
  const cluster = createFakeCluster({ objects: SHOP, intercept: () => refusal(422, "Invalid", "no") });
  await rejects(deploy(cluster, [SERVICE]), { name: "ApiError", code: "INVALID" });
});

import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { defineApplySet, describePlan, describePrune, isPruneEmpty, PART_OF_LABEL } from "../../src/apply/mod.ts";
import type { ApiRequest } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { refusal } from "../kube/fake_transport.ts";
import { manifest } from "./fake_cluster.ts";
import { brief, configMap, LATENCY_MS, SandboxWorld, webDeployment } from "./sandbox_world.ts";

const CONFIG_MAPS: [string, string] = ["v1", "ConfigMap"];
const SERVICE = manifest("v1", "Service", "web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
const SERVICE_REF = { apiVersion: "v1", kind: "Service", namespace: "shop", name: "web" };
const PARENT = { apiVersion: "v1", kind: "Secret", namespace: "shop", name: "kstage-shop" };

function annotated(object: Manifest, annotations: Record<string, string>): Manifest {
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function inNamespace(object: Manifest, namespace: string): Manifest {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function scopeOf(world: SandboxWorld): unknown {
  const annotations = world.get(PARENT)?.metadata.annotations as Record<string, string>;
  return [
    annotations["applyset.kubernetes.io/contains-group-kinds"],
    annotations["applyset.kubernetes.io/additional-namespaces"],
  ];
}

Deno.test("what leaves the overlay is deleted, and nothing else", async () => {
  const world = await SandboxWorld.create();
  world.sandbox.create(inNamespace(configMap("theirs"), "shop"));
  const first = await world.deploy([configMap("a"), configMap("b"), SERVICE]);
  deepEqual(first.prune?.results, []);
  const { preview, prune, plan } = await world.deploy([configMap("a")]);
  equal(describePlan(plan, preview), "1 unchanged, 2 to prune");
  deepEqual(brief(prune!.results), ["pruned Service/web", "pruned ConfigMap/b"]);
  deepEqual(world.names(CONFIG_MAPS, ["v1", "Service"]), ["ConfigMap/a", "ConfigMap/theirs"]);
  deepEqual(scopeOf(world), ["ConfigMap", ""]);
});

Deno.test("a first deploy costs two requests beside those of its objects, in four round trips at most", async () => {
  const world = await SandboxWorld.create();
  const startMs = world.clock.now();
  await world.deploy([webDeployment("a"), SERVICE], {
    afterApply: () => {
      equal((world.clock.now() - startMs) / LATENCY_MS, 4);
      const methods = world.sandbox.requests.map(({ method, query }) => query.dryRun ? "dry-run" : method);
      deepEqual(methods.sort(), ["GET", "PATCH", "PATCH", "PATCH", "dry-run", "dry-run"]);
    },
  });
});

Deno.test("an inventory that names too much is something to prune, though no object has left the overlay", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([configMap("a"), SERVICE]);
  const same = await world.deploy([configMap("a"), SERVICE]);
  ok(isPruneEmpty(same.preview));
  // As after a run that deleted the Service and was killed before it could say so.
  world.sandbox.store.remove(SERVICE_REF);
  const { preview } = await world.deploy([configMap("a")]);
  deepEqual([preview.changes, isPruneEmpty(preview)], [[], false]);
  deepEqual(scopeOf(world), ["ConfigMap", ""]);
});

Deno.test("the second deploy of the same writes nothing, the inventory included", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([webDeployment("a"), SERVICE]);
  const seen = world.sandbox.requests.length;
  const { preview } = await world.deploy([webDeployment("a"), SERVICE]);
  const writes = world.sandbox.requests.slice(seen).filter(({ method, query }) => method !== "GET" && !query.dryRun);
  deepEqual([writes, preview.changes], [[], []]);
});

Deno.test("the inventory is written before the first object", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([SERVICE, configMap("a")]);
  const writes = world.sandbox.requests.filter(({ method, query }) => method === "PATCH" && !query.dryRun);
  deepEqual(writes.map(({ path }) => path.split("/").at(-1)), ["kstage-shop", "a", "web"]);
});

Deno.test("in a new namespace the inventory comes right after that", async () => {
  const world = await SandboxWorld.create();
  const set = await defineApplySet({ kind: "ConfigMap", namespace: "fresh", name: "set" });
  const fresh = manifest("v1", "Namespace", "fresh");
  await world.deploy([inNamespace(configMap("a"), "fresh"), fresh], { set });
  const writes = world.sandbox.requests.filter(({ method, query }) => method === "PATCH" && !query.dryRun);
  deepEqual(writes.map(({ path }) => path.split("/").at(-1)), ["fresh", "set", "a"]);
});

Deno.test("an inventory that can't be written stops the deploy before the first object", async () => {
  const world = await SandboxWorld.create();
  const client = world.clientOn({
    send: (request: ApiRequest, signal) =>
      request.method === "PATCH" && request.path.endsWith("/kstage-shop")
        ? Promise.resolve(refusal(403, "Forbidden", 'secrets "kstage-shop" is forbidden: exceeded quota: q'))
        : world.transport.send(request, signal),
  });
  const { report } = await world.deploy([configMap("a")], { client });
  deepEqual([report.outcome, report.error?.code, brief(report.results)], [
    "failed",
    "ADMISSION_DENIED",
    ["skipped ConfigMap/a"],
  ]);
});

Deno.test("objects in other namespaces and of no namespace are pruned as well", async () => {
  const world = await SandboxWorld.create();
  world.sandbox.create(manifest("v1", "Namespace", "other"));
  const role = manifest("rbac.authorization.k8s.io/v1", "ClusterRole", "r", { rules: [] });
  await world.deploy([inNamespace(configMap("a"), "other"), role, configMap("b")]);
  deepEqual(scopeOf(world), ["ClusterRole.rbac.authorization.k8s.io,ConfigMap", "other"]);
  const { prune } = await world.deploy([configMap("b")]);
  deepEqual(brief(prune!.results), ["pruned ConfigMap/a", "pruned ClusterRole/r"]);
  deepEqual(scopeOf(world), ["ConfigMap", ""]);
});

Deno.test("custom resources are pruned before their definition, and that only when asked for", async () => {
  const world = await SandboxWorld.create();
  const definition = manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com", {
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  });
  const widget = manifest("example.com/v1", "Widget", "w");
  await world.deploy([definition, widget, configMap("a")]);
  const kept = await world.deploy([configMap("a")]);
  deepEqual(brief(kept.prune!.results), ["pruned Widget/w", "kept CustomResourceDefinition/widgets.example.com"]);
  deepEqual(scopeOf(world), ["ConfigMap,CustomResourceDefinition.apiextensions.k8s.io", ""]);
  await world.deploy([definition, widget, configMap("a")]);
  const inUse = await world.deploy([widget, configMap("a")], { pruneCrds: true });
  deepEqual(describePrune(inUse.preview).map(({ text }) => text), ["keep: it holds widget.example.com/w"]);
  const { prune } = await world.deploy([configMap("a")], { pruneCrds: true });
  deepEqual(brief(prune!.results), ["pruned Widget/w", "pruned CustomResourceDefinition/widgets.example.com"]);
});

Deno.test("a namespace is pruned only when asked for, and never with something of the overlay in it", async () => {
  const world = await SandboxWorld.create({ controllers: true });
  const other = manifest("v1", "Namespace", "other");
  const inside = inNamespace(configMap("a"), "other");
  await world.deploy([other, inside, configMap("b")]);
  const unasked = await world.deploy([inside, configMap("b")]);
  deepEqual(describePrune(unasked.preview).map(({ text }) => text), [
    "keep: namespaces go only with --prune-namespaces",
  ]);
  const inUse = await world.deploy([inside, configMap("b")], { pruneNamespaces: true });
  deepEqual(describePrune(inUse.preview).map(({ text }) => text), ["keep: it holds configmap/a"]);
  const { prune } = await world.deploy([configMap("b")], { pruneNamespaces: true });
  deepEqual(brief(prune!.results).slice(0, 1), ["pruned ConfigMap/a"]);
  ok(["pruned Namespace/other", "deleting Namespace/other"].includes(brief(prune!.results)[1]!));
});

Deno.test("the annotation keeps an object, and what would take it along", async () => {
  const world = await SandboxWorld.create();
  const other = manifest("v1", "Namespace", "other");
  const kept = annotated(inNamespace(configMap("kept"), "other"), { "kstage.dev/prune": "never" });
  await world.deploy([other, kept, configMap("b")]);
  const { prune, preview } = await world.deploy([configMap("b")], { pruneNamespaces: true });
  deepEqual(brief(prune!.results), ["kept ConfigMap/kept", "kept Namespace/other"]);
  deepEqual(describePrune(preview).map(({ text }) => text), [
    "keep: its annotation kstage.dev/prune says so",
    "keep: it holds configmap/kept",
  ]);
  deepEqual(scopeOf(world), ["ConfigMap,Namespace", "other"]);
});

Deno.test("generated ConfigMaps stay as long as a ReplicaSet needs them, and go when the last one does", async () => {
  const world = await SandboxWorld.create({ controllers: true, latencyMs: 0 });
  const history = { revisionHistoryLimit: 1 };
  const release = async (n: number) => {
    const overlay = [configMap(`config-${n}`), webDeployment(`config-${n}`, history)];
    const deployed = await world.deploy(overlay);
    await world.settle();
    return deployed;
  };
  await release(1);
  const second = await release(2);
  deepEqual(brief(second.prune!.results), ["kept ConfigMap/config-1"]);
  const [line] = describePrune(second.preview);
  ok(/^keep: needed by replicaset\/web-\w+$/.test(line!.text), line!.text);
  await release(3);
  // A plan of its own: the controller has by now dropped the ReplicaSet of the first release.
  const fourth = await world.deploy([configMap("config-3"), webDeployment("config-3", history)]);
  deepEqual(brief(fourth.prune!.results), ["pruned ConfigMap/config-1", "kept ConfigMap/config-2"]);
  deepEqual(world.names(CONFIG_MAPS), ["ConfigMap/config-2", "ConfigMap/config-3"]);
  const restored = await world.deploy([configMap("config-2"), webDeployment("config-2", history)]);
  deepEqual(brief(restored.report.results), ["unchanged ConfigMap/config-2", "configured Deployment/web"]);
});

Deno.test("ConfigMaps that ControllerRevisions and Jobs need stay, too", async () => {
  const world = await SandboxWorld.create({ controllers: true, latencyMs: 0 });
  const pods = (name: string, configMap: string) => ({
    metadata: { labels: { app: name } },
    spec: {
      containers: [{ name: "app", image: "app:1" }],
      volumes: [{ name: "c", configMap: { name: configMap } }],
      ...(name === "job" ? { restartPolicy: "Never" } : {}),
    },
  });
  const daemons = (config: string) =>
    manifest("apps/v1", "DaemonSet", "daemons", {
      spec: { selector: { matchLabels: { app: "daemons" } }, template: pods("daemons", config) },
    });
  const job = manifest("batch/v1", "Job", "job", { spec: { template: pods("job", "for-job") } });
  await world.deploy([configMap("c1"), configMap("for-job"), configMap("unused"), daemons("c1"), job]);
  await world.settle();
  const { prune } = await world.deploy([configMap("c2"), daemons("c2"), job], {
    afterApply: () => world.sandbox.tick(),
  });
  deepEqual(brief(prune!.results), ["pruned ConfigMap/unused", "kept ConfigMap/c1", "kept ConfigMap/for-job"]);
  deepEqual(prune!.results.slice(1).map(({ by }) => by?.map(({ kind }) => kind)), [["ControllerRevision"], ["Job"]]);
});

Deno.test("a workload that is pruned takes its configuration along", async () => {
  const world = await SandboxWorld.create({ controllers: true, latencyMs: 0 });
  await world.deploy([configMap("config"), webDeployment("config"), SERVICE]);
  await world.settle();
  const { prune } = await world.deploy([SERVICE]);
  deepEqual(brief(prune!.results), ["pruned Deployment/web", "pruned ConfigMap/config"]);
});

Deno.test("what a controller that is gone has left behind keeps nothing", async () => {
  const world = await SandboxWorld.create();
  const controller = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "gone", controller: true };
  const set = manifest("apps/v1", "ReplicaSet", "web-1", { spec: webDeployment("config").spec! });
  await world.deploy([configMap("config"), configMap("a")]);
  // Written past the API, which would collect it at once.
  world.sandbox.store.create({
    ...set,
    metadata: { name: "web-1", namespace: "shop", uid: "x", ownerReferences: [controller] },
  });
  const { prune } = await world.deploy([configMap("a")]);
  deepEqual(brief(prune!.results), ["pruned ConfigMap/config"]);
});

Deno.test("configuration stays where its references may not be read", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([configMap("config"), SERVICE]);
  const client = world.clientOn({
    send: (request: ApiRequest, signal) =>
      request.path.endsWith("/replicasets")
        ? Promise.resolve(refusal(
          403,
          "Forbidden",
          'replicasets.apps is forbidden: User "u" cannot list resource "replicasets" in API group "apps" in the namespace "shop"',
        ))
        : world.transport.send(request, signal),
  });
  const { prune } = await world.deploy([SERVICE], { client });
  deepEqual(prune!.results.map(({ action, because }) => [action, because]), [["kept", "unreadable"]]);
  ok(/resources: \["replicasets"\]/.test(prune!.results[0]!.error!.hint!));
});

Deno.test("an object of another set is refused, and taken over by force", async () => {
  const world = await SandboxWorld.create();
  const other = await defineApplySet({ namespace: "shop", name: "other" });
  await world.deploy([configMap("a")]);
  await rejects(world.deploy([configMap("a")], { set: other }), {
    code: "OTHER_SET",
    message: `Cannot apply configmap/a in namespace shop: it belongs to another ApplySet, "${world.set.id}"`,
  });
  const { report } = await world.deploy([configMap("a")], { set: other, force: true });
  deepEqual(brief(report.results), ["configured ConfigMap/a"]);
  const { prune } = await world.deploy([SERVICE]);
  deepEqual(prune!.results, []);
});

Deno.test("an object that leaves the set while it is pruned stays", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([configMap("a"), configMap("b"), SERVICE]);
  const client = world.clientOn({
    send: async (request: ApiRequest, signal) => {
      const live = world.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" });
      if (request.method === "DELETE" && request.path.endsWith("/a") && live?.metadata.labels !== undefined) {
        const { labels: _labels, ...metadata } = live.metadata;
        world.sandbox.store.update({ ...live, metadata });
      }
      return await world.transport.send(request, signal);
    },
  });
  const { prune } = await world.deploy([SERVICE], { client });
  deepEqual(prune!.results.map(({ action, because, ref }) => [action, because, ref.name]), [
    ["kept", "moved", "a"],
    ["pruned", undefined, "b"],
  ]);
});

Deno.test("an object that others write all the time is deleted nevertheless", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([configMap("a"), SERVICE]);
  let writes = 0;
  const client = world.clientOn({
    send: async (request: ApiRequest, signal) => {
      if (request.method === "DELETE" && writes++ < 3) {
        const live = world.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" })!;
        world.sandbox.store.update({ ...live, data: { writes: String(writes) } });
      }
      return await world.transport.send(request, signal);
    },
  });
  deepEqual(brief((await world.deploy([SERVICE], { client })).prune!.results), ["pruned ConfigMap/a"]);
  equal(writes, 4);
});

Deno.test("a copy of the label is no membership", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([configMap("a"), SERVICE]);
  const copy = configMap("copy");
  world.sandbox.create({
    ...copy,
    metadata: { ...copy.metadata, namespace: "shop", labels: { [PART_OF_LABEL]: world.set.id } },
  });
  const { prune } = await world.deploy([SERVICE]);
  deepEqual(prune!.results.map(({ action, because, ref }) => [action, because, ref.name]), [
    ["pruned", undefined, "a"],
    ["kept", "copied", "copy"],
  ]);
});

Deno.test("a deletion that is refused leaves what comes after it, and both in the inventory", async () => {
  const world = await SandboxWorld.create();
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const autoscaler = manifest("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
    spec: { maxReplicas: 2, scaleTargetRef },
  });
  await world.deploy([webDeployment("a"), autoscaler, SERVICE]);
  const denied =
    'deployments.apps "web" is forbidden: User "u" cannot delete resource "deployments" in API group "apps" in the namespace "shop"';
  const client = world.clientOn({
    send: (request: ApiRequest, signal) =>
      request.method === "DELETE" && request.path.endsWith("/deployments/web")
        ? Promise.resolve(refusal(403, "Forbidden", denied))
        : world.transport.send(request, signal),
  });
  const overlay = [manifest("v1", "ServiceAccount", "sa")];
  const { prune } = await world.deploy(overlay, { client });
  deepEqual([prune!.outcome, brief(prune!.results), prune!.error?.code], [
    "failed",
    ["pruned HorizontalPodAutoscaler/web", "failed Deployment/web", "skipped Service/web"],
    "FORBIDDEN",
  ]);
  deepEqual(scopeOf(world), ["Deployment.apps,Service,ServiceAccount", ""]);
  const again = await world.deploy(overlay);
  deepEqual(brief(again.prune!.results), ["pruned Deployment/web", "pruned Service/web"]);
  deepEqual(scopeOf(world), ["ServiceAccount", ""]);
});

Deno.test("what others need goes only when what needs it is gone", async () => {
  const world = await SandboxWorld.create();
  const held = { ...webDeployment("a"), metadata: { name: "web", finalizers: ["example.com/hold"] } };
  await world.deploy([held, configMap("a"), SERVICE]);
  const { prune } = await world.deploy([configMap("b")], { goneLimitMs: 5_000 });
  deepEqual([prune!.outcome, brief(prune!.results)], [
    "failed",
    ["deleting Deployment/web", "skipped Service/web", "skipped ConfigMap/a"],
  ]);
  equal(
    prune!.error?.message,
    'Cannot prune further: deployment/web in namespace shop is still there after 5 s: finalizer "example.com/hold" keeps it',
  );
  const again = await world.deploy([configMap("b")]);
  deepEqual(describePrune(again.preview).map(({ text }) => text), [
    "prune",
    "prune",
    "keep: it is being deleted already",
  ]);
});

Deno.test("an interrupted prune begins nothing new and leaves the inventory as it is", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([webDeployment("a"), SERVICE, configMap("b")]);
  const abort = new AbortController();
  const { prune } = await world.deploy([configMap("b")], {
    signal: abort.signal,
    onEvent: () => abort.abort(new Error("SIGINT")),
  });
  deepEqual([prune!.outcome, brief(prune!.results)], ["interrupted", ["pruned Deployment/web", "skipped Service/web"]]);
  deepEqual(scopeOf(world), ["ConfigMap,Deployment.apps,Service", ""]);
});

Deno.test("an object of the set that is a parent of its own is never pruned", async () => {
  const world = await SandboxWorld.create();
  const set = await defineApplySet({ kind: "ConfigMap", namespace: "shop", name: "set" });
  await world.deploy([configMap("set", { a: "1" }), SERVICE], { set });
  const { prune } = await world.deploy([SERVICE], { set });
  deepEqual(prune!.results, []);
  ok(world.names(CONFIG_MAPS).includes("ConfigMap/set"));
});

Deno.test("a manifest that names another set is refused", async () => {
  const world = await SandboxWorld.create();
  const object = configMap("a");
  object.metadata.labels = { [PART_OF_LABEL]: "applyset-x-v1" };
  await rejects(world.deploy([object]), {
    code: "MANIFEST_INVALID",
    message: `Cannot apply configmap/a: its label ${PART_OF_LABEL} names another ApplySet, "applyset-x-v1"`,
  });
});

Deno.test("two deploys that write the inventory at once lose nothing", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([SERVICE]);
  const before = world.get(PARENT)!;
  let raced = false;
  const client = world.clientOn({
    send: async (request: ApiRequest, signal) => {
      if (!raced && request.method === "PATCH" && request.path.endsWith("/kstage-shop")) {
        raced = true;
        const annotations = {
          ...before.metadata.annotations as Record<string, string>,
          "applyset.kubernetes.io/contains-group-kinds": "Job.batch,Service",
        };
        world.sandbox.store.update({ ...before, metadata: { ...before.metadata, annotations } });
      }
      return await world.transport.send(request, signal);
    },
  });
  await world.deploy([SERVICE, configMap("a")], {
    client,
    afterApply: () => deepEqual(scopeOf(world), ["ConfigMap,Job.batch,Service", ""]),
  });
});

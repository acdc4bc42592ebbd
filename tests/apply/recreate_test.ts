import { deepEqual, equal, ok } from "../assert.ts";
import { consequenceOf, describeChanges, describePlan, executePlan, refusalOf } from "../../src/apply/mod.ts";
// Not part of the folder's face: what is asked and what is restored is worth a test of its own.
import { asNew } from "../../src/apply/recreate.ts";
import { isTelling, mayRecreate, trialOf } from "../../src/apply/recreate_rules.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { ApiError, type ApiRequest } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { refusal } from "../kube/fake_transport.ts";
import { manifest } from "./fake_cluster.ts";
import { brief, comparable, SandboxWorld } from "./sandbox_world.ts";

const REF = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };
const RECREATE = "kstage.dev/recreate";

function deployment(app: string, rest: JsonObject = {}, annotations?: JsonObject): Manifest {
  const labels = { app };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "app:1" }] } },
      ...rest,
    },
  };
}

function job(image: string): Manifest {
  return manifest("batch/v1", "Job", "migrate", {
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image }] } } },
  });
}

/** A client that refuses to apply objects of a name, but for dry-runs. */
function refusing(world: SandboxWorld, name: string, answer: () => Response) {
  return world.clientOn({
    send: (request: ApiRequest, signal) => {
      const isApply = request.headers?.["Content-Type"] === "application/apply-patch+yaml";
      return isApply && request.query?.dryRun === undefined && request.path.endsWith(`/${name}`)
        ? Promise.resolve(answer())
        : world.transport.send(request, signal);
    },
  });
}

Deno.test("an object whose field can't be changed is recreated where that is allowed", async () => {
  const world = await SandboxWorld.create({ controllers: true, latencyMs: 0 });
  await world.apply([deployment("a")]);
  await world.settle(5);
  const uid = world.get(REF)?.metadata.uid;
  const plan = await world.plan([deployment("b")], { recreate: true });
  equal(describePlan(plan), "1 to recreate; rolls 1 Deployment (2 pods)");
  deepEqual(consequenceOf(plan.changes[0]!), { kind: "restarts", pods: 2 });
  equal(
    describeChanges(plan)[0]?.text,
    "recreate, because spec.selector can't be changed; all pods stop before 2 new ones start",
  );
  const report = await world.apply([deployment("b")], { recreate: true }, { client: world.tickingClient });
  deepEqual(brief(report.results), ["recreated Deployment/web"]);
  ok(world.get(REF)!.metadata.uid !== uid);
  deepEqual((await world.apply([deployment("b")])).results.map(({ action }) => action), ["unchanged"]);
});

Deno.test("a Job with another image is recreated, and its old pod is gone before", async () => {
  const world = await SandboxWorld.create({ controllers: true, latencyMs: 0 });
  await world.apply([job("migrate:1")]);
  await world.settle(2);
  const before = world.names(["v1", "Pod"]);
  equal(before.length, 1);
  let podsAtCreation: string[] | undefined;
  const report = await world.apply([job("migrate:2")], { recreate: true }, {
    client: world.tickingClient,
    onEvent: (event) => {
      if (event.type === "finished") podsAtCreation = world.names(["v1", "Pod"]);
    },
  });
  deepEqual(brief(report.results), ["recreated Job/migrate"]);
  ok(!podsAtCreation!.includes(before[0]!));
});

Deno.test("the annotation of an object wins over the option", async () => {
  const world = await SandboxWorld.create();
  await world.apply([deployment("a")]);
  const kinds = async (annotations: JsonObject | undefined, recreate: boolean) =>
    (await world.plan([deployment("b", {}, annotations)], { recreate })).changes.map(({ kind }) => kind);
  deepEqual(await kinds({ [RECREATE]: "true" }, false), ["recreate"]);
  deepEqual(await kinds({ [RECREATE]: "false" }, true), ["immutable"]);
  deepEqual(await kinds(undefined, false), ["immutable"]);
});

Deno.test("what holds data or other objects is recreated only by its own annotation", () => {
  const claim = manifest("v1", "PersistentVolumeClaim", "c");
  equal(mayRecreate(claim, true), false);
  equal(mayRecreate(manifest("v1", "Namespace", "n"), true), false);
  equal(mayRecreate(manifest("v1", "Service", "s"), true), true);
  claim.metadata.annotations = { [RECREATE]: "true" };
  equal(mayRecreate(claim, false), true);
});

Deno.test("a refusal says how to let an object be recreated", async () => {
  const world = await SandboxWorld.create();
  await world.apply([deployment("a")]);
  const error = refusalOf(await world.plan([deployment("b")]));
  equal(
    error?.hint,
    'Let it be deleted and created anew with --recreate or the annotation kstage.dev/recreate: "true", or give the ' +
      "new one another name",
  );
});

Deno.test("a new one that the server would refuse is found out before anything is deleted", async () => {
  const world = await SandboxWorld.create();
  await world.apply([deployment("a")]);
  const seen = world.sandbox.requests.length;
  // Immutable for the old one, and wrong for a new one: a container needs an image.
  const wrong = deployment("b", { template: { metadata: { labels: { app: "c" } }, spec: { containers: [] } } });
  const plan = await world.plan([wrong], { recreate: true });
  deepEqual(plan.changes.map(({ kind }) => kind), ["refused"]);
  ok(world.sandbox.requests.slice(seen).every(({ method, query }) => method === "GET" || query.dryRun));
});

Deno.test("a new one that is refused nevertheless brings the old one back, with the owners of its fields", async () => {
  const world = await SandboxWorld.create();
  await world.apply([deployment("a")]);
  await world.drive(
    world.client.patch(REF, "merge", { metadata: { labels: { team: "x" } } }, { fieldManager: "them" }),
  );
  const before = world.get(REF)!;
  const plan = await world.plan([deployment("b")], { recreate: true });
  const denied = () => refusal(403, "Forbidden", 'deployments.apps "web" is forbidden: exceeded quota: q');
  const client = refusing(world, "web", denied);
  const report = await world.drive(executePlan(client, plan, { clock: world.clock }));
  deepEqual([report.outcome, report.error?.code], ["failed", "FAILED"]);
  equal(
    report.error?.message,
    "Cannot recreate deployment/web in namespace shop: Cannot apply deployment/web in namespace shop: exceeded " +
      "quota: q; the old one was created again",
  );
  const after = world.get(REF)!;
  ok(after.metadata.uid !== before.metadata.uid);
  deepEqual(comparable(after), comparable(before));
  deepEqual(after.metadata.managedFields, before.metadata.managedFields);
  deepEqual((await world.apply([deployment("a")])).results.map(({ action }) => action), ["unchanged"]);
});

Deno.test("an old one that does not go is told with what holds it, and nothing is created", async () => {
  const world = await SandboxWorld.create();
  const held = deployment("a");
  held.metadata.finalizers = ["example.com/hold"];
  await world.apply([held]);
  const next = deployment("b");
  next.metadata.finalizers = ["example.com/hold"];
  const report = await world.apply([next], { recreate: true }, { goneLimitMs: 3_000 });
  equal(
    report.error?.message,
    "Cannot recreate deployment/web in namespace shop: the old one is still there after 3 s: " +
      'finalizer "example.com/hold" keeps it',
  );
  // The next run goes on from there.
  const gone = world.get(REF)!;
  world.sandbox.store.update({ ...gone, metadata: { ...gone.metadata, finalizers: [] } });
  world.sandbox.store.remove(REF);
  deepEqual(brief((await world.apply([next], { recreate: true })).results), ["created Deployment/web"]);
});

Deno.test("a recreation that is cut off between deletion and creation is finished by the next run", async () => {
  const world = await SandboxWorld.create();
  await world.apply([deployment("a")]);
  const plan = await world.plan([deployment("b")], { recreate: true });
  const lost = refusing(world, "web", () => new Response("", { status: 503 }));
  const abort = new AbortController();
  const running = executePlan(lost, plan, { clock: world.clock, signal: abort.signal });
  abort.abort(new Error("SIGTERM"));
  await world.drive(running);
  deepEqual(brief((await world.apply([deployment("b")], { recreate: true })).results).length, 1);
  deepEqual((world.get(REF)!.spec as JsonObject).selector, { matchLabels: { app: "b" } });
});

Deno.test("the trial of a Service asks for nothing that the old one has", () => {
  const service = manifest("v1", "Service", "web", {
    spec: { clusterIP: "10.0.0.1", clusterIPs: ["10.0.0.1"], type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] },
  });
  const trial = trialOf(service)!;
  equal(trial.metadata.name, "web-trial");
  deepEqual(trial.spec, { type: "NodePort", ports: [{ port: 80 }] });
  equal(trialOf(manifest("v1", "ConfigMap", "a".repeat(60)))!.metadata.name.length, 52);
  equal(trialOf(manifest("apiregistration.k8s.io/v1", "APIService", "v1.x")), undefined);
});

Deno.test("a quota that counts both says nothing about the new one", () => {
  const error = (code: ApiError["code"], serverMessage = "") =>
    new ApiError(code, "no", { status: 400, verb: "apply", serverMessage });
  equal(isTelling(error("ADMISSION_DENIED", "exceeded quota: q")), false);
  equal(isTelling(error("ADMISSION_DENIED", 'admission webhook "w" denied the request')), true);
  equal(isTelling(error("INVALID")), true);
  equal(isTelling(error("CONFLICT")), false);
});

Deno.test("asNew() leaves out what belonged to the old object alone", () => {
  const live = job("a:1");
  Object.assign(live.metadata, { uid: "u", resourceVersion: "3", finalizers: ["foregroundDeletion", "a/b"] });
  const labels = { "controller-uid": "u", "batch.kubernetes.io/controller-uid": "u", "job-name": "migrate" };
  const spec = live.spec as { template: JsonObject; selector?: JsonObject };
  spec.template.metadata = { labels };
  spec.selector = { matchLabels: { "batch.kubernetes.io/controller-uid": "u" } };
  live.status = { succeeded: 1 };
  const next = asNew(live);
  deepEqual(next.metadata, { name: "migrate", finalizers: ["a/b"] });
  deepEqual((next.spec as JsonObject).selector, undefined);
  deepEqual((next.spec as typeof spec).template.metadata, { labels: { "job-name": "migrate" } });
  equal(next.status, undefined);
});

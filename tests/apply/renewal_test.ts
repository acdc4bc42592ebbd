import { deepEqual, equal } from "../assert.ts";
import { planApply } from "../../src/apply/mod.ts";
import type { Transport } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { manifest } from "./fake_cluster.ts";
import { configMap, SandboxWorld, webDeployment } from "./sandbox_world.ts";

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };

/** A world with a Deployment that was applied, and a client on whose wire a controller writes between two requests. */
async function startWorld(moments: readonly string[], others: readonly Manifest[] = [configMap("settings")]) {
  const world = await SandboxWorld.create({ latencyMs: 0 });
  await world.apply([webDeployment("settings"), ...others]);
  let dryRuns = 0;
  const sent: string[] = [];
  const write = async (moment: string) => {
    if (!moments.includes(moment)) return;
    const annotations = { "deployment.kubernetes.io/revision": moment };
    await world.client.patch(DEPLOYMENT, "merge", { metadata: { annotations } }, { fieldManager: "controller" });
  };
  const transport: Transport = {
    async send(request, signal) {
      const isDryRun = request.method === "PATCH" && request.path.endsWith("/deployments/web");
      if (request.path.endsWith("/deployments/web")) sent.push(request.method);
      if (isDryRun) await write(`before dry-run ${++dryRuns}`);
      const response = await world.transport.send(request, signal);
      if (isDryRun) await write(`after dry-run ${dryRuns}`);
      return response;
    },
  };
  const client = world.clientOn(transport);
  const plan = (image?: string) => {
    const web = webDeployment("settings");
    const spec = web.spec as { template: { spec: { containers: { image: string }[] } } };
    if (image !== undefined) spec.template.spec.containers[0]!.image = image;
    return world.drive(planApply(client, [web, ...others], { namespace: "shop" }));
  };
  return { world, plan, sent };
}

Deno.test("an object that a controller writes between its dry-run and its read is unchanged", async () => {
  const { plan, sent } = await startWorld(["after dry-run 1"]);
  const { changes } = await plan();
  deepEqual(changes.map(({ kind }) => kind), ["unchanged", "unchanged"]);
  deepEqual(sent, ["PATCH", "GET", "PATCH"]);
});

Deno.test("and so is one that an autoscaler is to scale", async () => {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const spec = { scaleTargetRef, maxReplicas: 9 };
  const { plan } = await startWorld(["after dry-run 1"], [
    manifest("autoscaling/v2", "HorizontalPodAutoscaler", "web", { spec }),
  ]);
  deepEqual((await plan()).changes.map(({ kind }) => kind), ["unchanged", "unchanged"]);
});

Deno.test("and so is one that is written again while it is asked for again", async () => {
  const { plan, sent } = await startWorld(["after dry-run 1", "before dry-run 2"]);
  const { changes } = await plan();
  deepEqual(changes.map(({ kind }) => kind), ["unchanged", "unchanged"]);
  deepEqual(sent, ["PATCH", "GET", "PATCH", "GET"]);
});

Deno.test("what the overlay changes is a change of that alone, whatever controllers write meanwhile", async () => {
  const { plan } = await startWorld(["after dry-run 1"]);
  const change = (await plan("app:2")).changes.find(({ ref }) => ref.kind === "Deployment")!;
  equal(change.kind, "update");
  deepEqual(change.kind === "update" ? change.paths : [], ['.spec.template.spec.containers[name="app"].image']);
});

Deno.test("an object that nobody writes meanwhile is asked for once", async () => {
  const { plan, sent } = await startWorld([]);
  await plan("app:2");
  deepEqual(sent, ["PATCH", "GET"]);
});

/** An apply on a real cluster, of overlays of each size; the largest have a thousand objects. */
import { deepEqual, equal, ok } from "../assert.ts";
import type { Variant } from "../../scripts/generate_overlay.ts";
import { eventually } from "../contract/world.ts";
import { assertExit, type ClusterJob, type RunResult, startClusterJob } from "./job.ts";
import { findKubectl, type Kubectl } from "./kubectl.ts";
import { settleReplicas, settleRevisions, stateOf } from "./object_state.ts";
import { differenceOf, OVERLAY, OverlayTree, type Preset, roleToApply, sizeOf, stillNeeded } from "./overlay_tree.ts";
import { startWireProxy } from "./wire_proxy.ts";
import { writesOf } from "./writes.ts";

const PARENT = "shop-inventory";

function linesOf(stdout: string, action: string): string[] {
  return [...stdout.matchAll(new RegExp(`^(\\S+/\\S+) +${action}`, "gm"))].map(([, name]) => name!);
}

const kubectl = await findKubectl();

for (const preset of ["seed", "small", "medium", "large"] as const) {
  for (const variant of ["plain", "full"] as const) {
    const name = `apply on a real cluster: the ${preset} ${variant} overlay, again, changed and pruned`;
    Deno.test(name, (t) => holdApply(t, preset, variant));
  }
}

const SCALED = (image: string) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: scaled}
spec:
  replicas: 2
  selector: {matchLabels: {app: scaled}}
  template:
    metadata: {labels: {app: scaled}}
    spec: {containers: [{name: app, image: "registry.example.com/${image}"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: scaled}
spec:
  minReplicas: 4
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}
`;

Deno.test("a real autoscaler takes over from the overlay's number of pods, and keeps its own", async () => {
  await using job = await startClusterJob();
  const apply = async (image: string) => {
    Deno.writeTextFileSync(`${job.project}/scaled.yaml`, SCALED(image));
    const run = await job.run(["apply", "-f", "scaled.yaml", "--namespace", job.namespace, "--quiet"]);
    assertExit(run, 0);
    return run.stdout;
  };
  const path = job.admin.path("apps/v1/deployments", "scaled");
  const seen = new Set<number>();
  const replicas = async (): Promise<number> => {
    const { spec } = await job.admin.get(path);
    seen.add(spec.replicas);
    return spec.replicas;
  };
  await apply("app:1");
  await replicas();
  deepEqual(linesOf(await apply("app:1"), "unchanged"), ["deployment/scaled", "horizontalpodautoscaler/scaled"]);
  deepEqual(linesOf(await apply("app:2"), "configured"), ["deployment/scaled"]);
  await replicas();
  await eventually("the autoscaler has scaled up", async () => await replicas() === 4);
  deepEqual(linesOf(await apply("app:2"), "unchanged"), ["deployment/scaled", "horizontalpodautoscaler/scaled"]);
  deepEqual(linesOf(await apply("app:3"), "configured"), ["deployment/scaled"]);
  equal(await replicas(), 4);
  ok([...seen].every((number) => number === 2 || number === 4), `saw ${[...seen]}`);
});

async function holdApply(t: Deno.TestContext, preset: Preset, variant: Variant): Promise<void> {
  await using job = await startClusterJob({ role: roleToApply() });
  await using proxy = await startWireProxy({ server: job.cluster.url, caPem: job.cluster.caPem });
  const tree = await OverlayTree.create(job, preset, variant);
  await using reference = kubectl && await startReference(kubectl, preset, variant);
  const apply = async () => {
    proxy.requests.length = 0;
    const run = await job.run(["apply", OVERLAY, "--prune", `--applyset=${PARENT}`, "--quiet"], proxy);
    assertExit(run, 0);
    // Once for each workload whose number of pods its autoscaler has not set yet.
    const handovers = proxy.requests.filter(({ path }) => path.includes("fieldManager=kstage-handover")).length;
    const lines = (action: string) => linesOf(run.stdout, action).sort();
    return { lines, writes: writesOf(proxy.requests).length - handovers, handovers };
  };
  let built = await tree.build();
  let needed: string[] = [];

  await t.step("creates every object with one write, and the inventory with another", async () => {
    const { lines, writes } = await apply();
    ok(built.size >= sizeOf(preset));
    deepEqual(lines("created"), [...built.keys()].sort());
    equal(writes, built.size + 1);
    deepEqual(lines("(configured|pruned)"), []);
  });

  await t.step("a second time writes nothing", async () => {
    equal((await apply()).writes, 0);
  });

  await t.step("a changed image changes the workloads that have it, and nothing else", async () => {
    await settleRevisions(job.admin);
    tree.changeImage();
    const before = built;
    built = await tree.build();
    const { lines, writes, handovers } = await apply();
    const { created, changed, removed } = differenceOf(before, built);
    ok(changed.length >= 1 && created.length + removed.length === 0);
    deepEqual(lines("configured"), changed);
    ok(handovers <= changed.length);
    equal(writes, changed.length);
    deepEqual(lines("(created|pruned)"), []);
  });

  await t.step("what left the overlay goes, but for generated objects that a revision of before needs", async () => {
    await settleRevisions(job.admin);
    tree.shrink();
    const before = built;
    built = await tree.build();
    const { removed, created } = differenceOf(before, built);
    needed = stillNeeded(before, built, removed);
    ok(removed.length > 0);
    equal(needed.length > 0, variant === "full");
    const { lines } = await apply();
    deepEqual(lines("created"), created);
    deepEqual(lines("pruned"), removed.filter((name) => !needed.includes(name)));
    equal((await apply()).writes, 0);
  });

  await t.step({
    name: `leaves what kubectl apply --server-side leaves${
      kubectl === undefined ? " (skipped: there is no kubectl)" : ""
    }`,
    ignore: kubectl === undefined,
    async fn() {
      const { job: other, applied } = reference!;
      assertExit(await applied, 0);
      await Promise.all([job, other].map(({ admin }) => settleReplicas(admin)));
      const left = new Set([`secret/${PARENT}`, ...needed]);
      deepEqual(await stateOf(job, left), await stateOf(other, left));
    },
  });
}

/** What kubectl leaves of the overlay as it is in the end, in a job of its own. */
interface Reference extends AsyncDisposable {
  job: ClusterJob;
  applied: Promise<RunResult>;
}

/** Lets kubectl apply the overlay beside what is tried: with hundreds of objects it takes as long. */
async function startReference(kubectl: Kubectl, preset: Preset, variant: Variant): Promise<Reference> {
  const job = await startClusterJob({ role: roleToApply() });
  const tree = await OverlayTree.create(job, preset, variant);
  tree.changeImage();
  tree.shrink();
  const applied = kubectl(job.cluster.kubeconfig, "apply", "--server-side", "-k", `${job.project}/${OVERLAY}`);
  return {
    job,
    applied,
    async [Symbol.asyncDispose]() {
      await applied;
      await job[Symbol.asyncDispose]();
    },
  };
}

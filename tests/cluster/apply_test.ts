import { deepEqual, equal, match, ok } from "../assert.ts";
import { generateOverlay, PRESETS, type Variant } from "../../scripts/generate_overlay.ts";
import { type Body, eventually, type World } from "../contract/world.ts";
import { assertExit, type ClusterJob, startClusterJob } from "./job.ts";
import { findKubectl } from "./kubectl.ts";
import { startWireProxy } from "./wire_proxy.ts";
import { writesOf } from "./writes.ts";

/** All that the generated overlays have. */
const RESOURCES = [
  "configmaps",
  "secrets",
  "serviceaccounts",
  "services",
  "apps/v1/deployments",
  "apps/v1/statefulsets",
  "batch/v1/cronjobs",
  "networking.k8s.io/v1/ingresses",
  "networking.k8s.io/v1/networkpolicies",
  "rbac.authorization.k8s.io/v1/roles",
  "rbac.authorization.k8s.io/v1/rolebindings",
  "autoscaling/v2/horizontalpodautoscalers",
  "policy/v1/poddisruptionbudgets",
];
const OVERLAY = "overlay/overlays/prod";
const KUSTOMIZATION = `${OVERLAY}/kustomization.yaml`;
const BASE = "overlay/bases/base-0/kustomization.yaml";
const PARENT = "shop-inventory";
const PART_OF = "applyset.kubernetes.io/part-of";
const NEW_IMAGE = ["acme/billing\n  newTag: 2.0.0", "acme/billing\n  newTag: 2.0.1"] as const;

type Preset = "seed" | "small" | "medium" | "large";

/** The overlay of a preset for the job's namespace, in its project. */
async function generate(job: ClusterJob, preset: Preset, variant: Variant): Promise<void> {
  await generateOverlay(PRESETS[preset], variant, `${job.project}/overlay`);
  job.edit(KUSTOMIZATION, "namespace: shop", `namespace: ${job.namespace}`);
}

/** Takes objects out of the overlay and gives generated ones new names; returns what left it, as the report names it. */
function shrink(job: ClusterJob, preset: Preset, variant: Variant): string[] {
  const [prefix, suffix] = variant === "full" ? ["prod-", "-v1"] : ["", ""];
  const left: string[] = [];
  if (variant === "full") {
    job.edit(KUSTOMIZATION, "MODE=prod", "MODE=test");
    job.edit(KUSTOMIZATION, "- name: limits\n  files:\n  - limits.conf\n", "");
    left.push("configmap/prod-limits-v1-");
  }
  if (preset === "seed" && variant === "full") return left;
  const app = preset === "seed" ? "billing-0" : "search-1";
  const base = Deno.readTextFileSync(`${job.project}/${BASE}`);
  const isLeaving = (kind: string) => preset !== "seed" || kind === "service";
  for (const [line, kind] of base.matchAll(new RegExp(`- ${app}-([a-z]+)\\.yaml\n`, "g"))) {
    if (!isLeaving(kind!)) continue;
    job.edit(BASE, line, "");
    const ending = { configmap: "-config", secret: "-secret", statefulset: "-store", cronjob: "-cleanup" }[kind!] ?? "";
    left.push(`${kind}/${prefix}${app}${ending}${suffix}`);
  }
  return left;
}

async function readObjects(admin: World): Promise<Body[]> {
  const lists = await Promise.all(RESOURCES.map(async (resource) => {
    const { items, kind } = await admin.get(admin.path(resource));
    return items.map((item: Body) => ({ kind, ...item }));
  }));
  return lists.flat();
}

/** What two clients that were given the same must have left the same. */
function comparable({ kind, status: _, ...object }: Body): Body {
  const { name, labels, annotations = {}, ownerReferences, finalizers } = object.metadata;
  const { "deployment.kubernetes.io/revision": __, ...ownAnnotations } = annotations;
  const { [PART_OF]: ___, ...ownLabels } = labels ?? {};
  const spec = { ...object.spec };
  // The server chooses them.
  delete spec.clusterIP;
  delete spec.clusterIPs;
  // It is told apart by `kind`, and has the cluster's CA.
  const metadata = { name, labels: ownLabels, annotations: ownAnnotations, ownerReferences, finalizers };
  return JSON.parse(JSON.stringify({ ...object, kind, metadata, spec }));
}

/** The objects of a job, in words that are the same for each job. */
async function stateOf({ admin, namespace }: ClusterJob, isCounted: (object: Body) => boolean): Promise<Body[]> {
  const objects = (await readObjects(admin)).filter(isCounted);
  return objects.map((object) => JSON.parse(JSON.stringify(comparable(object)).replaceAll(namespace, "NAMESPACE")));
}

/** Until the Deployment controller has made the ReplicaSets of all Deployments; it takes its time with hundreds. */
async function settle(admin: World): Promise<void> {
  let seen = 0;
  for (let total = 1; seen < total;) {
    seen = await eventually(`the Deployment controller has seen more than ${seen} of ${total}`, async () => {
      const { items } = await admin.get(admin.path("apps/v1/deployments"));
      total = items.length;
      const now = items.filter(({ metadata, status }: Body) =>
        status.observedGeneration === metadata.generation
      ).length;
      return (now > seen || now === total) && now;
    });
  }
}

function linesOf(stdout: string, action: string): string[] {
  return [...stdout.matchAll(new RegExp(`^(\\S+/\\S+) +${action}`, "gm"))].map(([, name]) => name!);
}

/** The largest takes minutes on two busy cores. */
const isLong = (preset: Preset): boolean => preset === "large" && !Deno.env.has("KSTAGE_CLUSTER_LARGE");
const kubectl = await findKubectl();

for (const preset of ["seed", "small", "medium", "large"] as const) {
  for (const variant of ["plain", "full"] as const) {
    const skipped = isLong(preset) ? " (skipped: KSTAGE_CLUSTER_LARGE is not set)" : "";
    const name = `apply on a real cluster: the ${preset} ${variant} overlay, again, changed and pruned${skipped}`;
    Deno.test({ name, ignore: isLong(preset) }, (t) => holdApply(t, preset, variant));
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
  await using job = await startClusterJob();
  await using proxy = await startWireProxy({ server: job.cluster.url, caPem: job.cluster.caPem });
  await generate(job, preset, variant);
  const apply = async () => {
    proxy.requests.length = 0;
    const run = await job.run(["apply", OVERLAY, "--prune", `--applyset=${PARENT}`, "--quiet"], proxy);
    assertExit(run, 0);
    // Once for each workload whose number of pods its autoscaler has not set yet.
    const handovers = proxy.requests.filter(({ path }) => path.includes("fieldManager=kstage-handover")).length;
    return { stdout: run.stdout, writes: writesOf(proxy.requests).length - handovers, handovers };
  };
  let left: string[] = [];

  await t.step("creates every object with one write, and the inventory with another", async () => {
    const { stdout, writes } = await apply();
    const created = linesOf(stdout, "created");
    ok(created.length >= PRESETS[preset]);
    equal(writes, created.length + 1);
    deepEqual(linesOf(stdout, "(configured|pruned)"), []);
  });

  await t.step("a second time writes nothing", async () => {
    equal((await apply()).writes, 0);
  });

  await t.step("a changed image changes the Deployments that have it, and nothing else", async () => {
    await settle(job.admin);
    job.edit(KUSTOMIZATION, ...NEW_IMAGE);
    const { stdout, writes, handovers } = await apply();
    const changed = linesOf(stdout, "configured");
    ok(changed.length >= 1 && handovers <= changed.length);
    for (const line of changed) match(line, /^deployment\/(prod-)?billing-\d+/);
    equal(writes, changed.length);
    deepEqual(linesOf(stdout, "(created|pruned)"), []);
  });

  await t.step("what left the overlay goes, but for generated objects that a ReplicaSet of before needs", async () => {
    await settle(job.admin);
    left = shrink(job, preset, variant);
    const { stdout } = await apply();
    const pruned = linesOf(stdout, "pruned").map((line) => line.replace(/(limits-v1-)\w{10}$/, "$1"));
    deepEqual(pruned.sort(), left.sort());
    const { items } = await job.admin.get(job.admin.path("configmaps"));
    const modes = items.filter(({ metadata }: Body) => /-extra-/.test(metadata.name)).map(({ data }: Body) =>
      data.MODE
    );
    equal(
      modes.filter((mode: string) => mode === "prod").length,
      modes.filter((mode: string) => mode === "test").length,
    );
    equal(modes.length > 0, variant === "full");
    equal((await apply()).writes, 0);
  });

  await t.step({
    name: `leaves what kubectl apply --server-side leaves${
      kubectl === undefined ? " (skipped: there is no kubectl)" : ""
    }`,
    ignore: kubectl === undefined,
    async fn() {
      await using other = await startClusterJob();
      await generate(other, preset, variant);
      other.edit(KUSTOMIZATION, ...NEW_IMAGE);
      shrink(other, preset, variant);
      const { kubeconfig } = other.cluster;
      assertExit(
        await kubectl!(kubeconfig, "apply", "--server-side", "-k", `${other.project}/${OVERLAY}`),
        0,
      );
      const isKept = ({ metadata, data }: Body) => /-extra-/.test(metadata.name) && data?.MODE === "prod";
      const isOurs = (object: Body) => object.metadata.name !== PARENT && !isKept(object);
      deepEqual(await stateOf(job, isOurs), await stateOf(other, isOurs));
    },
  });
}

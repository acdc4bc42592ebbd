import { deepEqual, equal, match, ok } from "../assert.ts";
import { generateOverlay, PRESETS } from "../../scripts/generate_overlay.ts";
import { type Body, eventually, type World } from "../contract/world.ts";
import { assertExit, type ClusterJob, runProgram, startClusterJob } from "./job.ts";

/** All that the generated overlays have. */
const RESOURCES = ["configmaps", "secrets", "serviceaccounts", "services", "apps/v1/deployments"];
const OVERLAY = "overlay/overlays/prod";
const KUSTOMIZATION = `${OVERLAY}/kustomization.yaml`;

/** The overlay of a preset for the job's namespace, in its project. */
async function generate(job: ClusterJob, preset: keyof typeof PRESETS): Promise<void> {
  await generateOverlay(PRESETS[preset], "full", `${job.project}/overlay`);
  job.edit(KUSTOMIZATION, "namespace: shop", `namespace: ${job.namespace}`);
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
  const spec = { ...object.spec };
  // The server chooses them.
  delete spec.clusterIP;
  delete spec.clusterIPs;
  // It is told apart by `kind`, and has the cluster's CA.
  const metadata = { name, labels, annotations: ownAnnotations, ownerReferences, finalizers };
  return JSON.parse(JSON.stringify({ ...object, kind, metadata, spec }));
}

/** Who has written what and when, and how often the spec has changed: a Deployment's status moves by itself. */
function versionsOf(objects: Body[]): string[] {
  return objects.map(({ kind, metadata }) => {
    const writes = (metadata.managedFields ?? []).filter(({ manager }: Body) => manager !== "kube-controller-manager");
    const times = writes.map(({ manager, time, fieldsV1 }: Body) => [manager, time, fieldsV1]);
    return `${kind} ${metadata.name} ${metadata.generation} ${JSON.stringify(times)}`;
  });
}

/** Until the Deployment controller has annotated a Deployment, there is one change more to come. */
async function settle(admin: World): Promise<void> {
  await eventually("the Deployment controller has seen all", async () => {
    const { items } = await admin.get(admin.path("apps/v1/deployments"));
    return items.every(({ metadata, status }: Body) => status.observedGeneration === metadata.generation);
  });
}

const KUBECTL = Deno.env.get("KUBECTL") ?? "kubectl";
const hasKubectl = await runProgram(KUBECTL, ["version", "--client"]).then(
  ({ exitCode }) => exitCode === 0,
  () => false,
);

/** The largest takes minutes on two busy cores. */
const isLong = (preset: keyof typeof PRESETS): boolean => preset === "large" && !Deno.env.has("KSTAGE_CLUSTER_LARGE");

for (const preset of ["seed", "small", "medium", "large"] as const) {
  const skipped = isLong(preset) ? " (skipped: KSTAGE_CLUSTER_LARGE is not set)" : "";
  const name = `apply on a real cluster: the ${preset} overlay, again, and changed${skipped}`;
  Deno.test({ name, ignore: isLong(preset) }, async (t) => {
    await using job = await startClusterJob();
    await generate(job, preset);

    await t.step("creates every object", async () => {
      const run = await job.run(["apply", OVERLAY, "--quiet"]);
      assertExit(run, 0);
      const { items } = await job.admin.get(job.admin.path("apps/v1/deployments"));
      ok(items.length >= 1);
      equal(items.length, run.stdout.match(/^deployment\/\S+ +created/gm)?.length);
    });

    await t.step("a second time writes nothing", async () => {
      await settle(job.admin);
      const before = versionsOf(await readObjects(job.admin));
      assertExit(await job.run(["apply", OVERLAY, "--quiet"]), 0);
      deepEqual(versionsOf(await readObjects(job.admin)), before);
    });

    await t.step("a changed image changes the Deployments that have it, and nothing else", async () => {
      await settle(job.admin);
      job.edit(KUSTOMIZATION, "acme/billing\n  newTag: 2.0.0", "acme/billing\n  newTag: 2.0.1");
      const run = await job.run(["apply", OVERLAY, "--quiet"]);
      assertExit(run, 0);
      const changed = run.stdout.match(/^\S+ +configured/gm) ?? [];
      ok(changed.length >= 1);
      for (const line of changed) match(line, /^deployment\/prod-billing-\d+-v1 /);
    });

    await t.step({
      name: `leaves what kubectl apply --server-side leaves${hasKubectl ? "" : " (skipped: there is no kubectl)"}`,
      ignore: !hasKubectl,
      async fn() {
        await using other = await startClusterJob();
        await generate(other, preset);
        other.edit(KUSTOMIZATION, "acme/billing\n  newTag: 2.0.0", "acme/billing\n  newTag: 2.0.1");
        const { kubeconfig } = other.cluster;
        const args = ["--kubeconfig", kubeconfig, "apply", "--server-side", "-k", `${other.project}/${OVERLAY}`];
        assertExit(await runProgram(KUBECTL, args), 0);
        const [ours, theirs] = await Promise.all([job, other].map(({ admin }) => readObjects(admin)));
        const inOneNamespace = (objects: Body[], namespace: string) =>
          objects.map((object) => JSON.parse(JSON.stringify(comparable(object)).replaceAll(namespace, "NAMESPACE")));
        deepEqual(inOneNamespace(ours!, job.namespace), inOneNamespace(theirs!, other.namespace));
      },
    });
  });
}

import { deepEqual, equal, match, ok } from "../assert.ts";
import { startMemoryJob } from "./sandbox_memory.ts";
import { assertExit, isRead, startJob } from "./sandbox_process.ts";

const OVERLAY = "overlays/production";

function writeOverlay(project: string, names: string[], more = ""): void {
  const generated = names.map((name) => `  - {name: ${name}, literals: [a=b]}\n`).join("");
  Deno.writeTextFileSync(
    `${project}/${OVERLAY}/kustomization.yml`,
    `namespace: my-service
resources: [../../base]
generatorOptions: {disableNameSuffixHash: true}
configMapGenerator:
${generated}${more}`,
  );
}

Deno.test("deploy --prune deletes what left the overlay, and nothing before all is healthy", async (t) => {
  await using job = await startJob();
  const has = (name: string) =>
    job.sandbox.store.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "my-service", name }) !== undefined;
  writeOverlay(job.project, ["first", "second", "third"]);
  assertExit(await job.run(["deploy", OVERLAY, "--prune"]), 0);

  await t.step("a second run writes nothing", async () => {
    job.takeRequests();
    assertExit(await job.run(["deploy", OVERLAY, "--prune"]), 0);
    deepEqual(job.takeRequests().filter((request) => !isRead(request)), []);
  });

  writeOverlay(job.project, ["first", "second"]);
  await t.step("a dry-run says so, tells it by exit code 10, and deletes nothing", async () => {
    const run = await job.run(["deploy", OVERLAY, "--prune", "--dry-run", "--exit-code"]);
    assertExit(run, 10);
    match(run.stdout, /^configmap\/third +pruned +accepted/m);
    assertExit(await job.run(["diff", OVERLAY, "--prune", "--exit-code"]), 10);
    ok(has("third"));
  });

  await t.step("nothing is pruned without waiting", async () => {
    const run = await job.run(["deploy", OVERLAY, "--prune", "--no-wait"]);
    assertExit(run, 0);
    match(run.stderr, /note: Nothing was pruned: the rollouts were not waited for/);
    ok(has("third"));
  });

  await t.step("a saved plan is carried out, once", async () => {
    const file = `${job.home}/plan.json`;
    assertExit(await job.run(["apply", OVERLAY, "--prune", "--dry-run=server", "--save-plan", file]), 0);
    ok(has("third"));
    const run = await job.run(["apply", "--plan", file]);
    assertExit(run, 0);
    match(run.stdout, /^configmap\/third +pruned +applied/m);
    ok(!has("third"));
  });

  await t.step("and the deploy itself prunes", async () => {
    writeOverlay(job.project, ["first"]);
    const run = await job.run(["deploy", OVERLAY, "--prune"]);
    assertExit(run, 0);
    match(run.stdout, /^configmap\/second +pruned +applied/m);
    ok(!has("second") && has("first"));
  });
});

Deno.test("deploy --prune deletes nothing after a rollout that failed", async () => {
  await using job = await startJob({ faults: [{ fail: "image-not-found", workload: "api-service" }] });
  writeOverlay(job.project, ["first", "second"]);
  assertExit(await job.run(["apply", OVERLAY, "--prune"]), 0);
  // With new pods: those that failed before are given time to come right.
  writeOverlay(job.project, ["first"], "commonAnnotations: {release: two}\n");
  const run = await job.run(["deploy", OVERLAY, "--prune"]);
  assertExit(run, 7);
  match(run.stderr, /note: Nothing was pruned: the rollout failed/);
  ok(job.sandbox.store.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "my-service", name: "second" }));
});

Deno.test("apply -f takes directories, lists and several documents; -o name and yaml print the objects", async () => {
  await using job = await startJob();
  const directory = `${job.project}/manifests`;
  Deno.mkdirSync(`${directory}/below`, { recursive: true });
  const map = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: { app: name } } });
  const list = { apiVersion: "v1", kind: "List", items: [map("a"), map("b")] };
  Deno.writeTextFileSync(`${directory}/list.json`, JSON.stringify(list));
  Deno.writeTextFileSync(`${directory}/more.yaml`, `${JSON.stringify(map("c"))}\n---\n${JSON.stringify(map("d"))}\n`);
  Deno.writeTextFileSync(`${directory}/below/deep.yml`, JSON.stringify(map("e")));
  const names = async (...args: string[]) => {
    const run = await job.run(["apply", "-f", "manifests", "-o", "name", ...args]);
    assertExit(run, 0);
    return run.stdout.split("\n").filter(Boolean).map((line) => line.replace("configmap/", "")).join();
  };
  equal(await names(), "a,b,c,d");
  equal(await names("-R", "-l", "app in (e,a)"), "e,a");
  match((await job.run(["apply", "-f", "manifests", "-o", "yaml"])).stdout, /^kind: DeployReport$/m);
});

Deno.test("SIGINT while objects are pruned: those that were are listed, and the next run deletes the rest", async () => {
  await using job = await startJob({ latencyMs: 200 });
  const names = Array.from({ length: 8 }, (_, i) => `settings-${i}`);
  const left = () =>
    job.sandbox.store.list("v1", "ConfigMap").map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith("settings-")).sort();
  writeOverlay(job.project, names);
  assertExit(await job.run(["apply", OVERLAY, "--prune"]), 0);
  writeOverlay(job.project, ["kept"]);
  const run = await job.run(["apply", OVERLAY, "--prune", "--concurrency=1"], {
    interrupt: { when: /settings-\d pruned/, signal: "SIGINT", hardMs: 5_000 },
  });
  assertExit(run, 130);
  const pruned = [...run.stdout.matchAll(/^configmap\/(\S+) +pruned +applied/gm)].map(([, name]) => name!);
  ok(pruned.length >= 1 && pruned.length < names.length, run.stdout);
  deepEqual(left(), names.filter((name) => !pruned.includes(name)));
  assertExit(await job.run(["apply", OVERLAY, "--prune"]), 0);
  deepEqual(left(), []);
});

/** A namespace with an object in it, and a kind with an object of it: each comes with its first use in one apply. */
const CLUSTER_OBJECTS = JSON.stringify({
  apiVersion: "v1",
  kind: "List",
  items: [
    { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w", namespace: "shop" }, spec: { size: 1 } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "inside", namespace: "shop" } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
        versions: [{
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: { type: "object", properties: { size: { type: "integer" } } } },
            },
          },
        }],
      },
    },
  ],
});
const ONE_MAP = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } });

Deno.test("namespaces and definitions are pruned only when that is asked for by name", async () => {
  const job = await startMemoryJob({ files: { "all.json": CLUSTER_OBJECTS, "one.json": ONE_MAP } });
  job.sandbox.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "admin" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "gitlab-service-account", namespace: "my-service" }],
  });
  const apply = async (...args: string[]) => {
    const run = await job.run(["apply", "--prune", "--applyset=all", ...args]);
    assertExit(run, 0);
    return run;
  };
  const created = await apply("-f", "all.json", "-f", "one.json");
  match(created.stderr, /customresourcedefinition\S* created[^]*widget\.example\.com\/w created/);
  const kept = await apply("-f", "one.json");
  match(kept.stdout, /^widget\.example\.com\/w +pruned/m);
  match(kept.stdout, /^namespace\/shop +kept/m);
  match(kept.stdout, /^customresourcedefinition\/widgets\.example\.com +kept/m);
  const gone = await apply("-f", "one.json", "--prune-namespaces", "--prune-crds");
  match(gone.stdout, /^namespace\/shop +(pruned|deleting)/m);
  match(gone.stdout, /^customresourcedefinition\/widgets\.example\.com +(pruned|deleting)/m);
  equal(job.sandbox.store.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "inside" }), undefined);
});

import { deepEqual, equal, match, ok } from "../assert.ts";
import { ADMIN_TOKEN } from "../../src/sandbox/mod.ts";
import { type MemoryJob, type MemoryRun, startMemoryJob, type WireRequest } from "./sandbox_memory.ts";

const OVERLAY = "overlays/production";
const NAMESPACE = "my-service";
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", namespace: NAMESPACE, name: "api-service" };

function assertExit(run: MemoryRun, wanted: number): void {
  equal(run.exitCode, wanted, `exit code ${run.exitCode} in place of ${wanted}\n${run.stdout}${run.stderr}`);
}

const isWrite = ({ method, dryRun }: WireRequest) => method !== "GET" && !dryRun;
const mapRef = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: NAMESPACE, name });

function configMap(name: string, extra: Record<string, unknown> = {}, data: Record<string, unknown> = { a: "b" }) {
  return JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...extra }, data });
}

/** Replaces a file of the project. */
function write({ host }: MemoryJob, path: string, text: string): void {
  host.fs.writeFile(`/project/${path}`, text);
}

Deno.test("apply -f - reads standard input", async () => {
  const stdin = `${configMap("first")}\n---\n---\n${configMap("second")}\n`;
  const job = await startMemoryJob({ stdin });
  const run = await job.run(["apply", "-f", "-", "-o", "name"]);
  assertExit(run, 0);
  equal(run.stdout, "configmap/first\nconfigmap/second\n");
  const empty = await (await startMemoryJob()).run(["apply", "-f", "-", "--prune", "--applyset=all"]);
  assertExit(empty, 2);
  match(empty.stderr, /^error: Cannot read standard input: there are no objects in it/m);
  const twice = await job.run(["apply", "-f", "-", "--filename=-"]);
  assertExit(twice, 2);
  match(twice.stderr, /^error: Cannot use --filename=- twice/);
});

Deno.test("apply -f reads what kubectl reads: JSON objects in a row, Lists of Lists, documents that begin with a brace", async () => {
  const list = (...items: unknown[]) => ({ apiVersion: "v1", kind: "List", items });
  const nested = list(JSON.parse(configMap("a")), { ...list(JSON.parse(configMap("b"))), kind: "ConfigMapList" });
  const files = {
    "m/1.json": `${configMap("c", {}, { brace: '}{ "quoted\\' })}${configMap("d")}\n\n${
      JSON.stringify(nested, null, 2)
    }\n`,
    "m/2.yaml": `${configMap("e")}\n---\n# nothing\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: f}}\n`,
    "m/notes.txt": "not read",
  };
  const job = await startMemoryJob({ files });
  const run = await job.run(["apply", "-f", "m", "-oname"]);
  assertExit(run, 0);
  equal(run.stdout.replaceAll("configmap/", "").replaceAll("\n", " ").trim(), "c d a b e f");
  deepEqual(job.sandbox.store.get(mapRef("c"))!.data, { brace: '}{ "quoted\\' });
});

Deno.test("apply takes files beside an overlay, and refuses what it can't read", async (t) => {
  const job = await startMemoryJob({
    files: { "extra.yaml": configMap("extra"), "broken.yaml": "a: [", "word.yaml": "x", "empty.yaml": "# nothing\n" },
  });
  const run = await job.run(["apply", OVERLAY, "-f", "extra.yaml", "-o", "name"]);
  assertExit(run, 0);
  equal(run.stdout, "configmap/extra\nservice/api-service\ndeployment.apps/api-service\n");
  for (const file of ["nowhere.yaml", "broken.yaml", "word.yaml", "empty.yaml", "/home"]) {
    await t.step(file, async () => {
      job.takeWire();
      const refused = await job.run(["apply", "-f", file]);
      assertExit(refused, 2);
      equal(refused.stdout, "");
      deepEqual(job.takeWire(), []);
    });
  }
});

Deno.test("N new objects cost their dry-runs and N + 2 other requests; unchanged ones no write", async () => {
  const job = await startMemoryJob();
  assertExit(await job.run(["apply", OVERLAY, "--prune"]), 0);
  const first = job.takeWire();
  deepEqual([first.filter(({ dryRun }) => dryRun).length, first.filter(({ dryRun }) => !dryRun).length], [2, 4]);
  assertExit(await job.run(["apply", OVERLAY, "--prune"]), 0);
  deepEqual(job.takeWire().filter(isWrite), []);
});

Deno.test("a new overlay is applied in three round trips, and the watch begins with the fourth", async () => {
  // What the command loads, it loads once: the clock that the test moves doesn't wait for that.
  assertExit(await (await startMemoryJob()).run(["deploy", OVERLAY]), 0);
  const job = await startMemoryJob({ latencyMs: 100 });
  const start = job.host.clock.now();
  assertExit(await job.run(["deploy", OVERLAY]), 0);
  const sent = job.takeWire();
  const tripOf = ({ atMs }: WireRequest) => Math.round((atMs - start) / 100) + 1;
  const last = sent.findLast(({ method, path }) => method === "PATCH" && path.endsWith("/deployments/api-service"))!;
  equal(last.dryRun, false);
  equal(tripOf(last), 3);
  // The record of the release is written meanwhile, whenever it is packed.
  const isWatch = ({ method, path }: WireRequest) => method === "GET" && path.endsWith("/deployments");
  equal(tripOf(sent.slice(sent.indexOf(last)).find(isWatch)!), 4);
});

/** What another tool applies. */
async function applyAs({ sandbox }: MemoryJob, fieldManager: string, body: string): Promise<void> {
  const { name } = JSON.parse(body).metadata;
  const url =
    `https://sandbox/api/v1/namespaces/${NAMESPACE}/configmaps/${name}?fieldManager=${fieldManager}&force=true`;
  const headers = { "Content-Type": "application/apply-patch+yaml", Authorization: `Bearer ${ADMIN_TOKEN}` };
  const { status } = await sandbox.handle(new Request(url, { method: "PATCH", headers, body }));
  ok(status < 300, `status ${status}`);
}

Deno.test("a conflict is refused, left to its owner, or forced", async () => {
  const job = await startMemoryJob({ files: { "c.yaml": configMap("c", {}, { a: "ours", b: "ours" }) } });
  await applyAs(job, "other", configMap("c", {}, { a: "theirs" }));
  const data = () => job.sandbox.store.get(mapRef("c"))!.data;
  const refused = await job.run(["apply", "-f", "c.yaml"]);
  assertExit(refused, 6);
  match(refused.stderr, /data\.a/);
  match(refused.stderr, /other/);
  deepEqual(data(), { a: "theirs" });
  const left = await job.run(["apply", "-f", "c.yaml", "--ignore-conflicts-with", "other"]);
  assertExit(left, 0);
  match(left.stderr, /configmap\/c: .*leaves \.?data\.a to other/);
  deepEqual(data(), { a: "theirs", b: "ours" });
  const again = await job.run(["diff", "-f", "c.yaml", "--ignore-conflicts-with", "other", "--exit-code"]);
  assertExit(again, 0);
  assertExit(await job.run(["apply", "-f", "c.yaml", "--force-conflicts"]), 0);
  deepEqual(data(), { a: "ours", b: "ours" });
});

Deno.test("--validate reaches the server, which refuses unknown fields of an apply whatever it says", async () => {
  const odd = JSON.stringify({ ...JSON.parse(configMap("odd")), dta: { x: "y" } });
  const job = await startMemoryJob({ files: { "odd.yaml": odd, "good.yaml": configMap("good") } });
  for (const [mode, wanted] of [["strict", "Strict"], ["warn", "Warn"], ["ignore", "Ignore"]] as const) {
    const refused = await job.run(["apply", "-f", "odd.yaml", `--validate=${mode}`]);
    assertExit(refused, 6);
    match(refused.stderr, /\.dta: field not declared in schema|unknown field "dta"/);
    equal(job.sandbox.store.get(mapRef("odd")), undefined);
    job.takeWire();
    assertExit(await job.run(["apply", "-f", "good.yaml", `--validate=${mode}`]), 0);
    const patches = job.takeWire().filter(({ method }) => method === "PATCH");
    ok(patches.length > 0);
    deepEqual([...new Set(patches.map(({ fieldValidation }) => fieldValidation))], [wanted]);
  }
});

Deno.test("a field that can't be changed is refused, and recreated with --recreate", async () => {
  const job = await startMemoryJob();
  assertExit(await job.run(["deploy", OVERLAY]), 0);
  const uid = job.sandbox.store.get(DEPLOYMENT)!.metadata.uid;
  write(
    job,
    `${OVERLAY}/kustomization.yml`,
    `namespace: ${NAMESPACE}
resources: [../../base]
labels: [{pairs: {track: stable}, includeSelectors: true}]
`,
  );
  const refused = await job.run(["deploy", OVERLAY]);
  assertExit(refused, 6);
  match(refused.stderr, /spec\.selector/);
  equal(job.sandbox.store.get(DEPLOYMENT)!.metadata.uid, uid);
  const run = await job.run(["deploy", OVERLAY, "--recreate"]);
  assertExit(run, 0);
  match(run.stderr, /plan: deployment\/api-service: recreate, because \.?spec\.selector can't be changed/);
  match(run.stdout, /^deployment\/api-service +recreated +healthy/m);
  ok(job.sandbox.store.get(DEPLOYMENT)!.metadata.uid !== uid);
});

Deno.test("a saved plan is carried out exactly or not at all", async (t) => {
  const job = await startMemoryJob();
  assertExit(await job.run(["apply", OVERLAY, "--dry-run=server", "--save-plan", "plan.json"]), 0);
  equal(job.host.fs.stat("/project/plan.json")?.mode, 0o600);
  await t.step("not when the cluster has changed", async () => {
    assertExit(await job.run(["apply", OVERLAY]), 0);
    job.takeWire();
    const stale = await job.run(["apply", "--plan", "plan.json"]);
    assertExit(stale, 6);
    match(stale.stderr, /error: Cannot carry out the plan: the cluster has changed/);
    deepEqual(job.takeWire().filter(isWrite), []);
  });
  await t.step("not when the file was changed", async () => {
    write(job, "plan.json", job.host.fs.readText("/project/plan.json").replace("api-service", "api-servicf"));
    const invalid = await job.run(["apply", "--plan", "plan.json"]);
    assertExit(invalid, 2);
    match(invalid.stderr, /error: Cannot read the plan: it was changed after it was saved/);
  });
  await t.step("and not one that the client made alone", async () => {
    assertExit(await job.run(["apply", OVERLAY, "--dry-run", "--save-plan", "plan.json"]), 2);
  });
});

Deno.test("a saved plan holds no Secret: the overlay gives its values again, and no others", async () => {
  const secret = (password: string) =>
    `namespace: ${NAMESPACE}
secretGenerator: [{name: db, literals: [password=${password}], options: {disableNameSuffixHash: true}}]
`;
  const job = await startMemoryJob({ files: { "db/kustomization.yaml": secret("swordfish-1") } });
  assertExit(await job.run(["apply", "db", "--dry-run=server", "--save-plan=plan.json"]), 0);
  ok(!/swordfish|c3dvcmRmaXNo/.test(job.host.fs.readText("/project/plan.json")));
  const incomplete = await job.run(["apply", "--plan=plan.json"]);
  assertExit(incomplete, 2);
  match(incomplete.stderr, /hint: Give the overlay/);
  write(job, "db/kustomization.yaml", secret("swordfish-2"));
  assertExit(await job.run(["apply", "--plan=plan.json", "db"]), 2);
  write(job, "db/kustomization.yaml", secret("swordfish-1"));
  assertExit(await job.run(["apply", "--plan=plan.json", "db"]), 0);
  const { data } = job.sandbox.store.get({ apiVersion: "v1", kind: "Secret", namespace: NAMESPACE, name: "db" })!;
  deepEqual(data, { password: btoa("swordfish-1") });
});

Deno.test("--applyset names the inventory, and what has no name of its own needs it", async () => {
  const job = await startMemoryJob({ files: { "a.yaml": configMap("a") } });
  assertExit(await job.run(["apply", "-f", "a.yaml", "--prune", "--applyset=configmap/shop"]), 0);
  const labels = job.sandbox.store.get(mapRef("shop"))!.metadata.labels as Record<string, string>;
  match(labels["applyset.kubernetes.io/id"]!, /^applyset-.*-v1$/);
  assertExit(await job.run(["apply", OVERLAY, "--prune"]), 0);
  ok(job.sandbox.store.get({ ...mapRef("kstage-project-overlays-production"), kind: "Secret" }));
  const unnamed = await job.run(["apply", "-f", "a.yaml", "--prune"]);
  assertExit(unnamed, 2);
  match(unnamed.stderr, /hint: .*--applyset/);
  assertExit(await job.run(["apply", OVERLAY, "--prune", "--applyset=pod/x"]), 2);
});

Deno.test("what depends on a workload is written once that is healthy, and not when it fails", async (t) => {
  const annotations = {
    "config.kubernetes.io/depends-on": `apps/namespaces/${NAMESPACE}/Deployment/api-service`,
  };
  const files = { "after.yaml": configMap("after", { annotations }) };
  await t.step("healthy", async () => {
    const job = await startMemoryJob({ files });
    const run = await job.run(["deploy", OVERLAY, "-f", "after.yaml"]);
    assertExit(run, 0);
    match(run.stderr, /deployment\/api-service: healthy after[^]*configmap\/after created/);
  });
  await t.step("not healthy in time", async () => {
    const job = await startMemoryJob({ files, faults: [{ fail: "never-ready", workload: "api-service" }] });
    const run = await job.run(["deploy", OVERLAY, "-f", "after.yaml", "--timeout=40s"]);
    assertExit(run, 8);
    match(run.stderr, /error: Cannot apply what depends on deployment\/api-service: it is not ready in time/);
    ok(run.seconds < 60, `${run.seconds} s`);
  });
  await t.step("failed", async () => {
    const job = await startMemoryJob({ files, faults: [{ fail: "image-not-found", workload: "api-service" }] });
    const run = await job.run(["deploy", OVERLAY, "-f", "after.yaml"]);
    assertExit(run, 7);
    match(run.stderr, /error: Cannot apply what depends on deployment\/api-service: .*K1001/);
    match(run.stdout, /^configmap\/after +skipped +not applied/m);
    equal(job.sandbox.store.get(mapRef("after")), undefined);
  });
});

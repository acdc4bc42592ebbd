import { deepEqual, doesNotMatch, equal, match, ok } from "../assert.ts";
import { startMemoryJob } from "./sandbox_memory.ts";
import { ACCOUNT, assertExit, startJob, type TestJob } from "./sandbox_process.ts";

const OVERLAY = "overlays/testing";
const KUSTOMIZATION = `${OVERLAY}/kustomization.yml`;
const LEASE = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: "my-service" };
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", namespace: "my-service", name: "api-service" };

function imageOf({ sandbox }: Pick<TestJob, "sandbox">): string {
  return JSON.stringify(sandbox.store.get(DEPLOYMENT)).match(/"image":"([^"]+)"/)![1]!;
}

async function history(job: Pick<TestJob, "run">): Promise<Record<string, unknown>[]> {
  const run = await job.run(["history", OVERLAY, "-o", "json"]);
  assertExit(run, 0);
  return JSON.parse(run.stdout).items;
}

const kustomization = (tag: string) =>
  `kind: Kustomization
namespace: my-service
resources: [../../base]
images: [{name: registry.example.com/my-group/api-service, newTag: ${tag}}]
configMapGenerator: [{name: settings, literals: [tag=${tag}]}]
secretGenerator: [{name: door, literals: [key=open-sesame-${tag}]}]
generatorOptions: {disableNameSuffixHash: true}
`;

/** Deploys on a virtual clock; the tag `does-not-exist` can't be pulled. */
async function startReleases() {
  const job = await startMemoryJob({
    files: Object.fromEntries(
      ["one", "two", "does-not-exist"].map((tag) => [`overlays/${tag}/kustomization.yml`, kustomization(tag)]),
    ),
  });
  const deploy = (tag: string, ...flags: string[]) => job.run(["deploy", `overlays/${tag}`, "--release=api", ...flags]);
  return { ...job, deploy };
}

Deno.test("releases: recorded, listed, shown without Secret data, limited, and brought back", async (t) => {
  const { sandbox, run, deploy } = await startReleases();
  await t.step("each deploy is recorded, and removes its lock", async () => {
    for (const tag of ["one", "two"]) assertExit(await deploy(tag), 0);
    equal(sandbox.store.list(LEASE.apiVersion, LEASE.kind, LEASE.namespace).length, 0);
    const listed = await run(["history", "--release=api", "-o", "json"]);
    assertExit(listed, 0);
    const { items } = JSON.parse(listed.stdout);
    deepEqual(items.map((item: { number: number; state: string }) => [item.number, item.state]), [[1, "succeeded"], [
      2,
      "succeeded",
    ]]);
    match(items[1].digest, /^sha256:[0-9a-f]{64}$/);
    match(items[1].images[0].digest, /^sha256:[0-9a-f]{64}$/);
  });
  await t.step("--show prints the manifests with Secrets masked", async () => {
    const { stdout } = await run(["history", "--release=api", "--show=2"]);
    match(stdout, /image: registry\.example\.com\/my-group\/api-service:two/);
    match(stdout, /key: '\*\*\*'/);
    doesNotMatch(stdout, /open-sesame/);
    ok(!stdout.includes(btoa("open-sesame-two")));
  });
  await t.step("rollback --dry-run writes nothing", async () => {
    const dry = await run(["rollback", "--dry-run"]);
    assertExit(dry, 0);
    match(dry.stdout, /^deployment\/api-service +configured +accepted/m);
    match(imageOf({ sandbox }), /:two$/);
  });
  await t.step("rollback applies the whole former release and records it", async () => {
    const back = await run(["rollback"]);
    assertExit(back, 0);
    match(imageOf({ sandbox }), /:one$/);
    const settings = sandbox.store.get({
      apiVersion: "v1",
      kind: "ConfigMap",
      namespace: "my-service",
      name: "settings",
    });
    deepEqual(settings!.data, { tag: "one" });
    match((await run(["history"])).stdout, /^3 +api .*rollback to 1$/m);
  });
  await t.step("rollback --to names one; an unknown one is an error that lists the known", async () => {
    assertExit(await run(["rollback", "--to=2"]), 0);
    match(imageOf({ sandbox }), /:two$/);
    const unknown = await run(["rollback", "--to=9"]);
    assertExit(unknown, 2);
    match(unknown.stderr, /Cannot find release 9: the recorded ones are 1, 2, 3, 4/);
  });
  await t.step("--rollback-on-failure brings the last good one back and keeps the exit code", async () => {
    const failed = await deploy("does-not-exist", "--rollback-on-failure");
    assertExit(failed, 7);
    match(failed.stdout, /^rollout failed in /m);
    match(failed.stderr, /rolled back to release 4: it is healthy again/);
    match(imageOf({ sandbox }), /:two$/);
    const { stdout } = await run(["history"]);
    match(stdout, /^5 .*failed \(K\d+\)/m);
    match(stdout, /^6 .*succeeded .*rollback to 4$/m);
  });
  await t.step("--history-limit keeps the newest; --no-record records nothing", async () => {
    assertExit(await deploy("two", "--history-limit=2"), 0);
    match((await run(["history"])).stdout, /^NUMBER.*\n6 .*\n7 .*\n$/);
    assertExit(await deploy("two", "--no-record"), 0);
    match((await run(["history"])).stdout, /^NUMBER.*\n6 .*\n7 .*\n$/);
  });
});

Deno.test("--no-wait records a release as applied, and watch makes it succeeded", async () => {
  const { run, deploy } = await startReleases();
  assertExit(await deploy("one", "--no-wait"), 0);
  match((await run(["history"])).stdout, /^1 .* applied /m);
  assertExit(await run(["watch"]), 0);
  match((await run(["history"])).stdout, /^1 .* succeeded /m);
});

Deno.test("rollback prunes what only the later release has, where these are deployed with --prune", async () => {
  const { sandbox, run, deploy, write } = await startReleases();
  assertExit(await deploy("one", "--prune", "--applyset=api-set"), 0);
  write(
    "overlays/two/kustomization.yml",
    kustomization("two").replace("literals: [tag=two]}", "literals: [tag=two]}, {name: extra, literals: [a=b]}"),
  );
  assertExit(await deploy("two", "--prune", "--applyset=api-set"), 0);
  const extra = { apiVersion: "v1", kind: "ConfigMap", namespace: "my-service", name: "extra" };
  ok(sandbox.store.get(extra) !== undefined);
  const back = await run(["rollback"]);
  assertExit(back, 0);
  match(back.stdout, /^configmap\/extra +pruned/m);
  equal(sandbox.store.get(extra), undefined);
});

Deno.test("the first deploy of an overlay with its own namespace goes without a lock, and is recorded in it", async () => {
  const { run, write, sandbox } = await startReleases();
  const { namespace, name } = ACCOUNT;
  sandbox.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "admin-everywhere" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
  write(
    "overlays/fresh/kustomization.yml",
    "kind: Kustomization\nnamespace: fresh\nresources: [namespace.yml]\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n",
  );
  write("overlays/fresh/namespace.yml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n");
  assertExit(await run(["deploy", "overlays/fresh", "-n", "fresh"]), 0);
  match((await run(["history", "-n", "fresh"])).stdout, /^1 +project-fresh .* succeeded /m);
});

Deno.test("a failed deploy without an earlier good release says that there is nothing to go back to", async () => {
  const { deploy } = await startReleases();
  const failed = await deploy("does-not-exist", "--rollback-on-failure");
  assertExit(failed, 7);
  match(failed.stderr, /not rolled back: no earlier release has succeeded/);
});

Deno.test("an older pipeline of the same ref is refused with exit code 9, unless --allow-outdated", async () => {
  await using job = await startJob();
  const pipeline = (number: number) => ({
    ...job.variables,
    GITLAB_CI: "true",
    CI_PROJECT_PATH: "group/api",
    CI_COMMIT_REF_NAME: "main",
    CI_PIPELINE_IID: String(number),
  });
  assertExit(await job.run(["deploy", OVERLAY], { env: pipeline(12) }), 0);
  job.takeRequests();
  const before = job.snapshot();
  const refused = await job.run(["deploy", OVERLAY], { env: pipeline(11) });
  assertExit(refused, 9);
  match(refused.stderr, /pipeline 11 of main is older than pipeline 12/);
  equal(job.snapshot(), before);
  assertExit(await job.run(["deploy", OVERLAY, "--allow-outdated"], { env: pipeline(11) }), 0);
});

Deno.test("--missing-permissions=note goes on without Leases and Secrets, with the missing rules as notes", async () => {
  await using job = await startJob({ role: "none" });
  const { sandbox } = job;
  const rules = [
    {
      apiGroups: ["", "apps", "events.k8s.io"],
      resources: ["configmaps", "services", "deployments", "pods", "pods/log", "events", "replicasets"],
      verbs: ["get", "list", "watch", "create", "patch"],
    },
    { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: ["list"] },
  ];
  const metadata = { name: "narrow", namespace: "my-service" };
  sandbox.create({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules });
  sandbox.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "narrow" },
    subjects: [{ kind: "ServiceAccount", name: "gitlab-service-account", namespace: "my-service" }],
  });
  const run = await job.run(["deploy", OVERLAY, "--missing-permissions=note"]);
  assertExit(run, 0);
  match(
    run.stderr,
    /the deploy is not locked against others: .*\n- apiGroups: \["coordination\.k8s\.io"\]\n {2}resources: \["leases"\]\n {2}verbs: \["get", "create", "patch", "delete"\]/,
  );
  match(run.stderr, /the release is not recorded: .*\n- apiGroups: \[""\]\n {2}resources: \["secrets"\]/);
  const quiet = await job.run(["deploy", OVERLAY, "--no-lock", "--no-record"]);
  assertExit(quiet, 0);
  doesNotMatch(quiet.stderr, /not locked|not recorded/);
});

Deno.test("after a kill -9 in the middle: watch ends the wait and the record, and rollback goes back", async (t) => {
  await using job = await startJob();
  /** Kills a run while it waits, once the record of its release says that all is applied. */
  const kill = (verb: "deploy" | "rollback", release: number) =>
    job.run([verb, OVERLAY, "--no-lock"], {
      interrupt: {
        when: /\d ready, \d updated/,
        until: () =>
          job.sandbox.requests.some(({ method, path, status }) =>
            method === "PATCH" && status === 200 && path.endsWith(`.v${release}`)
          ),
        signal: "SIGKILL",
        hardMs: 5_000,
      },
    });
  assertExit(await job.run(["deploy", OVERLAY]), 0);
  await t.step("killed while it waits: watch has the verdict, and ends the record", async () => {
    job.edit(KUSTOMIZATION, "newTag: develop", "newTag: feature-1");
    await kill("deploy", 2);
    const killed = (await history(job)).at(-1)!;
    deepEqual([killed.number, killed.state, killed.applied], [2, "running", true]);
    const watched = await job.run(["watch", OVERLAY]);
    assertExit(watched, 0);
    match(watched.stdout, /^deployment\/api-service +watched +healthy/m);
    equal((await history(job)).at(-1)!.state, "succeeded");
  });
  await t.step("a broken one that was killed: watch fails with deploy's exit code", async () => {
    job.edit(KUSTOMIZATION, "newTag: feature-1", "newTag: does-not-exist");
    await kill("deploy", 3);
    const watched = await job.run(["watch", OVERLAY]);
    assertExit(watched, 7);
    match(watched.stdout, /\(K1001\)/);
    const last = (await history(job)).at(-1)!;
    deepEqual([last.state, last.codes], ["failed", ["K1001"]]);
  });
  await t.step("a rollback that is killed itself is watched to its end, too", async () => {
    await kill("rollback", 4);
    assertExit(await job.run(["watch", OVERLAY]), 0);
    match(imageOf(job), /:feature-1$/);
    const all = await history(job);
    deepEqual(all.map(({ state }) => state), ["succeeded", "succeeded", "failed", "succeeded"]);
    equal(all.at(-1)!.rollbackTo, 2);
  });
});

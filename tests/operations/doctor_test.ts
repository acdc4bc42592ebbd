import { deepEqual, equal, match } from "../assert.ts";
import { createFakeRegistry, MANIFEST } from "../registry/fake_registry.ts";
import { createBootstrapWorld, readVariables } from "./bootstrap_world.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
const ROLE = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  namespace: "my-service",
  name: "kstage-deployer",
};

async function prepare(expires = "720h") {
  const registry = createFakeRegistry();
  registry.publicRepositories.add("my-group/api-service");
  registry.manifests.set("my-group/api-service:develop", MANIFEST);
  const world = createBootstrapWorld({ project: ARTICLE, registry: registry.handle });
  const args = ["bootstrap", "overlays/testing", "--print", "json", "--expires", expires];
  return { world, variables: readVariables(await world.admin(...args)) };
}

function failedOf(stdout: string): string[] {
  return JSON.parse(stdout).checks.filter((check: { status: string }) => check.status !== "ok")
    .map(({ layer, code }: { layer: string; code: string }) => `${layer} ${code}`);
}

Deno.test("a deployer that bootstrap made is well, and the examination writes nothing", async () => {
  const { world, variables } = await prepare();
  const { exitCode, stdout } = await world.job(variables, "doctor", "overlays/testing", "-o", "json");
  equal(exitCode, 0, stdout);
  deepEqual(JSON.parse(stdout).checks.map(({ layer }: { layer: string }) => layer), [
    "credentials",
    "server",
    "identity",
    "permissions",
    "registry",
    "dry-run",
  ]);
  equal(world.sandbox.store.list("apps/v1", "Deployment").length, 0);
});

const BROKEN: [
  name: string,
  change: (variables: Record<string, string>) => Record<string, string>,
  exit: number,
  found: string,
][] = [
  ["an empty token", (all) => ({ ...all, K8S_TOKEN: "" }), 2, "credentials EMPTY"],
  ["an unexpanded address", (all) => ({ ...all, CLUSTER_ADDRESS: "$CLUSTER_ADDRESS" }), 2, "credentials UNEXPANDED"],
  [
    "a token of another signature",
    (all) => ({ ...all, K8S_TOKEN: all.K8S_TOKEN!.replace(/\.[^.]+$/, ".AAAA") }),
    4,
    "identity TOKEN_REJECTED",
  ],
  ["a log that shows everything", (all) => ({ ...all, CI_DEBUG_TRACE: "true" }), 0, "credentials DEBUG_TRACE"],
];

for (const [name, change, exit, found] of BROKEN) {
  Deno.test(`doctor finds ${name}, and only that`, async () => {
    const { world, variables } = await prepare();
    const { exitCode, stdout, stderr } = await world.job(change(variables), "doctor", "-o", "json");
    equal(exitCode, exit, stdout + stderr);
    deepEqual(failedOf(stdout), [found]);
  });
}

Deno.test("doctor finds a token that expires soon", async () => {
  const { world, variables } = await prepare("24h");
  const warned = await world.job(variables, "doctor", "-o", "json");
  equal(warned.exitCode, 0);
  deepEqual(failedOf(warned.stdout), ["credentials TOKEN_EXPIRES_SOON"]);
  equal((await world.job(variables, "doctor", "--fail-on-expiry", "7d")).exitCode, 4);
});

Deno.test("doctor prints the rule that is missing as YAML", async () => {
  const { world, variables } = await prepare();
  const role = world.sandbox.store.get(ROLE)!;
  const rules = (role.rules as { resources: string[] }[]).filter(({ resources }) => resources[0] !== "configmaps");
  world.sandbox.store.update({ ...role, rules: rules as never });
  const { exitCode, stdout } = await world.job(variables, "doctor", "overlays/testing");
  equal(exitCode, 5, stdout);
  match(stdout, /resourceNames:\n\s+- sso-config/);
  equal([...stdout.matchAll(/resources:/g)].length, 1);
});

Deno.test("a lock that may not be taken is a failure, as a deploy does not begin without it", async () => {
  const { world, variables } = await prepare();
  const role = world.sandbox.store.get(ROLE)!;
  const rules = (role.rules as { resources: string[] }[]).filter(({ resources }) => resources[0] !== "leases");
  world.sandbox.store.update({ ...role, rules: rules as never });
  const { exitCode, stdout } = await world.job(variables, "doctor", "overlays/testing", "-o", "json");
  equal(exitCode, 5, stdout);
  deepEqual(failedOf(stdout), ["permissions RULE_MISSING"]);
});

Deno.test("deploy looks at the credentials before anything else, and warns of a debug trace", async () => {
  const { world, variables } = await prepare();
  const broken = await world.job({ ...variables, K8S_TOKEN: "glpat-abc" }, "deploy", "overlays/missing");
  equal(broken.exitCode, 2, broken.stderr);
  match(broken.stderr, /Cannot use K8S_TOKEN: it is a GitLab access token/);
  const traced = await world.job({ ...variables, CI_DEBUG_TRACE: "true" }, "deploy", "overlays/testing", "--dry-run");
  match(traced.stderr, /warning: CI_DEBUG_TRACE is on/);
});

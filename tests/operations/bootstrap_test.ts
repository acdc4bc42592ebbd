import { deepEqual, equal, match, ok } from "../assert.ts";
import { generateOverlay, PRESETS } from "../../scripts/generate_overlay.ts";
import type { RequestRecord, Sandbox } from "../../src/sandbox/mod.ts";
import { isObject, type JsonObject } from "../../src/base/mod.ts";
import { createBootstrapWorld, gitlabVariables, readVariables, type Run } from "./bootstrap_world.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
const NAME = "kstage-deployer";
const ALL = ["overlays/development", "overlays/testing", "overlays/production"];
const RBAC = "rbac.authorization.k8s.io/v1";

function assertExit({ exitCode, stdout, stderr }: Run, wanted: number): void {
  equal(exitCode, wanted, `exit code ${exitCode}, not ${wanted}\n${stdout}${stderr}`);
}

function roleRef(namespace: string) {
  return { apiVersion: RBAC, kind: "Role", namespace, name: NAME };
}

/** A request as RBAC sees it: verb, group, resource and name. */
function attributesOf({ method, path, query, status }: RequestRecord) {
  const words = path.split("/").filter((word) => word !== "");
  const group = words[0] === "api" ? "" : words[1]!;
  const rest = words.slice(words[0] === "api" ? 2 : 3);
  const [resource, name, subresource] = rest[0] === "namespaces" && rest.length > 2 ? rest.slice(2) : rest;
  const read = name === undefined ? (query.watch === undefined ? "list" : "watch") : "get";
  const verbs = method === "PATCH"
    ? (status === 201 ? ["patch", "create"] : ["patch"])
    : method === "GET"
    ? [read]
    : ["other"];
  return { group, resource: subresource === undefined ? resource : `${resource}/${subresource}`, name, verbs };
}

/** Permissions of a Role that no request used. */
function unusedOf(rules: JsonObject[], requests: readonly RequestRecord[]): string[] {
  const used = requests.map(attributesOf);
  return rules.flatMap((rule) => {
    const [group, resource, names] = [[rule.apiGroups].flat()[0], [rule.resources].flat()[0], rule.resourceNames];
    return ([rule.verbs].flat() as string[]).flatMap((verb) => {
      const fits = (name?: string) =>
        used.some((u) =>
          u.group === group && u.resource === resource && u.verbs.includes(verb) &&
          (name === undefined || u.name === name)
        );
      const unused = Array.isArray(names) ? names.filter((name) => !fits(String(name))) : fits() ? [] : ["any"];
      return unused.map((name) => `${verb} ${resource} ${name}`);
    });
  });
}

function rulesOf(sandbox: Sandbox, namespace: string): JsonObject[] {
  const rules = sandbox.store.get(roleRef(namespace))?.rules;
  return Array.isArray(rules) ? rules.filter(isObject) : [];
}

Deno.test("bootstrap, then only the three variables: the article's overlays are deployed, and nothing of the Role is unused", async () => {
  const world = createBootstrapWorld({
    project: ARTICLE,
  });
  const made = await world.admin("bootstrap", ...ALL, "--releases", "--print", "json");
  assertExit(made, 0);
  const variables = readVariables(made);
  deepEqual(Object.keys(variables), ["CLUSTER_ADDRESS", "CA_AUTH_DATA", "K8S_TOKEN"]);
  const seen = world.sandbox.requests.length;
  // Twice, as only objects that are there already are read.
  for (const overlay of [...ALL, "overlays/testing"]) assertExit(await world.job(variables, "deploy", overlay), 0);
  // A deploy knows a lone workload from its apply; who looks later, or a watch that begins anew, lists it.
  assertExit(await world.job(variables, "rollout", "status", "-k", "overlays/testing"), 0);
  const used = world.sandbox.requests.slice(seen);
  // Events and logs are read only of a rollout in trouble, releases read and removed only after more of them, and a
  // lock only where others wait for it.
  const rules = rulesOf(world.sandbox, "my-service");
  deepEqual(
    unusedOf(rules, used).filter((text) => !/ events | pods\/log | leases |(get|delete|create) secrets any/.test(text)),
    [],
  );
  ok(!used.some(({ status }) => status === 403), "a request was refused");
});

Deno.test("events and logs of the Role are used by a rollout that fails", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const variables = readVariables(await world.admin("bootstrap", "overlays/testing", "--releases", "--print", "json"));
  world.sandbox.registerController({
    name: "breaks the pods",
    reconcile(store) {
      for (const pod of store.list("v1", "Pod")) {
        const containers = ((pod.spec as JsonObject).containers as JsonObject[]).map(({ name, image }) => ({
          name: name!,
          image: image!,
          ready: false,
          restartCount: 5,
          state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
          lastState: { terminated: { exitCode: 1, reason: "Error" } },
        })) as JsonObject[];
        store.update({
          ...pod,
          status: { ...(pod.status as JsonObject), phase: "Running", containerStatuses: containers },
        });
      }
    },
  });
  const seen = world.sandbox.requests.length;
  assertExit(await world.job(variables, "deploy", "overlays/testing"), 7);
  const used = world.sandbox.requests.slice(seen).map(attributesOf);
  for (const resource of ["events", "pods/log"]) ok(used.some((request) => request.resource === resource), resource);
  ok(!world.sandbox.requests.slice(seen).some(({ status }) => status === 403));
});

Deno.test("each permission to write that is taken from the Role makes a deploy fail that only notes the others", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const variables = readVariables(await world.admin("bootstrap", "overlays/testing", "--print", "json"));
  const role = world.sandbox.store.get(roleRef("my-service"))!;
  const rules = rulesOf(world.sandbox, "my-service");
  for (const [i, rule] of rules.entries()) {
    if (!Array.isArray(rule.resourceNames) || [rule.resources].flat()[0] === "leases") continue;
    const { metadata, ...rest } = world.sandbox.store.get(roleRef("my-service"))!;
    world.sandbox.store.update({ ...rest, metadata, rules: rules.filter((_, at) => at !== i) } as typeof role);
    const args = ["deploy", "overlays/testing", "--missing-permissions=note", "--no-record"];
    const { exitCode, stderr } = await world.job(variables, ...args);
    equal(exitCode, 5, stderr);
    const resource = [rule.resources].flat()[0];
    match(stderr, new RegExp(`resources: \\["${resource}"\\]`));
    equal([...stderr.matchAll(/resources: \[/g)].length, 1, stderr);
    match(stderr, /verbs: \["get", "create", "patch"\]/);
  }
});

Deno.test("a permission to look that is taken from the Role is named in a note, where that is wanted", async () => {
  for (const resource of ["pods", "replicasets"]) {
    const world = createBootstrapWorld({ project: ARTICLE });
    const variables = readVariables(await world.admin("bootstrap", "overlays/testing", "--print", "json"));
    const role = world.sandbox.store.get(roleRef("my-service"))!;
    const rules = rulesOf(world.sandbox, "my-service").filter((rule) => [rule.resources].flat()[0] !== resource);
    world.sandbox.store.update({ ...role, rules });
    const args = ["deploy", "overlays/testing", "--missing-permissions=note"];
    const { exitCode, stderr, stdout } = await world.job(variables, ...args);
    equal(exitCode, 0, stderr);
    match(stdout + stderr, new RegExp(resource));
  }
});

/** Takes Roles out of an overlay: the server lets nobody write those that grant what he doesn't have himself. */
async function deleteRoles(kustomization: string): Promise<void> {
  const patch = `patches:
- target: {kind: "Role(Binding)?"}
  patch: '{"$patch": "delete", "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "any"}}'
`;
  const text = await Deno.readTextFile(kustomization);
  const [before, after] = text.split(/^patches:\n/m);
  await Deno.writeTextFile(kustomization, `${before}${patch}${after ?? ""}`);
}

Deno.test("a generated overlay is deployed with its generated Role", async () => {
  const directory = await Deno.makeTempDir();
  try {
    for (const variant of ["plain", "full"] as const) {
      const project = `${directory}/${variant}`;
      const overlay = await generateOverlay(PRESETS.small, variant, project);
      await deleteRoles(`${overlay}/kustomization.yaml`);
      const world = createBootstrapWorld({ project });
      const made = await world.admin("bootstrap", "overlays/prod", "--print", "json");
      assertExit(made, 0);
      assertExit(await world.job(readVariables(made), "deploy", "overlays/prod"), 0);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("the deployer may do nothing beside", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const { K8S_TOKEN } = readVariables(await world.admin("bootstrap", "overlays/testing", "--print", "json"));
  const ask = async (path: string, method = "GET") =>
    (await world.sandbox.handle(
      new Request(`https://sandbox.example${path}`, { method, headers: { authorization: `Bearer ${K8S_TOKEN}` } }),
    )).status;
  equal(await ask("/api/v1/namespaces/my-service/secrets"), 403);
  equal(await ask("/apis/apps/v1/namespaces/my-service/deployments/api-service", "DELETE"), 403);
  equal(await ask("/apis/apps/v1/namespaces/default/deployments"), 403);
  equal(await ask("/api/v1/namespaces/my-service/pods"), 200);
});

Deno.test("twice is once: objects and GitLab's variables stay as they are", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const args = ["bootstrap", "overlays/testing", "--gitlab", "group/project", "--scope", "testing"];
  assertExit(await world.admin(...args), 0);
  const state = () =>
    JSON.stringify([
      ...["Secret", "ServiceAccount"].map((kind) => world.sandbox.store.list("v1", kind)),
      world.sandbox.store.list(RBAC, "Role"),
      world.gitlab.variables,
    ]);
  const first = state();
  const again = await world.admin(...args);
  assertExit(again, 0);
  equal(state(), first);
  match(again.stderr, /is in GitLab and kept/);
  assertExit(await world.admin("bootstrap", "overlays/testing", "--check"), 0);
  const { K8S_TOKEN } = gitlabVariables(world.gitlab);
  ok(!again.stderr.includes(K8S_TOKEN!) && !again.stdout.includes(K8S_TOKEN!));
  deepEqual(
    world.gitlab.variables.map((
      { key, hidden, masked, raw, environment_scope },
    ) => [key, hidden, masked, raw, environment_scope]),
    [
      ["CLUSTER_ADDRESS", false, false, true, "testing"],
      ["CA_AUTH_DATA", false, false, true, "testing"],
      ["K8S_TOKEN", true, true, true, "testing"],
    ],
  );
  assertExit(await world.job(gitlabVariables(world.gitlab), "deploy", "overlays/testing"), 0);
});

Deno.test("--check finds a Role that does not fit any more", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  assertExit(await world.admin("bootstrap", "overlays/production", "--print", "json"), 0);
  const { exitCode, stdout } = await world.admin("bootstrap", "overlays/testing", "--check");
  equal(exitCode, 10);
  match(stdout, /role\/kstage-deployer/);
});

Deno.test("--revoke ends the token and takes all back but the namespace", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  assertExit(await world.admin("bootstrap", "overlays/testing", "--gitlab", "group/project"), 0);
  const variables = gitlabVariables(world.gitlab);
  assertExit(await world.admin("bootstrap", "overlays/testing", "--gitlab", "group/project", "--revoke"), 0);
  equal((await world.job(variables, "deploy", "overlays/testing")).exitCode, 4);
  deepEqual(world.gitlab.variables, []);
  equal(world.sandbox.store.get(roleRef("my-service")), undefined);
  ok(world.sandbox.store.get({ apiVersion: "v1", kind: "Namespace", name: "my-service" }) !== undefined);
});

Deno.test("what bootstrap did not make is not deleted", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  world.sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "my-service" } });
  world.sandbox.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: "my-service" } });
  const { exitCode, stderr } = await world.admin("bootstrap", "overlays/testing", "--revoke");
  equal(exitCode, 2, stderr);
  match(stderr, /did not make it/);
});

Deno.test("rotate replaces the variable and ends the old token", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  assertExit(await world.admin("bootstrap", "overlays/testing", "--gitlab", "group/project"), 0);
  const old = gitlabVariables(world.gitlab);
  assertExit(await world.admin("rotate", "-n", "my-service", "--gitlab", "group/project"), 0);
  equal((await world.job(old, "deploy", "overlays/testing")).exitCode, 4);
  assertExit(await world.job(gitlabVariables(world.gitlab), "deploy", "overlays/testing"), 0);
});

Deno.test("a rotation that was cut off at any request to GitLab goes on when it is run again, and never leaves CI without a token", async () => {
  for (let cutAt = 1; cutAt < 6; cutAt++) {
    const world = createBootstrapWorld({ project: ARTICLE });
    assertExit(await world.admin("bootstrap", "overlays/production", "--gitlab", "group/project"), 0);
    let requests = 0;
    world.gitlab.before = () => ++requests === cutAt ? new Response("gone", { status: 502 }) : undefined;
    const cut = await world.admin("rotate", "-n", "my-service", "--gitlab", "group/project");
    world.gitlab.before = undefined;
    assertExit(await world.job(gitlabVariables(world.gitlab), "deploy", "overlays/production"), 0);
    if (cut.exitCode === 0) continue;
    assertExit(await world.admin("rotate", "-n", "my-service", "--gitlab", "group/project"), 0);
    assertExit(await world.job(gitlabVariables(world.gitlab), "deploy", "overlays/production"), 0);
    const secrets = world.sandbox.store.list("v1", "Secret", "my-service");
    equal(secrets.length, 1, `cut at request ${cutAt}: ${secrets.map(({ metadata }) => metadata.name)}`);
  }
});

Deno.test("a lifetime that the cluster shortens is told", async () => {
  const world = createBootstrapWorld({ project: ARTICLE, maxTokenSeconds: 3600 });
  const { stderr } = await world.admin("bootstrap", "overlays/testing", "--print", "env", "--expires", "720h");
  match(stderr, /sooner than asked for/);
});

Deno.test("--long-lived waits until the cluster has filled the Secret", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const made = await world.admin("bootstrap", "overlays/testing", "--long-lived", "--print", "json");
  assertExit(made, 0);
  match(made.stderr, /does not expire/);
  assertExit(await world.job(readVariables(made), "deploy", "overlays/testing"), 0);
});

Deno.test("an address of the machine itself is not exported", async () => {
  const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443", tls-server-name: kubernetes}}]
users: [{name: admin, user: {token: sandbox-admin-token}}]
contexts: [{name: c, context: {cluster: c, user: admin}}]
current-context: c
`;
  const world = createBootstrapWorld({ project: ARTICLE, kubeconfig });
  const refused = await world.admin("bootstrap", "overlays/testing", "--print", "json");
  equal(refused.exitCode, 2);
  match(refused.stderr, /leads a job to its own machine/);
  deepEqual(world.sandbox.requests.filter(({ method }) => method !== "GET"), []);
  const made = await world.admin(
    "bootstrap",
    "overlays/testing",
    "--print",
    "json",
    "--server",
    "k8s.example.com:6443",
  );
  equal(readVariables(made).CLUSTER_ADDRESS, "https://k8s.example.com:6443");
  match(made.stderr, /tls-server-name kubernetes/);
});

Deno.test("--print manifests needs no cluster and makes nothing", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const { stdout, exitCode } = await world.admin("bootstrap", "overlays/testing", "--print", "manifests");
  equal(exitCode, 0);
  deepEqual([...stdout.matchAll(/^kind: (\w+)/gm)].map(([, kind]) => kind), [
    "Namespace",
    "ServiceAccount",
    "Role",
    "RoleBinding",
  ]);
  equal(world.sandbox.requests.length, 0);
});

Deno.test("--auth oidc binds the project's group and prints what the API server must trust", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const made = await world.admin("bootstrap", "overlays/testing", "--auth", "oidc", "--gitlab", "group/project");
  assertExit(made, 0);
  match(made.stdout, /claims\.project_path == 'group\/project'/);
  match(made.stdout, /audiences:\n\s+- https:\/\/sandbox\.example:6443/);
  const binding = world.sandbox.store.get({ ...roleRef("my-service"), kind: "RoleBinding" })!;
  deepEqual((binding.subjects as JsonObject[]).map(({ kind, name }) => `${kind} ${name}`), [
    "Group gitlab:project:group/project",
  ]);
  deepEqual(Object.keys(gitlabVariables(world.gitlab)), ["CLUSTER_ADDRESS", "CA_AUTH_DATA"]);
});

Deno.test("--auth oidc needs no access token: what it would store is no secret, and is told", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const args = ["bootstrap", "overlays/testing", "--auth", "oidc", "--gitlab", "group/project"];
  const made = await world.adminWithout("GITLAB_TOKEN", ...args);
  assertExit(made, 0);
  match(made.stdout, /kind: AuthenticationConfiguration/);
  match(made.stderr, /without GITLAB_TOKEN nothing is stored: set CLUSTER_ADDRESS=https:\/\/sandbox\.example:6443/);
  deepEqual(world.gitlab.requests, []);
});

Deno.test("--pull-secret writes the Secret that nodes pull with, shows no password, and --revoke takes it back", async () => {
  const world = createBootstrapWorld({ project: ARTICLE });
  const login = {
    CI_REGISTRY: "registry.example.com",
    CI_DEPLOY_USER: "gitlab+deploy-token-1",
    CI_DEPLOY_PASSWORD: "gldt-canary-0123456789",
  };
  const args = ["bootstrap", "overlays/testing", "--pull-secret", "pull"];
  const refused = await world.admin(...args, "--print", "json");
  equal(refused.exitCode, 2, refused.stderr);
  match(refused.stderr, /CI_DEPLOY_USER or CI_DEPLOY_PASSWORD is empty/);
  deepEqual(world.sandbox.requests.filter(({ method }) => method !== "GET"), []);
  const made = await world.adminWith(login, ...args, "--print", "json");
  assertExit(made, 0);
  ok(!/canary/.test(made.stdout + made.stderr));
  const ref = { apiVersion: "v1", kind: "Secret", namespace: "my-service", name: "pull" };
  const { type, data } = world.sandbox.store.get(ref)!;
  equal(type, "kubernetes.io/dockerconfigjson");
  match(
    atob((data as JsonObject)[".dockerconfigjson"] as string),
    /"registry\.example\.com":\{"username":"gitlab\+deploy-token-1"/,
  );
  assertExit(await world.admin(...args, "--revoke"), 0);
  equal(world.sandbox.store.get(ref), undefined);
});

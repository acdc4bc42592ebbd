import { deepEqual, equal } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { ADMIN_TOKEN } from "../../../src/sandbox/mod.ts";
import { APPLY, configMap, type TestServer, testServer } from "../client.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const DEV = { token: "dev" };
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

async function withRules(...rules: JsonObject[]): Promise<TestServer> {
  const server = testServer({
    users: [
      { name: "admin", token: ADMIN_TOKEN, groups: ["system:masters"] },
      { name: "dev", token: "dev", groups: ["developers"] },
    ],
  });
  const metadata = { name: "dev" };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  await server.ask("POST", `${RBAC}/namespaces/default/roles`, { apiVersion, kind: "Role", metadata, rules });
  await server.ask("POST", `${RBAC}/namespaces/default/rolebindings`, {
    apiVersion,
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "dev" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "developers" }],
  });
  return server;
}

Deno.test("what no role allows is refused in the server's words", async () => {
  const { ask } = await withRules();
  const one = await ask("GET", `${CONFIG_MAPS}/a`, undefined, DEV);
  deepEqual([one.code, one.at("reason"), one.at("message")], [
    403,
    "Forbidden",
    'configmaps "a" is forbidden: User "dev" cannot get resource "configmaps" in API group "" in the namespace "default"',
  ]);
  const all = await ask("GET", "/apis/apps/v1/deployments", undefined, DEV);
  equal(
    all.at("message"),
    'deployments.apps is forbidden: User "dev" cannot list resource "deployments" in API group "apps" at the cluster scope',
  );
  const log = await ask("GET", "/api/v1/namespaces/default/pods/a/log", undefined, DEV);
  equal(
    log.at("message"),
    'pods "a" is forbidden: User "dev" cannot get resource "pods/log" in API group "" in the namespace "default"',
  );
  const page = await ask("GET", "/metrics", undefined, DEV);
  deepEqual([page.code, page.at("message")], [403, 'forbidden: User "dev" cannot get path "/metrics"']);
});

Deno.test("rules hold for verbs, groups, resources, subresources and names", async () => {
  const { ask } = await withRules(
    { apiGroups: [""], resources: ["configmaps"], verbs: ["get"], resourceNames: ["mine"] },
    { apiGroups: ["apps"], resources: ["*"], verbs: ["list"] },
    { apiGroups: [""], resources: ["pods/log"], verbs: ["*"] },
  );
  const codes = async (...paths: string[]): Promise<number[]> =>
    (await Promise.all(paths.map((path) => ask("GET", path, undefined, DEV)))).map(({ code }) => code);
  deepEqual(await codes(`${CONFIG_MAPS}/mine`, `${CONFIG_MAPS}/other`, CONFIG_MAPS), [404, 403, 403]);
  const apps = "/apis/apps/v1/namespaces/default";
  deepEqual(await codes(`${apps}/deployments`, `${apps}/statefulsets`, `${apps}/deployments/a`), [200, 200, 403]);
  const pods = "/api/v1/namespaces/default/pods";
  deepEqual(await codes(`${pods}/a/log`, `${pods}/a`, `${pods}/a/status`), [404, 403, 403]);
  deepEqual(await codes("/api/v1/namespaces/kube-system/pods/a/log"), [403]);
});

Deno.test("an apply that creates needs to patch, then to create", async () => {
  const apply = async (...verbs: string[]): Promise<[number, unknown]> => {
    const { ask } = await withRules({ apiGroups: [""], resources: ["configmaps"], verbs });
    const reply = await ask("PATCH", `${CONFIG_MAPS}/a?fieldManager=me`, configMap("a"), { ...DEV, type: APPLY });
    return [reply.code, /cannot (\w+) resource/.exec(String(reply.at("message")))?.[1]];
  };
  deepEqual(await apply("get"), [403, "patch"]);
  deepEqual(await apply("patch"), [403, "create"]);
  deepEqual(await apply("patch", "create"), [201, undefined]);
});

Deno.test("who hands out rights must have them", async () => {
  const roles = { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["create", "get"] };
  const { ask } = await withRules(roles);
  const give = (rule: JsonObject) =>
    ask("POST", `${RBAC}/namespaces/default/roles`, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "more" },
      rules: [rule],
    }, DEV);
  const refused = await give({ apiGroups: [""], resources: ["pods"], verbs: ["get"] });
  deepEqual([refused.code, refused.at("message")], [
    403,
    'roles.rbac.authorization.k8s.io "more" is forbidden: user "dev" (groups=["developers" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
  ]);
  equal((await give({ ...roles, verbs: ["get"] })).code, 201);
});

Deno.test("reviews answer for the one who asks", async () => {
  const { ask } = await withRules({ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] });
  const review = async (attributes: JsonObject): Promise<unknown> => {
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: attributes },
    };
    const reply = await ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body, DEV);
    return reply.at("status.allowed");
  };
  const attributes = { group: "apps", resource: "deployments", verb: "patch", namespace: "default" };
  equal(await review(attributes), true);
  equal(await review({ ...attributes, namespace: "kube-system" }), false);
  equal(await review({ ...attributes, verb: "delete" }), false);
});

Deno.test("without credentials there is the version, and little else", async () => {
  const { ask } = testServer();
  const anonymous = { token: "none" };
  equal((await ask("GET", "/version", undefined, anonymous)).code, 200);
  const pods = await ask("GET", "/api/v1/pods", undefined, anonymous);
  deepEqual([pods.code, pods.at("message")], [
    403,
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
  ]);
  const wrong = await ask("GET", "/version", undefined, { token: "wrong" });
  deepEqual(wrong.body, {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "Unauthorized",
    reason: "Unauthorized",
    code: 401,
  });
});

Deno.test("an administrator can act as somebody else", async () => {
  const { ask } = await withRules({ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] });
  const as = (user: string, ...groups: string[]): Promise<number> => {
    const headers = { "impersonate-user": user, ...(groups.length > 0 && { "impersonate-group": groups.join(", ") }) };
    return ask("GET", CONFIG_MAPS, undefined, { headers }).then(({ code }) => code);
  };
  deepEqual([await as("somebody"), await as("somebody", "developers")], [403, 200]);
  const refused = await ask("GET", CONFIG_MAPS, undefined, { ...DEV, headers: { "impersonate-user": "admin" } });
  equal(
    refused.at("message"),
    'users "admin" is forbidden: User "dev" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
});

Deno.test("the built-in roles exist, and aggregate what is labelled for them", async () => {
  const { ask } = testServer();
  const verbs = async (role: string): Promise<string> =>
    JSON.stringify((await ask("GET", `${RBAC}/clusterroles/${role}`)).at("rules"));
  equal((await verbs("view")).includes("widgets"), false);
  await ask("POST", `${RBAC}/clusterroles`, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "widgets", labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } },
    rules: [{ apiGroups: ["example.com"], resources: ["widgets"], verbs: ["get"] }],
  });
  for (const role of ["view", "edit", "admin"]) equal((await verbs(role)).includes("widgets"), true, role);
  deepEqual(JSON.parse(await verbs("cluster-admin"))[0], { verbs: ["*"], apiGroups: ["*"], resources: ["*"] });
});

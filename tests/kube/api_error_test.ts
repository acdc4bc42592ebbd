import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { ApiError } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { createFakeClient, refusal } from "./fake_transport.ts";

const DEPLOYMENT = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", namespace: "shop" },
} as Manifest;

/** The error of an apply that is answered so; persistent trouble is waited for. */
async function errorOf(answer: Response, manifest = DEPLOYMENT): Promise<ApiError> {
  const { client, clock } = createFakeClient([answer]);
  const error = await clock.drive(client.apply(manifest, { fieldManager: "kstage" })).then(
    () => undefined,
    (error) => error,
  );
  ok(error instanceof ApiError, String(error));
  return error;
}

const FORBIDDEN =
  'deployments.apps "api" is forbidden: User "system:serviceaccount:ci:deployer" cannot patch resource ' +
  '"deployments" in API group "apps" in the namespace "shop"';
const html = (status: number) =>
  new Response("<html>login</html>", { status, headers: { "Content-Type": "text/html" } });

Deno.test("each kind of refusal has its code", async (t) => {
  const cases: [string, Response, string][] = [
    ["401", refusal(401, "Unauthorized", "Unauthorized"), "UNAUTHORIZED"],
    ["401 of a proxy", html(401), "UNAUTHORIZED"],
    ["403 by RBAC", refusal(403, "Forbidden", FORBIDDEN), "FORBIDDEN"],
    ["403 without a reason", refusal(403, "Forbidden", "unknown"), "FORBIDDEN"],
    ["403 by quota", refusal(403, "Forbidden", 'pods "x" is forbidden: exceeded quota: q'), "ADMISSION_DENIED"],
    ["403 of a proxy", html(403), "NOT_KUBERNETES"],
    ["webhook says no", refusal(400, "", 'admission webhook "w" denied the request: no'), "ADMISSION_DENIED"],
    ["webhook is gone", refusal(500, "InternalError", 'failed calling webhook "w": no endpoints'), "ADMISSION_FAILED"],
    ["404", refusal(404, "NotFound", "no", { name: "shop", kind: "namespaces" }), "NOT_FOUND"],
    ["409 by managers", refusal(409, "Conflict", "Apply failed with 1 conflict"), "CONFLICT"],
    ["409 by name", refusal(409, "AlreadyExists", "it exists"), "ALREADY_EXISTS"],
    ["410", refusal(410, "Expired", "too old"), "EXPIRED"],
    ["422", refusal(422, "Invalid", 'Deployment.apps "api" is invalid: spec.selector: Required value'), "INVALID"],
    ["400", refusal(400, "BadRequest", 'strict decoding error: unknown field "spec.foo"'), "BAD_REQUEST"],
    ["413", refusal(413, "RequestEntityTooLarge", "limit is 3145728"), "BAD_REQUEST"],
    ["429", refusal(429, "TooManyRequests", "slow down"), "TOO_MANY_REQUESTS"],
    ["500", refusal(500, "InternalError", "boom"), "SERVER_ERROR"],
    ["502 of a load balancer", html(502), "SERVER_ERROR"],
    ["200 with a page", html(200), "NOT_KUBERNETES"],
    [
      "302",
      new Response(null, { status: 302, headers: { Location: "https://sso.example/login?state=s3cret" } }),
      "REDIRECT",
    ],
  ];
  for (const [name, answer, code] of cases) {
    await t.step(name, async () => equal((await errorOf(answer)).code, code));
  }
});

Deno.test("a 403 names the missing rule, with all that an apply needs", async () => {
  const error = await errorOf(
    refusal(403, "Forbidden", FORBIDDEN, { name: "api", kind: "deployments", group: "apps" }),
  );
  equal(
    error.message,
    'Cannot apply deployment/api in namespace shop: User "system:serviceaccount:ci:deployer" cannot patch resource ' +
      '"deployments" in API group "apps" in the namespace "shop" (403 Forbidden)',
  );
  equal(
    error.hint,
    "Add this rule to a Role in namespace shop bound to system:serviceaccount:ci:deployer:\n" +
      '- apiGroups: ["apps"]\n  resources: ["deployments"]\n  resourceNames: ["api"]\n  verbs: ["get", "create", "patch"]',
  );
  deepEqual(error.missingRule, {
    apiGroups: ["apps"],
    resources: ["deployments"],
    resourceNames: ["api"],
    verbs: ["get", "create", "patch"],
    namespace: "shop",
  });
});

Deno.test("a 403 for a Role that grants too much names the rules that its writer lacks", async () => {
  const message = 'roles.rbac.authorization.k8s.io "api" is forbidden: user "system:serviceaccount:ci:deployer" ' +
    '(groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
    '{APIGroups:[""], Resources:["configmaps"], ResourceNames:["a" "b"], Verbs:["get" "list"]}\n' +
    '{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}';
  const error = await errorOf(
    refusal(403, "Forbidden", message, { name: "api", kind: "roles", group: "rbac.authorization.k8s.io" }),
  );
  equal(
    error.hint,
    "A token can only grant what it may do itself: add these rules to a Role in namespace shop bound to " +
      "system:serviceaccount:ci:deployer:\n" +
      '- apiGroups: [""]\n  resources: ["configmaps"]\n  resourceNames: ["a", "b"]\n  verbs: ["get", "list"]\n' +
      '- apiGroups: ["apps"]\n  resources: ["deployments"]\n  verbs: ["get"]',
  );
});

Deno.test("a 403 that says nothing gets its rule from the request", async () => {
  const { client } = createFakeClient([refusal(403, "Forbidden", "unknown")]);
  const pod = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web" };
  const error = await client.logs(pod).catch((error) => error);
  deepEqual(error.missingRule, { apiGroups: [""], resources: ["pods/log"], verbs: ["get"], namespace: "shop" });
});

Deno.test("a 403 for a path asks for a ClusterRole", async () => {
  const message = 'forbidden: User "x" cannot get path "/metrics"';
  const { client } = createFakeClient([refusal(403, "Forbidden", message)]);
  const error = await client.request({ method: "GET", path: "/metrics" }).catch((error) => error);
  equal(error.hint, 'Add this rule to a ClusterRole bound to x:\n- nonResourceURLs: ["/metrics"]\n  verbs: ["get"]');
});

Deno.test("a server that sees nobody says that the credentials were not recognised", async () => {
  const error = await errorOf(
    refusal(403, "Forbidden", FORBIDDEN.replace("system:serviceaccount:ci:deployer", "system:anonymous")),
  );
  equal(
    error.hint,
    "The server saw no credentials that it knows: check that a token is given and belongs to this cluster",
  );
});

Deno.test("an object in a namespace that isn't there says what to create", async () => {
  const answer = refusal(404, "NotFound", 'namespaces "shop" not found', { name: "shop", kind: "namespaces" });
  const error = await errorOf(answer);
  equal(error.message, 'Cannot apply deployment/api in namespace shop: namespaces "shop" not found');
  equal(error.hint, "Create the namespace, or add a Namespace object named shop to the overlay");
  deepEqual(error.about, { kind: "namespaces", name: "shop" });
});

Deno.test("a binding that is not found is one whose role is not there", async () => {
  const group = "rbac.authorization.k8s.io";
  const binding = { apiVersion: `${group}/v1`, kind: "RoleBinding", metadata: { name: "b", namespace: "shop" } };
  const about = { name: "reader", group, kind: "rolebindings" };
  const error = await errorOf(refusal(404, "NotFound", `rolebindings.${group} "reader" not found`, about), binding);
  equal(error.code, "NOT_FOUND");
  equal(
    error.hint,
    'The server means its role "reader": add it to the overlay, or allow the token the verb bind on it',
  );
});

Deno.test("an object in a namespace that is being deleted says to wait", async () => {
  const message =
    'deployments.apps "api" is forbidden: unable to create new content in namespace shop because it is being terminated';
  const error = await errorOf(refusal(403, "Forbidden", message, { causes: [{ reason: "NamespaceTerminating" }] }));
  deepEqual([error.code, error.hint], ["ADMISSION_DENIED", "Wait until the namespace is gone, then try again"]);
});

Deno.test("a redirect's target is shown without its query", async () => {
  const headers = { Location: "https://sso.example/login?state=s3cret" };
  const error = await errorOf(new Response(null, { status: 302, headers }));
  equal(
    error.message,
    "Cannot apply deployment/api in namespace shop: the server redirects to https://sso.example/login (302)",
  );
});

Deno.test("the causes of a refusal are fields of the error", async () => {
  const causes = [{ reason: "FieldValueRequired", message: "Required value", field: "spec.selector" }];
  const error = await errorOf(
    refusal(422, "Invalid", 'Deployment.apps "api" is invalid: spec.selector: Required value', { causes }),
  );
  deepEqual(error.causes, causes);
  equal(error.message, "Cannot apply deployment/api in namespace shop: spec.selector: Required value");
});

Deno.test("no message holds a Secret's data, as written, encoded, decoded or quoted by the server", async () => {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "shop" },
    data: { a: btoa("hunter22") },
    stringData: { b: "correct horse", c: "xy" },
  } as Manifest;
  const leaks = ["hunter22", btoa("hunter22"), "correct horse", btoa("correct horse")];
  const message = `Secret "s" is invalid: data: Invalid value: "xy": ${leaks.join(" and ")} are bad`;
  const causes = [{ reason: "FieldValueInvalid", message: 'Invalid value: "hunter22"', field: "data" }];
  const error = await errorOf(refusal(422, "Invalid", message, { causes }), secret);
  const shown = JSON.stringify([error.message, error.serverMessage, error.causes, error.hint, error.stack]);
  deepEqual([...leaks, '"xy"', 'xy\\"'].filter((leak) => shown.includes(leak)), []);
  equal(
    error.message,
    "Cannot apply secret/s in namespace shop: data: Invalid value: ***: *** and *** and *** and *** are bad",
  );
});

Deno.test("an object that does not fit its schema is invalid, although the server answers 500, and is not sent again", async () => {
  const message =
    "failed to create typed patch object (shop/api; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema";
  const { client, transport } = createFakeClient([refusal(500, "", message)]);
  await rejects(client.apply(DEPLOYMENT, { fieldManager: "kstage" }), {
    code: "INVALID",
    message: "Cannot apply deployment/api in namespace shop: .spec.foo: field not declared in schema",
  });
  equal(transport.requests.length, 1);
});

Deno.test("a Secret's value of a wrong type is hidden as well, as the server prints Go values", async () => {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "shop" },
    stringData: { p: 12345, q: 7 },
  };
  const message = "failed to create typed patch object (shop/s; /v1, Kind=Secret): errors:\n" +
    "  .stringData.p: expected string, got &value.valueUnstructured{Value:12345}\n" +
    "  .stringData.q: expected string, got &value.valueUnstructured{Value:7}";
  const error = await errorOf(refusal(500, "", message), secret as Manifest);
  equal(
    error.message,
    "Cannot apply secret/s in namespace shop: .stringData.p: expected string, got ***\n  .stringData.q: expected string, got ***",
  );
});

Deno.test("a patch of a Secret that is refused does not show the patch", async () => {
  const { client } = createFakeClient([refusal(422, "Invalid", 'cannot convert "hunter22"')]);
  const ref = { apiVersion: "v1", kind: "Secret", namespace: "shop", name: "s" };
  await rejects(client.patch(ref, "merge", { stringData: { p: "hunter22" } }), (error: ApiError) => {
    equal(error.message.includes("hunter22"), false);
    return true;
  });
});

Deno.test("an error knows which attempt it ended", async () => {
  equal((await errorOf(refusal(429, "TooManyRequests", "slow down"))).attempt, 10);
});

import { deepEqual, equal, match, ok } from "../assert.ts";
import { type Body, configMap, type ContractCase, eventually, type World } from "./world.ts";

/** Who asks, and what they may. */
export const IDENTITIES: readonly ContractCase[] = [
  {
    promise: "a requested token says who it is for, where it is valid and until when",
    async run(world) {
      const account = await createAccount(world);
      const answer = await requestToken(world, { expirationSeconds: 3600 });
      deepEqual([answer.kind, answer.apiVersion, answer.spec.expirationSeconds], [
        "TokenRequest",
        "authentication.k8s.io/v1",
        3600,
      ]);
      const claims = claimsOf(answer.status.token);
      equal(claims.sub, `system:serviceaccount:${world.namespace}:robot`);
      deepEqual(claims["kubernetes.io"], {
        namespace: world.namespace,
        serviceaccount: { name: "robot", uid: account.metadata.uid },
      });
      deepEqual(claims.aud, answer.spec.audiences);
      equal(claims.exp - claims.iat, 3600);
      equal(Date.parse(answer.status.expirationTimestamp) / 1000, claims.exp);
    },
  },
  {
    promise: "the bearer of the token is the ServiceAccount",
    async run(world) {
      await createAccount(world);
      const robot = world.as((await requestToken(world, {})).status.token);
      const review = await robot.expect(201, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
        body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
      });
      const { username, groups } = review.status.userInfo;
      equal(username, `system:serviceaccount:${world.namespace}:robot`);
      deepEqual(groups, [
        "system:serviceaccounts",
        `system:serviceaccounts:${world.namespace}`,
        "system:authenticated",
      ]);
    },
  },
  {
    promise: "a token for too short a time or for an account that isn't there is refused",
    async run(world) {
      await createAccount(world);
      const path = `${world.path("serviceaccounts", "robot")}/token`;
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 60 } };
      const short = await world.expect(422, "POST", path, { body });
      match(
        short.message,
        /spec\.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes/,
      );
      const missing = await world.expect(404, "POST", path.replace("robot", "nobody"), { body: { ...body, spec: {} } });
      equal(missing.message, 'serviceaccounts "nobody" not found');
    },
  },
  {
    promise: "the token of a deleted account is no longer one",
    async run(world) {
      await createAccount(world);
      const robot = world.as((await requestToken(world, {})).status.token);
      equal((await robot.call("GET", "/api/v1")).status, 200);
      await world.expect(200, "DELETE", world.path("serviceaccounts", "robot"));
      await eventually("401", async () => (await robot.call("GET", "/api/v1")).status === 401);
    },
  },
  {
    promise: "a token Secret gets token, namespace and CA",
    async run(world) {
      await createAccount(world);
      await world.create("secrets", {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "robot-token", annotations: { "kubernetes.io/service-account.name": "robot" } },
        type: "kubernetes.io/service-account-token",
      });
      const data = await eventually("a token", async () => {
        const secret = await world.get(world.path("secrets", "robot-token"));
        return secret.data?.token === undefined ? undefined : secret.data;
      });
      deepEqual(Object.keys(data).sort(), ["ca.crt", "namespace", "token"]);
      equal(atob(data.namespace), world.namespace);
      const claims = claimsOf(atob(data.token));
      equal(claims["kubernetes.io/serviceaccount/service-account.name"], "robot");
      equal(claims.exp, undefined);
      equal((await world.as(atob(data.token)).call("GET", "/api/v1")).status, 200);
    },
  },
  {
    promise: "who may nothing is told what was missing",
    async run(world) {
      await createAccount(world);
      const robot = world.as((await requestToken(world, {})).status.token);
      const user = `system:serviceaccount:${world.namespace}:robot`;
      deepEqual(await robot.expect(403, "GET", world.path("configmaps", "a")), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: `configmaps "a" is forbidden: User "${user}" cannot get resource "configmaps" in API group "" ` +
          `in the namespace "${world.namespace}"`,
        reason: "Forbidden",
        details: { name: "a", kind: "configmaps" },
        code: 403,
      });
      const patch = await robot.apply(world.path("apps/v1/deployments", "web"), {}, { fieldManager: "me" });
      equal(
        patch.body.message,
        `deployments.apps "web" is forbidden: User "${user}" cannot patch resource "deployments" in API group "apps" ` +
          `in the namespace "${world.namespace}"`,
      );
      const cluster = await robot.expect(403, "GET", "/api/v1/nodes");
      equal(
        cluster.message,
        `nodes is forbidden: User "${user}" cannot list resource "nodes" in API group "" at the cluster scope`,
      );
    },
  },
  {
    promise: "a Role and its binding permit, and reviews say so beforehand",
    async run(world) {
      await createAccount(world);
      await bind(world, [
        { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "create", "patch"] },
        { apiGroups: ["apps"], resources: ["deployments/scale"], resourceNames: ["web"], verbs: ["patch"] },
      ]);
      const robot = world.as((await requestToken(world, {})).status.token);
      await eventually("permission", async () => (await robot.call("GET", world.path("configmaps"))).status === 200);
      await robot.create("configmaps", configMap("a"));
      await robot.expect(403, "DELETE", world.path("configmaps", "a"));
      const may = async (attributes: Body) => {
        const review = await robot.expect(201, "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
          body: {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SelfSubjectAccessReview",
            spec: { resourceAttributes: { namespace: world.namespace, ...attributes } },
          },
        });
        return review.status.allowed;
      };
      equal(await may({ verb: "patch", resource: "configmaps" }), true);
      equal(await may({ verb: "delete", resource: "configmaps" }), false);
      const scale = { verb: "patch", group: "apps", resource: "deployments", subresource: "scale" };
      deepEqual([await may({ ...scale, name: "web" }), await may({ ...scale, name: "other" }), await may(scale)], [
        true,
        false,
        false,
      ]);
    },
  },
  {
    promise: "a rules review lists what is permitted in a namespace",
    async run(world) {
      await createAccount(world);
      const rule = { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "patch"] };
      await bind(world, [rule]);
      const robot = world.as((await requestToken(world, {})).status.token);
      const rules: Body[] = await eventually("the rule", async () => {
        const review = await robot.expect(201, "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
          body: {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SelfSubjectRulesReview",
            spec: { namespace: world.namespace },
          },
        });
        equal(review.status.incomplete, false);
        const found: Body[] = review.status.resourceRules;
        return found.some(({ resources }) => resources.includes("deployments")) && found;
      });
      deepEqual(rules.find(({ resources }) => resources.includes("deployments")), rule);
      ok(rules.some(({ resources }) => resources.includes("selfsubjectaccessreviews")));
    },
  },
  {
    promise: "nobody grants what they don't have",
    async run(world) {
      await createAccount(world);
      const roles = { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["list", "create"] };
      await bind(world, [roles]);
      const robot = world.as((await requestToken(world, {})).status.token);
      const role = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "more" },
        rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
      };
      const path = world.path("rbac.authorization.k8s.io/v1/roles");
      await eventually("permission", async () => (await robot.call("GET", path)).status === 200);
      const refused = await robot.expect(403, "POST", path, { body: role });
      match(
        refused.message,
        /^roles\.rbac\.authorization\.k8s\.io "more" is forbidden: user ".*" \(groups=\[.*\]\) is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["secrets"\], Verbs:\["get"\]\}$/,
      );
    },
  },
  {
    promise: "a token that isn't one is 401, whatever is asked",
    async run(world) {
      deepEqual(await world.as("garbage").expect(401, "GET", world.path("configmaps")), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: "Unauthorized",
        reason: "Unauthorized",
        code: 401,
      });
    },
  },
];

function createAccount(world: World): Promise<Body> {
  return world.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } });
}

function requestToken(world: World, spec: Body): Promise<Body> {
  return world.expect(201, "POST", `${world.path("serviceaccounts", "robot")}/token`, {
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec },
  });
}

async function bind(world: World, rules: Body[]): Promise<void> {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  await world.create(`${apiVersion}/roles`, { apiVersion, kind: "Role", metadata: { name: "robot" }, rules });
  await world.create(`${apiVersion}/rolebindings`, {
    apiVersion,
    kind: "RoleBinding",
    metadata: { name: "robot" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "robot" },
    subjects: [{ kind: "ServiceAccount", name: "robot", namespace: world.namespace }],
  });
}

function claimsOf(token: string): Body {
  const payload = token.split(".")[1]!;
  return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
}

import { deepEqual, equal, match } from "../assert.ts";
import { createAccount, requestToken } from "./robot.ts";
import { type Body, type ContractCase, eventually } from "./world.ts";

/** Who asks. */
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

function claimsOf(token: string): Body {
  const payload = token.split(".")[1]!;
  return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
}

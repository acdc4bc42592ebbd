/** What somebody may do, and what the server says of it beforehand. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { bind, createAccount, requestToken, reviewRules, robotWith, RULES_REVIEWS } from "./robot.ts";
import { type Body, configMap, type ContractCase, eventually } from "./world.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

/** Permissions and their reviews. */
export const RULES_REVIEWS_CASES: readonly ContractCase[] = [
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
    promise: "a rules review has names and the rules of ClusterRoles that are bound in the namespace",
    async run(world) {
      const named = { apiGroups: [""], resources: ["secrets"], resourceNames: ["a", "b"], verbs: ["get"] };
      const robot = await robotWith(world, [named]);
      const subjects = [{ kind: "ServiceAccount", name: "robot", namespace: world.namespace }];
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
      const before = await eventually("the rule", async () => {
        const { resourceRules } = await reviewRules(robot);
        return resourceRules.some(({ resources }: Body) => resources.includes("secrets")) && resourceRules;
      });
      deepEqual(before.find(({ resources }: Body) => resources.includes("secrets")), named);
      await world.create(`${RBAC}/rolebindings`, {
        apiVersion: RBAC,
        kind: "RoleBinding",
        metadata: { name: "all" },
        roleRef,
        subjects,
      });
      const all = await eventually("all", async () => {
        const { resourceRules } = await reviewRules(robot);
        return resourceRules.find(({ resources }: Body) => resources.includes("*"));
      });
      deepEqual(all, { verbs: ["*"], apiGroups: ["*"], resources: ["*"] });
      // Elsewhere the robot is like everybody.
      const elsewhere = await reviewRules(robot, world.uniqueName("nowhere"));
      equal(elsewhere.incomplete, false);
      ok(elsewhere.resourceRules.length > 0);
      ok(!JSON.stringify(elsewhere.resourceRules).includes('"secrets"'));
    },
  },
  {
    promise: "a rules review names a binding's Role that isn't there, and is complete for all that",
    async run(world) {
      const robot = await robotWith(world, [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }]);
      await world.create(`${RBAC}/rolebindings`, {
        apiVersion: RBAC,
        kind: "RoleBinding",
        metadata: { name: "dangling" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "nothing" },
        subjects: [{ kind: "ServiceAccount", name: "robot", namespace: world.namespace }],
      });
      const status = await eventually("both", async () => {
        const status = await reviewRules(robot);
        const has = status.resourceRules.some(({ resources }: Body) => resources.includes("pods"));
        return has && status.evaluationError !== undefined && status;
      });
      equal(status.incomplete, false);
      match(status.evaluationError, /role\.rbac\.authorization\.k8s\.io "nothing" not found/);
    },
  },
  {
    promise: "a rules review is about a namespace",
    async run(world) {
      const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: {} };
      const { message } = await world.expect(400, "POST", RULES_REVIEWS, { body });
      equal(message, "no namespace on request");
    },
  },
];

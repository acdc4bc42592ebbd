import { deepEqual, equal, match } from "../assert.ts";
import { type Body, configMap, type ContractCase, eventually, type World } from "./world.ts";

const RBAC = "rbac.authorization.k8s.io";
const V1 = `${RBAC}/v1`;
const READ_PODS = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };

/** When the server asks whether something may be done, and whose rules it takes for it. */
export const PERMISSIONS: readonly ContractCase[] = [
  {
    promise: "an apply that creates is asked for `create` once the object is known to be valid",
    async run(world) {
      const robot = await createRobot(world, [
        { apiGroups: [""], resources: ["configmaps"], verbs: ["patch"] },
        { apiGroups: [RBAC], resources: ["rolebindings"], verbs: ["patch"] },
      ]);
      const apply = async (resource: string, object: Body) => {
        const path = world.path(resource, object.metadata.name);
        const { status, body } = await robot.apply(path, object, { fieldManager: "robot", dryRun: "All" });
        return [status, body.message];
      };
      const [status, message] = await apply("configmaps", configMap("c"));
      equal(status, 403);
      match(message, /^configmaps "c" is forbidden: User ".*" cannot create resource "configmaps" in API group "" /);
      equal((await apply("configmaps", configMap("c", { "not a key": "" })))[0], 422);
      deepEqual(await apply(`${V1}/rolebindings`, bindingTo("none")), [
        404,
        `rolebindings.${RBAC} "none" not found`,
      ]);
    },
  },
  {
    promise: "roles and bindings are held against their writer's own rights at each change of them",
    async run(world) {
      const robot = await createRobot(world, [
        { apiGroups: [RBAC], resources: ["roles", "rolebindings"], verbs: ["get", "patch", "create"] },
      ]);
      await world.create(`${V1}/roles`, { apiVersion: V1, kind: "Role", metadata: { name: "r" }, rules: [READ_PODS] });
      const path = world.path(`${V1}/rolebindings`, "b");
      const query = { fieldManager: "robot" };
      equal((await robot.apply(path, bindingTo("r"), query)).status, 403);
      equal((await world.apply(path, bindingTo("r"), query)).status, 201);
      equal((await robot.apply(path, bindingTo("r", "another"), query)).status, 403);
      equal((await robot.apply(path, bindingTo("r"), query)).status, 200, "nothing changes");
      const role = world.path(`${V1}/roles`, "r");
      const labels = { metadata: { labels: { a: "b" } } };
      equal((await robot.patch(role, "merge", labels)).status, 403);
      const owners = [{ apiVersion: "v1", kind: "ConfigMap", name: "c", uid: crypto.randomUUID() }];
      equal((await robot.patch(role, "merge", { rules: [] })).status, 200);
      equal((await world.patch(role, "merge", { rules: [READ_PODS] })).status, 200);
      equal((await robot.patch(role, "merge", { metadata: { ownerReferences: owners } })).status, 200);
    },
  },
  {
    promise: "a rules review of what can't be a namespace lists what is permitted everywhere, and nothing else",
    async run(world) {
      const robot = await createRobot(world, [READ_PODS]);
      const review = await robot.expect(201, "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
        body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace: "-" } },
      });
      const resources: string[] = review.status.resourceRules.flatMap((rule: Body) => rule.resources);
      equal(resources.includes("selfsubjectrulesreviews"), true);
      equal(resources.includes("pods"), false);
    },
  },
];

/** A ServiceAccount with some rules in the namespace, once these count. */
async function createRobot(world: World, rules: Body[]): Promise<World> {
  await world.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } });
  const marked = [...rules, { apiGroups: [""], resources: ["services"], verbs: ["list"] }];
  await world.create(`${V1}/roles`, { apiVersion: V1, kind: "Role", metadata: { name: "robot" }, rules: marked });
  await world.create(`${V1}/rolebindings`, {
    ...bindingTo("robot"),
    metadata: { name: "robot" },
    subjects: [{ kind: "ServiceAccount", name: "robot", namespace: world.namespace }],
  });
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const { status } = await world.expect(201, "POST", `${world.path("serviceaccounts", "robot")}/token`, { body });
  const robot = world.as(status.token);
  await eventually("permission", async () => (await robot.call("GET", world.path("services"))).status === 200);
  return robot;
}

function bindingTo(role: string, user = "somebody"): Body {
  return {
    apiVersion: V1,
    kind: "RoleBinding",
    metadata: { name: "b" },
    roleRef: { apiGroup: RBAC, kind: "Role", name: role },
    subjects: [{ apiGroup: RBAC, kind: "User", name: user }],
  };
}

/** A ServiceAccount that cases act as. */
import type { Body, World } from "./world.ts";

/** The ServiceAccount `robot`, which may do nothing yet. */
export function createAccount(world: World): Promise<Body> {
  return world.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } });
}

/** A token of the robot. */
export function requestToken(world: World, spec: Body): Promise<Body> {
  return world.expect(201, "POST", `${world.path("serviceaccounts", "robot")}/token`, {
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec },
  });
}

/** Lets the robot do what some rules say. */
export async function bind(world: World, rules: Body[]): Promise<void> {
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

/** Who the robot is, with what it may do. */
export async function robotWith(world: World, rules: Body[]): Promise<World> {
  await createAccount(world);
  await bind(world, rules);
  return world.as((await requestToken(world, {})).status.token);
}

/** What the one who asks may do in a namespace. */
export async function reviewRules(asking: World, namespace = asking.namespace): Promise<Body> {
  const review = await asking.expect(201, "POST", RULES_REVIEWS, {
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } },
  });
  return review.status;
}

/** Where such questions are put. */
export const RULES_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

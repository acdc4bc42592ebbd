import { isObject, type JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type PolicyRule, rulesOf } from "../auth/rbac.ts";
import { TOKEN_ISSUER } from "../auth/tokens.ts";
import { FieldSet } from "../fields/field_set.ts";
import { writeManagers } from "../fields/managers.ts";
import { updateManagers } from "../fields/ownership.ts";
import { ownershipType } from "../kinds/strategy.ts";
import type { Type } from "../schema/schema.ts";
import { timestamp } from "../store.ts";
import type { AccessAttributes, ApiContext, Reply, ResourceCall, User } from "./context.ts";
import { decodeObject, parseBody } from "./decode.ts";
import { badRequest, invalid, invalidValue, methodNotAllowed } from "./status.ts";
import { managerOf } from "./write.ts";

/** Resources that are questions: a create answers them, nothing is stored. */
export const REVIEWS = new Set([
  "selfsubjectreviews",
  "selfsubjectaccessreviews",
  "selfsubjectrulesreviews",
  "subjectaccessreviews",
  "localsubjectaccessreviews",
  "tokenreviews",
]);

/** Answers a review. */
export async function handleReview(
  context: ApiContext,
  call: ResourceCall,
  authenticateToken: (token: string) => Promise<User | undefined>,
): Promise<Reply> {
  if (call.method !== "POST") throw methodNotAllowed();
  const { kind, apiVersion, plural } = call.resource;
  const review = decodeObject(call, parseBody(call, kind), call.resource);
  const metadata = ownedMetadata(context, call, review, ownershipType(call.resource));
  const spec = isObject(review.spec) ? review.spec : {};
  const head = { kind, apiVersion };
  switch (plural) {
    case "selfsubjectreviews": {
      const created = { creationTimestamp: timestamp(context.clock.now()) };
      return { code: 201, body: { ...head, metadata: created, status: { userInfo: userInfo(call.user) } } };
    }
    case "selfsubjectrulesreviews":
      return { code: 201, body: { ...head, metadata: {}, spec: {}, status: rulesStatus(context, call.user, spec) } };
    case "tokenreviews": {
      const user = await authenticateToken(String(spec.token ?? ""));
      const status: JsonObject = user === undefined
        ? { user: {}, error: "invalid bearer token" }
        : { authenticated: true, user: userInfo(user), audiences: [TOKEN_ISSUER] };
      return { code: 201, body: { ...head, metadata, spec, status } };
    }
    default: {
      const user = plural === "selfsubjectaccessreviews" ? call.user : subjectOf(spec);
      if (plural === "localsubjectaccessreviews") checkNamespace(call, spec);
      const { allowed, reason } = context.authorize(user, attributesOf(call, spec));
      const status: JsonObject = reason === "" ? { allowed } : { allowed, reason };
      return { code: 201, body: { ...head, metadata, spec, status } };
    }
  }
}

/** Nothing is stored of a review, and yet its answer says who owns the question. */
export function ownedMetadata(context: ApiContext, call: ResourceCall, question: Manifest, type: Type): JsonObject {
  const owners = updateManagers(undefined, question, new Map(), {
    type,
    self: { ...managerOf(call, "Update", call.info.subresource), apiVersion: question.apiVersion },
    time: timestamp(context.clock.now()),
    ignored: new FieldSet(),
  });
  return owners.size === 0 ? {} : { managedFields: writeManagers(owners) };
}

/** A user as reviews show it. */
export function userInfo({ name, uid, groups, extra }: User): JsonObject {
  const info: JsonObject = { username: name };
  if (uid !== undefined) info.uid = uid;
  info.groups = [...groups];
  if (extra !== undefined) {
    info.extra = Object.fromEntries(Object.entries(extra).map(([key, list]) => [key, [...list]]));
  }
  return info;
}

function subjectOf(spec: JsonObject): User {
  const groups = Array.isArray(spec.groups) ? spec.groups.map(String) : [];
  return { name: String(spec.user ?? ""), groups };
}

function checkNamespace({ info }: ResourceCall, spec: JsonObject): void {
  const attributes = isObject(spec.resourceAttributes) ? spec.resourceAttributes : {};
  if (attributes.namespace === info.namespace) return;
  throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${info.namespace}`);
}

function attributesOf({ resource: { group } }: ResourceCall, spec: JsonObject): AccessAttributes {
  const resource = isObject(spec.resourceAttributes) ? spec.resourceAttributes : undefined;
  const other = isObject(spec.nonResourceAttributes) ? spec.nonResourceAttributes : undefined;
  if ((resource === undefined) === (other === undefined)) {
    const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    throw invalid(group, "", "", [invalidValue("spec.resourceAttributes", null, why)]);
  }
  const text = (key: string): string => String(resource?.[key] ?? "");
  const attributes: AccessAttributes = {
    verb: text("verb"),
    group: text("group"),
    resource: text("resource"),
    subresource: text("subresource"),
    name: text("name"),
    namespace: text("namespace"),
  };
  return other === undefined
    ? attributes
    : { ...attributes, verb: String(other.verb ?? ""), path: String(other.path ?? "") };
}

function rulesStatus({ store }: ApiContext, user: User, spec: JsonObject): JsonObject {
  const namespace = String(spec.namespace ?? "");
  if (namespace === "") throw badRequest("no namespace on request");
  const { rules, problems } = rulesOf(store, user, namespace);
  // Members of system:masters get theirs from the binding of cluster-admin, like anybody else.
  const status: JsonObject = {
    resourceRules: rules.filter((rule) => rule.resources.length > 0).map(resourceRule),
    nonResourceRules: rules.filter((rule) => rule.nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
  if (problems.length > 0) status.evaluationError = problems.join(", ");
  return status;
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule): JsonObject {
  const rule: JsonObject = { verbs, apiGroups, resources };
  if (resourceNames.length > 0) rule.resourceNames = resourceNames;
  return rule;
}

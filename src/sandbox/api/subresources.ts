import { cloneJson, getPath, isObject, type JsonObject, setKey } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type FieldManagers, readManagers } from "../fields/managers.ts";
import { updateManagers, withoutManagedFields } from "../fields/ownership.ts";
import { ownershipType, unwrittenPaths } from "../kinds/strategy.ts";
import { schemaTable } from "../schema/schema.ts";
import { formatSelector, readJsonPath } from "../tables/cells.ts";
import { timestamp } from "../store.ts";
import { type ApiContext, type Reply, type ResourceCall, targetOf } from "./context.ts";
import { decodeObject, parseBody } from "./decode.ts";
import { deleteObject, readDeleteOptions } from "./delete.ts";
import { readObject } from "./list.ts";
import { patchedBody } from "./patch.ts";
import type { Resource } from "./resources.ts";
import { badRequest, invalid, invalidValue, methodNotAllowed, notFound, StatusError } from "./status.ts";
import { TOKEN_ISSUER } from "../auth/tokens.ts";
import { readPodLog } from "./pod_log.ts";
import { ownedMetadata } from "./reviews.ts";
import { updateObject } from "./update.ts";
import { managerOf } from "./write.ts";

/** Answers a call of a subresource other than `status`. */
export function handleSubresource(context: ApiContext, call: ResourceCall): Reply | Promise<Reply> {
  const live = readObject(context, call);
  if (live === undefined) throw notFound(call.resource, call.info.name);
  switch (call.info.subresource) {
    case "scale":
      return handleScale(context, call, live);
    case "log":
      return readPodLog(context, call, live);
    case "token":
      return requestToken(context, call, live);
    case "eviction":
      return evictPod(context, call, live);
    case "binding":
      return bindPod(context, call, live);
    case "finalize":
      return finalizeNamespace(context, call, live);
    default:
      return writeWhole(context, call, live);
  }
}

/** `ephemeralcontainers`, `resize`, `approval`: the whole object, written under another name. */
function writeWhole(context: ApiContext, call: ResourceCall, live: Manifest): Reply {
  if (call.method === "GET") return { code: 200, body: live };
  const decoded = call.method === "PATCH"
    ? patchedBody(call, live)
    : decodeObject(call, parseBody(call, call.resource.kind), call.resource);
  return { code: 200, body: updateObject(context, call, live, decoded, { subresource: call.info.subresource }) };
}

const SCALE: Resource = {
  group: "autoscaling",
  version: "v1",
  apiVersion: "autoscaling/v1",
  kind: "Scale",
  plural: "scales",
  singular: "scale",
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: [],
  subresources: [],
  hasGeneration: false,
};

function handleScale(context: ApiContext, call: ResourceCall, live: Manifest): Reply {
  const scale = scaleOf(call.resource, live);
  if (call.method === "GET") checkReplicasPath(call.resource, live);
  if (call.method === "GET") return { code: 200, body: scale };
  const resource = { ...SCALE, type: schemaTable().kinds.get("autoscaling/v1/Scale")! };
  const next = call.method === "PATCH"
    ? patchedBody(call, scale, resource)
    : decodeObject(call, parseBody(call, "Scale"), resource);
  const replicas = Number(getPath(next, "spec", "replicas") ?? 0);
  if (replicas < 0) {
    throw invalid("autoscaling", "Scale", live.metadata.name, [
      invalidValue("spec.replicas", replicas, "must be greater than or equal to 0"),
    ]);
  }
  const changed = cloneJson(live) as Manifest;
  setReplicas(changed, call.resource, replicas);
  if (next.metadata.resourceVersion) changed.metadata.resourceVersion = next.metadata.resourceVersion;
  const managers = ownersAfterScale(context, call, live, changed);
  const updated = updateObject(context, call, live, changed, { subresource: "scale", managers });
  return { code: 200, body: scaleOf(call.resource, updated) };
}

/** A custom resource can be scaled once it says how many it wants. */
function checkReplicasPath({ custom }: Resource, object: Manifest): void {
  const path = custom?.scale?.specReplicasPath;
  if (path === undefined || readJsonPath(object, path) !== undefined) return;
  const message = `the spec replicas field "${path}" does not exist`;
  throw new StatusError("InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** The one field that scaling writes; its owner is kept without a time, as a real server does. */
function ownersAfterScale(context: ApiContext, call: ResourceCall, live: Manifest, changed: Manifest): FieldManagers {
  const before = readManagers(live.metadata.managedFields) ?? new Map();
  const self = managerOf(call, "Update", "scale");
  const managers = updateManagers(withoutManagedFields(live), withoutManagedFields(changed), before, {
    type: ownershipType(call.resource),
    self,
    time: timestamp(context.clock.now()),
    ignored: unwrittenPaths(call.resource, "scale"),
  });
  for (const [key, manager] of managers) {
    if (manager.subresource !== "scale" || manager.manager !== self.manager) continue;
    const { time: _time, ...timeless } = manager;
    managers.set(key, timeless);
  }
  return managers;
}

function scaleOf({ custom }: Resource, object: Manifest): Manifest {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const metadata: JsonObject = {
    name,
    namespace: namespace!,
    uid: uid!,
    resourceVersion: resourceVersion!,
    creationTimestamp: creationTimestamp!,
  };
  const paths = custom?.scale ?? { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" };
  const desired = Number(readJsonPath(object, paths.specReplicasPath) ?? 0);
  const status: JsonObject = { replicas: Number(readJsonPath(object, paths.statusReplicasPath) ?? 0) };
  const selector = custom === undefined
    ? selectorText(object)
    : paths.labelSelectorPath === undefined
    ? ""
    : String(readJsonPath(object, paths.labelSelectorPath) ?? "");
  if (selector !== "") status.selector = selector;
  const spec: JsonObject = desired === 0 ? {} : { replicas: desired };
  return { kind: "Scale", apiVersion: "autoscaling/v1", metadata: metadata as Manifest["metadata"], spec, status };
}

function selectorText(object: Manifest): string {
  const selector = getPath(object, "spec", "selector");
  const isMap = object.kind === "ReplicationController";
  const text = formatSelector(isMap && isObject(selector) ? { matchLabels: selector } : selector);
  return text === "<none>" ? "" : text;
}

function setReplicas(object: Manifest, { custom }: Resource, replicas: number): void {
  const keys = (custom?.scale?.specReplicasPath ?? ".spec.replicas").split(".").filter((key) => key !== "");
  let at: JsonObject = object;
  for (const key of keys.slice(0, -1)) {
    if (!isObject(at[key])) setKey(at, key, {});
    at = at[key] as JsonObject;
  }
  setKey(at, keys.at(-1)!, replicas);
}

const MIN_TOKEN_SECONDS = 600;

async function requestToken(context: ApiContext, call: ResourceCall, account: Manifest): Promise<Reply> {
  const expected = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" };
  const type = schemaTable().kinds.get("authentication.k8s.io/v1/TokenRequest")!;
  const request = decodeObject(call, parseBody(call, "TokenRequest"), { ...expected, type });
  const spec = isObject(request.spec) ? request.spec : {};
  const asked = Number(spec.expirationSeconds ?? 3600);
  checkExpiration(asked);
  const seconds = Math.min(asked, context.maxTokenSeconds);
  if (seconds < asked) {
    call.warnings.push(`requested expiration of ${asked} seconds shortened to ${seconds} seconds`);
  }
  const audiences = Array.isArray(spec.audiences) && spec.audiences.length > 0
    ? spec.audiences.map(String)
    : [TOKEN_ISSUER];
  const ref = isObject(spec.boundObjectRef) ? spec.boundObjectRef : undefined;
  const options = { serviceAccount: account, audiences, expirationSeconds: seconds };
  const boundTo = ref === undefined ? undefined : boundObject(context, call, ref);
  const token = await context.issueToken(boundTo === undefined ? options : { ...options, boundTo });
  const now = Math.floor(context.clock.now() / 1000) * 1000;
  const { name, namespace, uid } = account.metadata;
  const body: JsonObject = {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: {
      name,
      namespace: namespace!,
      uid: uid!,
      creationTimestamp: timestamp(now),
      ...ownedMetadata(context, call, request, type),
    },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: ref ?? null },
    status: { token, expirationTimestamp: timestamp(now + seconds * 1000) },
  };
  return { code: 201, body };
}

function checkExpiration(seconds: number): void {
  const refuse = (why: string): StatusError =>
    invalid("authentication.k8s.io", "TokenRequest", "", [invalidValue("spec.expirationSeconds", seconds, why)]);
  if (seconds < MIN_TOKEN_SECONDS) throw refuse("may not specify a duration less than 10 minutes");
  if (seconds > 2 ** 32) throw refuse("may not specify a duration larger than 2^32 seconds");
}

function boundObject(context: ApiContext, call: ResourceCall, ref: JsonObject): Manifest {
  const { apiVersion, kind, name, uid } = ref;
  const plural = { Secret: "secrets", Pod: "pods", Node: "nodes" }[String(kind)];
  if (!name) throw badRequest("Name parameter required.");
  if (apiVersion !== "v1" || plural === undefined) {
    throw badRequest(
      `cannot bind token to object of type ${
        String(apiVersion).includes("/") ? apiVersion : `/${apiVersion}`
      }, Kind=${kind}`,
    );
  }
  const namespace = kind === "Node" ? "" : call.info.namespace;
  const found = context.store.get({ apiVersion, kind: String(kind), namespace, name: String(name) });
  if (found === undefined) throw notFound({ group: "", plural }, String(name));
  if (uid && uid !== found.metadata.uid) {
    throw new StatusError(
      "Conflict",
      `Operation cannot be fulfilled on ${kind} "${name}": the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      { name: String(name), kind: String(kind) },
    );
  }
  return found;
}

function evictPod(context: ApiContext, call: ResourceCall, pod: Manifest): Reply {
  if (call.method !== "POST") throw methodNotAllowed();
  const body = call.body;
  const eviction = { ...call, body: JSON.stringify(deleteOptionsOf(body)) };
  const stored = context.store.get(targetOf(call)) ?? pod;
  deleteObject(context, eviction, stored, readDeleteOptions(eviction));
  return { code: 201, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } };
}

function deleteOptionsOf(body: string): JsonObject {
  try {
    const value = JSON.parse(body);
    return isObject(value?.deleteOptions) ? value.deleteOptions : {};
  } catch {
    throw badRequest("the object provided is unrecognized (must be of type Eviction)");
  }
}

function bindPod(context: ApiContext, call: ResourceCall, pod: Manifest): Reply {
  if (call.method !== "POST") throw methodNotAllowed();
  const target = getPath(parseBody(call, "Binding").value, "target", "name");
  const stored = context.store.get(targetOf(call)) ?? pod;
  const next = cloneJson(stored) as Manifest;
  (next.spec as JsonObject).nodeName = String(target ?? "");
  context.store.update(next);
  return { code: 201, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } };
}

/** Takes finalizers off a namespace's spec; without any, a deleted one is gone. */
function finalizeNamespace(context: ApiContext, call: ResourceCall, namespace: Manifest): Reply {
  const { value } = parseBody(call, "Namespace");
  const finalizers = getPath(value, "spec", "finalizers");
  const next = cloneJson(namespace) as Manifest;
  const spec = isObject(next.spec) ? next.spec : {};
  if (Array.isArray(finalizers) && finalizers.length > 0) spec.finalizers = finalizers;
  else delete spec.finalizers;
  next.spec = spec;
  const updated = context.store.update(next);
  if (spec.finalizers === undefined && updated.metadata.deletionTimestamp !== undefined) {
    context.store.remove(targetOf(call));
  }
  return { code: 200, body: updated };
}

import type { JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type Authenticator, impersonate } from "../auth/authenticator.ts";
import { createsOnUpdate } from "../kinds/strategy.ts";
import { convertObject } from "../kinds/conversion.ts";
import { type IncludeObject, makeTable } from "../tables/table.ts";
import { attributesOf, checkAccess } from "./access.ts";
import { type ApiContext, type Call, type Reply, type ResourceCall, targetOf } from "./context.ts";
import { decodeObject, fieldValidationOf, mediaTypeOf, parseBody } from "./decode.ts";
import { deleteObject, deleteReply, readDeleteOptions, refOfStored } from "./delete.ts";
import { listBody, listPage, matcherOf, readObject } from "./list.ts";
import { checkListOptions } from "./list_options.ts";
import { type Accepted, encodeBody, negotiate, notFoundPage, partialMetadata } from "./media.ts";
import { applyObject } from "./apply.ts";
import { APPLY_PATCH, checkPatchOptions, patchObject } from "./patch.ts";
import { handleNonResource } from "./non_resource.ts";
import { readRequestInfo } from "./request_info.ts";
import { handleReview, REVIEWS } from "./reviews.ts";
import {
  badRequest,
  invalid,
  methodNotAllowed,
  noSuchResource,
  notFound,
  StatusError,
  unsupportedValue,
} from "./status.ts";
import { handleSubresource } from "./subresources.ts";
import { watchObjects } from "./watch.ts";
import { createObject } from "./create.ts";
import { updateObject } from "./update.ts";
import { storageOf } from "./resources.ts";

/** Forms other than JSON that objects and lists can be asked for. */
const CONVERSIONS = ["Table", "PartialObjectMetadata", "PartialObjectMetadataList"];

/** What answers need beside the API itself. */
export interface HandlerContext extends ApiContext {
  authenticator: Authenticator;
  /** What `/version` says. */
  version: JsonObject;
  jwks(): Promise<JsonObject>;
}

/** Answers one request as an API server does; never rejects. */
export async function handleApiRequest(context: HandlerContext, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const bytes = request.body === null ? new Uint8Array() : await request.bytes();
  const isBinary = request.headers.get("content-type")?.includes("protobuf") === true;
  const call: Call = {
    method: request.method,
    url,
    query: url.searchParams,
    headers: request.headers,
    bytes,
    body: isBinary ? "" : new TextDecoder().decode(bytes),
    info: readRequestInfo(request.method, url),
    user: { name: "", groups: [] },
    warnings: [],
    signal: request.signal,
  };
  try {
    const user = await context.authenticator.authenticate(request.headers);
    call.user = impersonate(request.headers, user, (attributes) => context.authorize(user, attributes));
    checkAccess(context, call, attributesOf(call));
    const reply = call.info.isResource ? await handleResource(context, call) : await handleNonResource(context, call);
    return encodeReply(context, call, reply);
  } catch (error) {
    // A bug of the sandbox must not look like a broken connection.
    const status = error instanceof StatusError
      ? error
      : new StatusError("InternalError", `Internal error occurred: ${error instanceof Error ? error.message : error}`);
    return encodeError(call, status);
  }
}

function encodeError(call: Call, error: StatusError): Response {
  const response = encodeBody(error.toStatus(), error.httpCode, "json", call.warnings);
  if (error.details?.retryAfterSeconds !== undefined) {
    response.headers.set("retry-after", String(error.details.retryAfterSeconds));
  }
  return response;
}

function handleResource(context: HandlerContext, call: Call): Reply | Promise<Reply> {
  const { info } = call;
  const resource = context.resources.get(info.group, info.version, info.resource);
  if (resource === undefined) {
    if (context.resources.hasGroup(info.group)) throw noSuchResource();
    return notFoundPage();
  }
  checkOptions(call);
  const resourceCall: ResourceCall = { ...call, resource };
  if (REVIEWS.has(resource.plural) && resource.group.startsWith("auth")) {
    return handleReview(context, resourceCall, (token) => context.authenticator.authenticateToken(token));
  }
  if (info.subresource !== "") return handleSub(context, resourceCall);
  if (!resource.verbs.includes(info.verb)) throw methodNotAllowed();
  // Objects of a namespace are written there alone; a POST never names one.
  const isCollection = info.verb === "list" || info.verb === "watch" || info.verb === "deletecollection" ||
    info.verb === "create";
  if (isCollection && info.verb !== "list" && info.verb !== "watch" && resource.namespaced && info.namespace === "") {
    throw methodNotAllowed();
  }
  if (info.verb === "create" && info.name !== "") throw methodNotAllowed();
  return handleVerb(context, resourceCall);
}

function checkOptions(call: Call): void {
  if (call.method === "GET") return;
  const kind = { POST: "CreateOptions", PUT: "UpdateOptions", PATCH: "PatchOptions" }[call.method];
  const dryRun = call.query.getAll("dryRun");
  if (dryRun.some((value) => value !== "All")) {
    throw invalid("meta.k8s.io", kind ?? "DeleteOptions", "", [unsupportedValue("dryRun", dryRun, ["All"])]);
  }
  if (kind !== undefined) fieldValidationOf(call);
}

function handleSub(context: ApiContext, call: ResourceCall): Reply | Promise<Reply> {
  const { info, resource } = call;
  const subresource = resource.subresources.find(({ name }) => name === info.subresource);
  if (subresource === undefined) throw noSuchResource();
  if (!subresource.verbs.includes(info.verb)) throw methodNotAllowed();
  if (info.subresource !== "status") return handleSubresource(context, call);
  return handleVerb(context, call);
}

function handleVerb(context: ApiContext, call: ResourceCall): Reply {
  switch (call.info.verb) {
    case "get":
      return { code: 200, body: requireLive(context, call) };
    case "list":
      return handleList(context, call);
    case "watch":
      return handleWatch(context, call);
    case "create":
      return handleCreate(context, call);
    case "update":
      return handleUpdate(context, call);
    case "patch":
      return handlePatch(context, call);
    case "delete":
      return handleDelete(context, call);
    case "deletecollection":
      return handleDeleteCollection(context, call);
    default:
      throw methodNotAllowed();
  }
}

function requireLive(context: ApiContext, call: ResourceCall): Manifest {
  const live = readObject(context, call);
  if (live === undefined) throw notFound(call.resource, call.info.name);
  return live;
}

function handleCreate(context: ApiContext, call: ResourceCall): Reply {
  const decoded = decodeObject(call, parseBody(call, call.resource.kind), call.resource);
  return { code: 201, body: createObject(context, call, decoded) };
}

function handleUpdate(context: ApiContext, call: ResourceCall): Reply {
  const { resource, info } = call;
  const decoded = decodeObject(call, parseBody(call, resource.kind), resource);
  const live = readObject(context, call);
  if (live === undefined) {
    if (!createsOnUpdate(resource) || info.subresource !== "") throw notFound(resource, info.name);
    return { code: 201, body: createObject(context, call, decoded) };
  }
  return { code: 200, body: updateObject(context, call, live, decoded, { subresource: info.subresource }) };
}

function handlePatch(context: ApiContext, call: ResourceCall): Reply {
  const { resource, info } = call;
  checkPatchOptions(call);
  const live = readObject(context, call);
  if (mediaTypeOf(call) !== APPLY_PATCH) {
    if (live === undefined) throw notFound(resource, info.name);
    return { code: 200, body: patchObject(context, call, live, info.subresource) };
  }
  if (live === undefined && info.subresource !== "") throw notFound(resource, info.name);
  const { object, created } = applyObject(context, call, live, info.subresource);
  return { code: created ? 201 : 200, body: object };
}

function handleDelete(context: ApiContext, call: ResourceCall): Reply {
  const options = readDeleteOptions(call);
  const stored = context.store.get(targetOf(call));
  if (stored === undefined) throw notFound(call.resource, call.info.name);
  const deleted = deleteObject(context, call, stored, options);
  return { code: 200, body: deleteReply(call, deleted) };
}

function handleDeleteCollection(context: ApiContext, call: ResourceCall): Reply {
  const options = readDeleteOptions(call);
  const matches = matcherOf(call);
  const storage = storageOf(call.resource);
  const objects = context.store.list(
    storage.apiVersion,
    storage.kind,
    call.resource.namespaced ? call.info.namespace : undefined,
  )
    .filter((object) => matches(convertObject(object, call.resource.apiVersion) ?? object));
  const items = objects.map((object) => {
    const current = context.store.get(refOfStored(object)) ?? object;
    return convertObject(deleteObject(context, call, current, options).object, call.resource.apiVersion) ?? object;
  });
  const page = { items, resourceVersion: String(context.store.resourceVersion) };
  return { code: 200, body: listBody(call, page) };
}

function handleList(context: ApiContext, call: ResourceCall): Reply {
  const accepted = negotiate(call.headers.get("accept"), CONVERSIONS);
  checkListOptions(call);
  const page = listPage(context, call);
  if (accepted.as === "Table") {
    const { metadata } = listBody(call, page);
    return { code: 200, body: tableOf(context, call, page.items, metadata as JsonObject, false) };
  }
  const body = listBody(call, page);
  if (accepted.as === "") return { code: 200, body };
  const items = page.items.map(partialMetadata);
  return {
    code: 200,
    body: { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata: body.metadata!, items },
  };
}

function tableOf(
  context: ApiContext,
  call: ResourceCall,
  objects: Manifest[],
  metadata: JsonObject,
  withoutColumns: boolean,
): JsonObject {
  const include = call.query.get("includeObject") ?? "Metadata";
  if (!["Metadata", "Object", "None"].includes(include)) {
    throw badRequest(`unrecognized includeObject value: ${include}`);
  }
  return makeTable(objects, {
    resource: call.resource,
    metadata,
    includeObject: include as IncludeObject,
    nowMs: context.clock.now(),
    withoutColumns,
  });
}

function handleWatch(context: ApiContext, call: ResourceCall): Response {
  const accepted = negotiate(call.headers.get("accept"), CONVERSIONS);
  checkListOptions(call);
  let isFirst = true;
  return watchObjects(context, call, (object) => {
    if (accepted.as === "") return object;
    if (accepted.as !== "Table") return partialMetadata(object);
    const metadata = { resourceVersion: String(object.metadata.resourceVersion) };
    const table = tableOf(context, call, [object], metadata, !isFirst);
    isFirst = false;
    return table;
  });
}

/** Brings an answer into the form that the client accepts. */
function encodeReply(context: ApiContext, call: Call, reply: Reply): Response {
  if (reply instanceof Response) return reply;
  const { info } = call;
  const isObject = info.isResource && ["get", "create", "update", "patch"].includes(info.verb) &&
    info.subresource === "";
  const accepted: Accepted = negotiate(
    call.headers.get("accept"),
    info.isResource ? CONVERSIONS : ["APIGroupDiscoveryList"],
  );
  const resource = context.resources.get(info.group, info.version, info.resource);
  let { body } = reply;
  if (isObject && resource !== undefined && accepted.as !== "") {
    const object = body as Manifest;
    const metadata = { resourceVersion: String(object.metadata.resourceVersion ?? "") };
    body = accepted.as === "Table"
      ? tableOf(context, { ...call, resource }, [object], metadata, false)
      : partialMetadata(object);
  }
  return encodeBody(body, reply.code, accepted.format, call.warnings);
}

import { cloneJson, compareBytes, type JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { convertObject } from "../kinds/conversion.ts";
import type { ObjectStore } from "../store.ts";
import { type ApiContext, type ResourceCall, targetOf } from "./context.ts";
import { storageOf } from "./resources.ts";
import { type Matcher, parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { badRequest, StatusError } from "./status.ts";

/** A page of objects. */
export interface Page {
  items: Manifest[];
  resourceVersion: string;
  continue?: string;
  remaining?: number;
}

/** Which objects a call's selectors mean. */
export function matcherOf(call: ResourceCall): Matcher {
  const { resource, query } = call;
  const labels = query.get("labelSelector") ?? "";
  const fields = query.get("fieldSelector") ?? "";
  const matchers: Matcher[] = [];
  if (labels !== "") matchers.push(parseLabelSelector(labels));
  if (fields !== "") {
    matchers.push(
      parseFieldSelector(fields, `${resource.apiVersion} ${resource.kind}`, resource.custom?.selectableFields),
    );
  }
  return (object) => matchers.every((matches) => matches(object));
}

/** Where a list goes on: after `start`, as the objects were at `rv`. */
interface Continuation {
  rv: number;
  start: string;
}

/**
 * Lists what a call names and selects, in its version.
 *
 * @throws {StatusError} When its options are malformed, or the version is too old or too new.
 */
export function listPage(context: ApiContext, call: ResourceCall): Page {
  const { store } = context;
  const limit = readLimit(call);
  const continuation = readContinuation(call);
  const version = continuation?.rv ?? readVersion(call, store);
  const matches = matcherOf(call);
  const found = objectsAt(store, call, version);
  const start = continuation === undefined
    ? 0
    : found.findIndex((object) => compareBytes(keyOf(object), continuation.start) > 0);
  const items: Manifest[] = [];
  let end = start < 0 ? found.length : start;
  for (; end < found.length && (limit === 0 || items.length < limit); end++) {
    if (matches(found[end]!)) items.push(found[end]!);
  }
  const page: Page = { items, resourceVersion: String(version ?? store.resourceVersion) };
  // As with etcd, a page is full before it is known whether anything after it is selected.
  if (end < found.length) {
    page.continue = writeContinuation({ rv: version ?? store.resourceVersion, start: keyOf(items.at(-1)!) });
    if (!call.query.get("labelSelector") && !call.query.get("fieldSelector")) page.remaining = found.length - end;
  }
  return page;
}

/** As a list's JSON has it: items of built-in kinds do not repeat their type. */
export function listBody({ resource }: ResourceCall, page: Page): JsonObject {
  const metadata: JsonObject = { resourceVersion: page.resourceVersion };
  // Lists of custom resources always have the field.
  if (page.continue !== undefined || resource.custom !== undefined) metadata.continue = page.continue ?? "";
  if (page.remaining !== undefined) metadata.remainingItemCount = page.remaining;
  const items = resource.custom === undefined
    ? page.items.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest)
    : page.items;
  return { kind: `${resource.kind}List`, apiVersion: resource.apiVersion, metadata, items };
}

function readLimit({ query }: ResourceCall): number {
  const text = query.get("limit") ?? "";
  if (text === "") return 0;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Math.max(0, Number(text));
}

function keyOf({ metadata }: Manifest): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function writeContinuation({ rv, start }: Continuation): string {
  return btoa(JSON.stringify({ v: "meta.k8s.io/v1", rv, start })).replace(/=+$/, "");
}

function readContinuation({ query }: ResourceCall): Continuation | undefined {
  const text = query.get("continue") ?? "";
  if (text === "") return undefined;
  try {
    const { rv, start } = JSON.parse(atob(text));
    if (typeof rv === "number" && typeof start === "string") return { rv, start };
  } catch {
    // Falls through to the refusal.
  }
  throw badRequest("invalid continue token: continue key is not valid");
}

/**
 * The version that a list asks for; undefined for the newest.
 *
 * @throws {StatusError} When it is no number or lies in the future.
 */
function readVersion({ query }: ResourceCall, store: ObjectStore): number | undefined {
  const text = query.get("resourceVersion") ?? "";
  if (text === "" || text === "0") return undefined;
  if (!/^\d+$/.test(text)) throw badRequest(`invalid resource version: ${versionProblem(text)}`);
  const version = Number(text);
  if (version > store.resourceVersion) throw tooLargeVersion(version, store.resourceVersion);
  return query.get("resourceVersionMatch") === "Exact" ||
      (query.get("limit") && query.get("resourceVersionMatch") === null)
    ? version
    : undefined;
}

/** A resourceVersion as a number. */
export function parseVersion(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new StatusError("Unknown", versionProblem(text));
}

function versionProblem(text: string): string {
  const quoted = JSON.stringify(text);
  return `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
}

/** The error of a version that lies in the future. */
export function tooLargeVersion(version: number, current: number): StatusError {
  return new StatusError("Timeout", `Timeout: Too large resource version: ${version}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

/** What a call names, as it was at a version, in the call's API version. */
function objectsAt(store: ObjectStore, call: ResourceCall, version: number | undefined): Manifest[] {
  const { resource, info } = call;
  const storage = storageOf(resource);
  const namespace = resource.namespaced ? info.namespace || undefined : undefined;
  let objects = store.list(storage.apiVersion, storage.kind, namespace);
  if (version !== undefined && version < store.resourceVersion) objects = rewind(store, objects, call, version);
  return objects.map((object) => convertObject(object, resource.apiVersion) ?? object);
}

/** Undoes all changes after a version. */
function rewind(store: ObjectStore, objects: Manifest[], call: ResourceCall, version: number): Manifest[] {
  const events = store.eventsSince(version);
  if (events === undefined) throw expiredList();
  const { apiVersion, kind, namespace } = targetOf(call);
  const byKey = new Map(objects.map((object) => [keyOf(object), object]));
  for (const event of events.reverse()) {
    const { object } = event;
    if (object.kind !== kind || object.apiVersion !== apiVersion) continue;
    if (namespace && object.metadata.namespace !== namespace) continue;
    if (event.type === "ADDED") byKey.delete(keyOf(object));
    else if (event.type === "MODIFIED") byKey.set(keyOf(object), event.previous!);
    else byKey.set(keyOf(object), event.previous ?? object);
  }
  return [...byKey].sort(([a], [b]) => compareBytes(a, b)).map(([, object]) => object);
}

function expiredList(): StatusError {
  return new StatusError(
    "Expired",
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
  );
}

/** One object in the call's version, free to be changed. */
export function readObject(context: ApiContext, call: ResourceCall): Manifest | undefined {
  const found = context.store.get(targetOf(call));
  return found === undefined
    ? undefined
    : cloneJson(convertObject(found, call.resource.apiVersion) ?? found) as Manifest;
}

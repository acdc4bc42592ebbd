import { cloneJson, isObject, type JsonObject, type JsonValue, parseJson, stringifyJson } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { applyJsonPatch, PatchError } from "../patch/json_patch.ts";
import { applyMergePatch } from "../patch/merge_patch.ts";
import { applyStrategicMerge, StrategicMergeError } from "../patch/strategic_merge.ts";
import type { ApiContext, ResourceCall } from "./context.ts";
import { decodeObject, mediaTypeOf } from "./decode.ts";
import { findDuplicateFields } from "./duplicates.ts";
import type { Resource } from "./resources.ts";
import { badRequest, forbiddenValue, invalid, requiredValue, StatusError } from "./status.ts";
import { updateObject } from "./update.ts";

/** Media types of patches. */
export const APPLY_PATCH = "application/apply-patch+yaml";
const MERGE_PATCH = "application/merge-patch+json";
const JSON_PATCH = "application/json-patch+json";
const STRATEGIC_PATCH = "application/strategic-merge-patch+json";

/**
 * Refuses options that don't go together.
 *
 * @throws {StatusError} Invalid.
 */
export function checkPatchOptions(call: ResourceCall): void {
  const isApply = mediaTypeOf(call) === APPLY_PATCH;
  const force = call.query.get("force");
  if (isApply && !call.query.get("fieldManager")) {
    throw invalid("meta.k8s.io", "PatchOptions", "", [requiredValue("fieldManager", "is required for apply patch")]);
  }
  if (!isApply && force === "true") {
    throw invalid("meta.k8s.io", "PatchOptions", "", [
      forbiddenValue("force", "may not be specified for non-apply patch"),
    ]);
  }
}

/**
 * Changes an object by a JSON, merge or strategic merge patch.
 *
 * @param live The object, in the request's version.
 */
export function patchObject(context: ApiContext, call: ResourceCall, live: Manifest, subresource: string): Manifest {
  const decoded = patchedBody(call, live);
  return updateObject(context, call, live, decoded, { subresource });
}

/**
 * The object that a JSON, merge or strategic merge patch makes of another, decoded.
 *
 * @throws {StatusError} When the patch can't be read or applied, or its result is no object of the kind.
 */
export function patchedBody(call: ResourceCall, live: Manifest, resource: Resource = call.resource): Manifest {
  const patch = parsePatch(call);
  const duplicates = findDuplicateFields(call.body);
  let value: JsonValue;
  try {
    value = applyPatch(call, cloneJson(live), patch, resource);
  } catch (error) {
    if (error instanceof PatchError) {
      throw new StatusError("Invalid", "the server rejected our request due to an error in our request", {});
    }
    if (error instanceof StrategicMergeError) throw new StatusError("Unknown", error.message);
    if (error instanceof SyntaxError) throw badRequest(error.message);
    throw error;
  }
  if (!isObject(value)) throw badRequest("the patch leaves no object");
  try {
    return decodeObject(call, { value, duplicates }, resource);
  } catch (error) {
    throw error instanceof StatusError && error.code === "BadRequest" ? invalidPatch(value, error.message) : error;
  }
}

function invalidPatch(value: JsonObject, message: string): StatusError {
  const why = message.replace(/^.* cannot be handled as a \S+: /, "");
  const text = `Invalid value: ${JSON.stringify(stringifyJson(value))}: ${why}`;
  return new StatusError("Invalid", ` "" is invalid: patch: ${text}`, {
    causes: [{ reason: "FieldValueInvalid", message: text, field: "patch" }],
  });
}

function parsePatch(call: ResourceCall): JsonValue {
  try {
    return parseJson(call.body);
  } catch (error) {
    const message = (error as Error).message;
    const isCut = /end of JSON|Unterminated/.test(message);
    throw badRequest(`error decoding patch: ${isCut ? "unexpected end of JSON input" : message}`);
  }
}

function applyPatch(call: ResourceCall, live: Manifest, patch: JsonValue, resource: Resource): JsonValue {
  switch (mediaTypeOf(call)) {
    case JSON_PATCH:
      return applyJsonPatch(live, patch);
    case MERGE_PATCH:
      return applyMergePatch(live, patch);
    case STRATEGIC_PATCH:
      if (resource.type === undefined || resource.custom !== undefined) break;
      if (!isObject(patch)) throw badRequest("a strategic merge patch must be an object");
      return applyStrategicMerge(live, patch, resource.type);
  }
  throw unsupportedPatch(resource);
}

function unsupportedPatch(resource: Resource): StatusError {
  if (resource.custom === undefined) {
    return new StatusError("UnsupportedMediaType", "415: Unsupported Media Type", {});
  }
  const types = `${JSON_PATCH}, ${MERGE_PATCH}, ${APPLY_PATCH}`;
  return new StatusError(
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${types}`,
  );
}

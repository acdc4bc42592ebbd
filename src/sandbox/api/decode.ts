import { getPath, isObject, type JsonObject, type JsonValue, parseJson } from "../../base/mod.ts";
import { groupOf, type Manifest, versionOf } from "../../manifest/mod.ts";
import { readYaml } from "../../yaml/mod.ts";
import { convertObject } from "../kinds/conversion.ts";
import { readCustomObject } from "../kinds/custom_schema.ts";
import { setDefaults } from "../kinds/defaults.ts";
import { DecodeError, normalizeObject } from "../schema/normalize.ts";
import { decodeMessage, openEnvelope } from "../schema/protobuf.ts";
import { type RecordType, schemaTable } from "../schema/schema.ts";
import type { Call } from "./context.ts";
import { type DuplicateField, findDuplicateFields } from "./duplicates.ts";
import { badRequest, invalid, invalidValue, StatusError, unsupportedValue } from "./status.ts";

const MEDIA_TYPES = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/** A kind of body: a resource's own, or another one such as Scale. */
export interface BodyType {
  apiVersion: string;
  kind: string;
  type?: RecordType;
}

/** A body as plain values, and the text that came if it was JSON. */
export interface ParsedBody {
  value: JsonObject;
  duplicates: DuplicateField[];
}

/**
 * Parses a request's body.
 *
 * @throws {StatusError} UnsupportedMediaType or BadRequest.
 */
export function parseBody(call: Call, kind: string): ParsedBody {
  const mediaType = mediaTypeOf(call);
  if (mediaType === "application/yaml") return parseYamlBody(call.body, kind);
  if (mediaType === PROTOBUF) return parseProtobufBody(call, kind);
  if (mediaType !== "" && mediaType !== "application/json") {
    throw new StatusError(
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${MEDIA_TYPES}`,
    );
  }
  let value: JsonValue;
  try {
    value = parseJson(call.body);
  } catch {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${
        jsonProblem(call.body)
      } (${excerpt(call.body)})`,
    );
  }
  if (!isObject(value)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${
        Array.isArray(value) ? "array" : typeof value
      } into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${
        excerpt(call.body)
      })`,
    );
  }
  return { value, duplicates: findDuplicateFields(call.body) };
}

/** The media type of a body, without parameters. */
export function mediaTypeOf(call: Call): string {
  return (call.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
}

const PROTOBUF = "application/vnd.kubernetes.protobuf";

function parseProtobufBody(call: Call, kind: string): ParsedBody {
  try {
    const { apiVersion, kind: sentKind, raw } = openEnvelope(call.bytes);
    const type = schemaTable().kinds.get(`${apiVersion.includes("/") ? "" : "/"}${apiVersion}/${sentKind}`);
    if (type === undefined) throw new RangeError(`no kind "${sentKind}" is registered for version "${apiVersion}"`);
    return { value: { kind: sentKind, apiVersion, ...decodeMessage(raw, type) }, duplicates: [] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${error.message}`);
  }
}

function parseYamlBody(body: string, kind: string): ParsedBody {
  let value: JsonValue;
  try {
    value = readYaml(body);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): yaml: ${(error as Error).message}`,
    );
  }
  if (!isObject(value)) throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
  return { value, duplicates: [] };
}

function jsonProblem(body: string): string {
  if (body.trim() === "") return "unexpected end of JSON input";
  try {
    JSON.parse(body);
  } catch (error) {
    return /end of JSON|Unterminated|Expected/.test((error as Error).message)
      ? "unexpected end of JSON input"
      : "invalid character looking for beginning of value";
  }
  return "";
}

/** The start of a body, as text where it looks like an object, else as hexadecimal digits. */
function excerpt(body: string): string {
  if (body === "") return "<empty>";
  const isText = body.startsWith("{");
  const shown = isText
    ? body.slice(0, 30)
    : Array.from(new TextEncoder().encode(body.slice(0, 30)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return body.length > 30 ? `${shown} ...` : shown;
}

/**
 * Reads a body as an object of the given kind: checks its type, reports unknown and duplicate fields as the request
 * wants, brings it into canonical form and sets defaults.
 *
 * @returns A new object in the version of the request.
 * @throws {StatusError} BadRequest when it can't be read, or strictly may not.
 */
export function decodeObject(call: Call, body: ParsedBody, expected: BodyType): Manifest {
  const typed = withType(body.value, expected);
  const problems = body.duplicates.map(({ path }) => `duplicate field "${path}"`);
  const object = readAs(typed, expected, problems);
  reportProblems(call, problems, expected);
  return object as Manifest;
}

function readAs(value: JsonObject, expected: BodyType, problems: string[]): JsonObject {
  const { type, kind, apiVersion } = expected;
  try {
    const isCustom = type === undefined || type.custom === true;
    const read = isCustom ? readCustomObject(value, type) : normalizeObject(value, type);
    problems.push(...read.unknownFields.map((path) => `unknown field "${path}"`));
    if (isCustom) return read.object;
    const object: JsonObject = { kind, apiVersion, ...read.object };
    setDefaults(object, type);
    return object;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw badRequest(cannotHandle(expected, error.message));
  }
}

function cannotHandle({ apiVersion, kind }: BodyType, why: string): string {
  return `${kind} in version "${versionOf(apiVersion)}" cannot be handled as a ${kind}: ${why}`;
}

/** The object with its type filled in, or converted from another version of its group. */
function withType(value: JsonObject, expected: BodyType): JsonObject {
  const apiVersion = value.apiVersion || expected.apiVersion;
  const kind = value.kind || expected.kind;
  if (apiVersion === expected.apiVersion && kind === expected.kind) return { ...value, apiVersion, kind };
  const sharesGroup = groupOf(String(apiVersion)) === groupOf(expected.apiVersion);
  if (kind === expected.kind && sharesGroup && !expected.type?.custom) {
    const converted = convertObject({ ...value, apiVersion, kind } as Manifest, expected.apiVersion);
    if (converted !== undefined) return converted;
  }
  if (expected.type?.custom) throw wrongCustomType(value, String(apiVersion), String(kind), expected);
  const version = versionOf(String(apiVersion));
  const group = groupOf(expected.apiVersion).split(".")[0] || "core";
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${expected.kind}: converting (${version}.${kind}) to (${group}.${expected.kind}): unknown conversion`,
  );
}

function wrongCustomType(value: JsonObject, apiVersion: string, kind: string, expected: BodyType): StatusError {
  if (apiVersion !== expected.apiVersion) {
    return badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected.apiVersion})`,
    );
  }
  const name = String(getPath(value, "metadata", "name") ?? "");
  return invalid(groupOf(apiVersion), kind, name, [invalidValue("kind", kind, `must be ${expected.kind}`)]);
}

function reportProblems(call: Call, problems: string[], expected: BodyType): void {
  if (problems.length === 0) return;
  switch (fieldValidationOf(call)) {
    case "Ignore":
      return;
    case "Warn":
      call.warnings.push(...problems);
      return;
    case "Strict":
      throw badRequest(cannotHandle(expected, `strict decoding error: ${problems.join(", ")}`));
  }
}

/** How unknown and duplicate fields are treated; a warning unless the request says otherwise. */
export function fieldValidationOf(call: Call): "Strict" | "Warn" | "Ignore" {
  const value = call.query.get("fieldValidation") ?? "";
  if (value === "") return "Warn";
  if (value === "Strict" || value === "Warn" || value === "Ignore") return value;
  const kind = call.method === "PATCH" ? "PatchOptions" : call.method === "PUT" ? "UpdateOptions" : "CreateOptions";
  throw invalid("meta.k8s.io", kind, "", [
    unsupportedValue("fieldValidation", value, ["", "Ignore", "Strict", "Warn"]),
  ]);
}

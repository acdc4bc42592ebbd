import { CodedError, compareBytes, isObject, type JsonObject, type JsonValue, stringifyJson } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";

/** The `reason` of a Status. */
export type StatusReason =
  | "BadRequest"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "AlreadyExists"
  | "Conflict"
  | "Gone"
  | "Expired"
  | "Invalid"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "UnsupportedMediaType"
  | "RequestEntityTooLarge"
  | "TooManyRequests"
  | "Timeout"
  | "ServiceUnavailable"
  | "InternalError"
  | "Unknown";

/** HTTP codes by reason, as apimachinery's `errors.go` pairs them. */
const HTTP_CODES: Record<StatusReason, number> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  Invalid: 422,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  UnsupportedMediaType: 415,
  RequestEntityTooLarge: 413,
  TooManyRequests: 429,
  Timeout: 504,
  ServiceUnavailable: 503,
  InternalError: 500,
  Unknown: 500,
};

/** One of the reasons why an object is refused. */
export interface StatusCause {
  reason?: string;
  message: string;
  field?: string;
}

/** What an error is about. */
export interface StatusDetails {
  name?: string;
  group?: string;
  /** Plural name of the resource; for `Invalid` the kind. */
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** Names a resource for messages: `deployments.apps`. */
export interface ResourceName {
  group: string;
  plural: string;
}

/** The API says no; {@link StatusError.toStatus} is the body of its answer. */
export class StatusError extends CodedError<StatusReason> {
  override name = "StatusError";
  readonly httpCode: number;
  readonly details?: StatusDetails;

  constructor(reason: StatusReason, message: string, details?: StatusDetails, httpCode?: number) {
    super(reason, message);
    this.details = details;
    this.httpCode = httpCode ?? HTTP_CODES[reason];
  }

  /** The object of kind Status that clients read. */
  toStatus(): JsonObject {
    const status: JsonObject = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
    };
    if (this.code !== "Unknown") status.reason = this.code;
    if (this.details !== undefined) status.details = this.details as unknown as JsonObject;
    status.code = this.httpCode;
    return status;
  }
}

/** `deployments.apps`, or `pods` in the core group. */
function qualifiedResource({ group, plural }: ResourceName): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: ResourceName, name: string): StatusDetails {
  const details: StatusDetails = {};
  if (name !== "") details.name = name;
  if (group !== "") details.group = group;
  details.kind = plural;
  return details;
}

/** There is no object of that name. */
export function notFound(resource: ResourceName, name: string): StatusError {
  return new StatusError("NotFound", `${qualifiedResource(resource)} "${name}" not found`, detailsOf(resource, name));
}

/** There is no such path below a served group and version. */
export function noSuchResource(): StatusError {
  return new StatusError("NotFound", "the server could not find the requested resource", {});
}

/** There is an object of that name, perhaps on its way out. */
export function alreadyExists(resource: ResourceName, name: string, existing: Manifest): StatusError {
  const isLeaving = existing.metadata.deletionTimestamp !== undefined;
  const message = `${isLeaving ? "object is being deleted: " : ""}${
    qualifiedResource(resource)
  } "${name}" already exists`;
  return new StatusError("AlreadyExists", message, detailsOf(resource, name));
}

/** The request was made for another version of the object. */
export function conflict(resource: ResourceName, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(resource)} "${name}": ${why}`;
  return new StatusError("Conflict", message, detailsOf(resource, name));
}

/** Admission or authorization refused. */
export function forbidden(resource: ResourceName, name: string, why: string): StatusError {
  const subject = name === "" ? qualifiedResource(resource) : `${qualifiedResource(resource)} "${name}"`;
  return new StatusError("Forbidden", `${subject} is forbidden: ${why}`, detailsOf(resource, name));
}

/** The request itself makes no sense. */
export function badRequest(message: string): StatusError {
  return new StatusError("BadRequest", message);
}

/** The verb does not exist for the resource. */
export function methodNotAllowed(): StatusError {
  return new StatusError("MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

/** One thing that is wrong with a field. */
export interface FieldError {
  reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "FieldValueNotFound"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueTypeInvalid";
  field: string;
  /** All after the path. */
  message: string;
}

/** The object breaks a rule of its kind; every error becomes a cause. */
export function invalid(group: string, kind: string, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const details: StatusDetails = {};
  if (name !== "") details.name = name;
  if (group !== "") details.group = group;
  if (kind !== "") details.kind = kind;
  details.causes = errors.map(({ reason, field, message }) => ({ reason, message, field }));
  const subject = `${kind}${group === "" ? "" : `.${group}`} "${name}"`;
  return new StatusError("Invalid", `${subject} is invalid: ${list}`, details);
}

/** `Required value` at a field. */
export function requiredValue(field: string, detail = ""): FieldError {
  return { reason: "FieldValueRequired", field, message: `Required value${detail === "" ? "" : `: ${detail}`}` };
}

/** `Invalid value` at a field. */
export function invalidValue(field: string, value: JsonValue | undefined, detail: string): FieldError {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${formatValue(value)}: ${detail}` };
}

/** `Unsupported value` at a field. */
export function unsupportedValue(field: string, value: JsonValue, supported: readonly string[]): FieldError {
  const values = supported.map((item) => JSON.stringify(item)).join(", ");
  return {
    reason: "FieldValueNotSupported",
    field,
    message: `Unsupported value: ${formatValue(value)}: supported values: ${values}`,
  };
}

/** `Duplicate value` at a field. */
export function duplicateValue(field: string, value: JsonValue): FieldError {
  return { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${formatValue(value)}` };
}

/** `Forbidden` at a field. */
export function forbiddenValue(field: string, detail: string): FieldError {
  return { reason: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
}

/** Go writes the keys of maps sorted, and those of records as they are declared: labels are the maps among them. */
function sortLabels(value: JsonValue): JsonValue {
  if (!isObject(value)) return Array.isArray(value) ? value.map(sortLabels) : value;
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => [key, sortLabels(item)]);
  const isMap = entries.every(([, item]) => typeof item === "string") && !("APIGroup" in value);
  return Object.fromEntries(isMap ? entries.sort(([a], [b]) => compareBytes(a, b)) : entries);
}

/** A value as messages quote it. */
export function formatValue(value: JsonValue | undefined): string {
  return value === undefined ? "null" : stringifyJson(sortLabels(value));
}

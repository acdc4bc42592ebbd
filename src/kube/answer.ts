import { getPath, isObject, type JsonObject, type JsonValue, parseJson, stringifyJson } from "../base/mod.ts";
import { ApiError, type ApiErrorCode, type ApiErrorFacts, type StatusCause } from "./api_error.ts";
import { describeFailure, type Operation } from "./operation.ts";
import { formatRule, missingRules, type PolicyRule } from "./policy_rule.ts";
import { parseRetryAfter } from "./retry.ts";
import { hideSecretValues } from "./secret_values.ts";

/** An HTTP answer, read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/**
 * The error that an answer stands for: one with a status of 300 or more, or one that is no JSON.
 *
 * @param attempt Which attempt was answered so.
 */
export function toApiError(operation: Operation, answer: Answer, nowMs: number, attempt = 1): ApiError {
  const status = parseStatus(answer.text);
  const secrets = operation.secrets?.();
  const hide = (text: string) => secrets === undefined ? text : hideSecretValues(text, secrets);
  const reason = typeof status?.reason === "string" ? status.reason : undefined;
  const serverMessage = hide(messageOf(answer, status));
  const code = codeOf(answer, status, serverMessage);
  const rules = code === "FORBIDDEN" ? missingRules(serverMessage, operation) : [];
  const about = aboutOf(status);
  const retryAfterMs = parseRetryAfter(answer.headers.get("Retry-After"), nowMs) ?? retryAfterOf(status);
  const facts: ApiErrorFacts = {
    status: answer.status,
    verb: operation.verb,
    attempt,
    serverMessage,
    causes: causesOf(status).map((cause) => cause.message ? { ...cause, message: hide(cause.message) } : cause),
    ...(operation.ref === undefined ? {} : { ref: operation.ref }),
    ...(reason === undefined ? {} : { reason }),
    ...(about === undefined ? {} : { about }),
    ...(rules.length === 0 ? {} : { missingRules: rules }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  const hint = hintOf(code, facts);
  const text = `${describeFailure(operation)}: ${explain(code, answer, serverMessage, operation)}`;
  return new ApiError(code, text, facts, hint === undefined ? {} : { hint });
}

/** The error of a Status object inside a watch stream. */
export function statusToApiError(operation: Operation, status: JsonObject, nowMs: number): ApiError {
  const code = typeof status.code === "number" ? status.code : 500;
  const headers = new Headers({ "Content-Type": "application/json" });
  return toApiError(operation, { status: code, headers, text: stringifyJson(status) }, nowMs);
}

function parseStatus(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Codes that a status number alone decides. */
const CODES_BY_STATUS: Record<number, ApiErrorCode> = {
  401: "UNAUTHORIZED",
  404: "NOT_FOUND",
  410: "EXPIRED",
  422: "INVALID",
  429: "TOO_MANY_REQUESTS",
};

/**
 * The API has no codes for these cases, only texts. Sources: apiserver `admission/plugin/webhook/errors/statuserror.go`,
 * `webhook.ErrCallingWebhook`, and rbac's escalation check.
 */
const WEBHOOK_DENIED = /admission webhook "[^"]*" denied the request|denied request: |ValidatingAdmissionPolicy '/;
const WEBHOOK_FAILED = /failed calling webhook|failed to call webhook/;
/**
 * Server-side apply answers 500 to an object that does not fit its schema. Source: apimachinery
 * `managedfields/internal/structuredmerge.go`, whose plain errors become a Status without a reason.
 */
const UNFIT_OBJECT = /^failed to (?:create typed patch object|convert new (?:typed )?object|create new object)\b/;
const NOT_PERMITTED = /\bcannot \S+ (resource|path) "|attempting to grant RBAC permissions not currently held/;

function codeOf({ status, headers }: Answer, body: JsonObject | undefined, message: string): ApiErrorCode {
  if (status >= 300 && status < 400) return "REDIRECT";
  const isKubernetes = body !== undefined || isPlainText(headers) || message !== "";
  if (status < 300 || (status < 500 && status !== 401 && status !== 429 && !isKubernetes)) return "NOT_KUBERNETES";
  if (status === 403) {
    return body === undefined || !message || NOT_PERMITTED.test(message) || message === "unknown"
      ? "FORBIDDEN"
      : "ADMISSION_DENIED";
  }
  if (status === 500 && UNFIT_OBJECT.test(message)) return "INVALID";
  if (WEBHOOK_FAILED.test(message)) return "ADMISSION_FAILED";
  if (WEBHOOK_DENIED.test(message)) return "ADMISSION_DENIED";
  if (status === 409) return body?.reason === "AlreadyExists" ? "ALREADY_EXISTS" : "CONFLICT";
  return CODES_BY_STATUS[status] ?? (status >= 500 ? "SERVER_ERROR" : "BAD_REQUEST");
}

function messageOf({ status, headers, text }: Answer, body: JsonObject | undefined): string {
  if (typeof body?.message === "string") return body.message;
  if (!headers.has("Content-Type") && SPOKEN_WITHOUT_TLS.test(text)) return text.trim();
  return isPlainText(headers) && status >= 400 ? text.trim().slice(0, 500) : "";
}

/** What Go's server answers to plain http on its TLS port, with no header at all. Source: Go `net/http/server.go`. */
const SPOKEN_WITHOUT_TLS = /^Client sent an HTTP request to an HTTPS server\.\s*$/;

function isPlainText(headers: Headers): boolean {
  return /^text\/plain\b/.test(headers.get("Content-Type") ?? "");
}

/** What a web server tells of itself: the page's title and the server's name. */
function describeForeigner({ headers, text }: Answer): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text.slice(0, 10_000))?.[1]?.replace(/[\s\p{Cc}]+/gu, " ").trim();
  const server = /^[\w.\/ ()-]{1,60}$/.exec(headers.get("Server") ?? "")?.[0];
  return (title ? `, titled "${title.slice(0, 80)}"` : "") + (server ? `, from ${server}` : "");
}

function explain(code: ApiErrorCode, answer: Answer, message: string, operation: Operation): string {
  const { status, headers } = answer;
  if (code === "UNAUTHORIZED") return "the server does not accept the credentials (401 Unauthorized)";
  if (code === "REDIRECT") return `the server redirects to ${describeLocation(headers.get("Location"))} (${status})`;
  if (code === "NOT_KUBERNETES") {
    const type = (headers.get("Content-Type") ?? "").split(";")[0] || "no content type";
    return `the answer does not come from a Kubernetes API server (${status}, ${type}${describeForeigner(answer)})`;
  }
  const own = operation.ref?.name;
  const text = own === undefined ? message : withoutOwnName(message, own);
  const shown = text.trim().replace(/\.$/, "");
  return shown === "" ? `the server answered ${status}` : code === "FORBIDDEN" ? `${shown} (403 Forbidden)` : shown;
}

/** The server starts most messages with the object's name, which ours has said already. */
function withoutOwnName(message: string, name: string): string {
  const lead = /^\S+ "([^"]*)" is (?:invalid|forbidden): /.exec(message);
  if (lead !== null && lead[1] === name) return message.slice(lead[0].length);
  return UNFIT_OBJECT.test(message) ? message.replace(/^failed to [a-z ]+ \([^)]*\): (?:errors:\s*)?/, "") : message;
}

/** A redirect's target without its query, which may hold a login's state. */
function describeLocation(location: string | null): string {
  if (location === null) return "nowhere";
  if (!URL.canParse(location)) return location.split(/[?#]/)[0]!;
  const { origin, pathname } = new URL(location);
  return origin + pathname;
}

const HINTS: Partial<Record<ApiErrorCode, string>> = {
  UNAUTHORIZED:
    "Check that the token belongs to this cluster, has not expired, and that its ServiceAccount still exists",
  NOT_KUBERNETES: "Check the server's address: a proxy, a login page or another server may have answered",
  REDIRECT: "Check the server's address: an API server does not redirect, a login page or a load balancer does",
  TOO_MANY_REQUESTS: "The server limits this client; try again later or with a lower concurrency",
  ADMISSION_FAILED: "Check that the pods behind the webhook are running",
};

function hintOf(code: ApiErrorCode, { serverMessage = "", missingRules = [], causes, about, verb }: ApiErrorFacts) {
  if (code === "FORBIDDEN") return forbiddenHint(serverMessage, missingRules);
  if (causes?.some(({ reason }) => reason === "NamespaceTerminating")) {
    return "Wait until the namespace is gone, then try again";
  }
  if (code === "NOT_FOUND" && about?.kind === "namespaces") {
    return `Create the namespace, or add a Namespace object named ${about.name} to the overlay`;
  }
  // An apply would create the binding: what is missing is its role, which the server calls by the wrong kind.
  if (code === "NOT_FOUND" && verb === "apply" && /^(cluster)?rolebindings$/.test(about?.kind ?? "")) {
    return `The server means its role "${about!.name}": add it to the overlay, or allow the token the verb bind on it`;
  }
  return HINTS[code];
}

function forbiddenHint(message: string, rules: readonly PolicyRule[]): string | undefined {
  if (rules.length === 0) return undefined;
  const user = /[Uu]ser "([^"]+)"/.exec(message)?.[1];
  if (user === "system:anonymous") {
    return "The server saw no credentials that it knows: check that a token is given and belongs to this cluster";
  }
  const isGrant = /attempting to grant RBAC permissions not currently held/.test(message);
  const reason = isGrant ? "A token can only grant what it may do itself: add" : "Add";
  const what = rules.length === 1 ? "this rule" : "these rules";
  const { namespace } = rules[0]!;
  const role = namespace === undefined ? "a ClusterRole" : `a Role in namespace ${namespace}`;
  return `${reason} ${what} to ${role} bound to ${user ?? "the token's account"}:\n${rules.map(formatRule).join("\n")}`;
}

function causesOf(status: JsonObject | undefined): StatusCause[] {
  const causes = getPath(status, "details", "causes");
  return Array.isArray(causes) ? causes.filter(isObject).map(toCause) : [];
}

function toCause(cause: JsonObject): StatusCause {
  return { ...text("reason", cause.reason), ...text("message", cause.message), ...text("field", cause.field) };
}

function aboutOf(status: JsonObject | undefined): ApiErrorFacts["about"] {
  const details = status?.details;
  if (!isObject(details) || typeof details.name !== "string") return undefined;
  return { ...text("kind", details.kind), ...text("group", details.group), ...text("name", details.name) };
}

function retryAfterOf(status: JsonObject | undefined): number | undefined {
  const seconds = getPath(status, "details", "retryAfterSeconds");
  return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
}

function text<Key extends string>(key: Key, value: JsonValue | undefined): { [K in Key]?: string } {
  return (typeof value === "string" ? { [key]: value } : {}) as { [K in Key]?: string };
}

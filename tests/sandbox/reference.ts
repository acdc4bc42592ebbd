/**
 * Conversations with a real API server, kept as files: requests in order, and what it answered. The sandbox is asked
 * the same, and must answer the same.
 */
import type { JsonObject, JsonValue } from "../../src/base/mod.ts";

/** One request and the real server's answer; or a moment in which its controllers did their work. */
export interface ReferenceStep {
  tick?: true;
  method: string;
  /** Path and query; `{{3.metadata.uid}}` stands for a value of the answer to step 3, as in `body` and `token`. */
  path: string;
  body?: string;
  /** Content type of the body. @default {"application/json"} */
  type?: string;
  headers?: Record<string, string>;
  /** Bearer token; `none` for no credentials. @default the administrator's */
  token?: string;
  code: number;
  /** Absent where the answer does not matter. */
  answer?: JsonValue;
  /** The first `Warning` header. */
  warning?: string;
}

/** A file of `tests/testdata/sandbox/reference`. */
export interface ReferenceFile {
  /** Of the API server. */
  version: string;
  steps: ReferenceStep[];
}

export const ADMIN = "admintoken";

/** Something that answers: the sandbox, or a real server. */
export interface Answerer {
  ask(request: Request): Promise<Response>;
  /** Lets controllers do their work. */
  tick(): Promise<void>;
}

/** What was answered to a step. */
export interface Answer {
  code: number;
  answer: JsonValue;
  warning?: string;
}

/**
 * Sends all steps in order.
 *
 * @param shape What is kept of an answer.
 */
export async function replay(
  steps: readonly ReferenceStep[],
  server: Answerer,
  origin: string,
  shape: (answer: JsonValue) => JsonValue = normalize,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const raw: JsonValue[] = [];
  const fill = (text: string): string =>
    text.replace(/\{\{(\d+)\.([\w.]+)\}\}/g, (_all, index, path) => String(valueAt(raw[Number(index)]!, path)));
  for (const step of steps) {
    if (step.tick) {
      await server.tick();
      answers.push({ code: 0, answer: null });
      raw.push(null);
      continue;
    }
    const token = fill(step.token ?? ADMIN);
    const headers = new Headers({ accept: "application/json", "user-agent": "probe/1.0 (x)" });
    for (const [name, value] of Object.entries(step.headers ?? {})) headers.set(name, value);
    if (token !== "none") headers.set("authorization", `Bearer ${token}`);
    const init: RequestInit = { method: step.method, headers };
    if (step.body !== undefined) {
      headers.set("content-type", step.type ?? "application/json");
      init.body = fill(step.body);
    }
    const response = await server.ask(new Request(new URL(fill(step.path), origin), init));
    const text = await response.text();
    raw.push(parse(text));
    const answer: Answer = { code: response.status, answer: shape(parse(text)) };
    const warning = response.headers.get("warning");
    if (warning !== null) answer.warning = warning;
    answers.push(answer);
  }
  return answers;
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function valueAt(value: JsonValue, path: string): JsonValue {
  const isDecoded = path.startsWith("decoded.");
  const found = (isDecoded ? path.slice("decoded.".length) : path).split(".")
    .reduce((at: JsonValue, key) => (at as JsonObject)[key] ?? null, value);
  return isDecoded ? atob(String(found)) : found;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Fields whose values differ from one server, or one moment, to the next. */
const VOLATILE = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "time",
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
  "deletionTimestamp",
  "clusterIP",
  "nodePort",
  "expirationTimestamp",
  "token",
  "continue",
  "ca.crt",
]);

/** A value without what differs from one server, or one moment, to the next. */
export function normalize(value: JsonValue): JsonValue {
  if (typeof value === "string") return normalizeText(value);
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== "object" || value === null) return value;
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const key = name.replace(UUID, "UUID");
    if (name === "storageVersionHash") continue;
    const isSet = item !== "" && item !== null && item !== "None" && typeof item !== "object";
    if (VOLATILE.has(name) && isSet) result[key] = "*";
    else if (name === "clusterIPs" && Array.isArray(item)) result[key] = item.map((ip) => ip === "None" ? ip : "*");
    else if (name === "managedFields" && Array.isArray(item)) result[key] = normalizeManagers(item);
    else result[key] = normalize(item);
  }
  // Words for people, of which the sandbox has its own.
  if ("priority" in result && "format" in result) delete result.description;
  sortCauses(result);
  if (Array.isArray(result.managedFields) && result.managedFields.length === 0) delete result.managedFields;
  return result;
}

/** Where there are several causes, their order comes from Go's maps. */
function sortCauses(status: JsonObject): void {
  const causes = status.details === undefined ? undefined : (status.details as JsonObject | null)?.causes;
  if (!Array.isArray(causes) || causes.length < 2) return;
  causes.sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  status.message = String(status.message).replace(/: (\[|conflicts with)[\s\S]*$/, ": […]");
}

/** In any order, as their times are hidden; without the server's own. */
function normalizeManagers(managers: JsonValue[]): JsonValue[] {
  return managers.filter((item) => !/^kube-/.test(String((item as JsonObject).manager)))
    .map(normalize).sort((a, b) => JSON.stringify(sorted(a)) < JSON.stringify(sorted(b)) ? -1 : 1);
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key]!)]));
}

function normalizeText(text: string): string {
  return text.replace(UUID, "UUID")
    .replace(/(api-access-|g-)[bcdfghjklmnpqrstvwxz2456789]{5}/g, "$1*")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")
    .replace(/\\"resourceVersion\\":\\"\d+\\"/g, '\\"resourceVersion\\":\\"*\\"')
    .replace(/^(\d+[smhdy])+( ago)?$/, "AGE");
}

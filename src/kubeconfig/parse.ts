import { isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { readYamlDocuments, type YamlDocument, YamlError } from "../yaml/mod.ts";
import { decodeBase64 } from "./base64.ts";
import { type Cluster, type Context, emptyKubeconfig, type Kubeconfig, type Located, type User } from "./config.ts";
import { KubeconfigError } from "./errors.ts";
import { findShapeFault, KUBECONFIG_SHAPE } from "./shape.ts";

type Path = (string | number)[];

/**
 * Parses the text of one kubeconfig, YAML or JSON. An empty text is a kubeconfig without entries, as for kubectl.
 *
 * @param file Path for errors and for the relative paths in the entries.
 * @throws {KubeconfigError} INVALID, with file and line: no YAML, a wrong kind, a field of the wrong
 *   type, a name twice in a list, bad base64.
 * @see client-go `tools/clientcmd/loader.go` and `api/v1/conversion.go` v0.36
 */
export function parseKubeconfig(text: string, file: string): Kubeconfig {
  return toKubeconfig(parseKubeconfigValue(text, file), file);
}

/** The checked value of a kubeconfig's text, all keys kept. See {@link parseKubeconfig}. */
export function parseKubeconfigValue(text: string, file: string): JsonObject {
  const document = readDocument(text, file);
  if (document === undefined) return {};
  const fail = (path: Path, message: string): never => {
    throw new KubeconfigError("INVALID", `Cannot read kubeconfig "${file}": ${message}`, file, {
      place: document.placeOf(path),
    });
  };
  const { value } = document;
  if (!isObject(value)) return fail([], `it is no mapping with apiVersion and kind, but ${describe(value)}`);
  checkKind(value, fail);
  const fault = findShapeFault(value, KUBECONFIG_SHAPE);
  if (fault !== undefined) fail(fault.path, `${formatPath(fault.path)} must be ${fault.wanted}`);
  checkNames(value, fail);
  checkBase64(value, fail);
  return value;
}

function readDocument(text: string, file: string): YamlDocument | undefined {
  try {
    // By the rules of sigs.k8s.io/yaml, as client-go: `yes` is a boolean, and only the first document counts.
    const [first] = readYamlDocuments(text.replace(/^\ufeff/, ""), { file, places: true, rules: "sigs" });
    return first?.value === null ? undefined : first;
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    // The parser's error is not kept as a cause: it may quote the line that it stumbled on, and that may be a secret.
    const state = `it is not valid YAML: ${withoutQuotes(cause.message)}`;
    throw new KubeconfigError("INVALID", `Cannot read kubeconfig "${file}": ${state}`, file, { place: cause.place });
  }
}

function withoutQuotes(message: string): string {
  return message.split("\n")[0]!.replace(/^Cannot read YAML: /, "").replace(/"[^"]*"|'[^']{3,}'/g, "…");
}

function checkKind(value: JsonObject, fail: (path: Path, message: string) => never): void {
  const { apiVersion = null, kind = null } = value;
  const isFine = (apiVersion === null || apiVersion === "" || apiVersion === "v1") &&
    (kind === null || kind === "" || kind === "Config");
  if (isFine) return;
  const shown = [kind ?? "Config", apiVersion ?? "v1"].map((item) => typeof item === "string" ? item : describe(item));
  fail(["kind"], `no kind "${shown[0]}" is registered for version "${shown[1]}", but a kubeconfig is a v1 Config`);
}

const LISTS = ["clusters", "users", "contexts"] as const;
const ENTRY_KEYS = { clusters: "cluster", users: "user", contexts: "context" } as const;

function checkNames(value: JsonObject, fail: (path: Path, message: string) => never): void {
  for (const list of LISTS) {
    const names = new Set<string>();
    namedItems(value, list).forEach(({ name }, index) => {
      if (names.has(name)) fail([list, index, "name"], `duplicate name "${name}" in list ${list}`);
      names.add(name);
    });
  }
}

const BASE64_FIELDS: readonly (readonly [typeof LISTS[number], string])[] = [
  ["clusters", "certificate-authority-data"],
  ["users", "client-certificate-data"],
  ["users", "client-key-data"],
];

function checkBase64(value: JsonObject, fail: (path: Path, message: string) => never): void {
  for (const [list, field] of BASE64_FIELDS) {
    namedItems(value, list).forEach(({ entry }, index) => {
      const decoded = decodeBase64(String(entry[field] ?? ""));
      if (decoded instanceof Uint8Array) return;
      const path = [list, index, ENTRY_KEYS[list], field];
      fail(path, `${formatPath(path)}: illegal base64 data at input byte ${decoded.offset}`);
    });
  }
}

/** The entries of a list with their names; what is absent or null is empty, as in Go. */
function namedItems(value: JsonObject, list: typeof LISTS[number]): { name: string; entry: JsonObject }[] {
  return ((value[list] ?? []) as (JsonObject | null)[]).map((item) => ({
    name: (item?.name ?? "") as string,
    entry: (item?.[ENTRY_KEYS[list]] ?? {}) as JsonObject,
  }));
}

function toKubeconfig(value: JsonObject, file: string): Kubeconfig {
  const locate = <T>(list: typeof LISTS[number]): Map<string, Located<T>> =>
    new Map(namedItems(value, list).map(({ name, entry }) => [name, { value: withoutNulls(entry) as T, file }]));
  return {
    ...emptyKubeconfig([file]),
    clusters: locate<Cluster>("clusters"),
    users: locate<User>("users"),
    contexts: locate<Context>("contexts"),
    currentContext: (value["current-context"] ?? "") as string,
  };
}

/** In Go a null field is the zero value; here it is an absent one. */
function withoutNulls(entry: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));
}

function formatPath(path: Path): string {
  return path.map((step, i) => typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`).join("");
}

function describe(value: JsonValue): string {
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "a mapping" : `a ${typeof value === "bigint" ? "number" : typeof value}`;
}

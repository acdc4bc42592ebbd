// deno-lint-ignore-file no-console -- a script talks to its terminal
/**
 * Writes `src/sandbox/schema/schema_table.ts`: the fields of the built-in kinds, as the sandbox needs them to merge, default
 * and validate objects as a Kubernetes API server does.
 *
 * Facts come from two published sources of one Kubernetes version: the OpenAPI v3 documents (types, list and map
 * semantics, patch strategies, defaults) and the JSON tags of the Go types (pointers, `omitempty`, `omitzero`),
 * which say what the server leaves out of its answers.
 *
 *     deno run -RW scripts/generate_sandbox_schema.ts KUBERNETES_MODULE STAGING_ROOT VERSION
 *
 * where KUBERNETES_MODULE is the directory of the module k8s.io/kubernetes, and STAGING_ROOT the directory that holds
 * `api@…`, `apimachinery@…` and so on, both as `go mod download` leaves them.
 */

interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  default?: unknown;
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: string;
  "x-kubernetes-patch-strategy"?: string;
  "x-kubernetes-patch-merge-key"?: string;
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

/** Prefix of a definition's name → prefix in the table, and the Go package below the staging root. */
const PACKAGES: [string, string, string][] = [
  ["io.k8s.api.", "", "api"],
  ["io.k8s.apimachinery.pkg.apis.meta.v1.", "meta.v1.", "apimachinery"],
  ["io.k8s.apimachinery.pkg.runtime.", "runtime.", "apimachinery"],
  ["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.", "apiextensions.v1.", "apiextensions-apiserver"],
  ["io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.", "apiregistration.v1.", "kube-aggregator"],
];

/** Definitions that are one value, not a record. */
const SCALARS: Record<string, string> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "microtime",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "object",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "object",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "any",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": "any",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "any",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "any",
};

/** Kinds of these groups are left out: nothing of a deployment needs them, and they are many. */
const LEFT_OUT = /^(resource\.k8s\.io|internal\.|storagemigration\.)/;

interface GoField {
  goType: string;
  flags: string;
  embedded: boolean;
  /** Number in the protobuf message; `2.1` for field 1 of an embedded message 2. */
  number: string;
}

const [kubernetesModule, stagingRoot, version] = Deno.args;
if (!kubernetesModule || !stagingRoot || !version) {
  console.error("usage: generate_sandbox_schema.ts KUBERNETES_MODULE STAGING_ROOT VERSION");
  Deno.exit(2);
}

const goStructs = new Map<string, Map<string, GoField>>();

function readGoPackage(directory: string): void {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(directory)];
  } catch {
    return;
  }
  for (const { name } of entries) {
    if (!name.endsWith(".go") || name.endsWith("_test.go") || name.includes("generated")) continue;
    const text = Deno.readTextFileSync(`${directory}/${name}`);
    for (const [, struct, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      goStructs.set(`${directory}#${struct}`, parseGoStruct(body!));
    }
  }
}

function parseGoStruct(body: string): Map<string, GoField> {
  const fields = new Map<string, GoField>();
  for (const line of body.split("\n")) {
    const match = /^\t(?:(\w+)\s+)?(\S+)\s+`[^`]*json:"([^"]*)"/.exec(line);
    if (match === null) continue;
    const [, , goType = "", tag = ""] = match;
    const number = /protobuf:"\w+,(\d+)/.exec(line)?.[1] ?? "";
    const [name = "", ...options] = tag.split(",");
    const flags = (goType.startsWith("*") ? "*" : "") + (options.includes("omitempty") ? "" : "!") +
      (options.includes("omitzero") ? "0" : "");
    fields.set(name || `embedded ${goType}`, { goType, flags, embedded: options.includes("inline"), number });
  }
  return fields;
}

function goFieldsOf(directory: string, struct: string): Map<string, GoField> {
  const own = goStructs.get(`${directory}#${struct}`);
  const all = new Map<string, GoField>();
  for (const [name, field] of own ?? []) {
    if (!field.embedded) all.set(name, field);
    else {
      for (const [inner, value] of goFieldsOf(directory, field.goType.replace("*", ""))) {
        all.set(inner, { ...value, number: field.number === "" ? value.number : `${field.number}.${value.number}` });
      }
    }
  }
  return all;
}

function placeOf(definition: string): { short: string; directory: string; struct: string } | undefined {
  for (const [prefix, short, module] of PACKAGES) {
    if (!definition.startsWith(prefix)) continue;
    const parts = definition.split(".");
    const struct = parts.at(-1)!;
    const rest = definition.slice(prefix.length);
    const path = module === "api"
      ? parts.slice(2, -1).slice(1).join("/")
      : module === "kube-aggregator" || module === "apiextensions-apiserver"
      ? `pkg/apis/${parts.at(-3)}/v1`
      : prefix.endsWith("runtime.")
      ? "pkg/runtime"
      : "pkg/apis/meta/v1";
    return { short: short + rest, directory: `${stagingRoot}/${module}@${stagingVersion}/${path}`, struct };
  }
}

const stagingVersion = version.replace(/^v1\./, "v0.");

function refName(schema: Schema): string | undefined {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  return ref?.slice("#/components/schemas/".length);
}

function typeOf(schema: Schema): string {
  const ref = refName(schema);
  if (ref !== undefined) {
    if (SCALARS[ref]) return SCALARS[ref];
    wanted.add(ref);
    return placeOf(ref)?.short ?? fail(`no package for ${ref}`);
  }
  if (schema.type === "array") return `[${typeOf(schema.items!)}]`;
  if (schema.additionalProperties) return `{${typeOf(schema.additionalProperties)}}`;
  if (schema.type === "object" || schema.type === undefined) return "object";
  if (schema.type === "integer") return schema.format ?? "int64";
  if (schema.type === "number") return "double";
  if (schema.type === "boolean") return "bool";
  if (schema.format === "byte") return "bytes";
  return "string";
}

function fail(message: string): never {
  throw new Error(message);
}

function fieldLine(name: string, schema: Schema, owner: Schema, go: GoField | undefined): string {
  const number = go?.number ? `#${go.number}` : "";
  const words = [` ${name}${go?.flags ?? ""}${number}`, typeOf(schema)];
  const listType = schema["x-kubernetes-list-type"];
  if (listType === "set") words.push("set");
  if (listType === "map") words.push(`map=${schema["x-kubernetes-list-map-keys"]!.join(",")}`);
  if (listType === "atomic") words.push("atomic");
  if (schema["x-kubernetes-map-type"] === "atomic") words.push("atomic");
  const strategy = schema["x-kubernetes-patch-strategy"];
  if (strategy) words.push(`patch=${strategy}`);
  if (schema["x-kubernetes-patch-merge-key"]) words.push(`key=${schema["x-kubernetes-patch-merge-key"]}`);
  if (owner.required?.includes(name)) words.push("required");
  const value = schema.default;
  if (value !== undefined && value !== "" && value !== 0 && value !== false && JSON.stringify(value) !== "{}") {
    words.push(`default=${JSON.stringify(value)}`);
  }
  return words.join(" ");
}

const schemas = new Map<string, Schema>();
const specs = `${kubernetesModule}/api/openapi-spec/v3`;
for (const { name } of Deno.readDirSync(specs)) {
  const document = JSON.parse(Deno.readTextFileSync(`${specs}/${name}`));
  for (const [key, schema] of Object.entries(document.components?.schemas ?? {})) schemas.set(key, schema as Schema);
}

const wanted = new Set<string>();
for (const [name, schema] of schemas) {
  const kinds = schema["x-kubernetes-group-version-kind"] ?? [];
  if (kinds.length !== 1 || LEFT_OUT.test(kinds[0]!.group) || /alpha|beta/.test(kinds[0]!.version)) continue;
  if (kinds[0]!.kind.endsWith("List")) continue;
  wanted.add(name);
}
wanted.add("io.k8s.apimachinery.pkg.apis.meta.v1.Status");
wanted.add("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
wanted.add("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta");

const blocks = new Map<string, string>();
const read = new Set<string>();
// `wanted` grows while definitions are read.
for (const name of wanted) {
  const schema = schemas.get(name) ?? fail(`no schema ${name}`);
  if (!schema.properties) {
    blocks.set(placeOf(name)!.short, placeOf(name)!.short);
    continue;
  }
  const { short, directory, struct } = placeOf(name) ?? fail(`no package for ${name}`);
  if (!read.has(directory)) readGoPackage(directory);
  read.add(directory);
  const goFields = goFieldsOf(directory, struct);
  const kinds = schema["x-kubernetes-group-version-kind"] ?? [];
  const header = [short];
  if (schema["x-kubernetes-map-type"]) header.push(schema["x-kubernetes-map-type"]);
  if (kinds.length === 1) header.push(`kind=${kinds[0]!.group}/${kinds[0]!.version}/${kinds[0]!.kind}`);
  // Go writes fields in the order of the struct; the answers of a real server have that order too.
  const order = [...goFields.keys()];
  const names = Object.keys(schema.properties).sort((a, b) => rank(order, a) - rank(order, b));
  const lines = names.filter((field) => field !== "kind" && field !== "apiVersion" || kinds.length === 0)
    .map((field) => {
      const go = goFields.get(field);
      if (go === undefined && !["apiVersion", "kind"].includes(field)) console.error(`no Go field ${name}.${field}`);
      return fieldLine(field, schema.properties![field]!, schema, go);
    });
  blocks.set(short, [header.join(" "), ...lines].join("\n"));
}

function rank(order: string[], name: string): number {
  const at = order.indexOf(name);
  return at < 0 ? -1 : at;
}

const text = [...blocks.keys()].sort().map((name) => blocks.get(name)).join("\n");
if (/[`\\$]\{|`/.test(text)) fail("the table needs escaping");
Deno.writeTextFileSync(
  new URL("../src/sandbox/schema/schema_table.ts", import.meta.url),
  `/**
 * Fields of the built-in kinds of Kubernetes ${version}, written by \`scripts/generate_sandbox_schema.ts\`.
 *
 * A line without indent starts a record: its name, \`atomic\` where it is owned as a whole, and its group, version and kind.
 * The lines below it are fields in the order in which a server writes them: name, \`*\` for a pointer (zero values are
 * kept), \`!\` for a field that is always written, \`0\` for a record left out when empty, \`#\` and the
 * number in protobuf messages; then the type (\`[T]\` list,
 * \`{T}\` map) and the rest: list and map semantics, patch strategy and key, \`required\`, \`default=\`.
 */
export const SCHEMA_TABLE = \`
${text}
\`;
`,
);
console.error(`${blocks.size} definitions, ${text.split("\n").length} lines, ${text.length} bytes`);

// deno-lint-ignore-file no-console
/**
 * Writes src/schema/facts.ts from a file of merge facts.
 *
 * usage: deno run -RW scripts/generate_schema.ts MERGE_FACTS.json
 *
 * The input holds what the OpenAPI document of Kubernetes 1.21.2 (the one that kustomize 5.8.1 embeds) says of list
 * merging and scope: `{definitions: {DEFINITION: {FIELD: FACTS}}, kinds: {"group/version/Kind": {def, namespaced?}}}`.
 */

interface FieldFacts {
  ref?: string;
  list?: boolean;
  strategy?: string;
  mergeKey?: string;
  listType?: string;
  listMapKeys?: string[];
}

interface MergeFacts {
  definitions: Record<string, Record<string, FieldFacts>>;
  kinds: Record<string, { def: string; namespaced?: boolean }>;
}

/** Kinds whose scope kustomize knows although no path of the API reads them (`kyaml/openapi/openapi.go` v5.8.1). */
const EXTRA_SCOPES: Record<string, boolean> = {
  "v1/NodeProxyOptions": false,
  "v1/PodAttachOptions": true,
  "v1/PodExecOptions": true,
  "v1/PodPortForwardOptions": true,
  "v1/PodProxyOptions": true,
  "v1/ServiceProxyOptions": true,
};

/** What kustomize's own schema adds (`kyaml/openapi/kustomizationapi/swagger.json` v5.8.1). */
const KUSTOMIZATION: Record<string, FieldFacts> = {
  configMapGenerator: { list: true, strategy: "merge", mergeKey: "name" },
  secretGenerator: { list: true, strategy: "merge", mergeKey: "name" },
};

/**
 * Fields of any shape that the schema names without facts. They may hold whole objects, and what the schema knows is
 * not looked up again by the apiVersion and kind inside.
 */
const OPAQUE: Record<string, string[]> = {
  "io.k8s.api.apps.v1.ControllerRevision": ["data"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition": ["spec"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinition": ["spec"],
};

function hasFacts(field: FieldFacts): boolean {
  return field.strategy !== undefined || field.listType !== undefined || field.listMapKeys !== undefined;
}

/** Definitions from which some fact can be reached; all others say nothing about merging. */
function findUsefulDefinitions(definitions: MergeFacts["definitions"]): Set<string> {
  const useful = new Set(Object.keys(OPAQUE).filter((name) => name in definitions));
  for (let before = -1; before !== useful.size;) {
    before = useful.size;
    for (const [name, fields] of Object.entries(definitions)) {
      const isUseful = Object.values(fields).some((f) => hasFacts(f) || (f.ref !== undefined && useful.has(f.ref)));
      if (isUseful) useful.add(name);
    }
  }
  return useful;
}

function encodeField(field: FieldFacts, numberOf: Map<string, number>): unknown[] {
  const definition = field.ref === undefined ? -1 : numberOf.get(field.ref) ?? -1;
  const encoded: unknown[] = [
    definition,
    field.list ? 1 : 0,
    field.strategy ?? "",
    field.mergeKey ?? "",
    field.listType ?? "",
    ...(field.listMapKeys ?? []),
  ];
  while (encoded.length > 1 && encoded.at(-1) === "") encoded.pop();
  if (encoded.length === 2 && encoded[1] === 0) encoded.pop();
  return encoded;
}

interface Encoded {
  /** Definitions by number, without `io.k8s.api.`. */
  names: string[];
  json: string;
}

function encode(facts: MergeFacts): Encoded {
  const definitions: MergeFacts["definitions"] = { ...facts.definitions, Kustomization: KUSTOMIZATION };
  const kinds = Object.entries(facts.kinds).filter(([kind]) => !kind.endsWith("List"));
  const useful = findUsefulDefinitions(definitions);
  const reachable = [...kinds.map(([, { def }]) => def), "Kustomization"].filter((name) => useful.has(name));
  for (const name of reachable) {
    for (const { ref } of Object.values(definitions[name]!)) {
      if (ref !== undefined && useful.has(ref) && !reachable.includes(ref)) reachable.push(ref);
    }
  }
  const names = [...new Set(reachable)];
  const numberOf = new Map(names.map((name, i) => [name, i]));
  const encodedDefinitions = names.map((name) => {
    const fields: Record<string, unknown[]> = {};
    for (const [field, value] of Object.entries(definitions[name]!)) {
      if (hasFacts(value) || (value.ref !== undefined && numberOf.has(value.ref))) {
        fields[field] = encodeField(value, numberOf);
      }
    }
    for (const field of OPAQUE[name] ?? []) fields[field] = [-1];
    return fields;
  });
  const encodedKinds: Record<string, number> = {};
  for (const [kind, { def }] of kinds) encodedKinds[kind] = numberOf.get(def) ?? -1;
  encodedKinds["kustomize.config.k8s.io/v1beta1/Kustomization"] = numberOf.get("Kustomization")!;
  const json = JSON.stringify({ kinds: encodedKinds, definitions: encodedDefinitions });
  return { names: names.map((name) => name.replace(/^io\.k8s\.api\./, "")), json };
}

function scopes(facts: MergeFacts, namespaced: boolean): string {
  const scopeOf: Record<string, boolean | undefined> = { ...EXTRA_SCOPES };
  for (const [kind, value] of Object.entries(facts.kinds)) scopeOf[kind] = value.namespaced;
  return Object.keys(scopeOf).filter((kind) => scopeOf[kind] === namespaced).sort().join(" ");
}

function render(facts: MergeFacts): string {
  const { names, json } = encode(facts);
  return `// Generated by scripts/generate_schema.ts from the OpenAPI facts of Kubernetes 1.21.2; do not edit.
// deno-fmt-ignore-file
/** \`apiVersion/Kind\` of the built-in kinds that live outside of namespaces. */
export const CLUSTER_SCOPED_KINDS =
  ${JSON.stringify(scopes(facts, false))};

/** \`apiVersion/Kind\` of the built-in kinds that live in namespaces. */
export const NAMESPACED_KINDS =
  ${JSON.stringify(scopes(facts, true))};

/**
 * JSON of \`{kinds: {"apiVersion/Kind": DEFINITION}, definitions: [{FIELD: FACTS}]}\`; definitions go by number, -1 is
 * one without facts. FACTS: \`[DEFINITION, isList, patchStrategy, patchMergeKey, listType, ...listMapKeys]\`, trailing
 * empty items left out.
 */
export const MERGE_FACTS =
  '${json}';

/** Names of the definitions above in order, without a leading \`io.k8s.api.\`: other documents refer to them. */
export const DEFINITION_NAMES =
  ${JSON.stringify(names.join(" "))};
`;
}

const [path] = Deno.args;
if (path === undefined) {
  console.error("usage: deno run -RW scripts/generate_schema.ts MERGE_FACTS.json");
  Deno.exit(2);
}
const facts = JSON.parse(Deno.readTextFileSync(path)) as MergeFacts;
Deno.writeTextFileSync(new URL("../src/schema/facts.ts", import.meta.url), render(facts));

import { generatorArguments } from "./generators.ts";
import type { Layer } from "./kustomizations.ts";
import { jsonPatch, strategicPatch, target } from "./patches.ts";
import type { Random } from "./random.ts";
import { replacement } from "./replacements.ts";
import { type Fragment, fromJson, inline, list, map, type Node, raw, text } from "./yaml_text.ts";

const CONFIGURATIONS: Record<string, unknown>[] = [
  { namePrefix: [{ path: "spec/configRef/name", kind: "Widget" }] },
  { nameSuffix: [{ path: "spec/configRef/name", kind: "Widget" }] },
  {
    nameReference: [{
      kind: "ConfigMap",
      version: "v1",
      fieldSpecs: [{ path: "spec/configRef/name", kind: "Widget" }, { path: "spec/alpha", kind: "Widget" }],
    }],
  },
  { nameReference: [{ kind: "Widget", group: "example.com", fieldSpecs: [{ path: "metadata/annotations/note" }] }] },
  {
    nameReference: [{
      kind: "Secret",
      fieldSpecs: [{ path: "spec/refs/name", kind: "Widget" }, { path: "spec/serviceName", kind: "StatefulSet" }],
    }],
  },
  { commonLabels: [{ path: "spec/custom/labels", create: true, kind: "Widget" }] },
  { commonLabels: [{ path: "spec/labels", create: false, kind: "Widget" }] },
  { labels: [{ path: "spec/custom/labels", create: true, kind: "Widget" }] },
  { templateLabels: [{ path: "spec/containers[]/labels", create: true, kind: "Widget" }] },
  {
    images: [{ path: "spec/containers[]/image", kind: "Widget", create: true }, { path: "spec/alpha", kind: "Widget" }],
  },
  { replicas: [{ path: "spec/replicas", kind: "Widget", create: true }] },
  { namespace: [{ path: "spec/ns", kind: "Widget", create: true }] },
  { namespace: [{ path: "metadata/annotations/ns", create: true }] },
  { varReference: [{ path: "spec/alpha", kind: "Widget" }, { path: "data" }, { path: "metadata/annotations" }] },
  { varReference: [{ path: "spec" }, { path: "spec/template/spec/containers/image" }] },
  { commonAnnotations: [{ path: "spec/notes", create: true, kind: "Widget" }] },
  { generators: [{ path: "x" }] },
];

/** `configurations`. */
export function configurations(layer: Layer): Record<string, Node | undefined> {
  const { random, tree, directory } = layer;
  const names = random.chance(0.2) ? ["config.yaml", "config2.yaml"] : ["config.yaml"];
  for (const name of names) {
    const chosen = random.subset(CONFIGURATIONS.slice(0, random.chance(0.03) ? undefined : -1), 0.25);
    tree.set(`${directory}${name}`, { documents: [fromJson(Object.assign({}, ...chosen))] });
  }
  return { configurations: list(names.map(text)) };
}

const ANY = [{ path: "metadata/labels", create: true }];
const NAME = [{ path: "metadata/name" }];

const TRANSFORMERS: readonly (Fragment | ((layer: Layer) => Fragment))[] = [
  { kind: "LabelTransformer", labels: { added: "x" }, fieldSpecs: ANY },
  {
    kind: "LabelTransformer",
    labels: { added: "true" },
    fieldSpecs: [...ANY, { path: "spec/template/metadata/labels", create: true, kind: "Deployment" }],
  },
  {
    kind: "AnnotationsTransformer",
    annotations: { added: "5" },
    fieldSpecs: [{ path: "metadata/annotations", create: true }],
  },
  { kind: "PrefixTransformer", prefix: "t-", fieldSpecs: NAME },
  { kind: "SuffixTransformer", suffix: "-t", fieldSpecs: NAME },
  { kind: "PrefixSuffixTransformer", prefix: "p-", suffix: "-s", fieldSpecs: NAME },
  { kind: "PrefixTransformer", prefix: "c-", fieldSpecs: [{ path: "spec/configRef/name", kind: "Widget" }] },
  {
    kind: "NamespaceTransformer",
    unsetOnly: true,
    metadata: { name: "t", namespace: "prod" },
    fieldSpecs: [{ path: "metadata/namespace", create: true }],
  },
  ({ random }) => ({
    kind: "NamespaceTransformer",
    metadata: { name: "t", namespace: "stage" },
    setRoleBindingSubjects: random.pick(["none", "defaultOnly", "allServiceAccounts"]),
    fieldSpecs: random.pick([
      [{ path: "metadata/namespace", create: true }],
      [{ path: "metadata/namespace", create: true }, { path: "subjects", kind: "RoleBinding" }],
      [],
    ]),
  }),
  { kind: "ImageTagTransformer", imageTag: { name: "nginx", newTag: "t1" } },
  {
    kind: "ImageTagTransformer",
    imageTag: { name: "nginx", newName: "x" },
    fieldSpecs: [{ path: "spec/template/spec/containers[]/image" }],
  },
  {
    kind: "ReplicaCountTransformer",
    replica: { name: "web", count: 9 },
    fieldSpecs: [{ path: "spec/replicas", create: true, kind: "Deployment" }],
  },
  {
    kind: "PatchTransformer",
    patch: '[{"op": "add", "path": "/metadata/labels", "value": {"p": "q"}}]',
    target: { kind: "ConfigMap" },
  },
  (layer) => ({ kind: "PatchTransformer", patch: inline(anyStrategicPatch(layer)) }),
  (layer) => ({ kind: "PatchStrategicMergeTransformer", patches: inline(anyStrategicPatch(layer)) }),
  (layer) => ({
    kind: "PatchJson6902Transformer",
    jsonOp: inline(jsonPatch(layer.random)),
    target: target(layer.random, layer.known),
  }),
  (layer) =>
    layer.known.length === 0
      ? { kind: "ReplacementTransformer" }
      : { kind: "ReplacementTransformer", replacements: list([replacement(layer)]) },
  { kind: "ValueAddTransformer", value: "added", targets: [{ fieldPath: "metadata/annotations/va" }] },
  {
    kind: "ValueAddTransformer",
    value: "5",
    targets: [{ fieldPath: "spec/replicas", selector: { kind: "Deployment" } }, { fieldPath: "spec/name" }],
  },
  { kind: "ValueAddTransformer", value: "a", targets: [{ fieldPath: "metadata/name", filePathPosition: 1 }] },
  { kind: "HashTransformer" },
  { kind: "Unknown" },
];

function anyStrategicPatch({ random, known }: Layer): Node {
  return known.length === 0
    ? fromJson({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" } })
    : strategicPatch(random, random.pick(known));
}

/** `transformers` with built-in plugins. */
export function transformers(layer: Layer): Record<string, Node> {
  return { transformers: list([transformer(layer, 0), ...layer.random.some(1, () => transformer(layer, 1))]) };
}

function transformer(layer: Layer, number: number): Node {
  const { random } = layer;
  const make = () => {
    const choice = random.pick(random.chance(0.98) ? TRANSFORMERS.slice(0, -1) : TRANSFORMERS);
    return configuration(typeof choice === "function" ? choice(layer) : choice, random);
  };
  return entry(layer, `transformer${number}`, [make(), ...(random.chance(0.15) ? [make()] : [])]);
}

function configuration(fields: Fragment, random: Random): Node {
  return fromJson({
    apiVersion: "builtin",
    ...fields,
    metadata: fields.metadata ?? { name: `t${random.below(1000)}` },
  });
}

/** Plugin configurations as text in place, as a file, as a directory with a kustomization, or as one of several files. */
function entry(layer: Layer, name: string, documents: Node[]): Node {
  const { random, tree, directory } = layer;
  const at = random.number();
  if (at < 0.4 && documents.length === 1) return inline(documents[0]!);
  if (at < 0.7) {
    tree.set(`${directory}${name}.yaml`, { documents });
    return text(`${name}.yaml`);
  }
  tree.set(`${directory}${name}/c.yaml`, { documents });
  const extra = random.chance(0.2)
    ? {
      patches: list([
        map({
          patch: inline(fromJson([{ op: "add", path: "/prefix", value: "zz-" }])),
          target: fromJson({ kind: "P.*" }),
        }),
      ]),
    }
    : {};
  tree.set(`${directory}${name}/kustomization.yaml`, {
    documents: [map({ resources: list([text("c.yaml")]), ...extra })],
  });
  return text(name);
}

const WIDGET_CRD = {
  "com.example.v1.Widget": {
    Schema: { properties: { kind: { type: "string" }, spec: { $ref: "com.example.v1.WidgetSpec" } } },
    Dependencies: ["com.example.v1.WidgetSpec"],
  },
  "com.example.v1.WidgetSpec": {
    Schema: {
      properties: {
        configRef: {
          $ref: "com.example.v1.WidgetRef",
          "x-kubernetes-object-ref-api-version": "v1",
          "x-kubernetes-object-ref-kind": "ConfigMap",
        },
        alpha: {
          type: "string",
          "x-kubernetes-object-ref-kind": "Secret",
          "x-kubernetes-object-ref-api-version": "v1",
        },
        labels: { type: "object", "x-kubernetes-label-selector": "" },
        identity: { type: "string", "x-kubernetes-identity": "" },
      },
    },
    Dependencies: ["com.example.v1.WidgetRef"],
  },
  "com.example.v1.WidgetRef": { Schema: { properties: { name: { type: "string" } } } },
};

const WIDGET_SCHEMA = {
  definitions: {
    "com.example.v1.Widget": {
      properties: {
        spec: {
          properties: {
            containers: {
              type: "array",
              items: { type: "object" },
              "x-kubernetes-patch-merge-key": "name",
              "x-kubernetes-patch-strategy": "merge",
            },
            alpha: { type: "array", items: { type: "string" }, "x-kubernetes-patch-strategy": "merge" },
          },
        },
      },
      "x-kubernetes-group-version-kind": [{ group: "example.com", version: "v1", kind: "Widget" }],
    },
  },
};

/** `crds` and `openapi`. */
export function schemas({ random, tree, directory }: Layer): Record<string, Node> {
  if (random.chance(0.5)) {
    const isYaml = random.chance(0.3);
    const name = isYaml ? "crd.yaml" : "crd.json";
    tree.set(
      directory + name,
      isYaml ? { documents: [fromJson(WIDGET_CRD)] } : { text: JSON.stringify(WIDGET_CRD, null, 2) },
    );
    return { crds: list([text(name)]) };
  }
  if (random.chance(0.2)) return { openapi: fromJson({ version: random.chance(0.9) ? "v1.21.2" : "v1.20.4" }) };
  tree.set(`${directory}schema.json`, { text: JSON.stringify(WIDGET_SCHEMA) });
  return { openapi: fromJson({ path: "schema.json" }) };
}

/** `generators` with built-in plugins. */
export function generatorPlugins(layer: Layer): Record<string, Node> {
  const { random, generated } = layer;
  const kind = random.pick(["ConfigMap", "ConfigMap", "Secret"]);
  const isNamed = random.chance(0.2);
  const name = random.pick(["made", "plain", "web"]);
  const content = map({
    apiVersion: text("builtin"),
    kind: text(`${kind}Generator`),
    metadata: map({ name: text(name), namespace: random.chance(0.2) ? text("prod") : undefined }),
    name: isNamed ? text("other-name") : undefined,
    behavior: random.chance(0.1) ? text(random.pick(["create", "merge"])) : undefined,
    type: kind === "Secret" ? text("Opaque") : undefined,
    ...generatorArguments(layer, "g"),
  });
  if (!isNamed) generated.push({ kind, name });
  return { generators: list([entry(layer, "generator", [content])]) };
}

/** `validators` with built-in plugins. */
export function validators(layer: Layer): Record<string, Node> {
  const { random } = layer;
  const changes = random.chance(0.2);
  const validator = configuration({
    kind: "PatchTransformer",
    patch: changes ? '[{"op": "add", "path": "/metadata/labels", "value": {"v": "w"}}]' : "[]",
    target: { kind: changes ? "ConfigMap" : "None" },
  }, random);
  return { validators: list([entry(layer, "validator", [validator])]) };
}

/** `metadata` of the kustomization itself. */
export function ownMetadata({ random }: Layer): Record<string, Node> {
  return {
    metadata: map({
      name: text("own"),
      annotations: random.chance(0.3) ? map({ "config.kubernetes.io/local-config": raw('"true"') }) : undefined,
    }),
  };
}

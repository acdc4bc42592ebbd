import { NAMES, NAMESPACES, stringLabels } from "./manifests.ts";
import type { Layer } from "./kustomizations.ts";
import { target } from "./patches.ts";
import type { Random } from "./random.ts";
import { fromJson, inline, list, map, type Node, raw, text } from "./yaml_text.ts";

const LITERALS = ["k=v", "a=b=c", 'quoted="x y"', "num=5", "multi=line\\n", "empty=", "u=é😀", "sp= lead"];

/** `configMapGenerator`, `secretGenerator` and `generatorOptions`. */
export function generators(layer: Layer): Record<string, Node | undefined> {
  const { random } = layer;
  return {
    configMapGenerator: random.chance(0.8)
      ? list([generator(layer, "c"), ...random.some(1, () => generator(layer, "d"))])
      : undefined,
    secretGenerator: random.chance(0.4)
      ? list([generator(layer, "s", random.chance(0.5) ? text("Opaque") : undefined)])
      : undefined,
    generatorOptions: random.chance(0.25) ? options(random) : undefined,
  };
}

function generator({ random, tree, directory }: Layer, prefix: string, type?: Node): Node {
  const files: string[] = [];
  if (random.chance(0.3)) {
    tree.set(`${directory}${prefix}.txt`, {
      text: random.pick(["plain\n", "no end", "a: b\nc: |\n  d\n", "é 😀\n", "x\r\ny\r\n", "tab\there \n", ""]),
    });
    files.push(random.pick([`${prefix}.txt`, `renamed=${prefix}.txt`]));
  }
  const envs: string[] = [];
  if (random.chance(0.2)) {
    tree.set(`${directory}${prefix}.env`, {
      text: random.pick(["A=1\nB=two words\n", '# c\nX="q"\n\nY=\n', "Z='s'\n", "E=a=b\n"]),
    });
    envs.push(`${prefix}.env`);
  }
  return map({
    name: text(random.chance(0.4) ? random.pick(NAMES) : `${prefix}-${random.below(1000)}`),
    namespace: random.chance(0.15) ? text(random.pick(NAMESPACES)) : undefined,
    behavior: random.chance(0.03) ? text(random.pick(["create", "merge", "replace"])) : undefined,
    type,
    literals: random.chance(0.7)
      ? list(random.subset(LITERALS, 0.3).map((literal) => raw(JSON.stringify(literal))))
      : undefined,
    files: files.length > 0 ? list(files.map(text)) : undefined,
    envs: envs.length > 0 ? list(envs.map(text)) : undefined,
    options: random.chance(0.2) ? options(random) : undefined,
  });
}

function options(random: Random): Node {
  return map({
    disableNameSuffixHash: random.chance(0.5) ? raw(random.pick(["true", "false"])) : undefined,
    labels: random.chance(0.4) ? stringLabels(random) : undefined,
    annotations: random.chance(0.3) ? fromJson({ gen: "x" }) : undefined,
    immutable: random.chance(0.2) ? raw("true") : undefined,
  });
}

const SOURCE_PATHS = [
  "metadata.name",
  "metadata.namespace",
  "spec.replicas",
  "data.k",
  "spec.template.spec.containers.0.image",
  "spec.alpha",
  "kind",
  "metadata.labels.app",
  "spec.template.spec.containers.[name=main].image",
  "metadata",
  "spec.ports.0.port",
];
const TARGET_PATHS = [
  "metadata.annotations.copied",
  "metadata.labels.app",
  "spec.template.spec.containers.*.image",
  "spec.template.spec.containers.[name=main].image",
  "spec.alpha",
  "spec.new.path",
  "data.k",
  "spec.replicas",
  "spec.template.spec.containers.[name=m.*].env.[name=A].value",
  "metadata.annotations.x\\.io/y",
  "spec.new.list.0",
  "spec.new.[name=x].value",
];

/** `replacements`. */
export function replacements(layer: Layer): Record<string, Node | undefined> {
  const { random, tree, directory, known } = layer;
  if (known.length === 0) return {};
  const entry = replacement(layer);
  if (random.chance(0.15)) {
    tree.set(`${directory}rep.yaml`, { documents: [random.chance(0.5) ? list([entry]) : entry] });
    return { replacements: list([map({ path: text("rep.yaml") })]) };
  }
  return { replacements: list([entry, ...random.some(1, () => replacement(layer))]) };
}

function replacement({ random, known }: Layer): Node {
  const source = random.pick(known);
  const refine = () =>
    random.chance(0.3)
      ? map({ delimiter: raw(random.pick(['"-"', '":"', '"/"'])), index: raw(random.pick(["0", "1", "-1"])) })
      : undefined;
  const from = random.chance(0.15) ? { sourceValue: raw(random.pick(["value", '"5"', '""', "a-b"])) } : {
    source: map({
      kind: text(source.kind),
      name: text(source.name),
      namespace: source.namespace === undefined ? undefined : text(source.namespace),
      fieldPath: random.chance(0.25) ? text(random.pick(SOURCE_PATHS)) : undefined,
      options: refine(),
    }),
  };
  return map({
    ...from,
    targets: list([replacementTarget(random, known), ...random.some(1, () => replacementTarget(random, known))]),
  });
}

function replacementTarget(random: Random, known: Layer["known"]): Node {
  const creates = random.chance(0.85) ? raw("true") : undefined;
  const delimiter = random.chance(0.2) ? raw(random.pick(['"-"', '":"'])) : undefined;
  const index = delimiter && random.chance(0.7) ? raw(random.pick(["0", "1", "5", "-1"])) : undefined;
  return map({
    select: target(random, known),
    reject: random.chance(0.2) ? list([target(random, known)]) : undefined,
    fieldPaths: random.chance(0.9)
      ? list(random.subset(TARGET_PATHS, 0.12).map((path) => raw(JSON.stringify(path))))
      : undefined,
    options: creates || delimiter ? map({ create: creates, delimiter, index }) : undefined,
  });
}

/** `vars`. */
export function variables({ random, known }: Layer): Record<string, Node | undefined> {
  if (known.length === 0) return {};
  const { apiVersion, kind, name } = random.pick(known);
  const [version, group] = apiVersion.split("/").reverse();
  const path = random.chance(0.8)
    ? random.pick(["metadata.name", "kind"])
    : random.pick(["metadata.namespace", "spec.replicas", "data.k"]);
  return {
    vars: fromJson([{
      name: random.pick(["VAR", "OTHER"]),
      objref: { ...(group && { group }), version, kind, name },
      fieldref: { fieldPath: path },
    }]),
  };
}

const CONFIGURATIONS: Record<string, unknown>[] = [
  { namePrefix: [{ path: "spec/configRef/name", kind: "Widget" }] },
  {
    nameReference: [{
      kind: "ConfigMap",
      version: "v1",
      fieldSpecs: [{ path: "spec/configRef/name", kind: "Widget" }],
    }],
  },
  { commonLabels: [{ path: "spec/custom/labels", create: true, kind: "Widget" }] },
  { images: [{ path: "spec/containers[]/image", kind: "Widget" }, { path: "spec/alpha", kind: "Widget" }] },
  { replicas: [{ path: "spec/replicas", kind: "Widget", create: true }] },
  { namespace: [{ path: "spec/ns", kind: "Widget", create: true }] },
  { varReference: [{ path: "spec/alpha", kind: "Widget" }, { path: "data" }, { path: "metadata/annotations" }] },
  { commonAnnotations: [{ path: "spec/notes", create: true, kind: "Widget" }] },
];

/** `configurations`, and transformers with a configuration of their own. */
export function configurations(layer: Layer): Record<string, Node | undefined> {
  const { random, tree, directory } = layer;
  if (random.chance(0.6)) {
    const merged = Object.assign({}, ...random.subset(CONFIGURATIONS, 0.4));
    tree.set(`${directory}config.yaml`, { documents: [fromJson(merged)] });
    return { configurations: list([text("config.yaml")]) };
  }
  const plugin = random.pick(TRANSFORMERS);
  const content = fromJson({ apiVersion: "builtin", ...plugin, metadata: { name: "t" } });
  if (random.chance(0.5)) return { transformers: list([inline(content)]) };
  tree.set(`${directory}transformer.yaml`, { documents: [content] });
  return { transformers: list([text("transformer.yaml")]) };
}

const ANY = [{ path: "metadata/labels", create: true }];
const TRANSFORMERS: Record<string, unknown>[] = [
  { kind: "LabelTransformer", labels: { added: "x" }, fieldSpecs: ANY },
  {
    kind: "AnnotationsTransformer",
    annotations: { added: "5" },
    fieldSpecs: [{ path: "metadata/annotations", create: true }],
  },
  { kind: "PrefixTransformer", prefix: "t-", fieldSpecs: [{ path: "metadata/name" }] },
  { kind: "SuffixTransformer", suffix: "-t", fieldSpecs: [{ path: "metadata/name" }] },
  {
    kind: "NamespaceTransformer",
    unsetOnly: true,
    metadata: { name: "t", namespace: "prod" },
    fieldSpecs: [{ path: "metadata/namespace", create: true }],
  },
  { kind: "ImageTagTransformer", imageTag: { name: "nginx", newTag: "t1" } },
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
  { kind: "ValueAddTransformer", value: "added", targets: [{ fieldPath: "metadata/annotations/va" }] },
];

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
    tree.set(`${directory}crd.json`, { text: JSON.stringify(WIDGET_CRD, null, 2) });
    return { crds: list([text("crd.json")]) };
  }
  if (random.chance(0.2)) return { openapi: fromJson({ version: "v1.21.2" }) };
  tree.set(`${directory}schema.json`, { text: JSON.stringify(WIDGET_SCHEMA) });
  return { openapi: fromJson({ path: "schema.json" }) };
}

const GENERATORS: Record<string, unknown>[] = [
  { kind: "ConfigMapGenerator", metadata: { name: "made" }, literals: ["a=b"] },
  { kind: "SecretGenerator", metadata: { name: "made", namespace: "prod" }, literals: ["a=b"], type: "Opaque" },
  {
    kind: "ConfigMapGenerator",
    metadata: { name: "plain" },
    literals: ["a=b"],
    options: { disableNameSuffixHash: true },
  },
];

/** `generators` and `validators` with built-in plugins. */
export function plugins({ random, tree, directory }: Layer): Record<string, Node> {
  const content = fromJson({ apiVersion: "builtin", ...random.pick(GENERATORS) });
  if (random.chance(0.2)) {
    const validator = {
      apiVersion: "builtin",
      kind: "PatchTransformer",
      metadata: { name: "v" },
      patch: "[]",
      target: { kind: "None" },
    };
    return { validators: list([inline(fromJson(validator))]) };
  }
  if (random.chance(0.5)) return { generators: list([inline(content)]) };
  tree.set(`${directory}generator.yaml`, { documents: [content] });
  return { generators: list([text("generator.yaml")]) };
}

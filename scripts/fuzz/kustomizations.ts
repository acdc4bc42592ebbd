import { findKind, IMAGES, manifest, NAMESPACES, stringLabels } from "./manifests.ts";
import { generators } from "./generators.ts";
import { jsonPatch, type Known, strategicPatch, target } from "./patches.ts";
import { configurations, generatorPlugins, ownMetadata, schemas, transformers, validators } from "./plugins.ts";
import { replacements, variables } from "./replacements.ts";
import type { Random } from "./random.ts";
import { stringScalar } from "./scalars.ts";
import type { Dress, Tree } from "./tree.ts";
import { fromJson, inline, list, map, type Node, raw, type Style, text } from "./yaml_text.ts";

/** What goes into one kustomization, and where its files are. */
export interface Layer {
  random: Random;
  tree: Tree;
  /** With a slash at its end; empty for the outermost. */
  directory: string;
  /** Objects that patches of this layer may aim at. */
  known: Known[];
  /** All objects of the tree. */
  all: Known[];
  /** ConfigMaps and Secrets that generators of this layer and below have made. */
  generated: Generated[];
}

/** What a generator makes. */
export interface Generated {
  kind: string;
  name: string;
  namespace?: string;
}

/** A random tree with an outermost kustomization, bases side by side or one used twice, and a component. */
export function randomTree(random: Random): Tree {
  const tree: Tree = new Map();
  const outermost: Layer = { random, tree, directory: "", known: [], all: [], generated: [] };
  const bases = random.subset(["base", "other"], 0.45).map((base) => addBase(outermost, base));
  if (bases.length > 0 && random.chance(0.15)) bases.splice(0, 1, ...addVariants(outermost, bases[0]!));
  const files = resources(outermost, bases.length > 0 ? 1 : 3);
  const components = random.subset(["comp", "comp2"], 0.15).map((name) => addComponent(outermost, name));
  addKustomization(outermost, "Kustomization", [...files, ...bases], 1, components);
  if (random.chance(0.03)) rename(outermost);
  const flags = random.subset(FLAGS, 0.1);
  if (tree.has("outside.yaml") && random.chance(0.7)) flags.push("--load-restrictor=LoadRestrictionsNone");
  if (flags.length > 0) tree.set("flags", { text: flags.join(" ") });
  return tree;
}

const FLAGS = ["--reorder=none", "--reorder=legacy", "--enable-managedby-label"];

/** A component, maybe with one of its own. */
function addComponent(outermost: Layer, name: string): string {
  const { random, known, generated } = outermost;
  const component: Layer = { ...outermost, directory: `${name}/`, known: [...known], generated: [...generated] };
  const inner: string[] = [];
  if (random.chance(0.15)) {
    addKustomization({ ...component, directory: `${name}/inner/` }, "Component", [], 0.2);
    inner.push("inner");
  }
  const entries = random.chance(0.4) ? resources(component, 1) : [];
  addKustomization(component, "Component", entries, 0.35, inner);
  return name;
}

/** Gives the outermost kustomization another of its names, or two of them. */
function rename({ random, tree }: Layer): void {
  const file = tree.get("kustomization.yaml")!;
  tree.set(random.pick(["kustomization.yml", "Kustomization"]), file);
  if (random.chance(0.9)) tree.delete("kustomization.yaml");
}

/** A base, maybe on a base of its own. */
function addBase({ random, tree, known, all, generated }: Layer, name: string): string {
  const layer: Layer = { random, tree, directory: `${name}/`, known: [], all, generated: [] };
  const below: string[] = [];
  if (random.chance(0.25)) {
    const deep: Layer = { ...layer, directory: `${name}/deep/` };
    addKustomization(deep, "Kustomization", resources(deep, 1), 0.2);
    below.push("deep");
  }
  const files = resources(layer, 2);
  if (random.chance(0.05)) files.push(...addOutside(layer));
  addKustomization(layer, "Kustomization", [...files, ...below], random.chance(0.5) ? 0.3 : 0.1);
  known.push(...layer.known);
  generated.push(...layer.generated);
  return name;
}

/** An object in a file above the kustomization that names it. */
function addOutside(layer: Layer): string[] {
  const document = manifest(layer.random);
  if (layer.tree.has("outside.yaml") || !remember(layer, document)) return [];
  layer.tree.set("outside.yaml", { documents: [document] });
  return ["../outside.yaml"];
}

/** Two kustomizations of one base: what kustomize calls multiple inheritance. */
function addVariants({ random, tree }: Layer, base: string): string[] {
  const field = random.pick(["namePrefix", "namespace", "nameSuffix"]);
  const values = field === "namePrefix" ? ["l-", "r-"] : field === "nameSuffix" ? ["-l", "-r"] : ["left", "right"];
  return ["left", "right"].map((name, i) => {
    tree.set(`${name}/kustomization.yaml`, {
      documents: [map({ [field]: text(values[i]!), resources: list([text(`../${base}`)]) })],
    });
    return name;
  });
}

/** Writes files of objects, and says their names. */
function resources(layer: Layer, most: number): string[] {
  const { random, tree, directory } = layer;
  const names: string[] = [];
  for (let i = 0; i <= random.below(most + 1) && i < most + 1; i++) {
    const documents = [manifest(random), ...random.some(2, () => manifest(random))].filter((document) =>
      remember(layer, document)
    );
    if (documents.length === 0) continue;
    const name = `r${i}.yaml`;
    tree.set(directory + name, {
      documents: asLists(random, documents),
      dress: random.chance(0.35) ? dress(random) : undefined,
    });
    names.push(name);
  }
  return names;
}

function dress(random: Random): Dress {
  const flag = (probability: number) => random.chance(probability) ? true : undefined;
  return {
    start: random.chance(0.4) ? random.pick(STARTS) : undefined,
    separator: random.chance(0.4) ? random.pick(SEPARATORS) : undefined,
    end: random.chance(0.3) ? random.pick(ENDS) : undefined,
    hasComments: flag(0.3),
    hasWindowsLines: flag(0.08),
    hasTrailingBlanks: flag(0.1),
    style: random.chance(0.25) ? random.pick(STYLES) : undefined,
  };
}

const STARTS = [
  "---\n",
  "# comment\n",
  "# a\n---\n# b\n",
  "\n\n",
  "---\n---\n",
  "\ufeff",
  "\ufeff---\n",
  "--- # first\n",
  "   \n# indented\n  # comment\n",
  "---\n\n---\n# nothing\n---\n",
];

const SEPARATORS = [
  "--- # comment\n",
  "---\n\n# comment\n",
  "\n---\n",
  "---\n---\n",
  "---   \n",
  "---\t\n",
  "...\n---\n",
  "---\nnull\n---\n",
  "---\n{}\n---\n",
  "---\n# only a comment\n---\n",
  "# before\n---\n# after\n",
  "\n\n# far\n\n---\n",
];

const ENDS = [
  "# the end\n",
  "\n# the end",
  "---\n",
  "\n\n",
  "...\n",
  "---\n# nothing\n",
  "---\n---\n",
  "  # indented\n",
];

const STYLES: Style[] = [
  { indent: 4 },
  { indent: 3, gap: "   " },
  { keys: "quoted" },
  { keys: "single" },
  { keys: "question" },
  { braces: "line" },
  { braces: "lines" },
  { gap: "  " },
];

/** Puts some of the objects into lists, which may be among other objects. */
function asLists(random: Random, documents: Node[]): Node[] {
  if (!random.chance(0.08)) return documents;
  const asList = (items: Node[], kind = "List") =>
    map({ apiVersion: text("v1"), kind: text(kind), items: list(items) });
  const at = random.number();
  if (at < 0.3) return [asList(documents)];
  if (at < 0.6) return documents.map((each) => random.chance(0.5) ? asList([each]) : each);
  if (at < 0.7) return [asList([asList(documents)])];
  if (at < 0.8) return [asList(documents, random.pick(["ConfigMapList", "WidgetList", "ResourceList"]))];
  return [documents[0]!, asList(documents.slice(1))];
}

/** Keeps an object's id; false when there is one with the same in the tree. */
function remember({ random, known, all }: Layer, document: Node): boolean {
  const field = (node: Node | undefined, key: string) =>
    node?.kind === "map" ? node.entries.find(([name]) => name === key)?.[1] : undefined;
  const scalar = (node: Node | undefined) => {
    const line = node?.kind === "scalar" ? node.lines[0] : undefined;
    return line?.startsWith('"') ? JSON.parse(line) as string : line;
  };
  const id: Known = {
    apiVersion: scalar(field(document, "apiVersion"))!,
    kind: scalar(field(document, "kind"))!,
    name: scalar(field(field(document, "metadata"), "name"))!,
    namespace: scalar(field(field(document, "metadata"), "namespace")),
  };
  const isClusterScoped = findKind(id.apiVersion, id.kind)?.isClusterScoped;
  const isSame = (other: Known) =>
    other.kind === id.kind && other.name === id.name &&
    (isClusterScoped || (other.namespace ?? "default") === (id.namespace ?? "default"));
  if (all.some(isSame) && !random.chance(0.01)) return false;
  known.push(id);
  all.push(id);
  return true;
}

type Field = (layer: Layer) => Record<string, Node | undefined>;

/** Fields that say nothing. */
const NOTHING: Record<string, Node>[] = [
  { namePrefix: raw('""') },
  { namespace: raw('""') },
  { namespace: raw("null") },
  { commonLabels: map({}) },
  { images: list([]) },
  { patches: raw("null") },
  { vars: raw("") },
  { labels: list([map({})]) },
  { replacements: list([]) },
  { configMapGenerator: list([]) },
  { generatorOptions: map({}) },
  { sortOptions: map({}) },
  { openapi: map({}) },
];

const WRONG_TYPES: Record<string, Node>[] = [
  { commonLabels: fromJson({ app: 5 }) },
  { commonAnnotations: fromJson({ app: true }) },
  { namePrefix: raw("5") },
  { resources: text("r0.yaml") },
  { images: fromJson([{ name: "nginx", newTag: 1.5 }]) },
  { patches: list([text("p0.yaml")]) },
  { replicas: fromJson([{ name: "web", count: "3" }]) },
  { labels: fromJson([{ pairs: { app: 5 } }]) },
  { configMapGenerator: fromJson([{ name: "x", literals: ["novalue"] }]) },
];

/** Fields with the chance that an outermost kustomization has them. */
const FIELDS: readonly [chance: number, field: Field][] = [
  // First, because what they make may be patched and referred to.
  [0.4, generators],
  [0.25, ({ random }) => ({ namespace: text(random.pick(NAMESPACES)) })],
  [0.25, ({ random }) => ({ namePrefix: raw(random.pick(["pre-", "pre-", "a-", "a-", "x.y-", '"1"', '"0x"'])) })],
  [0.2, ({ random }) => ({ nameSuffix: raw(random.pick(["-v1", "-x", '"-5"', '".1"'])) })],
  [0.2, ({ random }) => ({ labels: list([labelEntry(random), ...random.some(1, () => labelEntry(random))]) })],
  [0.15, ({ random }) => ({ commonLabels: stringLabels(random) })],
  [0.15, ({ random }) => ({ commonAnnotations: map({ note: stringScalar(random), added: text("x") }) })],
  [0.25, ({ random }) => ({ images: list([imageEntry(random), ...random.some(1, () => imageEntry(random))]) })],
  [0.02, ({ random }) => ({ imageTags: list([imageEntry(random)]) })],
  [0.15, replicasField],
  [0.4, patchesField],
  [0.15, strategicField],
  [0.12, jsonField],
  [0.3, replacements],
  [0.15, variables],
  [0.12, configurations],
  [0.15, transformers],
  [0.06, schemas],
  [0.08, generatorPlugins],
  [0.04, validators],
  [0.08, ({ random }) => ({ sortOptions: sortOptions(random) })],
  [
    0.08,
    ({ random }) => ({
      buildMetadata: list(
        random.subset(["originAnnotations", "transformerAnnotations", "managedByLabel"], 0.5).map(text),
      ),
    }),
  ],
  [0.02, ownMetadata],
  [0.04, ({ random }) => random.pick<Record<string, Node>>(NOTHING)],
  [0.008, ({ random }) => random.pick<Record<string, Node>>(WRONG_TYPES)],
  [0.004, ({ random }) => ({ [random.pick(["resource", "nameprefix", "NamePrefix", "commonLabel"])]: text("x") })],
];

function addKustomization(
  layer: Layer,
  kind: string,
  entries: string[],
  scale: number,
  components: string[] = [],
): void {
  const { random, tree, directory } = layer;
  const fields: Record<string, Node | undefined> = {};
  for (const [chance, field] of FIELDS) if (random.chance(chance * scale)) Object.assign(fields, field(layer));
  const [field, other] = random.chance(0.04) ? ["bases", "resources"] : ["resources", "bases"];
  const isFile = (entry: string) => entry.endsWith(".yaml");
  const listed = field === "bases" ? entries.filter((entry) => !isFile(entry)) : entries;
  if (listed.length > 0 && random.chance(0.005)) listed.push(listed[0]!);
  if (listed.length > 0) fields[field!] = list(listed.map(text));
  if (listed.length < entries.length) fields[other!] = list(entries.filter(isFile).map(text));
  if (components.length > 0) fields.components = list(components.map(text));
  const version = kind === "Component" ? "v1alpha1" : "v1beta1";
  const header = kind === "Component" || random.chance(0.7)
    ? { apiVersion: text(`kustomize.config.k8s.io/${version}`), kind: text(kind) }
    : {};
  if (Object.keys(fields).length === 0) fields.namePrefix = text("p-");
  const shuffled = random.chance(0.3) ? Object.fromEntries(shuffle(random, Object.entries(fields))) : fields;
  const file = { documents: [map({ ...header, ...shuffled })] };
  tree.set(`${directory}kustomization.yaml`, random.chance(0.12) ? { ...file, dress: ownDress(random) } : file);
}

function shuffle<T>(random: Random, items: T[]): T[] {
  return items.map((item) => [random.number(), item] as const).sort(([a], [b]) => a - b).map(([, item]) => item);
}

/** A kustomization file has one document. */
function ownDress(random: Random): Dress {
  const { style, hasWindowsLines, hasTrailingBlanks } = dress(random);
  return {
    start: random.chance(0.5) ? random.pick(["---\n", "# c\n", "\ufeff", "\n"]) : undefined,
    style,
    hasWindowsLines,
    hasTrailingBlanks,
  };
}

function replicasField({ random, known }: Layer): Record<string, Node | undefined> {
  const scaled = known.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
  if (scaled.length === 0 && !random.chance(0.1)) return {};
  const name = scaled.length === 0 ? "none" : random.pick(scaled).name;
  const count = raw(random.pick(["7", "0", "1"]));
  return {
    replicas: list([map({ name: text(name), count }), ...random.some(1, () => fromJson({ name: "web", count: 2 }))]),
  };
}

function labelEntry(random: Random): Node {
  return map({
    pairs: stringLabels(random),
    includeSelectors: random.chance(0.4) ? raw("true") : undefined,
    includeTemplates: random.chance(0.3) ? raw("true") : undefined,
    fields: random.chance(0.2) ? fromJson(random.pick(LABEL_FIELDS)) : undefined,
  });
}

const LABEL_FIELDS = [
  [{ path: "spec/custom/labels", kind: "Widget", create: true }],
  [{ path: "spec/template/metadata/labels", create: true, group: "apps", version: "v1", kind: "Deployment" }],
  [{ path: "spec/selector", version: "v1", kind: "Service", create: true }, {
    path: "spec/other/labels",
    create: false,
  }],
  [{ path: "spec/volumeClaimTemplates[]/metadata/labels", create: true, kind: "StatefulSet" }],
];

function imageEntry(random: Random): Node {
  return map({
    name: random.chance(0.9)
      ? text(random.pick(IMAGES).replace(/[:@][^/]*$/, ""))
      : raw(random.pick(['"ngin."', '".*"', '""'])),
    newName: random.chance(0.5) ? text(random.pick(["mirror.io/x", "other", "h:5000/y"])) : undefined,
    newTag: random.chance(0.5) ? raw(random.pick(['"2.0"', "v3", '"1e3"', '""'])) : undefined,
    digest: random.chance(0.2) ? text("sha256:" + "b".repeat(64)) : undefined,
    tagSuffix: random.chance(0.1) ? text("-dev") : undefined,
  });
}

function sortOptions(random: Random): Node {
  const orderFirst = random.subset(["ConfigMap", "Namespace", "Widget"], 0.6);
  const orderLast = random.subset(["Deployment", "Service"], 0.6);
  return fromJson(random.pick<unknown>([
    { order: "legacy" },
    { order: "fifo" },
    { order: "legacy", legacySortOptions: { orderFirst, orderLast } },
    { order: "legacy", legacySortOptions: { orderFirst } },
    random.chance(0.1) ? { order: "fifo", legacySortOptions: { orderFirst } } : { order: "legacy" },
    random.chance(0.1) ? { order: "other" } : { order: "fifo" },
  ]));
}

function patchesField(layer: Layer): Record<string, Node> {
  const { random } = layer;
  return { patches: list([patchEntry(layer, 0), ...random.some(2, () => 0).map((_, i) => patchEntry(layer, i + 1))]) };
}

function patchEntry(layer: Layer, number: number): Node {
  const { random, tree, directory, known } = layer;
  const isJson = known.length === 0 || random.chance(0.35);
  const contents = isJson ? [jsonPatch(random)] : [strategicPatch(random, random.pick(known))];
  if (!isJson && random.chance(0.1)) contents.push(strategicPatch(random, random.pick(known)));
  const needsTarget = contents.length === 1 && (isJson || random.chance(0.3));
  const options = random.chance(0.12)
    ? fromJson(random.pick([
      { allowNameChange: true, allowKindChange: true },
      { allowNameChange: true },
      { allowKindChange: true },
      { allowNameChange: false },
    ]))
    : undefined;
  const aim = needsTarget ? target(random, known) : undefined;
  const style: Style = isJson && random.chance(0.3) ? { braces: random.pick(["json", "json", "json", "lines"]) } : {};
  if (random.chance(0.005)) return random.chance(0.5) ? map({ target: aim }) : map({ path: text("none.yaml") });
  if (random.chance(0.5)) {
    const [first, second] = contents;
    const patch = inline(first!, style);
    // Two patches in one text.
    if (second !== undefined && patch.kind === "block") patch.lines.push("---", ...inlineLines(second));
    return map({ patch, target: aim, options });
  }
  const path = isJson && style.braces ? `p${number}.json` : `p${number}.yaml`;
  const dressed = random.chance(0.15) ? dress(random) : { style };
  tree.set(directory + path, { documents: contents, dress: dressed });
  return map({ path: text(path), target: aim, options });
}

function inlineLines(node: Node): string[] {
  const text = inline(node);
  return text.kind === "block" ? text.lines : [];
}

function strategicField({ random, tree, directory, known }: Layer): Record<string, Node | undefined> {
  if (known.length === 0) return {};
  const patch = strategicPatch(random, random.pick(known));
  if (random.chance(0.5)) return { patchesStrategicMerge: list([inline(patch)]) };
  const documents = random.chance(0.2) ? [patch, strategicPatch(random, random.pick(known))] : [patch];
  tree.set(`${directory}sm.yaml`, { documents });
  return { patchesStrategicMerge: list([text("sm.yaml")]) };
}

function jsonField({ random, tree, directory, known }: Layer): Record<string, Node | undefined> {
  if (known.length === 0) return {};
  const { apiVersion, kind, name } = random.pick(known);
  const [version, group] = apiVersion.split("/").reverse();
  const aim = fromJson({ ...(group && { group }), version, kind, name });
  const isJson = random.chance(0.3);
  if (random.chance(0.5)) {
    const patch = inline(jsonPatch(random), isJson ? { braces: "json" } : {});
    return { patchesJson6902: list([map({ target: aim, patch })]) };
  }
  const path = isJson ? "j.json" : "j.yaml";
  const dress: Dress = isJson ? { style: { braces: "json" } } : random.chance(0.2) ? ownDress(random) : {};
  tree.set(directory + path, { documents: [jsonPatch(random)], dress });
  return { patchesJson6902: list([map({ target: aim, path: text(path) })]) };
}

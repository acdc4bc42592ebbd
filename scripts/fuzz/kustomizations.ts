import { IMAGES, KINDS, manifest, NAMESPACES, stringLabels } from "./manifests.ts";
import { jsonPatch, type Known, strategicPatch, target } from "./patches.ts";
import { configurations, generators, plugins, replacements, schemas, variables } from "./kustomization_extras.ts";
import type { Random } from "./random.ts";
import { stringScalar } from "./scalars.ts";
import type { Dress, Tree } from "./tree.ts";
import { fromJson, inline, list, map, type Node, raw, text } from "./yaml_text.ts";

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
}

/** A random tree with an outermost kustomization, bases side by side or one used twice, and a component. */
export function randomTree(random: Random): Tree {
  const tree: Tree = new Map();
  const outermost: Layer = { random, tree, directory: "", known: [], all: [] };
  const bases = random.subset(["base", "other"], 0.45).map((base) => addBase(outermost, base));
  if (bases.length > 0 && random.chance(0.15)) bases.splice(0, 1, ...addVariants(outermost, bases[0]!));
  const files = resources(outermost, bases.length > 0 ? 1 : 3);
  const components = random.chance(0.2) ? ["comp"] : [];
  if (components.length > 0) {
    const component: Layer = { ...outermost, directory: "comp/", known: [...outermost.known] };
    addKustomization(component, "Component", random.chance(0.4) ? resources(component, 1) : [], 0.35);
  }
  addKustomization(outermost, "Kustomization", [...files, ...bases], 1, components);
  if (random.chance(0.15)) tree.set("flags", { text: "--reorder=none" });
  return tree;
}

/** A base, maybe on a base of its own. */
function addBase({ random, tree, known, all }: Layer, name: string): string {
  const layer: Layer = { random, tree, directory: `${name}/`, known: [], all };
  const below: string[] = [];
  if (random.chance(0.25)) {
    const deep: Layer = { ...layer, directory: `${name}/deep/` };
    addKustomization(deep, "Kustomization", resources(deep, 1), 0.2);
    below.push("deep");
  }
  addKustomization(layer, "Kustomization", [...resources(layer, 2), ...below], random.chance(0.5) ? 0.3 : 0.1);
  known.push(...layer.known);
  return name;
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
    const listed = documents.map((each) => random.chance(0.03) ? asList([each]) : each);
    tree.set(directory + name, { documents: listed, dress: random.chance(0.3) ? dress(random) : undefined });
    names.push(name);
  }
  return names;
}

function dress(random: Random): Dress {
  return {
    start: random.chance(0.4)
      ? random.pick(["---\n", "# comment\n", "# a\n---\n# b\n", "\n\n", "---\n---\n", "\ufeff"])
      : undefined,
    separator: random.chance(0.4)
      ? random.pick(["--- # comment\n", "---\n\n# comment\n", "\n---\n", "---\n---\n", "---   \n"])
      : undefined,
    end: random.chance(0.3)
      ? random.pick(["# the end\n", "\n# the end", "---\n", "\n\n", "...\n", "---\n# nothing\n"])
      : undefined,
    hasComments: random.chance(0.3),
    hasWindowsLines: random.chance(0.08),
  };
}

function asList(items: Node[]): Node {
  return map({ apiVersion: text("v1"), kind: text("List"), items: list(items) });
}

/** Keeps an object's id; false when there is one with the same in the tree. */
function remember({ random, known, all }: Layer, document: Node): boolean {
  const field = (node: Node | undefined, key: string) =>
    node?.kind === "map" ? node.entries.find(([name]) => name === key)?.[1] : undefined;
  const scalar = (node: Node | undefined) => node?.kind === "scalar" ? node.lines[0] : undefined;
  const id: Known = {
    apiVersion: scalar(field(document, "apiVersion"))!,
    kind: scalar(field(document, "kind"))!,
    name: scalar(field(field(document, "metadata"), "name"))!,
    namespace: scalar(field(field(document, "metadata"), "namespace")),
  };
  const isClusterScoped = KINDS.find((kind) => kind.kind === id.kind)?.isClusterScoped;
  const isSame = (other: Known) =>
    other.kind === id.kind && other.name === id.name &&
    (isClusterScoped || (other.namespace ?? "default") === (id.namespace ?? "default"));
  if (all.some(isSame) && !random.chance(0.01)) return false;
  known.push(id);
  all.push(id);
  return true;
}

type Field = (layer: Layer) => Record<string, Node | undefined>;

/** Fields with the chance that an outermost kustomization has them. */
const FIELDS: readonly [chance: number, field: Field][] = [
  [0.25, ({ random }) => ({ namespace: text(random.pick(NAMESPACES)) })],
  [0.25, ({ random }) => ({ namePrefix: text(random.pick(["pre-", "a-"])) })],
  [0.2, ({ random }) => ({ nameSuffix: raw(random.pick(["-v1", "-x", '"-5"'])) })],
  [0.2, ({ random }) => ({ labels: list([labelEntry(random), ...random.some(1, () => labelEntry(random))]) })],
  [0.15, ({ random }) => ({ commonLabels: stringLabels(random) })],
  [0.15, ({ random }) => ({ commonAnnotations: map({ note: stringScalar(random), added: text("x") }) })],
  [0.25, ({ random }) => ({ images: list([imageEntry(random), ...random.some(1, () => imageEntry(random))]) })],
  [0.12, replicasField],
  [0.4, patchesField],
  [0.15, strategicField],
  [0.12, jsonField],
  [0.4, generators],
  [0.25, replacements],
  [0.15, variables],
  [0.15, configurations],
  [0.06, schemas],
  [0.08, plugins],
  [0.08, ({ random }) => ({ sortOptions: sortOptions(random) })],
  [
    0.08,
    ({ random }) => ({
      buildMetadata: list(
        random.subset(["originAnnotations", "transformerAnnotations", "managedByLabel"], 0.5).map(text),
      ),
    }),
  ],
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
  if (listed.length > 0) fields[field!] = list(listed.map(text));
  if (listed.length < entries.length) fields[other!] = list(entries.filter(isFile).map(text));
  if (components.length > 0) fields.components = list(components.map(text));
  const version = kind === "Component" ? "v1alpha1" : "v1beta1";
  const header = kind === "Component" || random.chance(0.7)
    ? { apiVersion: text(`kustomize.config.k8s.io/${version}`), kind: text(kind) }
    : {};
  if (Object.keys(fields).length === 0) fields.namePrefix = text("p-");
  tree.set(`${directory}kustomization.yaml`, { documents: [map({ ...header, ...fields })] });
}

function replicasField({ random, known }: Layer): Record<string, Node | undefined> {
  const scaled = known.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
  if (scaled.length === 0 && !random.chance(0.1)) return {};
  const name = scaled.length === 0 ? "none" : random.pick(scaled).name;
  return { replicas: list([map({ name: text(name), count: raw("7") })]) };
}

function labelEntry(random: Random): Node {
  return map({
    pairs: stringLabels(random),
    includeSelectors: random.chance(0.4) ? raw("true") : undefined,
    includeTemplates: random.chance(0.3) ? raw("true") : undefined,
    fields: random.chance(0.2) ? fromJson([{ path: "spec/custom/labels", kind: "Widget", create: true }]) : undefined,
  });
}

function imageEntry(random: Random): Node {
  return map({
    name: text(random.pick(IMAGES).replace(/[:@][^/]*$/, "")),
    newName: random.chance(0.5) ? text(random.pick(["mirror.io/x", "other"])) : undefined,
    newTag: random.chance(0.5) ? raw(random.pick(['"2.0"', "v3", '"1e3"'])) : undefined,
    digest: random.chance(0.2) ? text("sha256:" + "b".repeat(64)) : undefined,
    tagSuffix: random.chance(0.1) ? text("-dev") : undefined,
  });
}

function sortOptions(random: Random): Node {
  return random.chance(0.5) ? fromJson({ order: random.pick(["legacy", "fifo"]) }) : fromJson({
    order: "legacy",
    legacySortOptions: { orderFirst: ["ConfigMap", "Namespace"], orderLast: ["Deployment"] },
  });
}

function patchesField(layer: Layer): Record<string, Node> {
  const { random } = layer;
  return { patches: list([patchEntry(layer, 0), ...random.some(2, () => 0).map((_, i) => patchEntry(layer, i + 1))]) };
}

function patchEntry(layer: Layer, number: number): Node {
  const { random, tree, directory, known } = layer;
  const isJson = known.length === 0 || random.chance(0.35);
  const content = isJson ? jsonPatch(random) : strategicPatch(random, random.pick(known));
  const needsTarget = isJson || random.chance(0.3);
  const options = random.chance(0.08)
    ? fromJson({ allowNameChange: true, allowKindChange: random.chance(0.5) })
    : undefined;
  const aim = needsTarget ? target(random, known) : undefined;
  if (random.chance(0.5)) return map({ patch: inline(content), target: aim, options });
  const path = `p${number}.yaml`;
  tree.set(directory + path, { documents: [content] });
  return map({ path: text(path), target: aim, options });
}

function strategicField({ random, tree, directory, known }: Layer): Record<string, Node | undefined> {
  if (known.length === 0) return {};
  const patch = strategicPatch(random, random.pick(known));
  if (random.chance(0.5)) return { patchesStrategicMerge: list([inline(patch)]) };
  tree.set(`${directory}sm.yaml`, { documents: [patch] });
  return { patchesStrategicMerge: list([text("sm.yaml")]) };
}

function jsonField({ random, known }: Layer): Record<string, Node | undefined> {
  if (known.length === 0) return {};
  const { apiVersion, kind, name } = random.pick(known);
  const [version, group] = apiVersion.split("/").reverse();
  const aim = fromJson({ ...(group && { group }), version, kind, name });
  return { patchesJson6902: list([map({ target: aim, patch: inline(jsonPatch(random)) })]) };
}

import { hardScalar, hardValue, stringScalar } from "./scalars.ts";
import { findKind, IMAGES, labels, manifest, metadata, NAMES, NAMESPACES } from "./manifests.ts";
import type { Random } from "./random.ts";
import { fromJson, list, map, type Node, raw, text } from "./yaml_text.ts";

/** An object that is in the tree: what a patch may aim at. */
export interface Known {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** A strategic merge patch for an object. */
export function strategicPatch(random: Random, known: Known): Node {
  const kind = findKind(known.apiVersion, known.kind)!;
  const isDelete = random.chance(0.05);
  const { metadata: _own, ...own } = kind.make(random);
  const body = isDelete
    ? { $patch: text("delete") }
    : Object.fromEntries(random.subset(Object.entries(own), 0.8).map(directed));
  function directed([key, value]: [string, Node | undefined]): [string, Node | undefined] {
    return [key, value && (random.chance(0.35) ? addDirective(random, value) : value)];
  }
  const meta = metadata(random, random.chance(0.02) ? random.pick(NAMES) : known.name, 0);
  if (known.namespace !== undefined && meta.kind === "map") meta.entries.push(["namespace", text(known.namespace)]);
  const apiVersion = random.chance(0.01) ? "other/v1" : known.apiVersion;
  return map({ apiVersion: text(apiVersion), kind: text(known.kind), metadata: meta, ...body });
}

/** Puts a `$patch` directive or a null somewhere into a patch. */
function addDirective(random: Random, node: Node): Node {
  if (node.kind === "map" && node.entries.length > 0 && random.chance(0.7)) {
    const at = random.below(node.entries.length);
    const entries = node.entries.map((
      [key, value],
      i,
    ): [string, Node] => [key, i === at ? addDirective(random, value) : value]);
    return { ...node, entries };
  }
  if (node.kind === "list" && node.items.length > 0 && random.chance(0.7)) {
    const at = random.below(node.items.length);
    return {
      ...node,
      items: node.items.map((item, i) => i === at && item.kind === "map" ? addDirective(random, item) : item),
    };
  }
  const directive = text(random.chance(0.98) ? random.pick(["delete", "replace", "merge"]) : "other");
  if (node.kind === "map" && random.chance(0.25)) return listDirective(random, node);
  if (node.kind === "map") return { ...node, isFlow: false, entries: [["$patch", directive], ...node.entries] };
  if (node.kind === "list") return { ...node, isFlow: false, items: [map({ $patch: directive }), ...node.items] };
  return raw("null");
}

/** Directives for the fields of a map, which stand beside them. */
function listDirective(random: Random, node: Extract<Node, { kind: "map" }>): Node {
  const [key] = random.pick(node.entries.length > 0 ? node.entries : [["args", raw("null")] as [string, Node]]);
  const entry = random.pick<[string, Node]>([
    [`$setElementOrder/${key}`, fromJson([{ name: "main" }, { name: "side" }])],
    [`$deleteFromPrimitiveList/${key}`, fromJson(["a", "x.io/a"])],
    ["$retainKeys", fromJson(node.entries.map(([name]) => name).slice(0, 1))],
    ["$patch", raw("null")],
  ]);
  return { ...node, isFlow: false, entries: [...node.entries, entry] };
}

const PATHS = [
  "/metadata/labels/app",
  "/metadata/annotations/note",
  "/spec/replicas",
  "/spec/template/spec/containers/0/image",
  "/spec/template/spec/containers/0/env/-",
  "/spec/template/spec/containers/-",
  "/spec/template/metadata/labels/tier",
  "/data/k",
  "/data/new~1key",
  "/spec/alpha",
  "/spec/new",
  "/spec/ports/0/port",
  "/metadata/name",
  "/spec",
  "/kind",
  "/spec/template/spec/volumes/-1",
  "/spec/template/spec/containers/0/env/0",
  "/spec/template/spec/containers/0/ports/0/containerPort",
  "/spec/template/spec/containers/9",
  "/spec/template/spec/containers/01",
  "/spec/ports/-",
  "/spec/rules/0/http/paths/0/backend/service/name",
  "/metadata/annotations/x.io~1y",
  "/metadata/labels/app.kubernetes.io~1name",
  "/data/a~0b",
  "/data/",
  "/metadata/namespace",
  "/apiVersion",
  "/rules/0/resourceNames/-",
  "/subjects/0/name",
  "/metadata/annotations",
  "/spec/alpha/0",
  "/spec/delta/a",
  "spec/replicas",
  "",
];

/** The operations of a JSON patch. */
export function jsonPatch(random: Random): Node {
  return list([operation(random), ...random.some(2, () => operation(random))]);
}

function operation(random: Random): Node {
  const isSafe = random.chance(0.85);
  const path = isSafe
    ? random.pick(["/metadata/labels", "/metadata/annotations", "/spec/extra", "/extra"])
    : random.pick(PATHS);
  const op = random.chance(isSafe ? 0.98 : 0.6)
    ? "add"
    : random.pick(["add", "replace", "replace", "remove", "test", "copy", "move"]);
  const value = op === "add" || op === "replace" || op === "test"
    ? path === "/metadata/labels" || path === "/metadata/annotations" ? labels(random) : jsonValue(random, path)
    : undefined;
  return map({
    op: text(op),
    from: op === "copy" || op === "move" ? raw(random.pick(FROM)) : undefined,
    path: path === "" ? raw('""') : raw(path),
    value,
  });
}

const FROM = [
  "/kind",
  "/metadata/name",
  "/metadata/labels",
  "/spec/replicas",
  "/spec/template/spec/containers/0",
  "/spec/alpha",
  "/data/k",
  "/metadata",
];

function jsonValue(random: Random, path: string): Node {
  if (path.endsWith("/image") || path.endsWith("/name") || path.endsWith("/kind")) {
    return text(random.pick([...NAMES, ...IMAGES]));
  }
  if (path === "" || path === "/spec" && random.chance(0.2)) return manifest(random);
  if (path.endsWith("containers/-")) return fromJson({ name: "added", image: "nginx:9" });
  if (path.endsWith("env/-")) return map({ name: text("ADDED"), value: stringScalar(random) });
  return random.chance(0.5) ? hardScalar(random) : hardValue(random, 2);
}

/** A patch's target; it may match nothing. */
export function target(random: Random, known: readonly Known[]): Node {
  const aim = known.length > 0 ? random.pick(known) : { apiVersion: "v1", kind: "Pod", name: "web" };
  const [group, version] = aim.apiVersion.includes("/") ? aim.apiVersion.split("/") : ["", aim.apiVersion];
  const field = (probability: number, value: () => string) => random.chance(probability) ? text(value()) : undefined;
  return map({
    group: group === "" ? undefined : field(0.3, () => group!),
    version: field(0.3, () => version!),
    kind: field(0.7, () => random.pick([aim.kind, aim.kind, "Deploy.*|ConfigMap", ".*", "^S", "!ConfigMap"])),
    name: field(0.6, () => random.pick([aim.name, aim.name, "web.*", "w.b", ".*-2", "(web|db)", "[a-d]+", "^we", ""])),
    namespace: field(0.1, () => random.pick([...NAMESPACES, "p.*", ".*"])),
    labelSelector: field(0.15, () =>
      random.pick([
        "app=web",
        "app in (web,db)",
        "!tier",
        "tier",
        "app!=db",
        "app==web,tier",
        "app notin (web)",
        "app.kubernetes.io/name in (web, db),!tier",
      ])),
    annotationSelector: field(0.05, () => random.pick(["note", "!note", "x.io/y=v1", "note in (a,b)"])),
  });
}

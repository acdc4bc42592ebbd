import type { Layer } from "./kustomizations.ts";
import { target } from "./patches.ts";
import type { Random } from "./random.ts";
import { fromJson, list, map, type Node, raw, text } from "./yaml_text.ts";

const SOURCE_PATHS = [
  "metadata.name",
  "metadata.namespace",
  "spec.replicas",
  "data.k",
  "spec.template.spec.containers.0.image",
  "spec.alpha",
  "kind",
  "apiVersion",
  "metadata.labels.app",
  "metadata.labels.[app.kubernetes.io/name]",
  "spec.template.spec.containers.[name=main].image",
  "spec.template.spec.containers.[name=main]",
  "spec.template.spec.containers.*.name",
  "metadata",
  "metadata.annotations.x\\.io/y",
  "spec.ports.0.port",
  "spec.ports.[port=80].port",
  "spec.rules.0.host",
  "data.file\\.yaml",
  "spec.selector",
];
const TARGET_PATHS = [
  "metadata.name",
  "metadata.namespace",
  "metadata.annotations.copied",
  "metadata.labels.app",
  "metadata.labels",
  "spec.template.spec.containers.*.image",
  "spec.template.spec.containers.[name=main].image",
  "spec.template.spec.containers.[name=.*].image",
  "spec.template.spec.containers.0.args.-",
  "spec.template.spec.containers.-",
  "spec.template.metadata.annotations.[a.b/c]",
  "spec.alpha",
  "spec.new.path",
  "data.k",
  "data.file\\.yaml",
  "data.file\\.yaml.a",
  "data.file\\.yaml.list.0",
  "data.json.a",
  "spec.replicas",
  "spec.template.spec.containers.[name=m.*].env.[name=A].value",
  "spec.template.spec.containers.*.env.[name=A].value",
  "metadata.annotations.x\\.io/y",
  "spec.new.list.0",
  "spec.new.[name=x].value",
  "spec.ports.*.port",
  "spec.ports.[port=80].targetPort",
  "spec.rules.0.http.paths.*.backend.service.name",
  "spec.selector.app",
  "webhooks.*.clientConfig.service.name",
  "subjects.0.namespace",
];
const DELIMITERS = ['"-"', '":"', '"/"', '"."', '"$("', '"ab"', '""'];

/** `replacements`. */
export function replacements(layer: Layer): Record<string, Node | undefined> {
  const { random, tree, directory, known } = layer;
  if (known.length === 0) return {};
  const entry = replacement(layer);
  if (random.chance(0.15)) {
    tree.set(`${directory}rep.yaml`, { documents: [random.chance(0.5) ? list([entry]) : entry] });
    return { replacements: list([map({ path: text("rep.yaml") })]) };
  }
  return { replacements: list([entry, ...random.some(2, () => replacement(layer))]) };
}

/** One replacement. */
export function replacement({ random, known }: Layer): Node {
  const source = random.pick(known);
  const [version, group] = source.apiVersion.split("/").reverse();
  const from = {
    source: map({
      group: group !== undefined && random.chance(0.15) ? text(group) : undefined,
      version: random.chance(0.15) ? text(version!) : undefined,
      kind: random.chance(0.95) ? text(source.kind) : undefined,
      name: random.chance(0.95) ? text(source.name) : undefined,
      namespace: source.namespace === undefined ? undefined : text(source.namespace),
      fieldPath: random.chance(0.3) ? text(random.pick(SOURCE_PATHS)) : undefined,
      options: random.chance(0.25)
        ? map({ delimiter: raw(random.pick(DELIMITERS)), index: raw(random.pick(["0", "0", "1", "-1"])) })
        : undefined,
    }),
  };
  const value = {
    sourceValue: raw(random.pick(["value", '"5"', '""', "a-b", '"true"', '"- x"', '"a\\nb"', '"null"', '" "'])),
  };
  const at = random.number();
  return map({
    ...(at < 0.2 ? value : at < 0.21 ? { ...from, ...value } : from),
    targets: list([replacementTarget(random, known), ...random.some(1, () => replacementTarget(random, known))]),
  });
}

function replacementTarget(random: Random, known: Layer["known"]): Node {
  const creates = random.chance(0.85) ? raw("true") : undefined;
  const delimiter = random.chance(0.2) ? raw(random.pick(DELIMITERS)) : undefined;
  const index = delimiter && random.chance(0.7) ? raw(random.pick(["0", "1", "5", "-1"])) : undefined;
  const encoding = random.chance(0.02) ? text("base64") : undefined;
  return map({
    select: target(random, known),
    reject: random.chance(0.2)
      ? list([target(random, known), ...random.some(1, () => target(random, known))])
      : undefined,
    fieldPaths: random.chance(0.9)
      ? list(random.subset(TARGET_PATHS, 0.05).map((path) => raw(JSON.stringify(path))))
      : undefined,
    options: creates || delimiter || encoding ? map({ create: creates, delimiter, index, encoding }) : undefined,
  });
}

const VARIABLE_PATHS = [
  "metadata.namespace",
  "spec.replicas",
  "data.k",
  "metadata.labels.app",
  "spec.ports[0].port",
  "spec.template.spec.containers[0].image",
  "spec.template.spec.containers",
  "metadata.annotations.note",
  "spec.alpha",
  "spec.type",
];

/** `vars`. */
export function variables({ random, known }: Layer): Record<string, Node | undefined> {
  if (known.length === 0) return {};
  const variable = (name: string) => {
    const { apiVersion, kind, name: aim, namespace } = random.pick(known);
    const [version, group] = apiVersion.split("/").reverse();
    const type = random.chance(0.4) ? { apiVersion } : { ...(group && { group }), version };
    const path = random.chance(0.8) ? random.pick(["metadata.name", "kind"]) : random.pick(VARIABLE_PATHS);
    const needsNamespace = namespace !== undefined && random.chance(0.5);
    return {
      name,
      objref: { ...type, kind, name: aim, ...(needsNamespace && { namespace }) },
      ...(random.chance(0.9) && { fieldref: { fieldPath: path } }),
    };
  };
  const names = random.subset(["VAR", "OTHER"], 0.6);
  return { vars: fromJson((names.length === 0 ? ["VAR"] : names).map(variable)) };
}

import { NAMES, NAMESPACES, stringLabels } from "./manifests.ts";
import type { Layer } from "./kustomizations.ts";
import type { Random } from "./random.ts";
import type { TreeFile } from "./tree.ts";
import { fromJson, list, map, type Node, raw, text } from "./yaml_text.ts";

const LITERALS = [
  "k=v",
  "a=b=c",
  'quoted="x y"',
  "single='x y'",
  "num=5",
  "multi=line\\n",
  "real=line\nbreak",
  "empty=",
  "u=é😀",
  "sp= lead",
  'half="x',
  "k.with-dots_=v",
  "yes=no",
];

/** `configMapGenerator`, `secretGenerator` and `generatorOptions`. */
export function generators(layer: Layer): Record<string, Node | undefined> {
  const { random } = layer;
  return {
    configMapGenerator: random.chance(0.8)
      ? list([generator(layer, "ConfigMap", "c"), ...random.some(1, () => generator(layer, "ConfigMap", "d"))])
      : undefined,
    secretGenerator: random.chance(0.4) ? list([generator(layer, "Secret", "s")]) : undefined,
    generatorOptions: random.chance(0.25) ? options(random) : undefined,
  };
}

/** What a generator is given, below `configMapGenerator` or in a configuration of its own. */
export function generatorArguments(layer: Layer, prefix: string): Record<string, Node | undefined> {
  const { random, tree, directory } = layer;
  const files: string[] = [];
  if (random.chance(0.3)) {
    tree.set(`${directory}${prefix}.txt`, content(random));
    files.push(random.pick([`${prefix}.txt`, `${prefix}.txt`, `renamed=${prefix}.txt`, `./${prefix}.txt`]));
  }
  const envs: string[] = [];
  if (random.chance(0.2)) {
    tree.set(`${directory}${prefix}.env`, { text: random.pick(ENV_FILES) });
    envs.push(`${prefix}.env`);
  }
  const isOld = envs.length > 0 && random.chance(0.2);
  return {
    literals: random.chance(0.7)
      ? list(random.subset(LITERALS, 0.2).map((literal) => raw(JSON.stringify(literal))))
      : undefined,
    files: files.length > 0 ? list(files.map(text)) : undefined,
    envs: envs.length > 0 && !isOld ? list(envs.map(text)) : undefined,
    env: isOld ? text(envs[0]!) : undefined,
    options: random.chance(0.2) ? options(random) : undefined,
  };
}

function generator(layer: Layer, kind: string, prefix: string): Node {
  const { random, generated, known } = layer;
  const below = generated.filter((each) => each.kind === kind);
  const [aim, behavior] = below.length > 0 && random.chance(0.6)
    ? [random.pick(below), random.pick(["merge", "merge", "merge", "replace", "create"])] as const
    : [{ kind, name: newName(random, prefix), namespace: newNamespace(random) }, strayBehavior(random)] as const;
  if (behavior === undefined || behavior === "create") {
    generated.push({ ...aim });
    if (random.chance(0.7)) known.push({ apiVersion: "v1", ...aim });
  }
  return map({
    name: text(aim.name),
    namespace: aim.namespace === undefined ? undefined : text(aim.namespace),
    behavior: behavior === undefined ? undefined : text(behavior),
    type: kind === "Secret" && random.chance(0.5)
      ? text(random.pick(["Opaque", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson"]))
      : undefined,
    ...generatorArguments(layer, prefix),
  });
}

function newName(random: Random, prefix: string): string {
  return random.chance(0.2) ? random.pick(NAMES) : `${prefix}-${random.below(1000)}`;
}

function newNamespace(random: Random): string | undefined {
  return random.chance(0.15) ? random.pick(NAMESPACES) : undefined;
}

function strayBehavior(random: Random): string | undefined {
  return random.chance(0.03) ? random.pick(["create", "merge", "replace", "other"]) : undefined;
}

function content(random: Random): TreeFile {
  if (random.chance(0.2)) {
    return {
      bytes: Uint8Array.from(random.pick([[0xff, 0xfe, 0], [0, 1, 2], [0xc3], [0x89, 0x50, 0x4e, 0x47, 13, 10]])),
    };
  }
  return {
    text: random.pick([
      "plain\n",
      "no end",
      "a: b\nc: |\n  d\n",
      "é 😀\n",
      "x\r\ny\r\n",
      "tab\there \n",
      "",
      "\n",
      "  lead\n",
      "\ufeffmark\n",
      "# c\n\n\n",
      "trail  \nx\n",
      '{"a": [1, 2]}',
      "x".repeat(300) + "\n",
      "word ".repeat(60) + "\n",
      "\u2028\u0085\n",
    ]),
  };
}

const ENV_FILES = [
  "A=1\nB=two words\n",
  '# c\nX="q"\n\nY=\n',
  "Z='s'\n",
  "E=a=b\n",
  "\ufeffA=mark\n",
  "  A=lead\n\tB=tab\n",
  "A=1\r\nB=2\r\n",
  "A=trail  \n",
  "FROM_ENVIRONMENT\nA=1\n",
  "a.b-c_d=1\n",
  "A=1 # not a comment\n",
  "A=é\nB=$C\n",
  "",
];

function options(random: Random): Node {
  return map({
    disableNameSuffixHash: random.chance(0.5) ? raw(random.pick(["true", "false"])) : undefined,
    labels: random.chance(0.4) ? stringLabels(random) : undefined,
    annotations: random.chance(0.3) ? fromJson({ gen: random.pick(["x", "5", "a: b"]) }) : undefined,
    immutable: random.chance(0.2) ? raw("true") : undefined,
  });
}

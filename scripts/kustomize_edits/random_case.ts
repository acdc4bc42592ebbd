import { AROUND, type EditCase } from "./cases.ts";

/** Numbers from 0 (included) to 1 (excluded), the same for the same seed. */
export type Generator = () => number;

/** A generator of numbers (mulberry32). */
export function createGenerator(seed: number): Generator {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const NAMES = ["api", "db", "web", "cache", "registry.example:5000/shop/api", "zz"];
const WORDS = ["x", "yes", "1.0", "on", "a b", "é", "~", "0x1", "v1", "null", "# no", "it's", 'say "hi"', "-", "a: b"];
const KEYS = ["app", "team", "example.org/tier", "y", "1"];
const PATHS = ["deployment.yaml", "service.yaml", "./sub", "sub", "patch.yaml", "app.ini", "login.env", "none.yaml"];

/** One random kustomization with a random command. */
export function randomCase(random: Generator, name: string): EditCase {
  const source = new Source(random);
  const kustomization = source.kustomization();
  return { name, files: { ...AROUND, "kustomization.yaml": kustomization }, args: ["edit", ...source.command()] };
}

class Source {
  constructor(private readonly random: Generator) {}

  private below(count: number): number {
    return Math.floor(this.random() * count);
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  private some<T>(list: readonly T[], most = 3): T[] {
    const left = [...list];
    return Array.from(
      { length: 1 + this.below(Math.min(most, list.length)) },
      () => left.splice(this.below(left.length), 1)[0]!,
    );
  }

  private comment(): string {
    return this.chance(0.3) ? `  # ${this.pick(["why", "bumped", "a: b", "'quoted'"])} ${this.below(1000)}` : "";
  }

  private above(indent: string): string {
    return this.chance(0.15) ? `${indent}# above ${this.below(1000)}\n` : "";
  }

  /** A string, in one of YAML's styles. */
  private scalar(text: string): string {
    const style = this.below(3);
    if (style === 0 && /^[a-zA-Z][\w./-]*$/.test(text) && !/^(yes|no|on|off|y|n|null|true|false)$/i.test(text)) {
      return text;
    }
    return style === 1 ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
  }

  private list(field: string, items: readonly string[]): string {
    if (this.chance(0.15)) return `${field}: [${items.join(", ")}]${this.comment()}\n`;
    const indent = this.chance(0.5) ? "  " : "";
    const lines = items.map((item) => {
      return `${this.above(indent)}${indent}- ${item}${this.comment()}\n`;
    });
    return `${field}:${this.comment()}\n${lines.join("")}`;
  }

  private map(field: string, indent = ""): string {
    const pairs = this.some(KEYS).map((key) => [this.scalar(key), this.scalar(this.pick(WORDS))]);
    if (this.chance(0.25)) return `${indent}${field}: {${pairs.map((pair) => pair.join(": ")).join(", ")}}\n`;
    const lines = pairs.map((pair) => `${this.above(`${indent}  `)}${indent}  ${pair.join(": ")}${this.comment()}\n`);
    return `${indent}${field}:${this.comment()}\n${lines.join("")}`;
  }

  /** Objects, as blocks or in braces. */
  private objects(field: string, entries: readonly Record<string, string>[]): string {
    const indent = this.chance(0.5) ? "  " : "";
    const texts = entries.map((entry) => {
      const pairs = Object.entries(entry).map(([key, value]) => `${key}: ${value}`);
      if (this.chance(0.25)) return `${indent}- {${pairs.join(", ")}}${this.comment()}\n`;
      const lines = pairs.map((pair, i) => `${indent}${i === 0 ? "- " : "  "}${pair}${this.comment()}\n`);
      return this.above(indent) + lines.join("");
    });
    return `${field}:${this.comment()}\n${texts.join("")}`;
  }

  kustomization(): string {
    const fields = this.some(Object.keys(this.fields), 7);
    const header = this.chance(0.6)
      ? "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
      : this.chance(0.3)
      ? "# only a head\n"
      : "";
    const body = fields.map((field) => `${this.above("")}${this.chance(0.2) ? "\n" : ""}${this.fields[field]!()}`).join(
      "",
    );
    const foot = this.chance(0.2) ? "# foot\n" : "";
    return this.chance(0.05) ? (header + body + foot).replaceAll("\n", "\r\n") : header + body + foot;
  }

  private generator(extra: Record<string, string>): Record<string, string> {
    return {
      name: this.scalar(this.pick(NAMES.slice(0, 3))),
      ...(this.chance(0.3) ? { namespace: this.scalar(this.pick(["shop", "default"])) } : {}),
      ...(this.chance(0.7) ? { literals: `[${this.some(["A=1", "B=2", '"C=x y"', "D="]).join(", ")}]` } : {}),
      ...(this.chance(0.3) ? { files: `[${this.pick(["app.ini", "k=other.ini"])}]` } : {}),
      ...(this.chance(0.2) ? { env: "login.env" } : {}),
      ...(this.chance(0.2) ? { options: "{labels: {a: own}}" } : {}),
      ...extra,
    };
  }

  private image(name: string): Record<string, string> {
    return {
      name: this.scalar(name),
      ...(this.chance(0.5) ? { newName: this.scalar(this.pick(NAMES)) } : {}),
      ...(this.chance(0.6) ? { newTag: this.scalar(this.pick(["1.0", "v2", "latest", "1e3"])) } : {}),
      ...(this.chance(0.2) ? { digest: this.scalar("sha256:00ff") } : {}),
    };
  }

  private readonly fields: Record<string, () => string> = {
    resources: () => this.list("resources", this.some(PATHS).map((path) => this.scalar(path))),
    bases: () => this.list("bases", this.some(["../a", "./b", "c"]).map((path) => this.scalar(path))),
    components: () => this.list("components", this.some(["../c", "sub"]).map((path) => this.scalar(path))),
    namespace: () => `namespace: ${this.scalar("shop")}${this.comment()}\n`,
    namePrefix: () => `namePrefix: ${this.scalar(this.pick(["a-", "b"]))}${this.comment()}\n`,
    nameSuffix: () => `nameSuffix: ${this.scalar("-z")}${this.comment()}\n`,
    commonLabels: () => this.map("commonLabels"),
    commonAnnotations: () => this.map("commonAnnotations"),
    labels: () =>
      this.objects(
        "labels",
        this.some<Record<string, string>>([{ pairs: "{app: x}" }, { pairs: "{u: w}", includeTemplates: "true" }, {
          includeSelectors: "true",
          pairs: "{q: r}",
        }]),
      ),
    images: () => this.objects("images", this.some(NAMES).map((name) => this.image(name))),
    imageTags: () => this.objects("imageTags", this.some(["old", "older"]).map((name) => this.image(name))),
    replicas: () =>
      this.objects(
        "replicas",
        this.some(NAMES).map((name) => ({ name: this.scalar(name), count: String(this.below(9)) })),
      ),
    configMapGenerator: () => this.objects("configMapGenerator", [this.generator({}), this.generator({})]),
    secretGenerator: () =>
      this.objects("secretGenerator", [this.generator(this.chance(0.5) ? { type: "Opaque" } : {})]),
    generatorOptions: () =>
      this.pick(["generatorOptions: {labels: {a: b}}\n", "generatorOptions:\n  immutable: true\n"]),
    patches: () =>
      this.objects(
        "patches",
        this.some<Record<string, string>>([{ path: "patch.yaml" }, { path: "b.yaml", target: "{kind: Service}" }, {
          patch: JSON.stringify("- op: remove\n  path: /spec\n"),
          target: "{kind: X, name: z}",
        }]),
      ),
    patchesStrategicMerge: () => this.list("patchesStrategicMerge", this.some(["patch.yaml", "missing.yaml"])),
    patchesJson6902: () =>
      this.objects("patchesJson6902", [{ path: "op.yaml", target: "{version: v1, kind: Service, name: api}" }]),
    buildMetadata: () => this.list("buildMetadata", this.some(["originAnnotations", "managedByLabel"])),
    transformers: () => this.list("transformers", this.some(["t/a.yaml", "t/b.yaml", "u.yaml"])),
    generators: () => this.list("generators", this.some(["g.yaml", "service.yaml"])),
    empties: () => this.pick(["crds: []\n", "configurations:\n", "openapi: {}\n", "validators: []  # none\n"]),
    vars: () => this.objects("vars", [{ name: "HOST", objref: "{kind: Service, name: api, apiVersion: v1}" }]),
    sortOptions: () => "sortOptions:\n  order: fifo # as written\n",
    metadata: () => "metadata:\n  name: me\n",
  };

  command(): string[] {
    const verb = this.pick(["set", "set", "add", "add", "remove"]);
    if (this.chance(0.08)) return this.chance(0.3) ? ["fix", "--vars"] : ["fix"];
    const commands = this.commands[verb]!;
    const field = this.pick(Object.keys(commands));
    return [verb, field, ...commands[field]!()];
  }

  private pairs(): string[] {
    return this.some(KEYS).map((key) => `${key}:${this.pick(WORDS)}`);
  }

  private imageWord(): string {
    const name = this.pick(NAMES);
    const to = this.pick(["", "", "=*", "=new.example/x", `=${this.pick(NAMES)}`]);
    const tag = this.pick(["", ":2", ":*", ":v3-x"]);
    return name + to + tag + this.pick(["", "", "@sha256:ab", "@*"]);
  }

  private namespaceFlag(): string[] {
    return this.chance(0.3) ? [`--namespace=${this.pick(["shop", "default", "none"])}`] : [];
  }

  private patchFlags(): string[] {
    return [
      ...this.pick([["--path", "patch.yaml"], ["--path", "b.yaml"], ["--patch", "- op: remove\n  path: /spec\n"]]),
      ...this.pick([[], ["--kind", "Service"], ["--kind", "X", "--name", "z"]]),
    ];
  }

  private setGenerator(): string[] {
    return [
      this.pick(NAMES.slice(0, 3)),
      ...(this.chance(0.8) ? [`--from-literal=${this.pick(["A", "B", "C"])}=9`] : []),
      ...this.namespaceFlag(),
      ...(this.chance(0.4) ? ["--new-namespace=prod"] : []),
    ];
  }

  private addGenerator(): string[] {
    return [
      this.pick(NAMES.slice(0, 4)),
      ...this.pick([["--from-literal=N=1"], ["--from-file=*.ini"], ["--from-env-file=login.env"], [
        "--from-literal=A=x",
      ]]),
      ...this.namespaceFlag(),
      ...(this.chance(0.3) ? ["--disableNameSuffixHash"] : []),
    ];
  }

  private readonly commands: Record<string, Record<string, () => string[]>> = {
    set: {
      namespace: () => [this.pick(WORDS.slice(0, 4))],
      nameprefix: () => [this.pick(["p-", "on", "1"])],
      namesuffix: () => ["--", this.pick(["-s", "1e3", "a"])],
      image: () => Array.from({ length: 1 + this.below(3) }, () => this.imageWord()),
      replicas: () => this.some(NAMES).map((name) => `${name}=${this.below(5)}`),
      label: () => this.pairs(),
      annotation: () => this.pairs(),
      configmap: () => this.setGenerator(),
      secret: () => this.setGenerator(),
      buildmetadata: () => [this.some(["originAnnotations", "managedByLabel", "transformerAnnotations"]).join(",")],
    },
    add: {
      resource: () => [...this.some([...PATHS, "*.yaml", "sub/*", "s*"]), ...(this.chance(0.3) ? ["--no-verify"] : [])],
      component: () => this.some(["sub", "s*", "none"]),
      base: () => [this.some(["sub", "./sub", "service.yaml"]).join(",")],
      generator: () => this.some(["service.yaml", "d*.yaml", "none"]),
      transformer: () => this.some(["service.yaml", "*.yaml"]),
      label: () => [...this.pairs(), ...this.some(["--without-selector", "--include-templates", "--force"])],
      annotation: () => [...this.pairs(), ...(this.chance(0.5) ? ["-f"] : [])],
      patch: () => this.patchFlags(),
      configmap: () => this.addGenerator(),
      secret: () => this.addGenerator(),
      buildmetadata: () => [this.pick(["originAnnotations", "managedByLabel", "transformerAnnotations"])],
    },
    remove: {
      resource: () => this.some([...PATHS, "*.yaml", "*"]),
      transformer: () => this.some(["t/*", "*", "u.yaml"]),
      label: () => [this.some(KEYS).join(","), ...(this.chance(0.6) ? ["-i"] : [])],
      annotation: () => [this.some(KEYS).join(","), ...(this.chance(0.6) ? ["-i"] : [])],
      patch: () => this.patchFlags(),
      configmap: () => [this.some(NAMES.slice(0, 3)).join(","), ...this.namespaceFlag()],
      secret: () => [this.some(NAMES.slice(0, 3)).join(","), ...this.namespaceFlag()],
      buildmetadata: () => [this.pick(["originAnnotations", "managedByLabel"])],
    },
  };
}

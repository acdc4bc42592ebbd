/**
 * Records what a real kubectl makes of generated sequences of `config` commands.
 *
 * `deno run -A scripts/kubeconfig_goldens.ts record KUBECTL [COUNT] [SEED]` writes the goldens;
 * `… compare KUBECTL COUNT SEED` replays that many others at once and writes nothing.
 */
// deno-lint-ignore-file no-console
import { DIRECTORY, replay, type Sequence, type Step } from "../tests/cli/kubectl_sequences.ts";

const [mode, kubectl = "kubectl", count = "330", seed = "1"] = Deno.args;
const GOLDEN = new URL("../tests/testdata/kubeconfig/sequences.json", import.meta.url);

let state = Number(seed) * 7919 + 17;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const chance = (p: number) => random() < p;

const NAMES = ["a", "b", "k8s", "k8s.example.com", "user@c", "with space", "true", "10.0.0.1", "ü", "x:y"];
const TEXTS: readonly string[] = [
  "",
  "# only a comment\n",
  'apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: https://a\n  name: a\ncontexts: null\ncurrent-context: ""\nusers: null\n',
  "# mine\nclusters:\n  - name: k8s # one\n    cluster: {server: 'https://k', certificate-authority: ca.crt, unknown: 1}\nusers:\n  - name: a\n    user: {token: abc, client-key: keys/k.pem}\ncontexts:\n  - name: a\n    context: {cluster: k8s, user: a, namespace: n, extensions: [{name: e, extension: {z: 1, a: [x]}}]}\ncurrent-context: a\n",
  '{"clusters":[{"name":"b","cluster":{"server":"https://j","insecure-skip-tls-verify":true}}],"users":[{"name":"b","user":{"username":"u","password":"p"}}],"contexts":[{"name":"b","context":{"cluster":"b","user":"b"}}],"current-context":"b"}',
  "users:\n- name: a\n  user:\n    exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1beta1, args: [x], env: [{name: K, value: V}]}\n- name: b\n  user:\n    auth-provider: {name: oidc, config: {client-id: i, id-token: t}}\n    as: root\n    as-groups: [g]\n    as-user-extra: {k: [v]}\npreferences: {colors: true}\n",
  "clusters: [{name: a}, null]\nusers: [{user: {token: x}}]\ncurrent-context: nope\n",
  "contexts:\n- {name: b, context: {cluster: a, user: a}}\n- {name: a, context: {user: b, cluster: b}}\ncurrent-context: b\nextensions:\n- name: top\n  extension: {k: v}\n",
  "kind: Pod\napiVersion: v1\n",
  "clusters: [{name: a}, {name: a}]\n",
  "clusters: [{name: a, cluster: {server: 1}}]\n",
  "users: [{name: yes}]\n",
  "clusters: [{name: a, cluster: {certificate-authority-data: '%%'}}]\n",
  "a: [\n",
];

function makeFiles(): Record<string, string> {
  const files: Record<string, string> = { "ca.crt": "CA\n", "keys/k.pem": "KEY\n" };
  for (const name of ["c1", "sub/c2", "home/.kube/config"]) {
    // Files that cannot be read end a sequence early: a few of them are enough.
    if (chance(0.6)) files[name] = chance(0.93) ? pick(TEXTS.slice(0, 8)) : pick(TEXTS);
  }
  if (chance(0.02)) files["c1.lock"] = "";
  return files;
}

const LISTS = ["", "c1", `${DIRECTORY}/c1`, "c1:sub/c2", "sub/c2:c1", "missing/c3", "c1:c1", "none:sub/c2:c1"];
const path = () =>
  pick(["clusters", "users", "contexts", "clusters", "current-context", "preferences", "foo", "extensions"]);
const FIELDS: Record<string, readonly string[]> = {
  clusters: [
    "server",
    "certificate-authority-data",
    "insecure-skip-tls-verify",
    "proxy-url",
    "tls-server-name",
    "disable-compression",
    "certificate-authority",
  ],
  users: [
    "token",
    "tokenFile",
    "username",
    "act-as",
    "act-as-groups",
    "client-key-data",
    "client-certificate",
    "exec",
    "auth-provider.name",
  ],
  contexts: ["cluster", "user", "namespace", "extensions"],
  preferences: ["colors"],
};

function property(): string {
  const top = path();
  const fields = FIELDS[top];
  if (fields === undefined) return top === "foo" ? "foo.bar" : top;
  if (top === "preferences") return "preferences.colors";
  return [top, pick(NAMES), pick(fields)].join(".");
}

const maybe = (p: number, ...words: string[]) => chance(p) ? words : [];

const COMMANDS: readonly (() => string[])[] = [
  () => [
    "set-cluster",
    pick(NAMES),
    ...maybe(0.7, `--server=https://${pick(["a", "b"])}:6443`),
    ...maybe(0.2, "--tls-server-name", "kubernetes"),
    ...maybe(0.2, `--insecure-skip-tls-verify${pick(["", "=true", "=false"])}`),
    ...maybe(0.3, `--certificate-authority=${pick(["ca.crt", "keys/../ca.crt", "nope", "/etc/ca.crt"])}`),
    ...maybe(0.2, "--embed-certs"),
    ...maybe(0.1, "--proxy-url=http://p:3128"),
  ],
  () => [
    "set-credentials",
    pick(NAMES),
    ...maybe(0.4, `--token=${pick(["abc", "", "x y", "123"])}`),
    ...maybe(0.2, "--username=u", "--password", "p"),
    ...maybe(0.2, "--client-certificate=ca.crt"),
    ...maybe(0.2, "--client-key=keys/k.pem"),
    ...maybe(0.2, "--embed-certs=true"),
  ],
  () => [
    "set-credentials",
    pick(NAMES),
    ...maybe(0.7, `--exec-command=${pick(["aws", "./bin/x", "/usr/bin/y"])}`),
    ...maybe(0.5, `--exec-api-version=client.authentication.k8s.io/${pick(["v1", "v1beta1"])}`),
    ...maybe(0.4, `--exec-arg=${pick(["a,b", "--x", '"c,d"', 'q"r'])}`, "--exec-arg=z"),
    ...maybe(0.4, `--exec-env=${pick(["K=V", "K-", "J=1=2", "bad"])}`),
    ...maybe(0.2, `--exec-interactive-mode=${pick(["Never", "Always", "foo"])}`),
    ...maybe(0.2, "--exec-provide-cluster-info"),
  ],
  () => [
    "set-credentials",
    pick(NAMES),
    "--auth-provider=oidc",
    ...maybe(0.7, "--auth-provider-arg=client-id=foo,idp-issuer-url=https://i"),
    ...maybe(0.3, "--auth-provider-arg=client-id-"),
  ],
  () => [
    "set-context",
    ...(chance(0.8) ? [pick(NAMES)] : ["--current"]),
    ...maybe(0.6, `--cluster=${pick(NAMES)}`),
    ...maybe(0.6, "--user", pick(NAMES)),
    ...maybe(0.5, `${pick(["-n", "--namespace="])}${pick(["n1", "n2"])}`),
  ],
  () => ["set", property(), pick(["https://v", "true", "Zm9v", "foo", "1", ""]), ...maybe(0.2, "--set-raw-bytes=true")],
  () => ["unset", chance(0.6) ? property() : `${pick(["clusters", "users", "contexts"])}.${pick(NAMES)}`],
  () => [pick(["use-context", "use"]), pick(NAMES)],
  () => ["current-context"],
  () => [
    "get-contexts",
    ...maybe(0.2, pick(NAMES)),
    ...maybe(0.2, "-o", "name"),
    ...maybe(0.1, "--no-headers"),
    ...maybe(0.05, "-oyaml"),
  ],
  () => ["get-clusters"],
  () => ["get-users"],
  () => ["rename-context", pick(NAMES), pick(NAMES)],
  () => [pick(["delete-context", "delete-cluster", "delete-user"]), pick(NAMES)],
  () => [
    "view",
    ...maybe(0.3, "--minify"),
    ...maybe(0.3, "--raw"),
    ...maybe(0.15, "--flatten"),
    ...maybe(0.4, "-o", pick(["json", "yaml", "name", "foo"])),
    ...maybe(0.1, `--context=${pick(NAMES)}`),
  ],
  () =>
    pick([
      ["set-cluster"],
      ["set"],
      ["use"],
      ["delete-user"],
      ["delete-context"],
      ["view", "x"],
      ["nope"],
      ["set-cluster", "a", "--foo"],
      ["set-cluster", "a", "--server"],
      ["set-context", "a", "-x"],
      ["rename-context", "a", ""],
      ["set-context"],
      ["set-cluster", "a", "--embed-certs=maybe"],
      ["set-credentials", "a", "b"],
      ["unset", ""],
    ]),
];

function makeSequence(): Sequence {
  const kubeconfig = pick(LISTS);
  const steps = Array.from({ length: 2 + Math.floor(random() * 4) }, (): Step => {
    const command = pick(COMMANDS)();
    const explicit = maybe(0.15, `--kubeconfig=${pick(["c1", "new/c4", "sub/c2"])}`);
    return {
      args: chance(0.5) ? [...explicit, "config", ...command] : ["config", ...explicit, ...command],
      code: 0,
      stderr: "",
    };
  });
  return { files: makeFiles(), kubeconfig, steps, after: {} };
}

async function record(sequence: Sequence): Promise<Sequence> {
  const directory = await Deno.makeTempDir();
  const inside = (text: string) => text.replaceAll(DIRECTORY, directory);
  const outside = (text: string) => text.replaceAll(directory, DIRECTORY);
  try {
    for (const [name, text] of Object.entries(sequence.files)) {
      await Deno.mkdir(`${directory}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    await Deno.mkdir(`${directory}/home`, { recursive: true });
    const env = { HOME: `${directory}/home`, KUBECONFIG: inside(sequence.kubeconfig) };
    const steps: Step[] = [];
    for (const { args } of sequence.steps) {
      const command = new Deno.Command(kubectl, { args, cwd: directory, clearEnv: true, env, stdin: "null" });
      const { code, stdout, stderr } = await command.output();
      const text = outside(new TextDecoder().decode(stdout));
      const printsHelp = /\nUsage:\n/.test(text);
      steps.push({
        args,
        code,
        ...(printsHelp ? {} : { stdout: text }),
        stderr: outside(new TextDecoder().decode(stderr)),
      });
    }
    return { ...sequence, steps: steps.filter(({ code }) => code < 2), after: await readTree(directory, "", outside) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function readTree(root: string, below: string, map: (text: string) => string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${root}/${below}`)) {
    if (isDirectory) Object.assign(found, await readTree(root, `${below}${name}/`, map));
    // The cache of kubectl's discovery is none of our business.
    else if (!below.includes("cache")) {
      found[`${below}${name}`] = map(await Deno.readTextFile(`${root}/${below}${name}`));
    }
  }
  return found;
}

const sequences: Sequence[] = [];
const made = Array.from({ length: Number(count) }, makeSequence);
for (let i = 0; i < made.length; i += 4) sequences.push(...await Promise.all(made.slice(i, i + 4).map(record)));
if (mode === "record") {
  const { stdout } = await new Deno.Command(kubectl, { args: ["version", "--client", "-o", "json"] }).output();
  const { clientVersion } = JSON.parse(new TextDecoder().decode(stdout));
  const lines = sequences.map((sequence) => JSON.stringify(sequence)).join(",\n");
  await Deno.writeTextFile(GOLDEN, `{"kubectl":"${clientVersion.gitVersion}","sequences":[\n${lines}\n]}\n`);
}
let failed = 0;
for (const [index, sequence] of sequences.entries()) {
  await replay(sequence).catch((error) => {
    if (++failed <= 40) console.log(`sequence ${index}: ${error.message}\n${JSON.stringify(sequence)}\n`);
  });
}
console.log(
  `${sequences.length} sequences, ${
    sequences.reduce((n, { steps }) => n + steps.length, 0)
  } commands, ${failed} differ`,
);

import { equal, ok } from "../assert.ts";
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { replay, type Sequence } from "./kubectl_sequences.ts";

const RECORDED: { kubectl: string; sequences: Sequence[] } = JSON.parse(
  await Deno.readTextFile(new URL("../testdata/kubeconfig/sequences.json", import.meta.url)),
);

Deno.test(`kstage kubectl config answers and writes as kubectl ${RECORDED.kubectl} in ${RECORDED.sequences.length} sequences`, async () => {
  ok(RECORDED.sequences.length >= 300);
  const failures: string[] = [];
  for (const [index, sequence] of RECORDED.sequences.entries()) {
    await replay(sequence).catch((error) => failures.push(`sequence ${index}: ${error.message}`));
  }
  equal(failures.join("\n\n"), "");
});

Deno.test("kstage kubectl config keeps comments, unknown keys and extensions of the file", async () => {
  const text = `# mine
clusters:
- name: c # the cluster
  cluster: {server: "https://a", unknown: 1, extensions: [{name: e, extension: {a: 1}}]}
`;
  const host = createMemoryHost({ files: { "/kc": text } });
  equal(await runCli(["kubectl", "--kubeconfig=/kc", "config", "set", "clusters.c.server", "https://b"], host), 0);
  const written = host.fs.readText("/kc");
  for (const part of ["# mine", "# the cluster", "unknown: 1", "extension: {a: 1}", "https://b"]) {
    ok(written.includes(part), `${part} is missing in\n${written}`);
  }
});

Deno.test("kstage kubectl config set-cluster turns verification on again, as kubectl does without the flag", async () => {
  const text = "clusters: [{name: c, cluster: {server: 'https://a', insecure-skip-tls-verify: true}}]\n";
  const host = createMemoryHost({ files: { "/kc": text } });
  equal(await runCli(["kubectl", "--kubeconfig=/kc", "config", "set-cluster", "c", "--proxy-url=http://p"], host), 0);
  equal(host.fs.readText("/kc").includes("insecure"), false);
});

Deno.test("kstage kubectl names kstage's own command for what it does not have", async () => {
  const host = createMemoryHost();
  equal(await runCli(["kubectl", "apply", "-k", "overlays/testing"], host), 2);
  ok(host.out.stderr.includes("Use kstage apply OVERLAY"), host.out.stderr);
});

Deno.test("kstage kubectl config loses nothing when a hundred write the same file at once", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const { createDenoHost } = await import("../../src/host/mod.ts");
    const real = createDenoHost();
    const silent = { ...real.stdout, write: () => {} };
    const host = { ...real, stdout: silent, stderr: silent, env: { get: () => undefined } };
    const file = `${directory}/config`;
    const codes = await Promise.all(Array.from({ length: 100 }, (_, i) => {
      const verb = [["set-cluster", "--server=https://a"], ["set-credentials", "--token=t"], [
        "set-context",
        "--cluster=c",
      ]];
      const [name = "", flag = ""] = verb[i % 3]!;
      return runCli(["kubectl", "config", `--kubeconfig=${file}`, name, `n${i}`, flag], host);
    }));
    equal(codes.every((code) => code === 0), true);
    const text = await Deno.readTextFile(file);
    equal(new Set(text.match(/name: n\d+/g)).size, 100);
    equal([...Deno.readDirSync(directory)].length, 1);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("kstage context use, list, current, rename, delete and view work on the kubeconfig, secrets hidden", async () => {
  const text = "users: [{name: u, user: {token: canary}}]\ncontexts: [{name: a, context: {user: u}}, {name: b}]\n";
  const host = createMemoryHost({ files: { "/kc": text } });
  const run = async (...args: string[]) => {
    host.out.stdout = "";
    equal(await runCli(["context", ...args, "--kubeconfig=/kc"], host), 0, host.out.stderr);
    return host.out.stdout;
  };
  equal(await run("use", "a"), 'Switched to context "a".\n');
  equal(await run("current"), "a\n");
  equal(await run("rename", "a", "c"), 'Context "a" renamed to "c".\n');
  equal(await run("list", "-o", "name"), "b\nc\n");
  equal(await run("delete", "b"), "deleted context b from /kc\n");
  equal((await run("view", "--minify", "--flatten")).includes("canary"), false);
  equal(await runCli(["context", "use", "nope", "--kubeconfig=/kc"], host), 2);
});

Deno.test("kstage context set changes a context as kubectl config set-context does", async () => {
  const env = { KUBECONFIG: "/a:/b" };
  const files = {
    "/a": "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n",
    "/b": "kind: Config\n",
  };
  const host = createMemoryHost({ files, env });
  equal(await runCli(["context", "set", "--current", "--namespace", "shop"], host), 0);
  equal(await runCli(["context", "set", "y", "--cluster=c", "--user", "v"], host), 0);
  equal(host.out.stdout, 'Context "x" modified.\nContext "y" created.\n');
  ok(host.fs.readText("/a").includes("namespace: shop"), host.fs.readText("/a"));
  equal(await runCli(["context", "set"], host), 2);
  equal(await runCli(["context", "set", "x", "--current"], host), 2);
});

Deno.test("kstage kubectl config set-credentials adds a plugin's variables behind those that are there", async () => {
  const exec = '{apiVersion: client.authentication.k8s.io/v1, command: x, env: [{name: X, value: "1"}]}';
  const host = createMemoryHost({ files: { "/kc": `users: [{name: u, user: {exec: ${exec}}}]\n` } });
  const args = ["set-credentials", "u", "--exec-env=B=2", "--exec-env=A=3"];
  equal(await runCli(["kubectl", "--kubeconfig=/kc", "config", ...args], host), 0);
  const names = [...host.fs.readText("/kc").matchAll(/name: ([A-Z])/g)].map(([, name]) => name);
  equal(names.join(""), "XBA");
});

/**
 * Opt-in: asks a real kubectl, named by `KSTAGE_KUBECTL`, whether it reads what is written here, and whether it still
 * writes and says what is recorded in testdata.
 */
import { deepEqual, equal } from "../assert.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { type ContextSpec, writeContext } from "../../src/kubeconfig/mod.ts";
import { readYaml } from "../../src/yaml/mod.ts";

const kubectl = Deno.env.get("KSTAGE_KUBECTL");
const ignore = kubectl === undefined;
const DATA = new URL("../testdata/kubeconfig/", import.meta.url);

const ARTICLE = [
  ["set-cluster", "k8s", "--server=https://k8s.example.com:6443"],
  ["set", "clusters.k8s.certificate-authority-data", "LS0tLS1CRUdJTg=="],
  ["set-credentials", "gitlab-service-account", "--token=header.payload.signature"],
  ["set-context", "default", "--cluster=k8s", "--user=gitlab-service-account", "--namespace=my-service"],
  ["use-context", "default"],
];

const SPEC: ContextSpec = {
  contextName: "default",
  clusterName: "k8s",
  userName: "gitlab-service-account",
  server: "https://k8s.example.com:6443",
  caPem: "-----BEGIN",
  token: "header.payload.signature",
  namespace: "my-service",
};

async function ask(directory: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { args, cwd: directory, clearEnv: true, env: { HOME: directory }, stdin: "null" } as const;
  const { code, stdout, stderr } = await new Deno.Command(kubectl!, options).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

async function inDirectory(action: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await action(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const view = async (directory: string, file: string) =>
  JSON.parse((await ask(directory, "--kubeconfig", file, "config", "view", "--raw", "-o", "json")).stdout);

for await (const { name, isDirectory } of Deno.readDir(new URL("article/", DATA))) {
  if (!isDirectory) continue;
  Deno.test({
    name: `kubectl reads the same from its own file and from ours: ${name} (opt-in: KSTAGE_KUBECTL names one)`,
    ignore,
    fn: () =>
      inDirectory(async (directory) => {
        for (const file of ["theirs", "ours"]) {
          if (name === "none") continue;
          await Deno.copyFile(new URL(`article/${name}/before.yaml`, DATA), `${directory}/${file}`);
        }
        for (const command of ARTICLE) {
          equal((await ask(directory, "--kubeconfig=theirs", "config", ...command)).code, 0);
        }
        await writeContext(createDenoHost(), `${directory}/ours`, SPEC);
        deepEqual(await view(directory, "ours"), await view(directory, "theirs"));
        const { stdout } = await ask(directory, "version", "--client", "-o", "json");
        const [, minor] = /"gitVersion": "v1\.(\d+)/.exec(stdout)!;
        if (!["32", "36"].includes(minor!)) return;
        const recorded = await Deno.readTextFile(new URL(`article/${name}/kubectl-1.${minor}.yaml`, DATA));
        deepEqual(readYaml(await Deno.readTextFile(`${directory}/theirs`)), readYaml(recorded));
      }),
  });
}

Deno.test({
  name: "kubectl finds the problems that are recorded (opt-in: KSTAGE_KUBECTL names one)",
  ignore,
  async fn(t) {
    const { cases } = JSON.parse(await Deno.readTextFile(new URL("validation.json", DATA)));
    for (const [name, { text, kubectl }] of Object.entries<{ text: string; kubectl: string[] }>(cases)) {
      await t.step(name, () =>
        inDirectory(async (directory) => {
          await Deno.writeTextFile(`${directory}/kk`, text);
          const context = text.includes("current-context") ? [] : ["--context=x"];
          const { stderr } = await ask(directory, "--kubeconfig=kk", ...context, "get", "--raw", "/version");
          const said = stderr.replaceAll(directory, "/dir");
          for (const problem of kubectl) equal(said.includes(problem), true, `${said}\nlacks ${problem}`);
        }));
    }
  },
});

Deno.test({
  name: "kubectl keeps off a file by the same lock (opt-in: KSTAGE_KUBECTL names one)",
  ignore,
  fn: () =>
    inDirectory(async (directory) => {
      await Deno.writeTextFile(`${directory}/kk.lock`, "");
      const { stderr, code } = await ask(directory, "--kubeconfig=kk", "config", "set-context", "x");
      equal(code, 1);
      equal(/open \S*kk\.lock: file exists/.test(stderr), true, stderr);
    }),
});

import { deepEqual, equal, ok, rejects } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { createMemoryHost } from "../../../src/host/mod.ts";
import { build, type BuildOptions, KustomizeError } from "../../../src/kustomize/mod.ts";
import { writeYaml, writeYamlDocuments } from "../../../src/yaml/mod.ts";
import { type Call, programs, resourceList } from "./programs.ts";

const FUNCTION = (spec: string) =>
  `apiVersion: x/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: |\n      ${spec}\n`;

const FILES = {
  "/k/kustomization.yaml": "resources: [cm.yaml]\nnamePrefix: p-\ntransformers: [fn.yaml]\n",
  "/k/cm.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
  "/k/fn.yaml": FUNCTION("exec: {path: ./fn.sh, args: [x], envs: [A=b]}"),
};

async function run(
  answer: (call: Call) => string | { exitCode: number; stderr: string },
  files: Record<string, string> = FILES,
  options: Partial<BuildOptions> = {},
) {
  const { calls, run } = programs(answer);
  const { fs, processes, env } = createMemoryHost({ files, run });
  const manifests = await build("/k", { fs, processes, env, enableAlphaPlugins: true, enableExec: true, ...options });
  return { calls, text: writeYamlDocuments(manifests) };
}

function nameOf(manifest: JsonObject): string {
  return (manifest.metadata as JsonObject).name as string;
}

Deno.test("a function gets the objects with its configuration, and what it returns takes their place", async () => {
  const { calls, text } = await run((call) => {
    const { items, ...rest } = resourceList(call);
    const kept = items.filter((item) => nameOf(item) === "p-a").map((item) => ({ ...item, data: { seen: "yes" } }));
    return writeYaml({ ...rest, items: [...kept, { apiVersion: "v1", kind: "Secret", metadata: { name: "new" } }] });
  });
  equal(
    text,
    'apiVersion: v1\ndata:\n  seen: "yes"\nkind: ConfigMap\nmetadata:\n  name: p-a\n' +
      "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: new\n",
  );
  const [call] = calls;
  equal(call!.command, "/k/./fn.sh");
  deepEqual(call!.args, ["x"]);
  deepEqual(call!.options.env, { A: "b" });
  equal(call!.options.cwd, "/k");
  const { apiVersion, kind, items, functionConfig } = resourceList(call!);
  deepEqual([apiVersion, kind], ["config.kubernetes.io/v1", "ResourceList"]);
  deepEqual(items.map(nameOf), ["p-a", "p-b"]);
  equal(nameOf(functionConfig), "fn");
  const annotations = (items[0]!.metadata as JsonObject).annotations as JsonObject;
  equal(annotations["kustomize.config.k8s.io/id"], "kind: ConfigMap\nname: p-a\nversion: v1\n");
  equal(annotations["internal.config.kubernetes.io/previousNames"], "a");
});

Deno.test("names that a function leaves alone are still followed by references", async () => {
  const files = {
    ...FILES,
    "/k/kustomization.yaml": "resources: [cm.yaml, pod.yaml]\ntransformers: [fn.yaml]\nnamePrefix: p-\n",
    "/k/pod.yaml":
      "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec: {containers: [{name: c, envFrom: [{configMapRef: {name: a}}]}]}\n",
  };
  const { text } = await run(({ stdin }) => stdin, files);
  ok(text.includes("- configMapRef:\n        name: p-a"), text);
});

Deno.test("a function may generate objects, with a hash when it asks for one", async () => {
  const files = { ...FILES, "/k/kustomization.yaml": "generators: [fn.yaml]\n" };
  const generated = (name: string, annotations: JsonObject) =>
    writeYaml({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, annotations }, data: { a: "b" } });
  const { text } = await run(
    () => generated("plain", {}) + "---\n" + generated("hashed", { "kustomize.config.k8s.io/needs-hash": "true" }),
    files,
  );
  ok(/name: hashed-[a-z0-9]{10}\n/.test(text) && /name: plain\n/.test(text) && !text.includes("annotations"), text);
});

Deno.test("a container function runs in docker without network and privileges", async () => {
  const files = {
    ...FILES,
    "/k/fn.yaml": FUNCTION("container: {image: 'img:1', envs: [B, A=1], mounts: [{type: bind, src: ./d, dst: /d}]}"),
  };
  const { calls } = await run(({ stdin }) => stdin, files, { functionEnv: ["C=2"], enableExec: false });
  equal(calls[0]!.command, "docker");
  equal(
    calls[0]!.args.join(" "),
    "run --rm -i -a STDIN -a STDOUT -a STDERR --network none --user nobody --security-opt=no-new-privileges " +
      "--mount type=bind,source=/k/./d,target=/d,readonly " +
      "-e A=1 -e C=2 -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true -e B img:1",
  );
});

Deno.test("a function that is not to run says so", async (t) => {
  const failing = { exitCode: 3, stderr: "boom" };
  const rows: [string, string, Partial<BuildOptions>, RegExp][] = [
    [
      "plugins are off",
      "exec: {path: x}",
      { enableAlphaPlugins: false },
      /external plugins disabled; unable to load .*'Fn'/,
    ],
    ["it fails", "exec: {path: x}", {}, /couldn't execute function .*: x exited with 3: boom/],
    ["starlark", "starlark: {path: x}", {}, /starlark functions are not supported/],
    ["a mount from outside", "container: {image: i, mounts: [{src: ../x}]}", {}, /mount path '..\/x' is not permitted/],
    ["an absolute mount", "container: {image: i, mounts: [{src: /x}]}", {}, /mount path '\/x' is not permitted/],
    ["network", "container: {image: i, network: true}", {}, /network required but not enabled with --network/],
  ];
  for (const [name, spec, options, message] of rows) {
    await t.step(name, async () => {
      await rejects(run(() => failing, { ...FILES, "/k/fn.yaml": FUNCTION(spec) }, options), (error) => {
        ok(error instanceof KustomizeError && message.test(error.message), String(error));
        ok(error.place?.file === "/k/fn.yaml", JSON.stringify(error.place));
        return true;
      });
    });
  }
});

Deno.test("an exec function is left out unless it is enabled, as kustomize does", async () => {
  const { calls, text } = await run(() => "", FILES, { enableExec: false });
  equal(calls.length, 0);
  ok(text.includes("name: p-a") && text.includes("name: p-b"), text);
});

Deno.test("an exec plugin is found by group, version and kind, and gets its configuration as a file", async () => {
  const files = {
    ...FILES,
    "/k/fn.yaml":
      "apiVersion: g.io/v1\nkind: MyGen\nmetadata: {name: x}\nargsOneLiner: a 'b c' # no\nargsFromFile: args.txt\n",
    "/k/args.txt": "  d e\n\nf\n",
    "/k/kustomization.yaml": "generators: [fn.yaml]\n",
    "/plugins/g.io/v1/mygen/MyGen": "#!",
  };
  const { calls, run } = programs(() => "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\n");
  const env = { KUSTOMIZE_PLUGIN_HOME: "/plugins" };
  const host = createMemoryHost({ files, run, env });
  host.fs.chmod("/plugins/g.io/v1/mygen/MyGen", 0o755);
  const manifests = await build("/k", {
    fs: host.fs,
    processes: host.processes,
    env: host.env,
    enableAlphaPlugins: true,
  });
  deepEqual(manifests.map(nameOf), ["made"]);
  equal(calls[0]!.command, "/plugins/g.io/v1/mygen/MyGen");
  deepEqual(calls[0]!.args.slice(1), ["a", "b c", "d e", "f"]);
  equal(host.fs.stat(calls[0]!.args[0]!), undefined, "the file is removed");
});

import { deepEqual, equal, ok, rejects } from "../assert.ts";
import fc from "fast-check";
import { equalJson, type JsonObject, type JsonValue } from "../../src/base/mod.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { type ContextSpec, writeContext } from "../../src/kubeconfig/mod.ts";
import { readYaml, writeYaml } from "../../src/yaml/mod.ts";

const DATA = new URL("../testdata/kubeconfig/article/", import.meta.url);

/** What the article's commands are given; see README.md in testdata. */
const SPEC: ContextSpec = {
  contextName: "default",
  clusterName: "k8s",
  userName: "gitlab-service-account",
  server: "https://k8s.example.com:6443",
  caPem: "-----BEGIN",
  token: "header.payload.signature",
  namespace: "my-service",
};

async function write(before: string | undefined, spec: ContextSpec = SPEC): Promise<string> {
  const host = createMemoryHost({ files: before === undefined ? {} : { "/kc": before } });
  await writeContext(host, "/kc", spec);
  return host.fs.readText("/kc");
}

function readCase(name: string, file: string): Promise<string | undefined> {
  return Deno.readTextFile(new URL(`${name}/${file}`, DATA)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
}

/** What kubectl keeps of a kubeconfig's value, in its order: fields that it writes only because they are empty go. */
function asKubectlReads(text: string): JsonValue {
  const value = readYaml(text) as JsonObject;
  const byName = (list: JsonValue | undefined) =>
    ((list ?? []) as JsonObject[]).toSorted((a, b) => String(a.name) < String(b.name) ? -1 : 1);
  const { apiVersion = "v1", kind = "Config", extensions = null } = value;
  const preferences = equalJson(value.preferences ?? {}, {}) ? null : value.preferences!;
  const lists = { clusters: byName(value.clusters), users: byName(value.users), contexts: byName(value.contexts) };
  return { apiVersion, kind, extensions, preferences, ...lists, "current-context": value["current-context"] ?? "" };
}

for await (const { name, isDirectory } of Deno.readDir(DATA)) {
  if (!isDirectory) continue;
  Deno.test(`writeContext() makes the same data as kubectl: ${name}`, async () => {
    const written = asKubectlReads(await write(await readCase(name, "before.yaml")));
    for (const version of ["1.36", "1.32"]) {
      deepEqual(written, asKubectlReads((await readCase(name, `kubectl-${version}.yaml`))!), version);
    }
  });
}

Deno.test("writeContext() writes a new file byte for byte as kubectl 1.36", async () => {
  equal(await write(undefined), await readCase("none", "kubectl-1.36.yaml"));
  equal(await write(""), await readCase("empty", "kubectl-1.36.yaml"));
});

Deno.test("writeContext() changes a file that kubectl wrote as kubectl would, byte for byte", async () => {
  const after = await write(await readCase("written_by_kubectl", "kubectl-1.32.yaml"), {
    ...SPEC,
    server: "https://moved.example.com",
  });
  const wanted = (await readCase("written_by_kubectl", "kubectl-1.32.yaml"))!
    .replace("https://k8s.example.com:6443", "https://moved.example.com");
  equal(after, wanted);
  equal(
    await write(await readCase("written_by_kubectl", "before.yaml")),
    await readCase("written_by_kubectl", "kubectl-1.32.yaml"),
  );
});

Deno.test("writeContext() keeps comments, quotes, unknown fields and numbers as they are written", async () => {
  const before = (await readCase("comments_and_extensions", "before.yaml"))!;
  const after = await write(before);
  for (const [, comment] of before.matchAll(/(#.*)$/gm)) ok(after.includes(comment!), `lost: ${comment}`);
  ok(after.includes("answer: 0x1F"));
  ok(after.includes("- name: 'gitlab-service-account'"));
  ok(after.includes("extension: {text: keep me}"));
  ok(/^ {2}- name: zeta$/m.test(after), "lists stay indented");
  ok(after.includes("token: header.payload.signature # rotated by hand"));
});

Deno.test("writeContext() does nothing to the text when nothing changes", async () => {
  const odd = "# odd\nkind:   Config\napiVersion: v1\n\n\n\nclusters: [ ]\n";
  const once = await write(odd);
  equal(await write(once), once);
  const host = createMemoryHost({ files: { "/kc": once } });
  equal((await writeContext(host, "/kc", SPEC)).changed, false);
});

Deno.test("writeContext() keeps JSON JSON", async () => {
  const after = JSON.parse(await write((await readCase("json", "before.yaml"))!));
  equal(after["current-context"], "default");
  deepEqual(after.clusters.map(({ name }: { name: string }) => name), ["a", "k8s"]);
});

Deno.test("writeContext() changes one entry alone where entries share their text by an anchor", async () => {
  const after = readYaml(await write((await readCase("anchors", "before.yaml"))!)) as JsonObject;
  deepEqual((after.clusters as JsonObject[])[0], { name: "a", cluster: { server: "https://a.example.com" } });
});

Deno.test("writeContext() quotes what would read back as another type", async () => {
  for (const token of ["12345678", "0x1F", "1e5", "yes", "null", "~", "a: b", "#x", "-", "*a", "%", "1:20", "true"]) {
    const spec = { ...SPEC, token, contextName: token };
    for (const before of [undefined, "users:\n- name: other\n  user: {}\n", "{users: [{name: other}]}"]) {
      const value = readYaml(await write(before, spec)) as JsonObject;
      equal(value["current-context"], token);
      const users = value.users as { name: string; user: JsonObject }[];
      equal(users.find(({ name }) => name === SPEC.userName)?.user.token, token);
    }
  }
});

Deno.test("writeContext() never overwrites what is no kubeconfig", async () => {
  for (const before of ["a: [b\n", "just text\n", "kind: Pod\napiVersion: v1\n", "clusters: 1\n", "- a\n", "\0\x01"]) {
    const host = createMemoryHost({ files: { "/kc": before } });
    await rejects(writeContext(host, "/kc", SPEC), { code: "INVALID" });
    equal(host.fs.readText("/kc"), before);
    deepEqual(host.fs.readDir("/"), ["kc"]);
  }
});

const names = fc.constantFrom("default", "k8s", "gitlab-service-account", "a", "zz", "a.b", "Ünïcode", "1", "true");
/** YAML has no way to hold control characters unescaped, and kubectl's writer refuses them. */
const printable = fc.stringMatching(/^[\p{L}\p{N}\p{P}\p{S} ]{0,12}$/u);
const texts = fc.oneof(printable, names, fc.constantFrom("multi\nline\n", "  padded ", "'", '"', "#", "a #b"));
const extension = fc.anything({
  key: printable,
  maxDepth: 2,
  values: [printable, fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom(0.5, 1e21, 1e-7)],
}) as fc.Arbitrary<JsonValue>;
const entries = (key: string, fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.uniqueArray(
    fc.record({ name: names, [key]: fc.record(fields, { requiredKeys: [] }) }),
    { selector: ({ name }) => name, maxLength: 4 },
  );
const kubeconfigs = fc.record({
  clusters: entries("cluster", { server: texts, unknown: extension, "certificate-authority": texts }),
  users: entries("user", { token: texts, tokenFile: texts, extensions: fc.constant(null) }),
  contexts: entries("context", { cluster: texts, user: texts, namespace: texts }),
  "current-context": texts,
  other: extension,
});

Deno.test("writeContext() loses nothing of any kubeconfig but what the token and the CA replace", async () => {
  await fc.assert(
    fc.asyncProperty(kubeconfigs, fc.nat(2), async (config, form) => {
      const { stringify } = await import("yaml");
      const before = [
        () => JSON.stringify(config),
        () => writeYaml(config as unknown as JsonObject),
        () => stringify(config, { defaultStringType: "QUOTE_DOUBLE" }),
      ][form]!();
      const wanted = readYaml(before) as JsonObject;
      const after = readYaml(await write(before)) as JsonObject;
      for (const key of Object.keys(wanted)) {
        if (!["clusters", "users", "contexts", "current-context"].includes(key)) deepEqual(after[key], wanted[key]);
      }
      for (const [list, mine] of [["clusters", "k8s"], ["users", SPEC.userName], ["contexts", "default"]] as const) {
        const others = (value: JsonObject) => (value[list] as JsonObject[]).filter(({ name }) => name !== mine);
        deepEqual(others(after), others(wanted));
        equal((after[list] as JsonObject[]).length, others(wanted).length + 1);
      }
    }),
    { numRuns: 200 },
  );
});

import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { createDenoHost, createMemoryHost } from "../../src/host/mod.ts";
import { build, type BuildOptions, KustomizeError, type KustomizeErrorCode } from "../../src/kustomize/mod.ts";
import { writeYamlDocuments } from "../../src/yaml/mod.ts";

const ARTICLE = new URL("../testdata/article/", import.meta.url);

const CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

function buildMemory(files: Record<string, string>, options: Partial<BuildOptions> = {}, root = "/k") {
  return build(root, { fs: createMemoryHost({ files }).fs, ...options });
}

async function failure(files: Record<string, string>, options: Partial<BuildOptions> = {}): Promise<KustomizeError> {
  let caught: unknown;
  await rejects(buildMemory(files, options), (error) => {
    caught = error;
    return true;
  });
  ok(caught instanceof KustomizeError, String(caught));
  return caught;
}

Deno.test("build() prints the article's base and overlays as kubectl does", async (t) => {
  const { fs } = createDenoHost();
  const targets = {
    base: "base",
    development: "overlays/development",
    testing: "overlays/testing",
    production: "overlays/production",
  };
  for (const [name, directory] of Object.entries(targets)) {
    await t.step(name, async () => {
      const manifests = await build(new URL(`project/${directory}`, ARTICLE).pathname, { fs });
      equal(writeYamlDocuments(manifests), Deno.readTextFileSync(new URL(`want/${name}.yaml`, ARTICLE)));
    });
  }
});

Deno.test("build() leaves nothing that another build could see", async () => {
  const files = { "/k/kustomization.yaml": "resources: [a.yaml]\nnamePrefix: x-\n", "/k/a.yaml": CONFIG_MAP };
  const { fs } = createMemoryHost({ files });
  const first = await build("/k", { fs });
  deepEqual(await build("/k", { fs }), first);
  equal((first[0]!.metadata as { name: string }).name, "x-a");
});

Deno.test("build() says what is wrong, where, with a code", async (t) => {
  const rows: [string, Record<string, string>, KustomizeErrorCode, RegExp, string | undefined][] = [
    ["no directory", { "/x": "" }, "NOT_FOUND", /must build at directory: .*no such file or directory/, undefined],
    ["a file", { "/k": "" }, "NOT_FOUND", /must build at directory: .*'\/k' is a file/, undefined],
    ["no kustomization", { "/k/a.yaml": CONFIG_MAP }, "NO_KUSTOMIZATION", /unable to find one of/, undefined],
    [
      "two kustomizations",
      { "/k/kustomization.yaml": "resources: []", "/k/Kustomization": "resources: []" },
      "MULTIPLE_KUSTOMIZATIONS",
      /Found multiple kustomization files under: \/k/,
      undefined,
    ],
    [
      "empty",
      { "/k/kustomization.yaml": "kind: Kustomization\n" },
      "INVALID_CONFIG",
      /is empty/,
      "/k/kustomization.yaml",
    ],
    [
      "an unknown field",
      { "/k/kustomization.yaml": "resources: []\nresource: []\n" },
      "UNKNOWN_FIELD",
      /unknown field "resource"/,
      "/k/kustomization.yaml:2",
    ],
    [
      "a field of the wrong type",
      { "/k/kustomization.yaml": "namePrefix: 1\n" },
      "INVALID_CONFIG",
      /namePrefix must be a string, not a number/,
      "/k/kustomization.yaml:1",
    ],
    [
      "a missing file",
      { "/k/kustomization.yaml": "resources:\n- a.yaml\n- b.yaml\n", "/k/a.yaml": CONFIG_MAP },
      "NOT_FOUND",
      /accumulating resources from 'b.yaml': .*no such file or directory/,
      "/k/kustomization.yaml:3",
    ],
    [
      "a file outside",
      { "/k/kustomization.yaml": "resources: [../a.yaml]\n", "/a.yaml": CONFIG_MAP },
      "SECURITY",
      /security; file '\/a.yaml' is not in or below '\/k'/,
      "/k/kustomization.yaml:1",
    ],
    [
      "two objects of one id",
      {
        "/k/kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
        "/k/a.yaml": CONFIG_MAP,
        "/k/b.yaml": `\n${CONFIG_MAP}`,
      },
      "ID_CONFLICT",
      /may not add resource with an already registered id: ConfigMap.v1.\[noGrp\]\/a.\[noNs\]/,
      "/k/b.yaml:2",
    ],
    [
      "itself as a base",
      { "/k/kustomization.yaml": "resources: [../k]\n" },
      "CYCLE",
      /cycle detected: candidate root '\/k' contains visited root '\/k'/,
      "/k/kustomization.yaml:1",
    ],
    [
      "an object without a name",
      {
        "/k/kustomization.yaml": "resources: [a.yaml]\n",
        "/k/a.yaml": `${CONFIG_MAP}---\napiVersion: v1\nkind: Secret\n`,
      },
      "INVALID_RESOURCE",
      /missing metadata.name in object of kind Secret/,
      "/k/a.yaml:5",
    ],
    [
      "a patch for nothing",
      {
        "/k/kustomization.yaml": "resources: [a.yaml]\npatches:\n- path: p.yaml\n",
        "/k/a.yaml": CONFIG_MAP,
        "/k/p.yaml": CONFIG_MAP.replace("name: a", "name: b"),
      },
      "NO_MATCH",
      /no matches for Id ConfigMap.v1.\[noGrp\]\/b.\[noNs\]; failed to find unique target for patch/,
      "/k/p.yaml:1",
    ],
    [
      "replicas for nothing",
      { "/k/kustomization.yaml": "resources: [a.yaml]\nreplicas: [{name: b, count: 2}]\n", "/k/a.yaml": CONFIG_MAP },
      "NO_MATCH",
      /resource with name b does not match a config/,
      undefined,
    ],
    [
      "helm without being asked",
      { "/k/kustomization.yaml": "helmCharts: [{name: x}]\n" },
      "UNSUPPORTED",
      /must specify --enable-helm/,
      undefined,
    ],
  ];
  for (const [name, files, code, message, place] of rows) {
    await t.step(name, async () => {
      const error = await failure(files);
      equal(error.code, code);
      ok(message.test(error.message), error.message);
      if (place !== undefined) equal([error.place?.file, error.place?.line].filter(Boolean).join(":"), place);
    });
  }
});

Deno.test("build() follows no symbolic link out of the root", async () => {
  const files = {
    "/k/kustomization.yaml": "resources: [link.yaml]\n",
    "/k/link.yaml": { symlink: "../secret.yaml" },
    "/secret.yaml": CONFIG_MAP,
  };
  const { fs } = createMemoryHost({ files });
  await rejects(build("/k", { fs }), { code: "SECURITY" });
  equal((await build("/k", { fs, loadRestrictor: "none" })).length, 1);
});

Deno.test("build() warns of deprecated fields in kustomize's words and order", async () => {
  const warnings: string[] = [];
  await buildMemory({
    "/k/kustomization.yaml": "vars: []\ncommonLabels: {a: b}\nbases: [base]\n",
    "/k/base/kustomization.yaml": "resources: [a.yaml]\nimageTags: []\n",
    "/k/base/a.yaml": CONFIG_MAP,
  }, { warn: (message) => warnings.push(message) });
  const warning = (field: string, replacement: string, note = "") =>
    `# Warning: '${field}' is deprecated. Please use '${replacement}' instead. ` +
    `${note}Run 'kustomize edit fix' to update your Kustomization automatically.`;
  deepEqual(warnings, [
    warning("bases", "resources"),
    warning("commonLabels", "labels"),
    warning("vars", "replacements", "[EXPERIMENTAL] "),
    warning("imageTags", "images"),
  ]);
});

Deno.test("build() keeps keys that are names of JavaScript's own", async () => {
  const [manifest] = await buildMemory({
    "/k/kustomization.yaml": "resources: [a.yaml]\ncommonAnnotations: {__proto__: x}\n",
    "/k/a.yaml": `${CONFIG_MAP}data: {__proto__: "1", constructor: "2"}\n`,
  });
  const text = writeYamlDocuments([manifest!]);
  ok(text.includes("__proto__: x") && text.includes('__proto__: "1"'), text);
});

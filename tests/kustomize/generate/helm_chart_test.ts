import { deepEqual, equal, ok, rejects } from "../../assert.ts";
import { createMemoryHost } from "../../../src/host/mod.ts";
import { build, type BuildOptions } from "../../../src/kustomize/mod.ts";
import { readYaml, writeYamlDocuments } from "../../../src/yaml/mod.ts";
import { type Call, programs } from "../plugin/programs.ts";

const CHART = { "/k/charts/web/Chart.yaml": "name: web\n", "/k/charts/web/values.yaml": "a: 1\nb: {c: 2, d: 3}\n" };

async function inflate(
  kustomization: string,
  options: Partial<BuildOptions> = {},
  files: Record<string, string> = CHART,
) {
  const values: unknown[] = [];
  const { calls, run } = programs(({ args }: Call): string => {
    if (args[0] === "version") return "v4.0.1+g1\n";
    if (args[0] !== "template") return "";
    values.push(readYaml(host.fs.readText(args[args.indexOf("-f") + 1]!)));
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-chart}\n";
  });
  const host = createMemoryHost({ files: { ...files, "/k/kustomization.yaml": kustomization }, run });
  const { fs, processes } = host;
  const manifests = await build("/k", { fs, processes, enableHelm: true, ...options });
  return { calls, values, text: writeYamlDocuments(manifests) };
}

/** Arguments without the temporary directory. */
function argumentsOf(calls: readonly Call[], command: string): string {
  return calls.find(({ args }) => args[0] === command)!.args.join(" ").replace(
    /\/\S*\/web-kustomize/,
    "TMP/web-kustomize",
  );
}

Deno.test("a chart is inflated by helm with kustomize's arguments", async () => {
  const { calls, text } = await inflate(
    "namespace: ns\nnamePrefix: p-\nhelmCharts: [{name: web, releaseName: r, includeCRDs: true, skipTests: true, skipHooks: true, " +
      "apiVersions: [a/v1], kubeVersion: '1.30', nameTemplate: t, devel: true, additionalValuesFiles: [more.yaml]}]\n",
    {},
    { ...CHART, "/k/more.yaml": "x: y\n" },
  );
  equal(
    argumentsOf(calls, "template"),
    "template r /k/charts/web --namespace ns --name-template t -f TMP/web-kustomize-values.yaml -f /k/more.yaml " +
      "--api-versions a/v1 --kube-version 1.30 --include-crds --skip-tests --no-hooks --devel",
  );
  // helm sets the namespace, so kustomize leaves it alone.
  equal(text, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-from-chart\n");
  const { HELM_CONFIG_HOME: home, ...others } = calls[0]!.options.env!;
  deepEqual(others, { HELM_CACHE_HOME: `${home}/.cache`, HELM_DATA_HOME: `${home}/.data` });
});

Deno.test("a chart that isn't there is pulled, each version into a directory of its own", async () => {
  const files = { "/k/charts/web-1.2.3/.keep": "", "/k/v.yaml": "{}\n" };
  const chart = "name: web, version: 1.2.3, releaseName: r, valuesFile: v.yaml";
  const pulled = await inflate(`helmCharts: [{${chart}, repo: 'https://charts.test'}]\n`, {}, files);
  equal(
    argumentsOf(pulled.calls, "pull"),
    "pull --untar --untardir /k/charts/web-1.2.3 --repo https://charts.test web --version 1.2.3",
  );
  const oci = await inflate(`helmCharts: [{${chart}, repo: 'oci://reg.test/x/'}]\n`, {}, files);
  equal(
    argumentsOf(oci.calls, "pull"),
    "pull --untar --untardir /k/charts/web-1.2.3 oci://reg.test/x/web --version 1.2.3",
  );
  await rejects(
    inflate("helmCharts: [{name: nope}]\n"),
    /no repo specified for pull, no chart found at '\/k\/charts\/nope'/,
  );
});

Deno.test("inline values override, merge into or replace those of the chart", async (t) => {
  const rows: [string, unknown][] = [
    ["override", { a: 9, b: { c: 8, d: 3 }, e: 7 }],
    ["merge", { a: 1, b: { c: 2, d: 3 }, e: 7 }],
    ["replace", { a: 9, b: { c: 8 }, e: 7 }],
  ];
  for (const [valuesMerge, want] of rows) {
    await t.step(valuesMerge, async () => {
      const inline = "{a: 9, b: {c: 8}, e: 7}";
      const { values } = await inflate(
        `helmCharts: [{name: web, valuesMerge: ${valuesMerge}, valuesInline: ${inline}}]\n`,
      );
      deepEqual(values, [want]);
    });
  }
  await rejects(
    inflate("helmCharts: [{name: web, valuesMerge: nope}]\n"),
    /valuesMerge must be one of \[merge override replace\]/,
  );
});

Deno.test("helm's failures are told", async (t) => {
  await t.step("not enabled", async () => {
    await rejects(inflate("helmCharts: [{name: web}]\n", { enableHelm: false }), { code: "UNSUPPORTED" });
  });
  await t.step("no program", async () => {
    const { fs, processes } = createMemoryHost({
      files: { ...CHART, "/k/kustomization.yaml": "helmCharts: [{name: web}]\n" },
    });
    await rejects(
      build("/k", { fs, processes, enableHelm: true }),
      /unable to run: 'helm version --short' \(is 'helm' installed\?\)/,
    );
  });
  await t.step("too old", async () => {
    const { run } = programs(() => "v2.17.0\n");
    const { fs, processes } = createMemoryHost({
      files: { ...CHART, "/k/kustomization.yaml": "helmCharts: [{name: web}]\n" },
      run,
    });
    await rejects(build("/k", { fs, processes, enableHelm: true }), /requires helm V3 or V4 but got v2.17.0/);
  });
  await t.step("a failing template leaves nothing behind", async () => {
    const { run } = programs(({ args }) => args[0] === "version" ? "v3.1.0" : { exitCode: 1, stderr: "bad chart" });
    const { fs, processes } = createMemoryHost({
      files: { ...CHART, "/k/kustomization.yaml": "helmCharts: [{name: web}]\n" },
      run,
    });
    const created: string[] = [];
    const watched = { ...fs, makeTempDir: (prefix: string) => (created.push(fs.makeTempDir(prefix)), created.at(-1)!) };
    await rejects(
      build("/k", { fs: watched, processes, enableHelm: true }),
      /bad chart: unable to run: 'helm template/,
    );
    ok(created.length === 1 && fs.stat(created[0]!) === undefined);
  });
});

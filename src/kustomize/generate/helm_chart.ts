import { cloneJson, isObject, joinPath, type JsonObject, type ProcessResult } from "../../base/mod.ts";
import { readYaml, writeYaml } from "../../yaml/mod.ts";
import type { Target } from "../target.ts";
import { KustomizeError } from "../errors.ts";
import { type Decoded, record } from "../load/config_decoder.ts";
import { helmChartFields, helmGlobalsFields } from "../load/config_types.ts";
import { parseResources } from "../load/resources.ts";
import { mergeStrategic } from "../patch/strategic_merge.ts";
import { decodeConfig } from "../plugin/plugin_configs.ts";
import type { Resource } from "../resource.ts";

const helmChart = record({ ...helmGlobalsFields, ...helmChartFields });

/** A chart and where charts are: an entry of `helmCharts` with `helmGlobals`. */
export type HelmChart = Decoded<typeof helmChart>;

const MERGE_OPTIONS = ["merge", "override", "replace"];

/** The chart of a HelmChartInflationGenerator. */
export function chartOfConfig(config: Resource): HelmChart {
  return decodeConfig(config, { ...helmGlobalsFields, ...helmChartFields });
}

/** One chart on its way through helm. */
interface Inflation {
  readonly target: Target;
  readonly chart: HelmChart & { name: string };
  /** Absolute path of the directory that holds the chart's directory. */
  readonly chartHome: string;
  /** Directory for the values and helm's own files, removed afterwards. */
  readonly directory: string;
}

/**
 * Inflates a chart with the helm program, which pulls it first where it isn't there
 * (kustomize `api/internal/builtins/HelmChartInflationGenerator.go` v5.8.1).
 *
 * @throws {KustomizeError} UNSUPPORTED unless helm is enabled; INVALID_CONFIG; PLUGIN when helm fails.
 */
export async function inflateChart(target: Target, given: HelmChart): Promise<Resource[]> {
  const { options } = target.context;
  if (!options.enableHelm && !options.enableAlphaPlugins) {
    throw new KustomizeError(
      "UNSUPPORTED",
      "trouble configuring builtin HelmChartInflationGenerator: must specify --enable-helm",
    );
  }
  if (options.helmCommand === "") throw new KustomizeError("UNSUPPORTED", "must specify --helm-command");
  const chart = await checkChart(target, given);
  const directory = options.fs.makeTempDir("kstage-helm-");
  try {
    const inflation = { target, chart, chartHome: chartHomeOf(target, chart), directory };
    await refuseOldHelm(inflation);
    await pullChart(inflation);
    const valuesFile = await writeValues(inflation);
    return parseOutput(await runHelm(inflation, templateArguments(inflation, valuesFile)), inflation);
  } finally {
    options.fs.remove(directory, { recursive: true });
  }
}

async function checkChart({ loader, context }: Target, given: HelmChart): Promise<HelmChart & { name: string }> {
  const { options } = context;
  const chart = {
    kubeVersion: options.helmKubeVersion,
    apiVersions: options.helmApiVersions,
    debug: options.helmDebug,
    ...given,
  };
  const { name, valuesMerge = "" } = chart;
  if (!name) throw new KustomizeError("INVALID_CONFIG", "Cannot inflate a chart: chart name cannot be empty");
  for (const file of chart.additionalValuesFiles ?? []) await loader.readFile(file);
  if (valuesMerge !== "" && !MERGE_OPTIONS.includes(valuesMerge)) {
    throw new KustomizeError("INVALID_CONFIG", `valuesMerge must be one of [${MERGE_OPTIONS.join(" ")}]`);
  }
  return { ...chart, name };
}

/** Pulled charts of a version have a directory of their own. */
function chartHomeOf({ loader }: Target, { chartHome, name, version, repo }: HelmChart): string {
  const home = chartHome?.startsWith("/") ? chartHome : joinPath(loader.root, chartHome || "charts");
  return version && repo ? joinPath(home, `${name}-${version}`) : home;
}

async function refuseOldHelm(inflation: Inflation): Promise<void> {
  const output = await runHelm(inflation, ["version", "--short"]);
  const version = /v?(\d+(\.\d+)+)/.exec(output)?.[1];
  if (version === undefined) throw new KustomizeError("PLUGIN", `cannot find version string in ${output.trim()}`);
  if (/^[34]\./.test(version)) return;
  throw new KustomizeError("PLUGIN", `this plugin requires helm V3 or V4 but got v${version}`);
}

async function pullChart(inflation: Inflation): Promise<void> {
  const { target, chart: { name, repo = "", version, devel }, chartHome } = inflation;
  const path = joinPath(chartHome, name);
  if (target.context.options.fs.stat(path)?.kind === "directory") return;
  if (repo === "") {
    throw new KustomizeError("NOT_FOUND", `no repo specified for pull, no chart found at '${path}'`);
  }
  const source = repo.startsWith("oci://") ? [`${repo.replace(/\/$/, "")}/${name}`] : ["--repo", repo, name];
  const args = ["pull", "--untar", "--untardir", chartHome, ...source];
  if (version) args.push("--version", version);
  if (devel) args.push("--devel");
  await runHelm(inflation, args);
}

/** Writes the values that helm is to use; returns the file's path. */
async function writeValues({ target, chart, chartHome, directory }: Inflation): Promise<string> {
  const { loader, context } = target;
  const { name, valuesInline = {}, valuesMerge = "override" } = chart;
  const file = chart.valuesFile || joinPath(chartHome, name, "values.yaml");
  let text: string;
  if (Object.keys(valuesInline).length === 0) {
    text = await loader.readText(file);
  } else if (valuesMerge === "replace") {
    text = writeYaml(valuesInline);
  } else {
    text = writeYaml(mergeValues(await loader.readText(file), valuesInline, valuesMerge));
  }
  const path = joinPath(directory, `${name}-kustomize-values.yaml`);
  context.options.fs.writeFile(path, text);
  return path;
}

/** `override`: inline values win over the chart's; `merge`: the chart's win over inline ones. */
function mergeValues(chartValues: string, inline: JsonObject, mode: string): JsonObject {
  const parsed = readYaml(chartValues) ?? {};
  const own = isObject(parsed) ? parsed : {};
  const [below, above] = mode === "merge" ? [cloneJson(inline), own] : [own, cloneJson(inline)];
  mergeStrategic(below, above, { node: () => undefined });
  return below;
}

function templateArguments({ target, chart, chartHome }: Inflation, valuesFile: string): string[] {
  const option = (name: string, value: string | undefined) => value ? [name, value] : [];
  const flag = (name: string, isSet: boolean | undefined) => isSet ? [name] : [];
  const additional = (chart.additionalValuesFiles ?? []).map((file) => joinPath(target.loader.root, file));
  return [
    "template",
    chart.releaseName || "--generate-name",
    joinPath(chartHome, chart.name),
    ...option("--namespace", chart.namespace),
    ...option("--name-template", chart.nameTemplate),
    ...[valuesFile, ...additional].flatMap((file) => ["-f", file]),
    ...(chart.apiVersions ?? []).flatMap((version) => ["--api-versions", version]),
    ...option("--kube-version", chart.kubeVersion),
    ...flag("--include-crds", chart.includeCRDs),
    ...flag("--skip-tests", chart.skipTests),
    ...flag("--no-hooks", chart.skipHooks),
    ...flag("--debug", chart.debug),
    ...flag("--devel", chart.devel),
  ];
}

async function runHelm({ target, chart, directory }: Inflation, args: string[]): Promise<string> {
  const { processes, helmCommand = "helm" } = target.context.options;
  if (processes === undefined) {
    throw new KustomizeError("UNSUPPORTED", `Cannot run ${helmCommand}: no programs can be started here`);
  }
  const home = chart.configHome || joinPath(directory, "helm");
  const env = { HELM_CONFIG_HOME: home, HELM_CACHE_HOME: `${home}/.cache`, HELM_DATA_HOME: `${home}/.data` };
  let result: ProcessResult;
  try {
    result = await processes.run(helmCommand, args, { env });
  } catch (cause) {
    throw new KustomizeError(
      "PLUGIN",
      `unable to run: '${helmCommand} ${args.join(" ")}' (is '${helmCommand}' installed?)`,
      {
        cause,
        hint: "Install helm, or name it with --helm-command",
      },
    );
  }
  const decoder = new TextDecoder();
  if (result.exitCode === 0) return decoder.decode(result.stdout);
  const output = decoder.decode(result.stderr).trim();
  throw new KustomizeError(
    "PLUGIN",
    `${output}: unable to run: '${helmCommand} ${args.join(" ")}': exit status ${result.exitCode}`,
  );
}

function parseOutput(output: string, { target, chart }: Inflation): Resource[] {
  const { kinds } = target.context;
  let resources: Resource[];
  try {
    resources = parseResources(output, `chart ${chart.name}`, kinds);
  } catch (error) {
    // helm may write messages before the first object.
    const start = output.indexOf("---\n");
    if (start < 1) throw error;
    resources = parseResources(output.slice(start), `chart ${chart.name}`, kinds);
  }
  for (const resource of resources) resource.isHelmGenerated = true;
  return resources;
}

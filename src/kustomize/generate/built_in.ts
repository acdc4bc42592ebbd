import type { Target } from "../accumulate.ts";
import type { Kustomization } from "../load/kustomization.ts";
import { builtInOrigin } from "../origin.ts";
import type { Resource } from "../resource.ts";
import { generateConfigMap, generateSecret, type GeneratorArguments, mergeOptions } from "./object_generator.ts";

/** Makes resources. */
export type Generator = () => Promise<Resource[]>;

/** The generators of a kustomization, in kustomize's order (`configureBuiltinGenerators` v5.8.1). */
export function configureGenerators(target: Target): Generator[] {
  const { configMapGenerator = [], secretGenerator = [], helmCharts = [] } = target.file.value;
  return [
    ...configMapGenerator.map((args) => objectGenerator(target, args, "ConfigMapGenerator", generateConfigMap)),
    ...secretGenerator.map((args) => objectGenerator(target, args, "SecretGenerator", generateSecret)),
    ...helmCharts.map((chart) => helmGenerator(target, chart)),
  ];
}

function objectGenerator(
  target: Target,
  args: GeneratorArguments,
  kind: string,
  generate: typeof generateConfigMap,
): Generator {
  const { file, loader, context, origin } = target;
  const options = mergeOptions(args.options, file.value.generatorOptions);
  return async () => {
    const resource = await generate({ ...args, options }, (path) => loader.readFile(path), context.schema);
    if (origin !== undefined) resource.origin = builtInOrigin(origin, file.name, kind);
    return [resource];
  };
}

/** The chart's namespace is that of the kustomization, or else of those above it. */
function helmGenerator(target: Target, chart: NonNullable<Kustomization["helmCharts"]>[number]): Generator {
  const { file, origin, helmNamespace } = target;
  const namespace = chart.namespace || file.value.namespace || helmNamespace;
  return async () => {
    const { inflateChart } = await import("./helm_chart.ts");
    const resources = await inflateChart(target, { ...file.value.helmGlobals, ...chart, namespace });
    if (origin !== undefined) {
      for (const resource of resources) {
        resource.origin = builtInOrigin(origin, file.name, "HelmChartInflationGenerator");
      }
    }
    return resources;
  };
}

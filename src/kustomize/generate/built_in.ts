import type { Target } from "../target.ts";
import type { Kustomization } from "../load/kustomization.ts";
import { withContext } from "../errors.ts";
import { builtInOrigin } from "../origin.ts";
import type { Resource } from "../resource.ts";
import { generateConfigMap, generateSecret, type GeneratorArguments, mergeOptions } from "./object_generator.ts";

/** Makes resources. */
export type Generator = () => Promise<Resource[]>;

/** The generators of a kustomization, in kustomize's order (`configureBuiltinGenerators` v5.8.1). */
export function configureGenerators(target: Target): Generator[] {
  const { configMapGenerator = [], secretGenerator = [], helmCharts = [] } = target.file.value;
  return [
    ...configMapGenerator.map((args, i) =>
      placed(target, ["configMapGenerator", i], objectGenerator(target, args, "ConfigMap"))
    ),
    ...secretGenerator.map((args, i) =>
      placed(target, ["secretGenerator", i], objectGenerator(target, args, "Secret"))
    ),
    ...helmCharts.map((chart, i) => placed(target, ["helmCharts", i], helmGenerator(target, chart))),
  ];
}

/** The generator, its errors at the place of its entry. */
function placed({ file }: Target, path: (string | number)[], generate: Generator): Generator {
  return () => withContext({ place: () => file.placeOf(path) }, generate);
}

function objectGenerator(target: Target, args: GeneratorArguments, kind: "ConfigMap" | "Secret"): Generator {
  const { file, loader, context, origin } = target;
  return async () => {
    const generate = kind === "Secret" ? generateSecret : generateConfigMap;
    const options = mergeOptions(args.options, file.value.generatorOptions);
    const resource = await generate({ ...args, options }, (path) => loader.readFile(path), context.kinds);
    if (origin !== undefined) resource.origin = builtInOrigin(origin, file.name, `${kind}Generator`);
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

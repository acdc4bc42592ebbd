/** The built-in generators as objects of their own, listed under `generators`. */
import type { Target } from "../target.ts";
import { generateConfigMap, generateSecret } from "../generate/object_generator.ts";
import { record, text } from "../load/config_decoder.ts";
import { generatorFields } from "../load/config_types.ts";
import { Resource } from "../resource.ts";
import { configurationError, decodeConfig, unknownBuiltIn } from "./plugin_configs.ts";

type Generate = (config: Resource, target: Target) => Promise<Resource[]>;

/** Kind of the configuration → what generates (kustomize `api/internal/builtins` v5.8.1). */
const BUILT_IN: Record<string, Generate> = {
  ConfigMapGenerator: (config, target) => generateObject(config, target, generateConfigMap),
  SecretGenerator: (config, target) => generateObject(config, target, generateSecret),
  IAMPolicyGenerator: (config, target) => Promise.resolve([generateIamPolicy(config, target)]),
  HelmChartInflationGenerator: async (config, target) => {
    const { chartOfConfig, inflateChart } = await import("../generate/helm_chart.ts");
    return await inflateChart(target, chartOfConfig(config));
  },
};

/** Generates what a built-in generator's configuration says. */
export async function runBuiltInGenerator(config: Resource, target: Target): Promise<Resource[]> {
  const generate = Object.hasOwn(BUILT_IN, config.kind) ? BUILT_IN[config.kind] : undefined;
  if (generate === undefined) throw unknownBuiltIn(config);
  return await generate(config, target);
}

/** Name and namespace are the configuration's own where its fields name none. */
async function generateObject(
  config: Resource,
  { loader, context }: Target,
  generate: typeof generateConfigMap,
): Promise<Resource[]> {
  const args = decodeConfig(config, { ...generatorFields, type: text });
  const named = { ...args, name: args.name || config.name, namespace: args.namespace || config.namespace };
  return [await generate(named, (path) => loader.readFile(path), context.kinds)];
}

function generateIamPolicy(config: Resource, { context }: Target): Resource {
  const { cloud = "", kubernetesService = {}, serviceAccount = {} } = decodeConfig(config, {
    cloud: text,
    kubernetesService: record({ name: text, namespace: text }),
    serviceAccount: record({ name: text, projectId: text }),
  });
  if (cloud !== "gke") throw configurationError(config, `cloud provider ${cloud} not supported yet`);
  const { name = "", namespace } = kubernetesService;
  const account = `${serviceAccount.name ?? ""}@${serviceAccount.projectId ?? ""}.iam.gserviceaccount.com`;
  const metadata = { annotations: { "iam.gke.io/gcp-service-account": account }, name };
  return new Resource(
    { apiVersion: "v1", kind: "ServiceAccount", metadata: namespace ? { ...metadata, namespace } : metadata },
    context.kinds,
    config.place,
  );
}

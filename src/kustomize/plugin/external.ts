/** Generators, transformers and validators that are configured by objects of their own. */
import { equalJson, isObject } from "../../base/mod.ts";
import type { Target } from "../target.ts";
import { KustomizeError } from "../errors.ts";
import type { Generator } from "../generate/built_in.ts";
import type { Resource } from "../resource.ts";
import { formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";
import type { ConfiguredTransformer } from "../transform/built_in.ts";
import type { Transformer } from "../transform/step.ts";
import { runBuiltInGenerator } from "./built_in_generators.ts";
import { configureBuiltInTransformer } from "./built_in_transformers.ts";
import { isBuiltIn, readPluginConfigs } from "./plugin_configs.ts";

/** What a kustomization's `generators` name, in order. */
export async function configureExternalGenerators(target: Target): Promise<Generator[]> {
  const configs = await readPluginConfigs(target, "generators");
  return await Promise.all(configs.map(async ({ resource: config, origin }): Promise<Generator> => {
    const generate = isBuiltIn(config)
      ? () => runBuiltInGenerator(config, target)
      : await (await import("./external_program.ts")).configureProgramGenerator(config, target);
    return async () => {
      const resources = await generate();
      for (const resource of resources) resource.origin ??= origin;
      return resources;
    };
  }));
}

/** What a kustomization's `transformers` or `validators` name, in order. */
export async function configureExternalTransformers(
  target: Target,
  field: "transformers" | "validators",
): Promise<ConfiguredTransformer[]> {
  const configs = await readPluginConfigs(target, field);
  return await Promise.all(configs.map(async ({ resource: config, origin }) => {
    return { transform: await configureTransformer(config, target), origin };
  }));
}

async function configureTransformer(config: Resource, target: Target): Promise<Transformer> {
  if (isBuiltIn(config)) return await configureBuiltInTransformer(config, target);
  return await (await import("./external_program.ts")).configureProgramTransformer(config, target);
}

/**
 * Runs a kustomization's `validators`: transformers that may change nothing but the label `validated-by`
 * (kustomize `api/internal/target/kusttarget.go` runValidators v5.8.1).
 *
 * @throws {KustomizeError} PLUGIN when one changes something.
 */
export async function runValidators(target: Target, resources: ResourceSet): Promise<void> {
  for (const { transform } of await configureExternalTransformers(target, "validators")) {
    const before = new Map(resources.toArray().map((resource) => [resource.id.key, resource.clone()]));
    await transform(resources);
    refuseChanges(before, resources);
  }
}

const VALIDATED_BY = "validated-by";

function refuseChanges(before: ReadonlyMap<string, Resource>, resources: ResourceSet): void {
  let changed = before.size === resources.size ? undefined : "the number of resources";
  for (const resource of resources) {
    const old = before.get(resource.id.key);
    if (old === undefined || !equalJson(old.value, withoutLabel(resource).value)) changed ??= formatId(resource.id);
  }
  if (changed === undefined) return;
  throw new KustomizeError("PLUGIN", `validator shouldn't modify the resource map: it changed ${changed}`);
}

/** A copy without the label that validators may add. */
function withoutLabel(resource: Resource): Resource {
  if (!isObject(resource.metadata?.labels) || resource.metadata.labels[VALIDATED_BY] === undefined) return resource;
  const copy = resource.clone();
  const { [VALIDATED_BY]: _, ...labels } = copy.labels();
  copy.setLabels(labels);
  return copy;
}

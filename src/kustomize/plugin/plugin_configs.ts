import { joinPath } from "../../base/mod.ts";
import { accumulateEntry, emptyAccumulation } from "../accumulate.ts";
import type { Target } from "../target.ts";
import { KustomizeError } from "../errors.ts";
import { type Decoder, record } from "../load/config_decoder.ts";
import { parseResources } from "../load/resources.ts";
import { pluginOrigin } from "../origin.ts";
import type { Origin, Resource } from "../resource.ts";
import { formatGvk, formatId } from "../resource_id.ts";

/** A generator's or transformer's configuration, and what is recorded as the origin of what it makes. */
export interface PluginConfig {
  readonly resource: Resource;
  readonly origin?: Origin;
}

/**
 * Reads what `generators`, `transformers` and `validators` name: configurations written in place first, then files and
 * whole kustomizations (kustomize `api/internal/target/kusttarget.go` configureExternalTransformers v5.8.1).
 *
 * @throws {KustomizeError} ID_CONFLICT when two have the same id.
 */
export async function readPluginConfigs(
  target: Target,
  field: "generators" | "transformers" | "validators",
): Promise<PluginConfig[]> {
  const accumulation = emptyAccumulation();
  const paths: [path: string, index: number][] = [];
  for (const [index, entry] of (target.file.value[field] ?? []).entries()) {
    const inline = readInline(target, entry);
    if (inline === undefined) paths.push([entry, index]);
    else accumulation.resources.appendAll(inline);
  }
  for (const [path, index] of paths) {
    await accumulateEntry(target, accumulation, path, () => target.file.placeOf([field, index]));
  }
  return accumulation.resources.toArray().map((resource) => ({ resource, origin: pluginOrigin(resource) }));
}

/** Objects that stand in the kustomization itself; undefined when the text is the path of a file. */
function readInline({ context, file, origin }: Target, text: string): Resource[] | undefined {
  let resources: Resource[];
  try {
    resources = parseResources(text, file.path, context.kinds);
  } catch {
    return undefined;
  }
  if (origin !== undefined) {
    for (const resource of resources) resource.origin = { ...origin, path: joinPath(origin.path ?? "", file.name) };
  }
  return resources;
}

/** Whether a configuration is for what is built in. */
export function isBuiltIn(config: Resource): boolean {
  return config.apiVersion === "builtin";
}

/** Reads a configuration; fields that it doesn't have are ignored, as kustomize does here. */
export function decodeConfig<F extends Record<string, Decoder<unknown>>>(config: Resource, fields: F) {
  const source = {
    what: `configuration of ${formatId(config.id)}`,
    ignoresUnknown: true,
    convertsScalars: true,
    placeOf: () => config.place,
  };
  return record(fields)(config.value, { source, steps: [] });
}

/** The error of a configuration that names nothing known. */
export function unknownBuiltIn(config: Resource): KustomizeError {
  return new KustomizeError("UNSUPPORTED", `unable to load builtin ${formatGvk(config.id)}`, { place: config.place });
}

/** An error about a configuration. */
export function configurationError(config: Resource, problem: string): KustomizeError {
  return new KustomizeError("INVALID_CONFIG", `plugin ${formatId(config.id)} fails configuration: ${problem}`, {
    place: config.place,
  });
}

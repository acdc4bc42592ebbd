/** Generators and transformers that are programs: functions (local programs or containers) and exec plugins. */
import type { Target } from "../target.ts";
import { KustomizeError } from "../errors.ts";
import type { Generator } from "../generate/built_in.ts";
import { toBehavior } from "../generate/object_generator.ts";
import { parseResources } from "../load/resources.ts";
import type { Resource } from "../resource.ts";
import { historyAnnotations } from "../resource_annotations.ts";
import { ResourceSet } from "../resource_set.ts";
import type { Transformer } from "../transform/step.ts";
import { writeYaml, writeYamlDocuments } from "../../yaml/mod.ts";
import { findExecPlugin } from "./exec_plugin.ts";
import { configureFunction } from "./function.ts";
import type { RunProgram } from "./run_program.ts";

/**
 * Makes a generator of a program's configuration.
 *
 * @throws {KustomizeError} UNSUPPORTED unless alpha plugins are enabled.
 */
export async function configureProgramGenerator(config: Resource, target: Target): Promise<Generator> {
  const run = await configureProgram(config, target);
  return async () => {
    const resources = parseResources(await run(undefined), config.name, target.context.kinds);
    for (const resource of resources) applyGeneratorAnnotations(resource);
    // Two of the same id are refused, as in any set.
    return new ResourceSet(resources).toArray();
  };
}

/** Makes a transformer of a program's configuration. */
export async function configureProgramTransformer(config: Resource, target: Target): Promise<Transformer> {
  const run = await configureProgram(config, target);
  return async (resources) => {
    const input = writeYamlDocuments(resources.toArray().map(annotatedValue));
    const output = parseResources(await run(input), config.name, target.context.kinds);
    takeOver(resources, output, config);
  };
}

async function configureProgram(config: Resource, target: Target): Promise<RunProgram> {
  if (!target.context.options.enableAlphaPlugins) {
    throw new KustomizeError(
      "UNSUPPORTED",
      `external plugins disabled; unable to load external plugin '${config.kind}'`,
      { place: config.place, hint: "Enable them with --enable-alpha-plugins" },
    );
  }
  return await configureFunction(config, target) ?? await findExecPlugin(config, target);
}

const ID_ANNOTATION = "kustomize.config.k8s.io/id";
const HASH_ANNOTATION = "kustomize.config.k8s.io/needs-hash";
const BEHAVIOR_ANNOTATION = "kustomize.config.k8s.io/behavior";

/** An object as programs see it: with its id and its history as annotations. */
function annotatedValue(resource: Resource) {
  const copy = resource.clone();
  const { group, version, kind, name, namespace } = resource.id;
  const parts = Object.entries({ group, version, kind, name, namespace }).filter(([, value]) => value !== "");
  copy.setAnnotations({
    ...copy.annotations(),
    ...historyAnnotations(resource),
    [ID_ANNOTATION]: writeYaml(Object.fromEntries(parts)),
  });
  return copy.value;
}

/** A hash is appended only when the program asks for it. */
function applyGeneratorAnnotations(resource: Resource): void {
  const { [HASH_ANNOTATION]: needsHash, [BEHAVIOR_ANNOTATION]: behavior, ...annotations } = resource.annotations();
  if (needsHash !== undefined && !/^(1|t|true|0|f|false)$/i.test(needsHash)) {
    throw new KustomizeError(
      "PLUGIN",
      `the annotation "${HASH_ANNOTATION}" contains an invalid value ("${needsHash}")`,
    );
  }
  resource.setAnnotations(annotations);
  if (needsHash !== undefined && /^(1|t|true)$/i.test(needsHash)) resource.needsHash = true;
  resource.behavior = toBehavior(behavior);
}

/**
 * Takes over a program's output: changes and adds what is there, drops what is not
 * (kustomize `api/internal/plugins/utils/utils.go` UpdateResMapValues v5.8.1).
 */
function takeOver(resources: ResourceSet, output: readonly Resource[], config: Resource): void {
  const kept = new Set<string>();
  for (const resource of output) {
    const { [ID_ANNOTATION]: _, ...annotations } = resource.annotations();
    resource.setAnnotations(annotations);
    const { key } = resource.id;
    if (kept.has(key)) {
      throw new KustomizeError("PLUGIN", `plugin ${config.kind} generated duplicate resource: ${resource.name}`);
    }
    kept.add(key);
    const [old] = resources.byCurrentId(resource.id);
    if (old === undefined) resources.append(resource);
    else {
      resource.varNames = old.varNames;
      resources.replace(old, resource);
    }
  }
  for (const resource of resources) if (!kept.has(resource.id.key)) resources.remove(resource);
}

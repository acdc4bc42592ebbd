import type { JsonValue, SourcePlace } from "../base/mod.ts";
import { readYaml } from "../yaml/mod.ts";
import type { BuildContext } from "./context.ts";
import { addContext, KustomizeError, withContext } from "./errors.ts";
import { absorb } from "./generate/absorb.ts";
import { configureGenerators } from "./generate/built_in.ts";
import { KUSTOMIZATION_NAMES, type KustomizationFile, parseKustomization } from "./load/kustomization.ts";
import type { Loader } from "./load/loader.ts";
import { parseResources } from "./load/resources.ts";
import { appendOrigin } from "./origin.ts";
import type { Origin, Resource } from "./resource.ts";
import { ResourceSet } from "./resource_set.ts";
import type { Target } from "./target.ts";
import { configureTransformers } from "./transform/built_in.ts";
import { mergeVariables, type Variables } from "./transform/variables.ts";
import {
  defaultTransformerConfig,
  EMPTY_CONFIG,
  mergeConfigs,
  type TransformerConfig,
} from "./transform/transformer_config.ts";

/** What a kustomization and those below it come to. */
export interface Accumulation {
  readonly resources: ResourceSet;
  readonly variables: Variables;
  config: TransformerConfig;
}

type Step = (target: Target, accumulation: Accumulation) => Promise<void> | void;

/** Order is behaviour: it equals `accumulateTarget` in kustomize `api/internal/target/kusttarget.go` v5.8.1. */
const STEPS: readonly Step[] = [
  accumulateResources,
  mergeTransformerConfig,
  generateResources,
  accumulateComponents,
  transformResources,
  validateResources,
  addVars,
];

/** Nothing yet. */
export function emptyAccumulation(): Accumulation {
  return { resources: new ResourceSet(), variables: new Map(), config: EMPTY_CONFIG };
}

/** Does all that a kustomization says, its bases first. */
export async function accumulateTarget(target: Target, accumulation: Accumulation): Promise<Accumulation> {
  for (const step of STEPS) await step(target, accumulation);
  return accumulation;
}

/**
 * Reads the kustomization file in a loader's directory.
 *
 * @throws {KustomizeError} NO_KUSTOMIZATION or MULTIPLE_KUSTOMIZATIONS, and for what is wrong in the file.
 */
export function loadKustomization(loader: Loader, warn: (message: string) => void): KustomizationFile {
  const found = KUSTOMIZATION_NAMES.map((name) => ({ name, text: loader.readOwnText(name) }))
    .filter((file): file is { name: typeof file.name; text: string } => file.text !== undefined);
  const [file] = found;
  if (file === undefined) {
    throw new KustomizeError(
      "NO_KUSTOMIZATION",
      "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' " +
        `in directory '${loader.root}'`,
      { hint: "Name the directory of a kustomization; `kstage kustomize create` makes one in the current directory" },
    );
  }
  if (found.length > 1) {
    throw new KustomizeError("MULTIPLE_KUSTOMIZATIONS", `Found multiple kustomization files under: ${loader.root}`, {
      hint: `Keep one of ${found.map(({ name }) => name).join(", ")}`,
    });
  }
  return parseKustomization(file.text, `${loader.root}/${file.name}`, warn);
}

async function accumulateResources(target: Target, accumulation: Accumulation): Promise<void> {
  const { resources = [] } = target.file.value;
  for (const [index, path] of resources.entries()) {
    await accumulateEntry(target, accumulation, path, () => entryPlace(target, index));
  }
}

/** Adds what one entry of `resources` names: the objects of a file, or all of a base. */
export async function accumulateEntry(
  target: Target,
  accumulation: Accumulation,
  path: string,
  place: () => SourcePlace,
): Promise<void> {
  const { kind } = target.loader.classify(path);
  try {
    if (kind === "directory" || kind === "git") await accumulateBase(target, accumulation, path);
    else if (kind === "http") await accumulateUrl(target, accumulation, path);
    else await accumulateFile(target, accumulation, path);
  } catch (error) {
    const isInner = error instanceof KustomizeError && error.message.startsWith("accumulating");
    throw addContext(error, { place, prefix: isInner ? "" : `accumulating resources from '${path}': ` });
  }
}

async function accumulateFile(target: Target, accumulation: Accumulation, path: string): Promise<void> {
  const resources = await readResources(target, path);
  if (target.origin !== undefined) {
    const origin = await appendOrigin(target.origin, path);
    for (const resource of resources) resource.origin = origin;
  }
  accumulation.resources.appendAll(resources);
}

/** What an HTTP URL names: a file with objects, or else a repository. */
async function accumulateUrl(target: Target, accumulation: Accumulation, url: string): Promise<void> {
  try {
    await accumulateFile(target, accumulation, url);
  } catch (error) {
    if (error instanceof KustomizeError && error.code === "ID_CONFLICT") throw error;
    const { parseRepositoryUrl } = await import("./remote/repository_url.ts");
    if (parseRepositoryUrl(url) === undefined) throw error;
    await withContext({ prefix: `${(error as Error).message}; ` }, () => accumulateBase(target, accumulation, url));
  }
}

/** Reads the objects of a file that a kustomization names. */
export async function readResources({ loader, context }: Target, path: string): Promise<Resource[]> {
  return parseResources(await loader.readText(path), loader.display(path), context.kinds);
}

async function accumulateBase(target: Target, accumulation: Accumulation, path: string): Promise<void> {
  const base = await openTarget(target, path);
  if (base.file.value.kind === "Component") {
    throw new KustomizeError("INVALID_CONFIG", `expected kind != 'Component' for path '${base.loader.root}'`, {
      place: base.file.placeOf(["kind"]),
      hint: "List it under components",
    });
  }
  mergeAccumulation(accumulation, await accumulateTarget(base, emptyAccumulation()));
}

async function accumulateComponents(target: Target, accumulation: Accumulation): Promise<void> {
  const { components = [] } = target.file.value;
  for (const [index, path] of components.entries()) {
    const context = {
      prefix: "accumulating components: ",
      place: () => target.file.placeOf(["components", index]),
    };
    await withContext(context, () => accumulateComponent(target, accumulation, path));
  }
}

async function accumulateComponent(target: Target, accumulation: Accumulation, path: string): Promise<void> {
  const component = await openTarget(target, path);
  const { kind } = component.file.value;
  if (kind !== "Component") {
    const { root } = component.loader;
    const message = `accumulateDirectory: "expected kind 'Component' for path '${root}' but got '${kind}'"`;
    throw new KustomizeError("INVALID_CONFIG", message, { place: component.file.placeOf(["kind"]) });
  }
  await accumulateTarget(component, accumulation);
  // kustomize now merges everything into a new accumulator, and so finds ids that became one and specs that conflict.
  accumulation.resources.refuseDuplicates();
  accumulation.config = mergeConfigs(EMPTY_CONFIG, accumulation.config);
}

async function openTarget(parent: Target, path: string): Promise<Target> {
  const { context, origin, file } = parent;
  const loader = await parent.loader.openBase(path);
  const below = loadKustomization(loader, context.warn);
  await useOpenApi(context, below, loader);
  return {
    context,
    loader,
    // The outermost kustomization decides what is recorded.
    file: { ...below, value: { ...below.value, buildMetadata: file.value.buildMetadata } },
    origin: origin && await appendOrigin(origin, path),
    helmNamespace: file.value.namespace || parent.helmNamespace,
  };
}

/** Hands a kustomization's `openapi` to the schema. */
export async function useOpenApi(context: BuildContext, file: KustomizationFile, loader: Loader): Promise<void> {
  const { openapi } = file.value;
  if (openapi === undefined) return context.schema.use(undefined);
  const { path, version } = openapi;
  let document: (() => JsonValue) | undefined;
  if (path !== undefined) {
    const text = await withContext({ place: () => file.placeOf(["openapi", "path"]) }, () => loader.readText(path));
    document = () => readYaml(text, { file: loader.display(path), rules: "sigs" });
  }
  context.schema.use({ version, document });
  context.kinds.clear();
}

function mergeAccumulation(accumulation: Accumulation, other: Accumulation): void {
  accumulation.resources.appendAll(other.resources);
  accumulation.config = mergeConfigs(accumulation.config, other.config);
  mergeVariables(accumulation.variables, other.variables);
}

async function mergeTransformerConfig(target: Target, accumulation: Accumulation): Promise<void> {
  const { configurations = [], crds = [] } = target.file.value;
  let config = accumulation.config;
  if (configurations.length === 0) {
    config = mergeConfigs(config, defaultTransformerConfig());
  } else {
    const { mergeAll, parseTransformerConfig } = await import("./load/custom_config.ts");
    const texts = await Promise.all(
      configurations.map((path, i) => readConfigFile(target, path, ["configurations", i])),
    );
    const custom = mergeAll(texts.map(({ text, file }) => parseTransformerConfig(text, file)));
    config = mergeConfigs(config, mergeConfigs(defaultTransformerConfig(), custom));
  }
  if (crds.length > 0) {
    const { parseCrdConfig } = await import("./load/crd_config.ts");
    for (const [index, path] of crds.entries()) {
      const { text, file } = await readConfigFile(target, path, ["crds", index]);
      config = mergeConfigs(config, parseCrdConfig(text, file));
    }
  }
  accumulation.config = config;
}

async function readConfigFile({ loader, file }: Target, path: string, steps: (string | number)[]) {
  const text = await withContext({ place: () => file.placeOf(steps) }, () => loader.readText(path));
  return { text, file: loader.display(path) };
}

async function addVars({ file }: Target, { variables, resources }: Accumulation): Promise<void> {
  const { vars = [] } = file.value;
  if (vars.length === 0) return;
  (await import("./transform/vars.ts")).mergeVars(variables, vars, resources);
}

async function generateResources(target: Target, accumulation: Accumulation): Promise<void> {
  const { generators = [] } = target.file.value;
  const all = configureGenerators(target);
  if (generators.length > 0) {
    all.push(...await (await import("./plugin/external.ts")).configureExternalGenerators(target));
  }
  if (all.length === 0) return;
  for (const generate of all) {
    for (const resource of await generate()) absorb(accumulation.resources, resource);
  }
}

async function transformResources(target: Target, { resources, config }: Accumulation): Promise<void> {
  const { transformers = [] } = target.file.value;
  const configured = await configureTransformers(target, config);
  if (transformers.length > 0) {
    const { configureExternalTransformers } = await import("./plugin/external.ts");
    configured.push(...await configureExternalTransformers(target, "transformers"));
  }
  for (const { transform, origin } of configured) {
    await transform(resources);
    if (origin !== undefined) recordTransformation(resources, origin);
  }
}

async function validateResources(target: Target, { resources }: Accumulation): Promise<void> {
  const { validators = [] } = target.file.value;
  if (validators.length === 0) return;
  await (await import("./plugin/external.ts")).runValidators(target, resources);
}

/**
 * Objects without an origin were made by the transformer; the others were changed by it. kustomize tells so in the
 * annotations, all of which it then sets anew: they are texts from now on, and shared with no other field.
 */
function recordTransformation(resources: ResourceSet, origin: Origin): void {
  for (const resource of resources) {
    resource.setAnnotations(resource.annotations());
    if (resource.origin === undefined) resource.origin = origin;
    else resource.transformations.push(origin);
  }
}

/** The place of a resource entry; those of the deprecated `bases` come after the others. */
function entryPlace({ file }: Target, index: number): SourcePlace {
  const { resources = [], bases = [] } = file.value;
  const own = resources.length - bases.length;
  return file.placeOf(index < own ? ["resources", index] : ["bases", index - own]);
}

import { type JsonObject, settleEmptyInBraces } from "../base/mod.ts";
import { BuildSchema } from "../schema/mod.ts";
import { accumulateTarget, emptyAccumulation, loadKustomization, useOpenApi } from "./accumulate.ts";
import type { Target } from "./target.ts";
import type { BuildContext } from "./context.ts";
import { KustomizeError } from "./errors.ts";
import { appendHashSuffixes } from "./generate/hash_suffix.ts";
import { KindTable } from "./kind_table.ts";
import { FileLookup } from "./load/file_lookup.ts";
import { Loader, type LoaderOptions, type RemoteReader } from "./load/loader.ts";
import { LazyRemote } from "./remote/lazy_remote.ts";
import type { BuildOptions } from "./options.ts";
import { formatOrigin, formatTransformations, ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION } from "./origin.ts";
import type { Resource } from "./resource.ts";
import { formatId } from "./resource_id.ts";
import type { ResourceSet } from "./resource_set.ts";
import { refuseWrongTags } from "./patch/scalar_tags.ts";
import { updateNameReferences } from "./transform/name_references.ts";
import { METADATA_LABELS } from "./transform/field_specs.ts";
import { entriesTransformer } from "./transform/labels.ts";
import { sortResources } from "./transform/sort_order.ts";

/**
 * Builds the kustomization in a directory.
 *
 * @param root Directory with a kustomization file.
 * @returns The manifests in output order.
 * @throws {KustomizeError} For whatever is wrong with the kustomization or its files.
 */
export async function build(root: string, options: BuildOptions): Promise<JsonObject[]> {
  const schema = new BuildSchema();
  const context: BuildContext = { options, schema, kinds: new KindTable(schema), warn: options.warn ?? (() => {}) };
  const remote = new LazyRemote(options);
  try {
    return await run(await openRoot(root, context, remote));
  } finally {
    await remote.close();
  }
}

async function run(target: Target): Promise<JsonObject[]> {
  const { context } = target;
  const { resources, config, variables } = await accumulateTarget(target, emptyAccumulation());
  await appendHashes(resources);
  updateNameReferences(resources, config.nameReference);
  if (variables.size > 0) {
    const { resolveVars } = await import("./transform/vars.ts");
    resolveVars(resources, variables, config.varReference, context.warn);
  }
  dropLocal(resources);
  sortOutput(resources, target);
  if (context.options.managedByLabel || target.file.value.buildMetadata?.includes("managedByLabel")) {
    addManagedBy(resources);
  }
  const manifests = resources.toArray().map((resource) => toManifest(resource, target));
  for (const manifest of manifests) {
    refuseWrongTags(manifest);
    settleEmptyInBraces(manifest);
  }
  return manifests;
}

async function openRoot(root: string, context: BuildContext, remote: RemoteReader): Promise<Target> {
  const { fs, loadRestrictor } = context.options;
  const options: LoaderOptions = { files: new FileLookup(fs), isRestricted: loadRestrictor !== "none", remote };
  const loader = await Loader.open(root, options);
  const file = loadKustomization(loader, context.warn);
  await useOpenApi(context, file, loader);
  const hasOrigins = (file.value.buildMetadata ?? []).length > 0;
  return { context, file, loader, origin: hasOrigins ? {} : undefined };
}

async function appendHashes(resources: ResourceSet): Promise<void> {
  if (!resources.toArray().some((resource) => resource.needsHash)) return;
  await appendHashSuffixes(resources);
}

const LOCAL_CONFIG = "config.kubernetes.io/local-config";

/**
 * Drops objects that are only there for the build, and refuses what patches have left without a name. Two with one id
 * are refused, and one is kept that has the id of another (kustomize `api/internal/target/kusttarget.go` IgnoreLocal).
 */
function dropLocal(resources: ResourceSet): void {
  const local = new Set<Resource>();
  for (const resource of resources) {
    refuseNameless(resource);
    const value = resource.annotations()[LOCAL_CONFIG];
    if (value !== undefined && value !== "false") local.add(resource);
  }
  resources.refuseDuplicates((resource) => !local.has(resource));
  for (const resource of local) {
    if (resources.byCurrentId(resource.id).every((twin) => local.has(twin))) resources.remove(resource);
  }
}

function refuseNameless(resource: Resource): void {
  const { kind, name } = resource;
  if (kind !== "" && (name !== "" || kind.endsWith("List"))) return;
  const missing = kind === "" ? "missing kind" : "missing metadata.name";
  throw new KustomizeError(
    "INVALID_RESOURCE",
    `Cannot finish the build: ${missing} in object ${formatId(resource.id)}`,
    {
      place: resource.place,
    },
  );
}

const ORDER_SET_TWICE =
  "Warning: Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). " +
  "Using the kustomization file over the CLI flag.";

/** The kustomization's own order goes before the one that was asked for. */
function sortOutput(resources: ResourceSet, { file, context }: Target): void {
  const { sortOptions } = file.value;
  const { reorder } = context.options;
  if (sortOptions !== undefined) {
    if (reorder !== undefined) context.warn(ORDER_SET_TWICE);
    sortResources(resources, sortOptions);
  } else if (reorder !== "none") sortResources(resources, { order: "legacy" });
}

/** What kustomize 5.8.1 says of itself. */
const MANAGED_BY = { "app.kubernetes.io/managed-by": "kustomize-v5.8.1" };

function addManagedBy(resources: ResourceSet): void {
  entriesTransformer(MANAGED_BY, [METADATA_LABELS])(resources);
}

/** The object as it is printed: annotations are texts, among them what is asked for of the origins. */
function toManifest(resource: Resource, { file }: Target): JsonObject {
  const { buildMetadata = [] } = file.value;
  const annotations = resource.annotations();
  delete annotations[ORIGIN_ANNOTATION];
  delete annotations[TRANSFORMATIONS_ANNOTATION];
  if (resource.origin !== undefined && buildMetadata.includes("originAnnotations")) {
    annotations[ORIGIN_ANNOTATION] = formatOrigin(resource.origin);
  }
  if (resource.transformations.length > 0 && buildMetadata.includes("transformerAnnotations")) {
    annotations[TRANSFORMATIONS_ANNOTATION] = formatTransformations(resource.transformations);
  }
  resource.setAnnotations(annotations);
  return resource.value;
}

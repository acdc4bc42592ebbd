import { getPath, type JsonValue } from "../base/mod.ts";
import { type ApiResource, builtinResource, type KubeClient } from "../kube/mod.ts";
import { formatRef, groupOf, type Manifest, type ObjectRef, refKey, refOf } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import { type ApplySet, PART_OF_LABEL, partOf, withSetLabel } from "./apply_set.ts";
import { dependencyRanks } from "./depends_on.ts";
import type { LeftField } from "./left_fields.ts";
import { applyPlace } from "./order.ts";

/** An object on its way: checked, with its final namespace. */
export interface Candidate {
  ref: ObjectRef;
  desired: Manifest;
  /** When it is applied; smaller ranks first. */
  rank: number;
  /** What is odd about it. */
  warnings: string[];
  /** Other objects among those to apply that it names to come before it. */
  dependsOn?: ObjectRef[];
  /** Fields that its manifest has and that are left to others. */
  leaves?: LeftField[];
  /** The autoscaler that decides about the number of pods that its manifest has, once the object is there. */
  scaledBy?: string;
}

/** What preparation needs to know. */
export interface PrepareOptions {
  /** For objects of namespaced kinds that name none. */
  namespace: string;
  /** Refuse objects with another namespace than `namespace`, as kubectl does when `-n` is given. */
  requireNamespace: boolean;
  /** The set that the objects become members of. */
  applySet?: ApplySet | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Checks manifests, gives them their namespace and puts them in the order of application. Asks the server only for the
 * scope of kinds that neither Kubernetes itself nor a CustomResourceDefinition among the manifests tells.
 *
 * @throws {ApplyError} MANIFEST_INVALID, NAMESPACE_MISMATCH, DUPLICATE or DEPENDENCY_CYCLE.
 * @throws {ApiError} Whatever discovery meets.
 */
export async function prepareManifests(
  client: KubeClient,
  manifests: readonly Manifest[],
  options: PrepareOptions,
): Promise<Candidate[]> {
  manifests.forEach(checkShape);
  const scopes = await resolveScopes(client, manifests, options.signal);
  const objects = manifests.map((manifest, i) => toObject(manifest, scopes[i]!, options));
  checkDuplicates(objects);
  const ranks = dependencyRanks(objects);
  const candidates = objects.map((object): Candidate => {
    const { rank, dependsOn, missing } = ranks.get(refKey(object.ref))!;
    return { ...object, rank, ...(dependsOn.length === 0 ? {} : { dependsOn }), warnings: missing.map(warnOfMissing) };
  });
  // Sorting is stable: inside a place the manifests' own order stays.
  return candidates.sort((a, b) => a.rank - b.rank || applyPlace(a.ref) - applyPlace(b.ref));
}

function warnOfMissing(dependency: string): string {
  return `It depends on ${dependency}, which is not among the objects and is not waited for`;
}

function checkShape(manifest: Manifest, index: number): void {
  const { apiVersion, kind, metadata } = manifest;
  const problem = !apiVersion
    ? "it has no apiVersion"
    : !kind
    ? "it has no kind"
    : metadata?.generateName && !metadata.name
    ? "it has metadata.generateName in place of metadata.name"
    : !metadata?.name
    ? "it has no metadata.name"
    : undefined;
  if (problem === undefined) return;
  const what = kind ? `a ${kind}` : "an object";
  throw new ApplyError("MANIFEST_INVALID", `Cannot apply ${what} (number ${index + 1}): ${problem}`, [], {
    hint: "Server-side apply needs apiVersion, kind and metadata.name of every object",
  });
}

type Scope = Pick<ApiResource, "namespaced">;

function resolveScopes(
  client: KubeClient,
  manifests: readonly Manifest[],
  signal: AbortSignal | undefined,
): Promise<Scope[]> {
  const defined = definedScopes(manifests);
  // All at once, so that the client can put its questions together.
  return Promise.all(manifests.map(async ({ apiVersion, kind }) => {
    const known = builtinResource(apiVersion, kind) ?? defined.get(`${groupOf(apiVersion)}/${kind}`);
    if (known !== undefined) return known;
    // A kind that the server hasn't got is refused with its dry-run, beside all other refusals.
    return await client.resourceOf(apiVersion, kind, signal) ?? { namespaced: true };
  }));
}

/** Scopes of the kinds that CustomResourceDefinitions among the manifests define. */
function definedScopes(manifests: readonly Manifest[]): Map<string, Scope> {
  const definitions = manifests.filter(isDefinition);
  return new Map(definitions.map((definition) => [
    `${getPath(definition, "spec", "group")}/${getPath(definition, "spec", "names", "kind")}`,
    { namespaced: getPath(definition, "spec", "scope") !== "Cluster" },
  ]));
}

/** Whether an object is a CustomResourceDefinition. */
export function isDefinition({ apiVersion, kind }: Pick<Manifest, "apiVersion" | "kind">): boolean {
  return kind === "CustomResourceDefinition" && groupOf(apiVersion) === "apiextensions.k8s.io";
}

type PreparedObject = Pick<Candidate, "ref" | "desired">;

function toObject(manifest: Manifest, { namespaced }: Scope, options: PrepareOptions): PreparedObject {
  const own = manifest.metadata.namespace;
  const namespace = !namespaced ? undefined : isText(own) ? own : options.namespace;
  if (options.requireNamespace && namespace !== undefined && namespace !== options.namespace) {
    throw new ApplyError(
      "NAMESPACE_MISMATCH",
      `Cannot apply ${formatRef(refOf(manifest))}: its namespace "${namespace}" does not match the namespace ` +
        `"${options.namespace}" that was asked for`,
      [refOf(manifest)],
      { hint: `Use --namespace=${namespace}, or leave --namespace out` },
    );
  }
  const placed = withNamespace(manifest, namespace);
  const ref = refOf(placed);
  return { ref, desired: withMembership(placed, ref, options.applySet) };
}

/** A member's label. The set's parent is none, even if the overlay has it. */
function withMembership(manifest: Manifest, ref: ObjectRef, set: ApplySet | undefined): Manifest {
  if (set === undefined || refKey(ref) === refKey(set.parent)) return manifest;
  const own = partOf(manifest);
  if (own !== undefined && own !== set.id) {
    throw new ApplyError(
      "MANIFEST_INVALID",
      `Cannot apply ${formatRef(ref)}: its label ${PART_OF_LABEL} names another ApplySet, "${own}"`,
      [ref],
      { hint: "Remove the label from the manifest: it is set when the object is applied" },
    );
  }
  return withSetLabel(manifest, set.id);
}

function withNamespace(manifest: Manifest, namespace: string | undefined): Manifest {
  if (manifest.metadata.namespace === namespace) return manifest;
  const { namespace: _dropped, ...metadata } = manifest.metadata;
  return {
    ...manifest,
    metadata: (namespace === undefined ? metadata : { ...metadata, namespace }) as Manifest["metadata"],
  };
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}

function checkDuplicates(candidates: readonly PreparedObject[]): void {
  const seen = new Set<string>();
  for (const { ref } of candidates) {
    const key = refKey(ref);
    if (seen.has(key)) {
      const place = ref.namespace === undefined ? "" : ` in namespace ${ref.namespace}`;
      throw new ApplyError("DUPLICATE", `Cannot apply ${formatRef(ref)}${place}: it is there more than once`, [ref], {
        hint: "Keep one of the manifests, or give them different names or namespaces",
      });
    }
    seen.add(key);
  }
}

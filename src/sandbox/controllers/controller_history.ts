/** ControllerRevisions: the templates that StatefulSets and DaemonSets have had. */
import type { ControllerRevision, DaemonSet, StatefulSet } from "kubernetes-types/apps/v1";
import type { PodTemplateSpec } from "kubernetes-types/core/v1";
import { equalJson, getPath, type JsonValue, parseJson } from "../../base/mod.ts";
import { canonicalJson, safeHash } from "./hash.ts";
import { controlledBy, controlledObjects, type Live, live, manifestOf, write } from "./live.ts";
import type { World } from "./world.ts";

/** A ControllerRevision of the store. */
export type LiveRevision = Live<ControllerRevision>;

type RevisionOwner = Live<StatefulSet> | Live<DaemonSet>;

/** The label of pods that says of which revision they are. */
export const REVISION_HASH = "controller-revision-hash";

/** The revisions of an owner, oldest first. */
export function revisionsOf(world: World, owner: RevisionOwner): LiveRevision[] {
  return controlledObjects<ControllerRevision>(world.store, owner, "ControllerRevision")
    .sort((a, b) => a.revision - b.revision || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The hash in a revision's name. */
export function revisionHash(revision: LiveRevision): string {
  return revision.metadata.labels?.[REVISION_HASH] ?? revision.metadata.labels?.["controller.kubernetes.io/hash"] ?? "";
}

/**
 * The revision of the owner's template, with the highest number: an equal former one is taken up again, else a new one
 * is created.
 *
 * @param hashLabel The label that carries the hash.
 * @param annotations What the new revision inherits.
 */
export function currentRevision(world: World, owner: RevisionOwner, hashLabel: string): LiveRevision {
  const revisions = revisionsOf(world, owner);
  const data = revisionData(owner.spec!.template);
  const newest = revisions.at(-1);
  const equal = revisions.findLast((revision) => equalJson(data, revision.data as unknown as JsonValue));
  const number = (newest?.revision ?? 0) + 1;
  if (equal !== undefined) {
    return equal === newest ? equal : write<ControllerRevision>(world.store, equal, { revision: number });
  }
  return createRevision(world, owner, hashLabel, data, number);
}

function createRevision(
  world: World,
  owner: RevisionOwner,
  hashLabel: string,
  data: JsonValue,
  revision: number,
): LiveRevision {
  const { namespace } = owner.metadata;
  for (let collisions = 0;; collisions++) {
    const hash = safeHash(canonicalJson(data) + (collisions || ""));
    const name = `${owner.metadata.name}-${hash}`;
    if (world.store.get({ apiVersion: "apps/v1", kind: "ControllerRevision", namespace, name }) !== undefined) continue;
    return live<ControllerRevision>(world.store.create(manifestOf({
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name,
        namespace,
        labels: { ...owner.spec!.template.metadata?.labels, [hashLabel]: hash },
        annotations: owner.metadata.annotations,
        ownerReferences: [controlledBy(owner)],
      },
      data,
      revision,
    })));
  }
}

/**
 * What a revision keeps: a strategic merge patch that puts its template back. `kubectl rollout undo` applies it, and
 * compares it byte for byte with its own of the present template: so its keys are sorted, as Go writes maps.
 */
function revisionData(template: PodTemplateSpec): JsonValue {
  const data = { spec: { template: { ...template as unknown as Record<string, JsonValue>, $patch: "replace" } } };
  return parseJson(canonicalJson(data));
}

/** The template that a revision keeps. */
export function templateOf(revision: LiveRevision): PodTemplateSpec {
  const { $patch: _patch, ...template } = getPath(revision.data as unknown as JsonValue, "spec", "template") as Record<
    string,
    JsonValue
  >;
  return template as unknown as PodTemplateSpec;
}

/** Removes the oldest revisions that nothing uses, until `limit` of those are left. */
export function removeRevisions(
  world: World,
  revisions: LiveRevision[],
  isUsed: (one: LiveRevision) => boolean,
  limit: number,
): void {
  const unused = revisions.filter((revision) => !isUsed(revision));
  for (const { apiVersion, kind, metadata } of unused.slice(0, Math.max(0, unused.length - limit))) {
    world.store.remove({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
  }
}

import { equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { KubeClient } from "../../kube/mod.ts";
import { formatRef, type Manifest, type ObjectRef } from "../../manifest/mod.ts";
import { RolloutError } from "../errors.ts";
import { dropNulls, readRevisions, type Revision } from "./revisions.ts";

/** Who owns what an undo wrote. The next apply takes these fields over, for the overlay says anew what should be. */
export const UNDO_MANAGER = "kstage-undo";

const HASH_LABEL = "pod-template-hash";

/** Annotations that are the Deployment's own, and not taken from the ReplicaSet. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

/** How to undo. */
export interface UndoOptions {
  /** Back to this revision; 0: to the one before the present one. @default {0} */
  toRevision?: number;
  /** `client` only says what would come; `server` lets the server do everything but persist. @default {"none"} */
  dryRun?: "none" | "client" | "server";
  /** Cancels it. */
  signal?: AbortSignal;
}

/** What an undo did, or would do. */
export interface Undo {
  /**
   * `rolledBack`; `skipped`: the template is that of the revision already; `planned`: nothing was asked of the server.
   */
  outcome: "rolledBack" | "skipped" | "planned";
  /** The revision whose template it is. */
  revision: Revision;
}

/**
 * Gives a workload the pod template of a former revision, as `kubectl rollout undo` does. Only the template comes back:
 * ConfigMaps and Secrets that it names must still exist.
 *
 * @throws {RolloutError} NOT_FOUND, NO_HISTORY, REVISION_NOT_FOUND, or PAUSED for a paused Deployment.
 * @see kubectl `pkg/polymorphichelpers/rollback.go` v1.36
 */
export async function undoRollout(client: KubeClient, ref: ObjectRef, options: UndoOptions = {}): Promise<Undo> {
  const { toRevision = 0, dryRun = "none", signal } = options;
  const live = await client.get(ref, signal);
  if (live === undefined) throw new RolloutError("NOT_FOUND", `Cannot undo ${formatRef(ref)}: it does not exist`);
  const revision = findRevision(ref, await readRevisions(client, live, signal), toRevision);
  if (dryRun === "client") return { outcome: "planned", revision };
  if (ref.kind === "Deployment" && getPath(live, "spec", "paused") === true) {
    const hint = `Resume it first: kstage rollout resume ${formatRef(ref)}`;
    throw new RolloutError("PAUSED", `Cannot undo ${formatRef(ref)}: it is paused`, { hint });
  }
  if (hasTemplateOf(live, revision)) return { outcome: "skipped", revision };
  const writing = { fieldManager: UNDO_MANAGER, dryRun: dryRun === "server", ...(signal && { signal }) };
  if (ref.kind === "Deployment") await client.patch(ref, "json", deploymentPatch(live, revision), writing);
  else await client.patch(ref, "strategic", getPath(revision.record, "data") ?? {}, writing);
  return { outcome: "rolledBack", revision };
}

function findRevision(ref: ObjectRef, revisions: Revision[], toRevision: number): Revision {
  const found = toRevision === 0
    ? revisions.at(-2)
    : revisions.find(({ number }) => number === toRevision) ?? revisions.find((one) => wasOnce(one, toRevision));
  if (found !== undefined) return found;
  const known = revisions.map(({ number }) => number).join(", ");
  const message = toRevision === 0
    ? `Cannot undo ${formatRef(ref)}: it has no former revision`
    : `Cannot undo ${formatRef(ref)}: its history has no revision ${toRevision}`;
  throw new RolloutError("REVISION_NOT_FOUND", message, {
    hint: known === "" ? "Nothing has been rolled out yet" : `Its revisions are ${known}`,
  });
}

/**
 * Going back to a revision gives it a new number. Whoever asks again with the old one, because the first attempt was
 * killed before it could say so, means the same template.
 */
function wasOnce({ record }: Revision, number: number): boolean {
  const former = getPath(record, "metadata", "annotations", "deployment.kubernetes.io/revision-history");
  return typeof former === "string" && former.split(",").includes(String(number));
}

function hasTemplateOf(live: Manifest, { template }: Revision): boolean {
  const present = getPath(live, "spec", "template");
  return isObject(present) && equalJson(withoutHash(dropNulls(present) as JsonObject), withoutHash(template));
}

/** The hash label is the ReplicaSet's, and would be another one in another version of Kubernetes. */
function withoutHash(template: JsonObject): JsonObject {
  const { metadata } = template;
  if (!isObject(metadata) || !isObject(metadata.labels)) return template;
  const { [HASH_LABEL]: _, ...labels } = metadata.labels;
  return { ...template, metadata: { ...metadata, labels } };
}

function deploymentPatch(live: Manifest, { template, record }: Revision): JsonValue {
  const read = (object: Manifest, isWanted: (name: string) => boolean): [string, JsonValue][] =>
    Object.entries(object.metadata.annotations ?? {}).filter(([name]) => isWanted(name)) as [string, JsonValue][];
  const annotations = Object.fromEntries([
    ...read(live, (name) => OWN_ANNOTATIONS.has(name)),
    ...read(record, (name) => !OWN_ANNOTATIONS.has(name)),
  ]);
  return [
    { op: "replace", path: "/spec/template", value: withoutHash(template) },
    { op: "replace", path: "/metadata/annotations", value: annotations },
  ];
}

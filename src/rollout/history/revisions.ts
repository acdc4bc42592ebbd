import { cloneJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { KubeClient, Query } from "../../kube/mod.ts";
import { formatRef, groupOf, type Manifest, type ObjectRef } from "../../manifest/mod.ts";
import { RolloutError } from "../errors.ts";
import { readRevision } from "../evidence/replica_set_view.ts";
import { ownerUidOf } from "../evidence/pod_view.ts";
import { readNumber, readText, readTime } from "../status/fields.ts";
import { selectorOf } from "../watch/selector.ts";

/** Why something was changed, in the words of who did it; kubectl's `--record` wrote it, and people still do. */
export const CHANGE_CAUSE_ANNOTATION = "kubernetes.io/change-cause";

/** One former or present pod template of a workload. */
export interface Revision {
  /** As the controller counts them, from 1. */
  number: number;
  /** Name of the ReplicaSet or ControllerRevision that keeps it. */
  name: string;
  /** The ReplicaSet or ControllerRevision. */
  record: Manifest;
  /** The pod template; of a Deployment with the label `pod-template-hash`. */
  template: JsonObject;
  /** Undefined where nobody said. */
  changeCause?: string;
  /** When the template was first rolled out (milliseconds since 1970). */
  createdMs?: number;
}

/** Kind of workload → kind of the objects that keep its former templates. */
const RECORDS: Readonly<Record<string, string>> = {
  "apps/Deployment": "ReplicaSet",
  "apps/StatefulSet": "ControllerRevision",
  "apps/DaemonSet": "ControllerRevision",
};

/** Whether workloads of a kind have a history: Deployments, StatefulSets and DaemonSets. */
export function hasHistory({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): boolean {
  return Object.hasOwn(RECORDS, `${groupOf(apiVersion)}/${kind}`);
}

/**
 * Reads a workload's revisions, the oldest first.
 *
 * @throws {RolloutError} NO_HISTORY for kinds that keep none.
 * @see kubectl `pkg/polymorphichelpers/history.go` v1.36
 */
export async function readRevisions(client: KubeClient, live: Manifest, signal?: AbortSignal): Promise<Revision[]> {
  const kind = RECORDS[`${groupOf(live.apiVersion)}/${live.kind}`];
  if (kind === undefined) {
    const hint = "Deployments, StatefulSets and DaemonSets have a history";
    throw new RolloutError(
      "NO_HISTORY",
      `Cannot read the history of ${formatRef(refOfManifest(live))}: it keeps none`,
      {
        hint,
      },
    );
  }
  const query: Query = { apiVersion: "apps/v1", kind, namespace: readText(live, "metadata", "namespace") };
  const labelSelector = selectorOf(live);
  if (labelSelector !== undefined) query.labelSelector = labelSelector;
  const { items } = await client.list(query, signal);
  const uid = readText(live, "metadata", "uid");
  const read = kind === "ReplicaSet" ? fromReplicaSet : fromControllerRevision;
  const revisions = items.filter((item) => ownerUidOf(item) === uid).flatMap((item) => read(item) ?? []);
  return revisions.sort((a, b) => a.number - b.number);
}

function refOfManifest({ apiVersion, kind, metadata }: Manifest): Pick<ObjectRef, "apiVersion" | "kind" | "name"> {
  return { apiVersion, kind, name: metadata.name };
}

function fromReplicaSet(record: Manifest): Revision | undefined {
  const number = readRevision(record);
  const template = getPath(record, "spec", "template");
  return number === 0 || !isObject(template) ? undefined : toRevision(record, number, cloneJson(template));
}

function fromControllerRevision(record: Manifest): Revision | undefined {
  const template = getPath(record, "data", "spec", "template");
  if (!isObject(template)) return undefined;
  const { $patch: _, ...rest } = cloneJson(template);
  return toRevision(record, readNumber(0, record, "revision"), rest);
}

function toRevision(record: Manifest, number: number, template: JsonObject): Revision {
  const changeCause = readText(record, "metadata", "annotations", CHANGE_CAUSE_ANNOTATION);
  const createdMs = readTime(record, "metadata", "creationTimestamp");
  return {
    number,
    name: record.metadata.name,
    record,
    template: dropNulls(template) as JsonObject,
    ...(changeCause === "" ? {} : { changeCause }),
    ...(createdMs === undefined ? {} : { createdMs }),
  };
}

/** Go's `creationTimestamp: null` says nothing. */
export function dropNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== null).map(([key, field]) => [key, dropNulls(field)]),
  );
}

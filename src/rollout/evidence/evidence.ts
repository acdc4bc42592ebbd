import { getPath } from "../../base/mod.ts";
import { groupOf, type Manifest, type ObjectRef, refOf } from "../../manifest/mod.ts";
import { readCounts, type ReplicaCounts, wantedUpdated } from "../status/counts.ts";
import { generationOf, observedGenerationOf, readText } from "../status/fields.ts";
import { type PodView, readPod } from "./pod_view.ts";
import { readRevision, type ReplicaSetView } from "./replica_set_view.ts";
import { compareNewestFirst, type EventView } from "./event_view.ts";
import { type Presence, presenceKey, type Surroundings } from "./surroundings.ts";

/** Everything that the rules of diagnosis may look at, for one workload at one moment. */
export interface Evidence {
  workload: Manifest;
  ref: ObjectRef;
  counts?: ReplicaCounts;
  /** Whether the controller has seen the present spec; before that, no pod can be told to be of the newest revision. */
  isObserved: boolean;
  /** The Deployment's newest ReplicaSet. */
  replicaSet?: ReplicaSetView;
  /** Pods of the newest revision, the only ones that are judged. */
  newestPods: PodView[];
  /** Pods of other revisions. */
  olderPods: PodView[];
  /** Events about an object, newest first. */
  eventsOf(uid: string): EventView[];
  /** Names of nodes known not to answer. */
  lostNodes: ReadonlySet<string>;
  /** Whether pods of the namespace, as far as they are watched, are ending: they will leave room. */
  isRoomComing(): boolean;
  /** What a look at a single object of the namespace brought. */
  presenceOf(ref: Pick<ObjectRef, "kind" | "name">): Presence;
  /** The other workloads that are watched along with this one. */
  companions: Companions;
  /** When the workload was applied (milliseconds since 1970): what was wrong before may have been mended by it. */
  appliedMs?: number;
  /** What the apply brought along, so that a missing Secret can be told to be missing there as well. */
  overlay?: readonly ObjectRef[];
}

/** What else is being rolled out at the same time: a process may crash for as long as what it needs is not there. */
export interface Companions {
  /** Whether one of them has no pod that is available yet, or is a Job that has not ended. */
  isStarting: boolean;
  /** When the last of them that was starting during the watch had one; milliseconds since 1970, by the cluster's clock. */
  readyMs?: number;
}

/** What is known beside the cluster's objects. */
export interface EvidenceContext {
  appliedMs?: number;
  overlay?: readonly ObjectRef[];
  companions?: Companions;
}

/** Gathers the evidence about a workload. */
export function collectEvidence(
  workload: Manifest,
  around: Surroundings,
  { companions = { isStarting: false }, ...context }: EvidenceContext = {},
): Evidence {
  const counts = readCounts(workload);
  const isObserved = isGenerationObserved(workload);
  const { replicaSet, newest, older } = isObserved
    ? splitPods(workload, around)
    : { replicaSet: undefined, newest: [], older: [] };
  return {
    workload,
    ref: refOf(workload),
    counts,
    isObserved,
    replicaSet,
    newestPods: newest.sort(compareByAge),
    olderPods: older.sort(compareByAge),
    eventsOf: (uid) => around.eventsOf(uid).sort(compareNewestFirst),
    lostNodes: around.lostNodes,
    isRoomComing: () => around.isAnyPodEnding(),
    presenceOf: (ref) => around.presences.get(presenceKey(ref)) ?? { kind: "unknown" },
    companions,
    ...context,
  };
}

/** How many pods of the newest revision there should be by now; undefined where the kind has no counts. */
export function expectedPods({ workload, counts, replicaSet }: Evidence): number | undefined {
  if (replicaSet !== undefined) return replicaSet.desired;
  return counts && wantedUpdated(workload, counts);
}

/** Newest pods that are worth judging: neither on their way out, nor ended, nor on a node that doesn't answer. */
export function livePods(evidence: Evidence): PodView[] {
  return evidence.newestPods.filter((pod) =>
    !pod.isTerminating && pod.phase !== "Failed" && pod.phase !== "Succeeded" && !isOnLostNode(pod, evidence)
  );
}

/**
 * Whether a pod's node doesn't answer. Where nodes may not be read, the pod tells: the node controller marks it as not
 * ready, while the last word of the kubelet, that all its containers are ready, stays.
 */
export function isOnLostNode(pod: PodView, { lostNodes }: Pick<Evidence, "lostNodes">): boolean {
  if (pod.nodeName === "") return false;
  if (lostNodes.has(pod.nodeName) || pod.reason === "NodeLost") return true;
  const containers = pod.containers.filter(({ role }) => role !== "init");
  return pod.phase === "Running" && !pod.isReady && pod.readinessGates.length === 0 && containers.length > 0 &&
    pod.conditions.some(({ type }) => type === "Ready") && containers.every(({ isReady }) => isReady);
}

function isGenerationObserved(workload: Manifest): boolean {
  const observed = observedGenerationOf(workload);
  if (observed !== undefined) return observed >= generationOf(workload);
  return groupOf(workload.apiVersion) !== "apps";
}

interface Split {
  replicaSet?: ReplicaSetView;
  newest: PodView[];
  older: PodView[];
}

/** Kind → how its pods are told apart. */
const SPLITS: Readonly<Record<string, (workload: Manifest, around: Surroundings) => Split>> = {
  "apps/Deployment": splitByReplicaSet,
  "apps/StatefulSet": (workload, around) => {
    const hash = readText(workload, "status", "updateRevision");
    return splitOwned(workload, around, (pod) => hash !== "" && pod.revisionHash === hash);
  },
  "apps/DaemonSet": splitByTemplate,
  "/Pod": (workload) => ({ newest: [readPod(workload)], older: [] }),
};

function splitPods(workload: Manifest, around: Surroundings): Split {
  const split = SPLITS[`${groupOf(workload.apiVersion)}/${workload.kind}`];
  return split === undefined ? splitOwned(workload, around, () => true) : split(workload, around);
}

function splitOwned(workload: Manifest, around: Surroundings, isNewest: (pod: PodView) => boolean): Split {
  const pods = around.pods.ownedBy(readText(workload, "metadata", "uid"));
  return { newest: pods.filter(isNewest), older: pods.filter((pod) => !isNewest(pod)) };
}

/**
 * The newest ReplicaSet is the one whose revision equals the Deployment's: the youngest isn't always, for going back
 * to a former template takes the former ReplicaSet up again.
 */
function splitByReplicaSet(workload: Manifest, around: Surroundings): Split {
  const revision = readRevision(workload);
  const sets = around.replicaSets.ownedBy(readText(workload, "metadata", "uid"));
  const replicaSet = sets.find((set) => revision > 0 && set.revision === revision) ??
    (sets.length === 1 ? sets[0] : undefined);
  const podsOf = (set: ReplicaSetView) => around.pods.ownedBy(set.uid);
  return {
    replicaSet,
    newest: replicaSet === undefined ? [] : podsOf(replicaSet),
    older: sets.filter((set) => set !== replicaSet).flatMap(podsOf),
  };
}

/**
 * A pod of a DaemonSet is new by the hash of the newest ControllerRevision, or by the template's generation where
 * those revisions may not be read.
 */
function splitByTemplate(workload: Manifest, around: Surroundings): Split {
  const revisions = around.revisions.ownedBy(readText(workload, "metadata", "uid"));
  const newest = revisions.reduce((a, b) => a !== undefined && a.revision >= b.revision ? a : b, revisions[0]);
  if (newest !== undefined) return splitOwned(workload, around, ({ revisionHash }) => revisionHash === newest.hash);
  const generation = getPath(workload, "metadata", "annotations", "deprecated.daemonset.template.generation");
  return splitOwned(workload, around, (pod) => pod.templateGeneration !== "" && pod.templateGeneration === generation);
}

function compareByAge(a: PodView, b: PodView): number {
  return (a.createdMs ?? 0) - (b.createdMs ?? 0) || (a.ref.name < b.ref.name ? -1 : 1);
}

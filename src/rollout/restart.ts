import { type Clock, equalJson, getPath } from "../base/mod.ts";
import type { KubeClient } from "../kube/mod.ts";
import { formatRef, groupOf, type Manifest, type ObjectRef } from "../manifest/mod.ts";
import { RolloutError } from "./errors.ts";
import { readText } from "./status/fields.ts";

/**
 * The field manager that owns the stamp and nothing else: an apply by another manager doesn't mention the stamp and
 * doesn't own it, so it leaves it alone.
 */
export const RESTART_MANAGER = "kstage-restart";

/** The stamp that `kubectl rollout restart` writes as well. */
export const RESTART_ANNOTATION = "kubectl.kubernetes.io/restartedAt";

const RESTARTABLE = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** How to restart. */
export interface RestartOptions {
  /** Tells the time to stamp. */
  clock: Clock;
  /** Ask the server to do everything but persist. @default {false} */
  dryRun?: boolean;
  /** Cancels the restart. */
  signal?: AbortSignal;
}

/** What a restart left behind. */
export interface Restart {
  /** The workload, as the server has it now. */
  object: Manifest;
  /** The stamp: RFC 3339, UTC, whole seconds. */
  restartedAt: string;
}

/** Whether workloads of a kind can be restarted: Deployments, StatefulSets and DaemonSets. */
export function isRestartable({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): boolean {
  return groupOf(apiVersion) === "apps" && RESTARTABLE.has(kind);
}

/**
 * Restarts a workload's pods, by its own update strategy: stamps the pod template by server-side apply, as a field
 * manager that owns nothing but the stamp.
 *
 * Two restarts within a second would leave the same stamp, thus only one rollout: the second waits for the next second.
 *
 * @throws {RolloutError} NOT_FOUND, PAUSED (a paused Deployment would restart only when resumed) or NOT_RESTARTABLE.
 * @throws {ApiError} When the server refuses, such as INVALID when the object was replaced meanwhile.
 * @see kubectl `pkg/polymorphichelpers/objectrestarter.go` v1.36
 */
export async function restartWorkload(client: KubeClient, ref: ObjectRef, options: RestartOptions): Promise<Restart> {
  const { clock, dryRun = false, signal } = options;
  if (!isRestartable(ref)) {
    const hint = "Deployments, StatefulSets and DaemonSets can be restarted";
    throw new RolloutError("NOT_RESTARTABLE", `Cannot restart ${formatRef(ref)}: its pods have no template to stamp`, {
      hint,
    });
  }
  for (;;) {
    const live = await client.get(ref, signal);
    if (live === undefined) throw new RolloutError("NOT_FOUND", `Cannot restart ${formatRef(ref)}: it does not exist`);
    if (getPath(live, "spec", "paused") === true) {
      const hint = `Resume it first: kubectl rollout resume ${formatRef(ref)}`;
      throw new RolloutError("PAUSED", `Cannot restart ${formatRef(ref)}: it is paused`, { hint });
    }
    const nowMs = clock.now();
    const restartedAt = new Date(nowMs).toISOString().replace(/\.\d+Z$/, "Z");
    if (!isStampedAt(live, restartedAt)) {
      const { object } = await client.apply(stampOf(live, ref, restartedAt), {
        fieldManager: RESTART_MANAGER,
        force: true,
        dryRun,
        ...(signal === undefined ? {} : { signal }),
      });
      return { object, restartedAt };
    }
    await clock.sleep(1000 - nowMs % 1000, signal);
  }
}

function isStampedAt(live: Manifest, restartedAt: string): boolean {
  const stamp = readText(live, "spec", "template", "metadata", "annotations", RESTART_ANNOTATION);
  return stamp !== "" && Date.parse(stamp) === Date.parse(restartedAt);
}

/** The UID makes the server refuse when the object is gone or another one by now, rather than create half a workload. */
function stampOf(live: Manifest, { apiVersion, kind, namespace, name }: ObjectRef, restartedAt: string): Manifest {
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid: readText(live, "metadata", "uid") },
    spec: { template: { metadata: { annotations: { [RESTART_ANNOTATION]: restartedAt } } } },
  };
}

/** What an apply did to a workload. */
export interface AppliedChange {
  /** The live object before; undefined when it's new. */
  before: Manifest | undefined;
  /** The live object after. */
  after: Manifest;
}

/** Whether to restart, and why, for people. */
export interface RestartDecision {
  /** Whether to. */
  restart: boolean;
  /** One clause, to come after "restarted: " or "not restarted: ". */
  reason: string;
}

/**
 * Whether a workload that was to be restarted still needs it: not when the apply has just created it or changed its pod
 * template, for then its pods are replaced anyway, and a restart would replace them twice.
 */
export function shouldRestart({ before, after }: AppliedChange): RestartDecision {
  if (!isRestartable(after)) return { restart: false, reason: `a ${after.kind} cannot be restarted` };
  if (before === undefined) return { restart: false, reason: "it is new, so its pods are" };
  const template = (object: Manifest) => getPath(object, "spec", "template");
  if (!equalJson(template(before), template(after))) {
    return { restart: false, reason: "the apply changed its pod template, which replaces its pods" };
  }
  return { restart: true, reason: "the apply did not change its pod template" };
}

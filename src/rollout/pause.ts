import { getPath } from "../base/mod.ts";
import type { KubeClient } from "../kube/mod.ts";
import { formatRef, groupOf, type Manifest, type ObjectRef } from "../manifest/mod.ts";
import { RolloutError } from "./errors.ts";

/** Who owns `spec.paused`; a manager of its own, so that a deploy in between neither conflicts with it nor resumes. */
export const PAUSE_MANAGER = "kstage-pause";

/**
 * Keeps a Deployment's controller from rolling out changes of its template, until it's resumed.
 *
 * @throws {RolloutError} NOT_FOUND, NOT_PAUSABLE (Deployments alone can be paused) or ALREADY_PAUSED.
 * @see kubectl `pkg/polymorphichelpers/objectpauser.go` v1.36
 */
export async function pauseRollout(client: KubeClient, ref: ObjectRef, signal?: AbortSignal): Promise<Manifest> {
  return await setPaused(client, ref, true, signal);
}

/**
 * Lets a paused Deployment roll out again.
 *
 * @throws {RolloutError} NOT_FOUND, NOT_PAUSABLE or NOT_PAUSED.
 * @see kubectl `pkg/polymorphichelpers/objectresumer.go` v1.36
 */
export async function resumeRollout(client: KubeClient, ref: ObjectRef, signal?: AbortSignal): Promise<Manifest> {
  return await setPaused(client, ref, false, signal);
}

async function setPaused(client: KubeClient, ref: ObjectRef, pause: boolean, signal?: AbortSignal): Promise<Manifest> {
  const name = formatRef(ref);
  const verb = pause ? "pause" : "resume";
  if (groupOf(ref.apiVersion) !== "apps" || ref.kind !== "Deployment") {
    throw new RolloutError("NOT_PAUSABLE", `Cannot ${verb} ${name}: ${ref.kind}s have no such state`, {
      hint: "Only Deployments can be paused and resumed",
    });
  }
  const live = await client.get(ref, signal);
  if (live === undefined) throw new RolloutError("NOT_FOUND", `Cannot ${verb} ${name}: it does not exist`);
  const isPaused = getPath(live, "spec", "paused") === true;
  if (isPaused === pause) {
    throw pause
      ? new RolloutError("ALREADY_PAUSED", `Cannot pause ${name}: it is already paused`)
      : new RolloutError("NOT_PAUSED", `Cannot resume ${name}: it is not paused`);
  }
  // Absent is what kubectl leaves as well: an object that is not paused doesn't say so.
  const body = { spec: { paused: pause ? true : null } };
  return await client.patch(ref, "merge", body, { fieldManager: PAUSE_MANAGER, ...(signal && { signal }) });
}

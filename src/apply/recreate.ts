import { type Clock, getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { ApiError, type ApplyResult, type DeleteOptions, type KubeClient } from "../kube/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import type { RecreateChange } from "./change.ts";
import { describeRef } from "./describe_ref.ts";
import { dryRun, type DryRunOptions } from "./dry_run.ts";
import { groupKind } from "./order.ts";
import { describeHold, waitUntilGone } from "./poll.ts";
import type { Candidate } from "./prepare.ts";
import { isTelling, trialOf } from "./recreate_rules.ts";

/** What the server would say to deleting an object and creating it anew, as far as it can be asked. */
export type Trial = { kind: "accepted"; result: Manifest; warnings: string[] } | { kind: "refused"; error: ApiError };

/** Kinds of which the dependents must be gone, too, before another one may begin: their pods would run beside its. */
const WITH_DEPENDENTS = new Set([
  "apps/Deployment",
  "apps/StatefulSet",
  "apps/DaemonSet",
  "apps/ReplicaSet",
  "batch/Job",
  "batch/CronJob",
  "/ReplicationController",
]);

function deleteOptions(ref: ObjectRef, live: Manifest): DeleteOptions {
  const { uid } = live.metadata;
  return {
    propagation: WITH_DEPENDENTS.has(groupKind(ref)) ? "Foreground" : "Background",
    ...(typeof uid === "string" ? { uid } : {}),
  };
}

/**
 * Asks the server whether the old object may be deleted and the new one created: the new one under another name, because
 * its own is taken.
 */
export async function tryRecreation(
  client: KubeClient,
  { ref, desired }: Candidate,
  live: Manifest,
  settings: DryRunOptions,
  signal: AbortSignal,
): Promise<Trial> {
  const trial = trialOf(desired);
  const [created, deleted] = await Promise.all([
    trial === undefined ? undefined : dryRun(client, { desired: trial }, settings, signal),
    refusalOfDelete(client, ref, live, signal),
  ]);
  if (deleted !== undefined) return { kind: "refused", error: deleted };
  if (created === undefined) return unknown("Whether the new one is accepted shows when the old one is gone", desired);
  if (created.kind === "refused") {
    return isTelling(created.error)
      ? created
      : unknown(`Whether the new one is accepted shows when the old one is gone: ${created.error.message}`, desired);
  }
  const { object, warnings } = created.result;
  return { kind: "accepted", result: renamed(object, trial!.metadata.name, ref.name) as Manifest, warnings };
}

function unknown(warning: string, desired: Manifest): Trial {
  return { kind: "accepted", result: desired, warnings: [warning] };
}

async function refusalOfDelete(
  client: KubeClient,
  ref: ObjectRef,
  live: Manifest,
  signal: AbortSignal,
): Promise<ApiError | undefined> {
  if (live.metadata.deletionTimestamp !== undefined) return undefined;
  try {
    await client.delete(ref, { ...deleteOptions(ref, live), dryRun: true, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.code === "NOT_FOUND" ? undefined : error;
  }
}

/** The name is also in what the server makes of it, such as the labels of a Job's pods. */
function renamed(value: JsonValue, from: string, to: string): JsonValue {
  if (typeof value === "string") return value === from ? to : value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, from, to)]));
}

/** How to recreate. */
export interface RecreateOptions {
  clock: Clock;
  signal: AbortSignal;
  /** How long the old object may take to be gone. @default {120_000} */
  goneLimitMs?: number;
}

/**
 * Deletes an object, waits until it is gone and creates it anew. When the new one is refused, the old one is created
 * again with the fields and owners that it had.
 *
 * A run that ends in between is finished by the next one, which finds no object and creates it.
 *
 * @param create Applies the new object.
 * @throws {ApplyError} NOT_GONE when the old one is still there after the limit; FAILED when the new one is refused.
 */
export async function recreate(
  client: KubeClient,
  { ref, live }: RecreateChange,
  create: () => Promise<ApplyResult>,
  { clock, signal, goneLimitMs: limitMs = 120_000 }: RecreateOptions,
): Promise<ApplyResult> {
  const held = await waitUntilGone(client, ref, await deleteOld(client, ref, live, signal), { clock, signal, limitMs });
  if (held !== undefined) throw notGone(ref, held, limitMs);
  try {
    return await create();
  } catch (error) {
    // Without an answer the new one may be there already.
    if (!(error instanceof ApiError)) throw error;
    throw await restore(client, ref, live, error, signal);
  }
}

async function deleteOld(
  client: KubeClient,
  ref: ObjectRef,
  live: Manifest,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  try {
    return await client.delete(ref, { ...deleteOptions(ref, live), signal });
  } catch (error) {
    if (error instanceof ApiError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** Creates the old object again; returns the error that tells both refusals or the way back. */
async function restore(
  client: KubeClient,
  ref: ObjectRef,
  live: Manifest,
  cause: ApiError,
  signal: AbortSignal,
): Promise<ApplyError> {
  const subject = `Cannot recreate ${describeRef(ref)}: ${cause.message}`;
  const options = { cause, ...(cause.hint === undefined ? {} : { hint: cause.hint }) };
  try {
    const restored = await client.create(asNew(live), { signal });
    await restoreOwners(client, ref, live, restored, signal);
    return new ApplyError("FAILED", `${subject}; the old one was created again`, [ref], options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new ApplyError(
      "FAILED",
      `${subject}; the old one is gone and could not be created again: ${why}`,
      [ref],
      options,
    );
  }
}

const SERVER_METADATA = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
  "selfLink",
]);

/** What names the pods of one Job alone: another one gets its own. */
const JOB_LABELS = ["controller-uid", "batch.kubernetes.io/controller-uid"];

/** An object as it can be created again. */
export function asNew(live: Manifest): Manifest {
  const { status: _status, metadata, ...rest } = live;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_METADATA.has(key)));
  if (Array.isArray(kept.finalizers)) kept.finalizers = kept.finalizers.filter((name) => name !== "foregroundDeletion");
  const object = { ...rest, metadata: kept } as Manifest;
  return groupKind(live) === "batch/Job" ? withoutJobLabels(object) : object;
}

function withoutJobLabels(job: Manifest): Manifest {
  const spec = job.spec;
  if (!isObject(spec) || spec.manualSelector === true) return job;
  const { selector: _selector, template, ...rest } = spec;
  const labels = Object.entries((getPath(template, "metadata", "labels") ?? {}) as JsonObject)
    .filter(([name]) => !JOB_LABELS.includes(name));
  const metadata = { ...getPath(template, "metadata") as JsonObject, labels: Object.fromEntries(labels) };
  const own = Object.entries((job.metadata.labels ?? {}) as JsonObject).filter(([name]) => !JOB_LABELS.includes(name));
  return {
    ...job,
    metadata: { ...job.metadata, ...(job.metadata.labels === undefined ? {} : { labels: Object.fromEntries(own) }) },
    spec: { ...rest, template: { ...template as JsonObject, metadata } },
  };
}

/** Who owned which fields: creating made all of them ours. */
async function restoreOwners(
  client: KubeClient,
  ref: ObjectRef,
  { metadata: { managedFields } }: Manifest,
  { metadata: { resourceVersion } }: Manifest,
  signal: AbortSignal,
): Promise<void> {
  if (!Array.isArray(managedFields) || typeof resourceVersion !== "string") return;
  const value = managedFields.filter((entry) => !getPath(entry, "subresource"));
  try {
    await client.patch(ref, "json", [
      { op: "replace", path: "/metadata/managedFields", value },
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ], { signal });
  } catch (error) {
    // The object is there; conflicts of owners would name their fields.
    if (!(error instanceof ApiError)) throw error;
  }
}

function notGone(ref: ObjectRef, held: Manifest, limitMs: number): ApplyError {
  const after = `after ${Math.round(limitMs / 1000)} s`;
  const message = `Cannot recreate ${describeRef(ref)}: the old one is still there ${after}: ${describeHold(held)}`;
  return new ApplyError("NOT_GONE", message, [ref], {
    hint: "See what its finalizers wait for; the next run goes on from there",
  });
}

import { getPath, isObject, type JsonObject } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import { poll, type WaitOptions } from "./poll.ts";
import { describeRef } from "./describe_ref.ts";

/** How long to wait for the API server to serve a new kind. */
const ESTABLISHED_LIMIT_MS = 60_000;

/**
 * Waits until a CustomResourceDefinition is served.
 *
 * @param object The definition as the server returned it, to spare the first question.
 * @throws {ApplyError} NOT_ESTABLISHED when its names are taken or it takes longer than a minute.
 */
export async function waitUntilEstablished(
  client: KubeClient,
  ref: ObjectRef,
  object: Manifest | undefined,
  { clock, signal }: WaitOptions,
): Promise<void> {
  let current = object;
  const isEstablished = await poll({ clock, signal }, ESTABLISHED_LIMIT_MS, async () => {
    if (current === undefined) current = await client.get(ref, signal);
    if (conditionOf(current, "Established")?.status === "True") return true;
    const names = conditionOf(current, "NamesAccepted");
    if (names?.status === "False") {
      throw notEstablished(ref, String(names.message ?? names.reason ?? "names not accepted"));
    }
    current = undefined;
    return false;
  });
  if (!isEstablished) throw notEstablished(ref, "it is not established after a minute");
}

/**
 * Runs something that may find a kind missing for a moment: an established definition is served some milliseconds
 * later, and later still by other replicas of the API server.
 */
export async function retryWhileKindUnknown<T>(wait: WaitOptions, run: () => Promise<T>): Promise<T> {
  let result: { value: T } | undefined;
  let last: unknown;
  await poll(wait, 10_000, async () => {
    try {
      result = { value: await run() };
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "KIND_UNKNOWN") throw error;
      last = error;
    }
    return result !== undefined;
  });
  if (result === undefined) throw last;
  return result.value;
}

function conditionOf(object: Manifest | undefined, type: string): JsonObject | undefined {
  const conditions = getPath(object, "status", "conditions");
  return Array.isArray(conditions)
    ? conditions.filter(isObject).find((condition) => condition.type === type)
    : undefined;
}

function notEstablished(ref: ObjectRef, why: string): ApplyError {
  return new ApplyError("NOT_ESTABLISHED", `Cannot wait for ${describeRef(ref)}: ${why}`, [ref], {
    hint: "See the conditions in the definition's status",
  });
}

import { getPath, type JsonObject, type JsonValue } from "../base/mod.ts";
import { isManifest, type Manifest } from "../manifest/mod.ts";
import type { DeleteOptions } from "./contract.ts";

/** The body of a deletion. */
export function deleteOptions(options: DeleteOptions): JsonObject {
  const { propagation = "Background", uid, resourceVersion, dryRun } = options;
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: propagation,
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    ...(dryRun ? { dryRun: ["All"] } : {}),
  };
}

/** What a deletion left: some kinds answer with the object although it is gone, others with a Status. */
export function keptByServer(answer: JsonValue): Manifest | undefined {
  if (!isManifest(answer) || answer.metadata.deletionTimestamp === undefined) return undefined;
  const { finalizers, deletionGracePeriodSeconds } = answer.metadata;
  const isKept = [finalizers, getPath(answer, "spec", "finalizers")].some((list) =>
    Array.isArray(list) && list.length > 0
  );
  return isKept || (deletionGracePeriodSeconds !== undefined && deletionGracePeriodSeconds !== 0) ? answer : undefined;
}

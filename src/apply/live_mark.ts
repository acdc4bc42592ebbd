import { type JsonValue, stringifyJson } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { Change } from "./change.ts";
import { ownedFields, withoutNoise } from "./compare.ts";
import { withoutField } from "./left_fields.ts";
import { hashOf, isSecret } from "./seal.ts";

/** By what an object is known again: whether it still is the one, and as it was, that a plan was made for. */
export interface LiveMark {
  uid: string;
  /** Equal as long as nobody writes the object. */
  resourceVersion: string;
  /**
   * Hash of what matters of the object: its status, and fields that are left to others, change all the time. A Secret
   * has none, for its values could be guessed from it; nor does it have a status.
   */
  fingerprint?: string;
}

/** The mark of an object as a plan saw it. */
export async function markOf(live: Manifest, change: Change, fieldManager: string): Promise<LiveMark> {
  const { uid, resourceVersion } = live.metadata;
  const mark = { uid: String(uid), resourceVersion: String(resourceVersion) };
  return isSecret(live) ? mark : { ...mark, fingerprint: await fingerprintOf(live, change, fieldManager) };
}

/** What has become of an object since it was marked; undefined when nothing that matters. */
export async function describeDrift(
  mark: LiveMark,
  live: Manifest | undefined,
  change: Change,
  fieldManager: string,
): Promise<string | undefined> {
  if (live === undefined) return "it is gone";
  if (live.metadata.uid !== mark.uid) return "it was deleted and created anew";
  if (live.metadata.resourceVersion === mark.resourceVersion) return undefined;
  const fingerprint = mark.fingerprint && await fingerprintOf(live, change, fieldManager);
  return fingerprint !== undefined && fingerprint === mark.fingerprint ? undefined : "it has changed";
}

function fingerprintOf(live: Manifest, { leaves = [] }: Change, fieldManager: string): Promise<string> {
  const steady = leaves.reduce((object, { field }) => withoutField(object, field) ?? object, withoutNoise(live));
  const { deletionTimestamp } = live.metadata;
  const owned: JsonValue = ownedFields(live, fieldManager) ?? null;
  return hashOf({ steady, owned, isDeleted: stringifyJson(deletionTimestamp ?? null) });
}

import { isObject, type JsonObject, type JsonValue, parseJson, type Random, stringifyJson } from "../base/mod.ts";
import { isManifest, type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import type { Change, Plan } from "./change.ts";
import type { ClusterIdentity } from "./cluster_identity.ts";
import { withoutNoise } from "./compare.ts";
import { describeRef } from "./describe_ref.ts";
import { type LiveMark, markOf } from "./live_mark.ts";
import type { PrunePlan } from "./prune_plan.ts";
import { refusalOf } from "./refusal.ts";
import { hashOf, isSecret, sealSecret, secretData, withoutSecretData } from "./seal.ts";

/**
 * Plans in files: made by one run, looked at by somebody, and carried out by another run, exactly or not at all.
 *
 * The file is JSON. It has what is applied, what the server would make of it, and marks by which the objects of the
 * cluster are known again; no Secret's values, of which it has a hash alone: who carries the plan out gives the same
 * manifests again.
 */

const API_VERSION = "kstage.dev/v1";
const KIND = "Plan";

/** What a plan is saved with. */
export interface WritePlanOptions {
  cluster: ClusterIdentity;
  /** What is pruned after it. */
  prune?: PrunePlan;
  /** When it was made: milliseconds since 1970. */
  nowMs: number;
  random: Random;
}

/** An object that a saved plan prunes. */
export interface SavedPrune {
  ref: ObjectRef;
  uid: string;
}

/** A change, and by what its object is known again. */
export interface SavedChange {
  /** As planned, but without the object as it was. */
  change: Change;
  /** Absent where there was no object. */
  mark?: LiveMark;
}

/** A plan that was read from a file; `verifyPlan` makes one of it that can be carried out. */
export interface SavedPlan {
  /** RFC 3339. */
  createdAt: string;
  cluster: ClusterIdentity;
  changes: SavedChange[];
  settings: Omit<Plan, "changes">;
  /** Absent when nothing was to be pruned. */
  prune?: SavedPrune[];
}

/**
 * The text of a plan. Secrets' values are left out, see {@link SavedPlan}.
 *
 * @throws {CodedError} When the plan has refused or unchecked changes: it could never be carried out.
 */
export async function writePlan(plan: Plan, options: WritePlanOptions): Promise<string> {
  const refusal = refusalOf(plan);
  if (refusal !== undefined) throw refusal;
  const unchecked = plan.changes.filter(({ kind }) => kind === "unchecked").map(({ ref }) => ref);
  if (unchecked.length > 0) {
    throw new ApplyError("UNCHECKED", "Cannot save the plan: it was made without asking the server", unchecked);
  }
  const { changes, ...settings } = plan;
  const salt = options.random.bytes(16).toHex();
  const document: JsonObject = {
    apiVersion: API_VERSION,
    kind: KIND,
    createdAt: new Date(options.nowMs).toISOString(),
    cluster: asJson(options.cluster),
    settings: asJson(settings),
    salt,
    changes: await Promise.all(changes.map((change) => toJson(change, plan.fieldManager, salt))),
    ...(options.prune === undefined ? {} : { prune: asJson(toSavedPrune(options.prune)) }),
  };
  return stringifyJson({ ...document, digest: await hashOf(document) }, 2) + "\n";
}

function toSavedPrune({ changes }: PrunePlan): SavedPrune[] {
  return changes.filter(({ kind }) => kind === "prune").map(({ ref, live }) => ({
    ref,
    uid: String(live.metadata.uid),
  }));
}

/** A typed value as JSON: its fields are JSON, only its interface has no index. */
function asJson(value: object): JsonValue {
  return value as JsonValue;
}

async function toJson(change: Change, fieldManager: string, salt: string): Promise<JsonObject> {
  const { ref, desired } = change;
  const live = "live" in change ? change.live : undefined;
  const data = isSecret(ref) && change.kind !== "unchanged" ? secretData(desired) : undefined;
  const { live: _live, ...rest } = change as Change & { live?: Manifest };
  return {
    ...asJson(rest) as JsonObject,
    desired: isSecret(ref) ? withoutSecretData(desired) : desired,
    ...("result" in change ? { result: storable(change.result) } : {}),
    ...(live === undefined ? {} : { mark: asJson(await markOf(live, change, fieldManager)) }),
    ...(data === undefined ? {} : { sealed: await sealSecret(data, salt + refKey(ref)) }),
  };
}

/** What the server would make of an object, for people. */
function storable(result: Manifest): Manifest {
  const bare = withoutNoise(result);
  return isSecret(bare) ? withoutSecretData(bare) : bare;
}

/** What a plan is read with. */
export interface ReadPlanOptions {
  /** The manifests that it was made from: they give the values of Secrets. */
  manifests?: readonly Manifest[];
}

/**
 * Reads the text of a plan.
 *
 * @throws {ApplyError} PLAN_INVALID when it is no plan, or was changed; PLAN_INCOMPLETE when the manifests don't give
 * the Secrets' values that it was made with.
 */
export async function readPlan(text: string, { manifests = [] }: ReadPlanOptions = {}): Promise<SavedPlan> {
  const document = await readDocument(text);
  const { createdAt, cluster, settings, salt, prune } = document;
  const changes = document.changes as JsonObject[];
  return {
    createdAt: String(createdAt),
    cluster: cluster as unknown as ClusterIdentity,
    settings: settings as unknown as SavedPlan["settings"],
    changes: await Promise.all(changes.map((change) => fromJson(change, String(salt), manifests))),
    ...(prune === undefined ? {} : { prune: prune as unknown as SavedPrune[] }),
  };
}

/** The digest vouches for the shape: only {@link writePlan} makes such a text. */
async function readDocument(text: string): Promise<JsonObject> {
  let document: JsonValue;
  try {
    document = parseJson(text);
  } catch (cause) {
    throw invalid("it is no JSON", "The file may be cut off: save the plan anew", cause);
  }
  if (!isObject(document) || document.kind !== KIND) {
    throw invalid("it is something else", "Give a file of --save-plan");
  }
  if (document.apiVersion !== API_VERSION) {
    const version = JSON.stringify(document.apiVersion) ?? "none";
    throw invalid(`its apiVersion is ${version}, not "${API_VERSION}"`, "Save the plan anew with this kstage");
  }
  const { digest, ...rest } = document;
  if (digest !== await hashOf(rest)) throw invalid("it was changed after it was saved", "Save the plan anew");
  return rest;
}

function invalid(state: string, hint: string, cause?: unknown): ApplyError {
  return new ApplyError("PLAN_INVALID", `Cannot read the plan: ${state}`, [], { hint, cause });
}

async function fromJson(json: JsonObject, salt: string, manifests: readonly Manifest[]): Promise<SavedChange> {
  const { mark, sealed, ...rest } = json;
  const change = rest as unknown as Change;
  const saved = mark === undefined ? { change } : { change, mark: mark as unknown as LiveMark };
  if (typeof sealed !== "string") return saved;
  return { ...saved, change: { ...change, desired: await unseal(change, sealed, salt, manifests) } };
}

/** The Secret with the values of the manifests, if these are the ones that the plan was made with. */
async function unseal(
  { ref, desired }: Change,
  sealed: string,
  salt: string,
  manifests: readonly Manifest[],
): Promise<Manifest> {
  const manifest = manifests.find((manifest) =>
    isManifest(manifest) && isSecret(manifest) && manifest.metadata.name === ref.name &&
    (manifest.metadata.namespace ?? ref.namespace) === ref.namespace
  );
  const data = manifest && secretData(manifest);
  if (data === undefined) throw incomplete(ref, "it holds no values of Secrets, and nothing else gives those of");
  if (await sealSecret(data, salt + refKey(ref)) !== sealed) {
    throw incomplete(ref, "the manifests have other values than the plan was made with for");
  }
  const { data: _data, stringData: _stringData, ...rest } = desired;
  return { ...rest, ...data } as Manifest;
}

function incomplete(ref: ObjectRef, state: string): ApplyError {
  return new ApplyError("PLAN_INCOMPLETE", `Cannot carry out the plan: ${state} ${describeRef(ref)}`, [ref], {
    hint: "Give the overlay or the manifests that the plan was made from, unchanged, beside the plan",
  });
}

import { isObject, NetworkError } from "../../base/mod.ts";
import { ApiError, formatRule, type Query, type WatchEvent } from "../../kube/mod.ts";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import { ownerUidOf } from "../evidence/pod_view.ts";
import { type Presence, presenceKey, type SurroundingKind, Surroundings } from "../evidence/surroundings.ts";
import { readText } from "../status/fields.ts";
import { slimSurrounding } from "../evidence/slim.ts";
import { type FeedContext, PAGE_SIZE, startFeed } from "./feeds.ts";

/** Something about the surroundings of one namespace. */
export type SurroundingsMessage =
  | { kind: "surroundings"; of: SurroundingKind; namespace: string; event: WatchEvent }
  | { kind: "refused"; of: SurroundingKind; namespace: string; error: unknown }
  | { kind: "looked"; ref: ObjectRef; presence: Presence };

/** What people should know when a kind may not be watched. */
export interface AccessNote {
  message: string;
  hint?: string;
}

const RETRY_MS = 5_000;

const API_VERSIONS: Readonly<Record<SurroundingKind, string>> = {
  Pod: "v1",
  ReplicaSet: "apps/v1",
  Event: "v1",
  ControllerRevision: "apps/v1",
  Node: "v1",
};

/** Most events only say that all goes as it should. */
const TELLING_EVENTS = [
  "Scheduled",
  "Pulling",
  "Pulled",
  "Created",
  "Started",
  "SuccessfulCreate",
  "SuccessfulDelete",
  "ScalingReplicaSet",
  "SuccessfulRescale",
  "Completed",
].map((reason) => `reason!=${reason}`).join(",");

/** What can't be told without a kind. Kinds that aren't here have a substitute. */
const LOSSES: Partial<Record<SurroundingKind, string>> = {
  Pod: "a rollout that cannot succeed will end by its time limit alone",
  ReplicaSet: "new pods cannot be told from old ones, and are not examined",
  Event: "causes that only events name will not be told",
};

/** The surroundings of all namespaces, and the watches that keep them up to date: one for each kind and namespace. */
export class Neighbourhood {
  readonly #context: FeedContext;
  readonly #put: (message: SurroundingsMessage) => void;
  readonly #byNamespace = new Map<string, Surroundings>();
  readonly #started = new Map<string, { labelSelector?: string; stop: AbortController }>();
  /** Namespace, kind and name → when it was last looked for; `Infinity` while it is. */
  readonly #lookedMs = new Map<string, number>();

  constructor(context: FeedContext, put: (message: SurroundingsMessage) => void) {
    this.#context = context;
    this.#put = put;
  }

  /** What is known of a namespace. */
  of(namespace: string): Surroundings {
    const known = this.#byNamespace.get(namespace);
    if (known !== undefined) return known;
    const surroundings = new Surroundings();
    this.#byNamespace.set(namespace, surroundings);
    return surroundings;
  }

  /**
   * Starts to watch a kind, unless it's watched already; a watch of some pods gives way to one of all.
   *
   * @param labelSelector Which pods and ReplicaSets are enough; undefined for all.
   */
  watch(kind: SurroundingKind, namespace: string, labelSelector?: string): void {
    const key = `${kind} ${kind === "Node" ? "" : namespace}`;
    const known = this.#started.get(key);
    if (known !== undefined && (known.labelSelector === undefined || labelSelector !== undefined)) return;
    known?.stop.abort();
    const stop = new AbortController();
    this.#started.set(key, { labelSelector, stop });
    const keep = (object: Manifest) => slimSurrounding(kind, object);
    const query: Query = { apiVersion: API_VERSIONS[kind], kind, keep, pageSize: PAGE_SIZE };
    if (kind === "Event") query.fieldSelector = TELLING_EVENTS;
    if (kind !== "Node") query.namespace = namespace;
    if ((kind === "Pod" || kind === "ReplicaSet") && labelSelector !== undefined) query.labelSelector = labelSelector;
    const { clock, signal } = this.#context;
    const start = () =>
      startFeed({ ...this.#context, signal: AbortSignal.any([signal, stop.signal]) }, query, {
        onEvent: (event) => this.#put({ kind: "surroundings", of: kind, namespace, event }),
        onError: (error) => {
          if (isPassing(error)) clock.sleep(RETRY_MS, signal).then(start, () => {});
          else this.#put({ kind: "refused", of: kind, namespace, error });
        },
      });
    start();
  }

  /** Looks whether an object exists, unless that is being done, or was done a moment ago. */
  lookFor(ref: ObjectRef, intervalMs: number): void {
    const { client, clock, signal } = this.#context;
    const key = `${ref.namespace} ${presenceKey(ref)}`;
    if ((this.#lookedMs.get(key) ?? -Infinity) > clock.now() - intervalMs) return;
    this.#lookedMs.set(key, Infinity);
    const answer = (presence: Presence) => {
      this.#lookedMs.set(key, clock.now());
      if (!signal.aborted) this.#put({ kind: "looked", ref, presence });
    };
    client.get(ref, signal).then(
      (object) => answer(object === undefined ? { kind: "absent" } : { kind: "present", keys: keysOf(object) }),
      () => answer({ kind: "hidden" }),
    );
  }

  /** Takes in whether an object exists. */
  note({ ref, presence }: SurroundingsMessage & { kind: "looked" }): void {
    this.of(ref.namespace ?? "").presences.set(presenceKey(ref), presence);
  }

  /**
   * Takes in what a watch reported.
   *
   * @returns UIDs of the objects that it's about, to the top of their owners; undefined when it may be about any.
   */
  receive({ of: kind, namespace, event }: SurroundingsMessage & { kind: "surroundings" }): string[] | undefined {
    const places = kind === "Node" ? [...this.#byNamespace.values()] : [this.of(namespace)];
    if (event.type === "relisted") {
      for (const place of places) place.replaceAll(kind, event.items);
      return undefined;
    }
    for (const place of places) {
      if (event.type === "deleted") place.remove(kind, event.object);
      else place.put(kind, event.object);
    }
    return kind === "Node" ? undefined : ownersOf(kind, event.object, this.of(namespace));
  }

  /**
   * Gives up a kind that may not be watched.
   *
   * @returns What people should know; undefined where there's a substitute.
   * @throws The error, when it's about more than this kind.
   */
  giveUp({ of: kind, namespace, error }: SurroundingsMessage & { kind: "refused" }): AccessNote | undefined {
    const isRefusal = error instanceof ApiError && (error.code === "FORBIDDEN" || error.code === "KIND_UNKNOWN");
    if (!isRefusal) throw error;
    // What was listed before the watch was refused grows old: an outdated ReplicaSet would be waited for.
    for (const place of kind === "Node" ? this.#byNamespace.values() : [this.of(namespace)]) place.replaceAll(kind, []);
    const loss = LOSSES[kind];
    if (loss === undefined) return undefined;
    return accessNote(`Cannot watch ${kind.toLowerCase()}s in namespace "${namespace}": ${loss}`, error);
  }
}

/** Keys of a Secret's or a ConfigMap's data; their values are nobody's business. */
function keysOf(object: Manifest): string[] {
  return [object.data, object.binaryData].flatMap((data) => isObject(data) ? Object.keys(data) : []);
}

/** A note about what may not be watched, with the rule that a Role would need. */
export function accessNote(message: string, { missingRule }: ApiError): AccessNote {
  if (missingRule === undefined) return { message };
  const rule = { ...missingRule, verbs: ["list", "watch"] };
  return { message, hint: `Add to the Role: ${formatRule(rule).replace(/\n\s*/g, ", ")}` };
}

/** An explanation that's late is better than a rollout that ends because there was none. */
function isPassing(error: unknown): boolean {
  return error instanceof NetworkError ||
    (error instanceof ApiError && (error.code === "SERVER_ERROR" || error.code === "TOO_MANY_REQUESTS"));
}

/** An object's UID, its owner's and its owner's owner's. */
function ownersOf(kind: SurroundingKind, object: Manifest, around: Surroundings): string[] {
  const subject = object.involvedObject ?? object.regarding;
  const uid = kind === "Event" ? readText(subject, "uid") : readText(object, "metadata", "uid");
  const owner = kind === "Event" ? ownerUid(uid, around) : ownerUidOf(object);
  const top = owner === undefined ? undefined : ownerUid(owner, around);
  return [uid, owner, top].filter((uid) => uid !== undefined);
}

function ownerUid(uid: string, { pods, replicaSets }: Surroundings): string | undefined {
  return pods.get(uid)?.ownerUid ?? replicaSets.get(uid)?.ownerUid;
}

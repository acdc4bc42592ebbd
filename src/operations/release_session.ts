import { CodedError, dirName, resolvePath } from "../base/mod.ts";
import { ApiError, formatRule } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { DeployReport, Progress } from "../report/mod.ts";
import {
  acquireLock,
  createRelease,
  decodeRelease,
  digestManifests,
  lastSucceeded,
  listImages,
  listReleases,
  nameRelease,
  planRetention,
  readOrigin,
  refuseOutdated,
  type ReleaseLock,
  type ReleaseOrigin,
  type ReleaseRecord,
  type ReleaseState,
  removeRelease,
  type StoredRelease,
  toReleaseName,
  updateRelease,
  withDigests,
  withEnd,
} from "../release/mod.ts";
import { type ApplyInput, describeInput } from "./apply_input.ts";
import type { Connection } from "./connect.ts";
import type { PlannedApply } from "./planned_apply.ts";
import type { ProtectedHost } from "./protect.ts";

/** How a deploy is recorded and kept apart from others. */
export interface ReleaseOptions {
  /** Name of the lock and of the records. @default derived from the overlay's path */
  release?: string;
  /** Whether to record the release. @default {true} */
  record?: boolean;
  /** How many releases to keep. @default {10} */
  historyLimit?: number;
  /** Whether to take the lock. @default {true} */
  lock?: boolean;
  /** How long to wait for the lock while another deploy has it, in milliseconds. @default {0} */
  waitForLockMs?: number;
  /** Deploy also when a newer pipeline has deployed already. @default {false} */
  allowOutdated?: boolean;
}

/** What {@link ReleaseSession.open} needs to know. */
export interface OpenReleaseOptions extends ReleaseOptions, ApplyInput {
  wait?: boolean;
  progress: Progress;
  signal: AbortSignal;
}

/** What the session may not do, and why: the deploy goes on without it. */
const FORGIVEN: ReadonlySet<string> = new Set(["FORBIDDEN", "ADMISSION_DENIED", "KIND_UNKNOWN", "NOT_FOUND"]);

/** The name under which an overlay's releases are kept. */
export function releaseNameOf(
  host: Pick<ProtectedHost, "fs">,
  { overlay, files = [], release }: Pick<ApplyInput, "overlay" | "files"> & Pick<ReleaseOptions, "release">,
): string {
  if (release !== undefined) return toReleaseName(release);
  // Files are told by their directory.
  const place = overlay ?? (files[0] === undefined || files[0] === "-" ? "." : dirName(files[0]));
  return nameRelease(place.includes("://") ? place : resolvePath(host.fs.cwd(), place));
}

/**
 * Lock and record of one deploy. Its requests go beside those that the deploy makes anyway: the lock is asked for and
 * the former releases are read while the plan is made, the record is written while the first objects are applied, and
 * ended while the lock is released. What isn't permitted is a note, never a failure.
 */
export class ReleaseSession {
  /** Notes for the report. */
  readonly notes: string[] = [];
  readonly #host: ProtectedHost;
  readonly #connection: Connection;
  readonly #options: OpenReleaseOptions;
  readonly #release: string;
  readonly #origin: ReleaseOrigin;
  readonly #cancel = new AbortController();
  readonly #lock: Promise<ReleaseLock | undefined>;
  readonly #known: Promise<StoredRelease[] | undefined>;
  #held: ReleaseLock | undefined;
  /** Whether notes are shown at once: what can't be done matters only when the deploy goes on. */
  #isReady = false;
  /** The record of the release that runs. Steps on it follow one another. */
  #stored: Promise<StoredRelease | undefined> = Promise.resolve(undefined);
  #draft: { record: ReleaseRecord; manifests: readonly Manifest[] } | undefined;

  private constructor(host: ProtectedHost, connection: Connection, options: OpenReleaseOptions) {
    this.#host = host;
    this.#connection = connection;
    this.#options = options;
    this.#release = releaseNameOf(host, options);
    this.#origin = readOrigin(host.env, host.fs);
    this.#lock = options.lock === false ? Promise.resolve(undefined) : this.#acquire();
    this.#known = options.record === false ? Promise.resolve(undefined) : this.#list();
    // Whoever awaits them gets the error; until then it is no unhandled one.
    this.#lock.catch(() => {});
    this.#known.catch(() => {});
  }

  /** Begins to ask for the lock and to read the former releases. */
  static open(host: ProtectedHost, connection: Connection, options: OpenReleaseOptions): ReleaseSession {
    return new ReleaseSession(host, connection, options);
  }

  /**
   * Waits until the deploy may write.
   *
   * @returns Whether others had to be waited for: then the plan has to be made again.
   * @throws {ReleaseError} LOCKED or OUTDATED.
   */
  async ready(): Promise<{ waited: boolean }> {
    this.#held = await this.#lock;
    if (this.#held?.waited && this.#options.record !== false) {
      // What the others have left.
      const known = await this.#list();
      (await this.#known)?.splice(0, Infinity, ...known ?? []);
    }
    const known = await this.#known;
    this.#isReady = true;
    for (const note of this.notes) this.#show(note);
    if (!this.#options.allowOutdated) refuseOutdated(this.#origin, known?.at(-1)?.record);
    return { waited: this.#held?.waited ?? false };
  }

  /** Aborted when the user interrupts, or the lock is lost: nothing may be written then. */
  get writeSignal(): AbortSignal {
    const { signal } = this.#options;
    return this.#held === undefined ? signal : AbortSignal.any([signal, this.#held.signal]);
  }

  /** Why the lock was lost, if it was. */
  get lostLock(): CodedError | undefined {
    const reason = this.#held?.signal.reason;
    return reason instanceof CodedError ? reason : undefined;
  }

  /** The last release that succeeded before this one, as it is recorded now. */
  async lastSucceeded(): Promise<StoredRelease | undefined> {
    const own = await this.#stored;
    const known = await this.#list();
    return lastSucceeded((known ?? []).filter(({ record }) => record.number !== own?.record.number));
  }

  /** Begins the record, in the background, before the first object is written. */
  begin({ manifests, plan }: PlannedApply, rollbackTo?: number): void {
    if (this.#options.record === false) return;
    const startedMs = this.#host.clock.now();
    const parent = plan.applySet?.parent;
    const isUnchanged = plan.changes.every(({ kind }) => kind === "unchanged");
    this.#stored = this.#step(undefined, async () => {
      const known = await this.#known;
      if (known === undefined) return undefined;
      const record: ReleaseRecord = {
        release: this.#release,
        number: (known.at(-1)?.record.number ?? 0) + 1,
        state: "running",
        applied: isUnchanged,
        codes: [],
        startedMs,
        origin: this.#origin,
        overlay: describeInput(this.#options),
        namespace: this.#connection.namespace,
        digest: await digestManifests(manifests),
        images: listImages(manifests),
        objects: manifests.length,
        ...(parent === undefined ? {} : { applySet: `${parent.kind.toLowerCase()}/${parent.name}` }),
        ...(rollbackTo === undefined ? {} : { rollbackTo }),
      };
      this.#draft = { record, manifests };
      const [stored] = await Promise.all([this.#create(), this.#endInterrupted(known)]);
      return stored;
    });
  }

  /** Says in the record that all objects are applied, in the background. */
  applied(): void {
    const before = this.#stored;
    this.#stored = this.#step(before, async () => {
      // Its namespace may be there only now.
      const stored = await before ?? await this.#create();
      if (stored === undefined || stored.record.applied) return stored;
      return await updateRelease(this.#connection.client, stored, { ...stored.record, applied: true });
    });
  }

  /** Ends the record of the release that runs. */
  async end(outcome: DeployReport["outcome"], codes: readonly string[]): Promise<void> {
    const before = this.#stored;
    const { wait } = this.#options;
    const reading = wait === false ? undefined : this.#readPods();
    this.#stored = this.#step(before, async () => {
      const stored = await before;
      if (stored === undefined) return undefined;
      const { record } = stored;
      const pods = await reading;
      const end = {
        state: wait === false && outcome === "done" ? "applied" as const : STATE_BY_OUTCOME[outcome],
        endedMs: this.#host.clock.now(),
        applied: record.applied,
        codes: [...new Set(codes)],
        images: pods === undefined ? record.images : withDigests(record.images, pods),
      };
      const ended = await this.#updateOwn(stored, withEnd(record, end));
      const known = await this.#known;
      if (known !== undefined) {
        known.push(ended);
        await this.#removeOld(known);
      }
      return ended;
    });
    await this.#stored;
  }

  /** Ends the record and lets go of the lock at the same time. */
  async finish(outcome: DeployReport["outcome"], codes: readonly string[]): Promise<void> {
    await Promise.all([this.end(outcome, codes), this.close()]);
  }

  /** Lets go of the lock, and gives up what is still asked for. */
  async close(): Promise<void> {
    if (this.#cancel.signal.aborted) return;
    this.#cancel.abort(new DOMException("The deploy has ended", "AbortError"));
    const lock = await this.#lock.catch(() => undefined);
    await Promise.all([lock?.release(), this.#stored]);
  }

  #acquire(): Promise<ReleaseLock | undefined> {
    const { clock, random } = this.#host;
    const { progress, signal, waitForLockMs = 0 } = this.#options;
    const acquiring = acquireLock(this.#connection.client, {
      namespace: this.#connection.namespace,
      release: this.#release,
      holder: this.#origin.jobUrl ?? this.#origin.by,
      waitMs: waitForLockMs,
      clock,
      random,
      onWait: (message) => progress.log(message),
      signal: AbortSignal.any([signal, this.#cancel.signal]),
    });
    return this.#forgive(acquiring, "the deploy is not locked against others");
  }

  #list(): Promise<StoredRelease[] | undefined> {
    const { client, namespace } = this.#connection;
    const signal = AbortSignal.any([this.#options.signal, this.#cancel.signal]);
    const listing = listReleases(client, { namespace, release: this.#release }, signal);
    return this.#forgive(listing, "the release is not recorded");
  }

  async #create(): Promise<StoredRelease | undefined> {
    if (this.#draft === undefined) return undefined;
    const { record, manifests } = this.#draft;
    const { client, namespace } = this.#connection;
    const { stored, isWhole } = await createRelease(client, namespace, record, manifests);
    if (!isWhole) this.#note("the manifests are too large to be recorded: there will be no way back to this release");
    this.#options.progress.log(`release ${stored.record.number} of ${this.#release}`);
    return stored;
  }

  /** A release that still runs while we hold the lock was killed. */
  async #endInterrupted(known: StoredRelease[]): Promise<void> {
    if (this.#held === undefined) return;
    const endedMs = this.#host.clock.now();
    await Promise.all(known.map(async (stored, i) => {
      if (stored.record.state !== "running") return;
      const { applied, codes } = stored.record;
      const record = withEnd(stored.record, { state: "interrupted", endedMs, applied, codes });
      known[i] = await this.#updateIfRunning(stored, record);
    }));
  }

  /** The lock is given up while the end is written: a record may have got its end since it was read. */
  async #updateIfRunning(stored: StoredRelease, record: ReleaseRecord): Promise<StoredRelease> {
    try {
      return await updateRelease(this.#connection.client, stored, record);
    } catch (error) {
      if (error instanceof ApiError) return await this.#reread(stored) ?? stored;
      throw error;
    }
  }

  /** For the same reason the next deploy may have taken us for dead; who ran it knows better. */
  async #updateOwn(stored: StoredRelease, record: ReleaseRecord): Promise<StoredRelease> {
    try {
      return await updateRelease(this.#connection.client, stored, record);
    } catch (error) {
      const current = isConflict(error) ? await this.#reread(stored) : undefined;
      if (current === undefined) throw error;
      return await updateRelease(this.#connection.client, current, record);
    }
  }

  async #reread({ ref }: StoredRelease): Promise<StoredRelease | undefined> {
    const secret = await this.#connection.client.get(ref);
    return secret && decodeRelease(secret);
  }

  async #removeOld(known: readonly StoredRelease[]): Promise<void> {
    const old = planRetention(known, this.#options.historyLimit ?? 10);
    await Promise.all(old.map((release) => removeRelease(this.#connection.client, release)));
  }

  /** The pods, which tell what their images are; without a permission for them, nothing does. */
  async #readPods(): Promise<Manifest[] | undefined> {
    const { client, namespace } = this.#connection;
    const draft = this.#draft?.record;
    if (draft === undefined || draft.images.length === 0) return undefined;
    try {
      return (await client.list({ apiVersion: "v1", kind: "Pod", namespace })).items;
    } catch (error) {
      if (error instanceof CodedError) return undefined;
      throw error;
    }
  }

  /** A step on the record: when it isn't permitted or fails, that is a note. */
  async #step(
    before: Promise<StoredRelease | undefined> | undefined,
    action: () => Promise<StoredRelease | undefined>,
  ): Promise<StoredRelease | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const isEarly = error instanceof ApiError && error.code === "NOT_FOUND" && before === undefined;
      if (!isEarly) this.#note(`the release is not recorded: ${describe(error)}`);
      return await before;
    }
  }

  async #forgive<T>(asking: Promise<T>, without: string): Promise<T | undefined> {
    try {
      return await asking;
    } catch (error) {
      if (!(error instanceof ApiError) || !FORGIVEN.has(error.code)) throw error;
      // The namespace is among what is about to be applied.
      if (error.code === "NOT_FOUND") return undefined;
      this.#note(`${without}: ${describe(error)}`);
      return undefined;
    }
  }

  #note(text: string): void {
    if (this.notes.includes(text)) return;
    this.notes.push(text);
    if (this.#isReady) this.#show(text);
  }

  #show(note: string): void {
    this.#options.progress.log(`note: ${note}`);
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === "CONFLICT";
}

/** What lock and record need in the end. */
const VERBS_NEEDED: Record<string, string[]> = {
  leases: ["get", "create", "patch", "delete"],
  secrets: ["get", "list", "create", "patch", "delete"],
};

/** An error as a note, with the rule that a role would need. */
function describe(error: CodedError): string {
  if (!(error instanceof ApiError) || error.missingRule === undefined) return error.message;
  const { resources, apiGroups, verbs } = error.missingRule;
  // All of them, so that one change of the role is enough.
  const needed = VERBS_NEEDED[resources[0] ?? ""] ?? verbs;
  return `${error.message}; the role needs\n${formatRule({ resources, apiGroups, verbs: needed })}`;
}

const STATE_BY_OUTCOME: Record<DeployReport["outcome"], Exclude<ReleaseState, "running">> = {
  "done": "succeeded",
  "dry run": "succeeded",
  "apply failed": "failed",
  "prune failed": "failed",
  "rollout failed": "failed",
  "rollout timed out": "timed out",
  "interrupted": "interrupted",
};

/** Codes of what went wrong: of the findings, and of the error. */
export function failureCodes(
  { objects }: Pick<DeployReport, "objects">,
  error: CodedError | undefined,
): string[] {
  const codes = objects.flatMap(({ findings }) => findings.filter(({ severity }) => severity !== "transient"))
    .map(({ code }) => code);
  return [...new Set(error === undefined ? codes : [...codes, error.code])];
}

/** The state of a release whose rollout ended like this. */
export function stateOf(outcome: DeployReport["outcome"]): Exclude<ReleaseState, "running"> {
  return STATE_BY_OUTCOME[outcome];
}

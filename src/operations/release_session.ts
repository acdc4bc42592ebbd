import { CodedError } from "../base/mod.ts";
import { ApiError } from "../kube/mod.ts";
import {
  acquireLock,
  lastSucceeded,
  listReleases,
  readOrigin,
  refuseOutdated,
  type ReleaseLock,
  type ReleaseOrigin,
  type StoredRelease,
} from "../release/mod.ts";
import type { DeployReport } from "../report/mod.ts";
import type { Connection } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { type OpenReleaseOptions, releaseNameOf } from "./release_options.ts";
import { describeForNote, ReleaseRecorder } from "./release_recorder.ts";

/** What the session may not do, and why: the deploy goes on without it. */
const FORGIVEN: ReadonlySet<string> = new Set(["FORBIDDEN", "ADMISSION_DENIED", "KIND_UNKNOWN", "NOT_FOUND"]);

/**
 * Lock and record of one deploy. Its requests go beside those that the deploy makes anyway: the lock is asked for and
 * the former releases are read while the plan is made, the record is written while the first objects are applied, and
 * ended while the lock is released. What isn't permitted is a note, never a failure.
 */
export class ReleaseSession {
  /** Notes for the report. */
  readonly notes: string[] = [];
  readonly record: ReleaseRecorder;
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
    this.record = new ReleaseRecorder({
      host,
      connection,
      options,
      release: this.#release,
      origin: this.#origin,
      known: this.#known,
      isLocked: () => this.#held !== undefined,
      note: (text) => this.#note(text),
    });
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
    const own = await this.record.stored;
    const known = await this.#list();
    return lastSucceeded((known ?? []).filter(({ record }) => record.number !== own?.record.number));
  }

  /** Ends the record and lets go of the lock at the same time. */
  async finish(outcome: DeployReport["outcome"], codes: readonly string[]): Promise<void> {
    await Promise.all([this.record.end(outcome, codes), this.close()]);
  }

  /** Lets go of the lock, and gives up what is still asked for. */
  async close(): Promise<void> {
    if (this.#cancel.signal.aborted) return;
    this.#cancel.abort(new DOMException("The deploy has ended", "AbortError"));
    const lock = await this.#lock.catch(() => undefined);
    await Promise.all([lock?.release(), this.record.stored]);
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

  async #forgive<T>(asking: Promise<T>, without: string): Promise<T | undefined> {
    try {
      return await asking;
    } catch (error) {
      if (!(error instanceof ApiError) || !FORGIVEN.has(error.code)) throw error;
      // The namespace is among what is about to be applied.
      if (error.code === "NOT_FOUND") return undefined;
      this.#note(`${without}: ${describeForNote(error)}`);
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

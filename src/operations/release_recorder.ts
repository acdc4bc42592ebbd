import { CodedError } from "../base/mod.ts";
import { ApiError, formatRule } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import {
  createRelease,
  decodeRelease,
  digestManifests,
  listImages,
  planRetention,
  type ReleaseOrigin,
  type ReleaseRecord,
  removeRelease,
  type StoredRelease,
  updateRelease,
  withDigests,
  withEnd,
} from "../release/mod.ts";
import type { DeployReport } from "../report/mod.ts";
import { describeInput } from "./apply_input.ts";
import type { Connection } from "./connect.ts";
import type { PlannedApply } from "./planned_apply.ts";
import type { ProtectedHost } from "./protect.ts";
import { stateOf } from "./release_end.ts";
import type { OpenReleaseOptions } from "./release_options.ts";

/** The deploy whose record is kept. */
export interface RecordedDeploy {
  host: ProtectedHost;
  connection: Connection;
  options: OpenReleaseOptions;
  /** Name of the lock and of the records. */
  release: string;
  origin: ReleaseOrigin;
  /** The releases before this one, oldest first; undefined when they may not be read. What this one adds is put in. */
  known: Promise<StoredRelease[] | undefined>;
  /** Whether it holds the lock, so that no other deploy of the same release runs. */
  isLocked(): boolean;
  /** Takes down what couldn't be done. */
  note(text: string): void;
}

/**
 * The record of one deploy, written in the background: while the first objects are applied, when all are, and in the
 * end. What isn't permitted is a note, never a failure.
 */
export class ReleaseRecorder {
  readonly #deploy: RecordedDeploy;
  /** The record as it is stored. Steps on it follow one another. */
  #stored: Promise<StoredRelease | undefined> = Promise.resolve(undefined);
  #draft: { record: ReleaseRecord; manifests: readonly Manifest[] } | undefined;

  constructor(deploy: RecordedDeploy) {
    this.#deploy = deploy;
  }

  /** The record once all that was begun on it is done; undefined when there is none. */
  get stored(): Promise<StoredRelease | undefined> {
    return this.#stored;
  }

  /** Begins the record, in the background, before the first object is written. */
  begin({ manifests, plan }: PlannedApply, rollbackTo?: number): void {
    const { host, connection, options, release, origin } = this.#deploy;
    if (options.record === false) return;
    const startedMs = host.clock.now();
    const parent = plan.applySet?.parent;
    const isUnchanged = plan.changes.every(({ kind }) => kind === "unchanged");
    this.#stored = this.#step(undefined, async () => {
      const known = await this.#deploy.known;
      if (known === undefined) return undefined;
      const record: ReleaseRecord = {
        release,
        number: (known.at(-1)?.record.number ?? 0) + 1,
        state: "running",
        applied: isUnchanged,
        codes: [],
        startedMs,
        origin,
        overlay: describeInput(options),
        namespace: connection.namespace,
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
      return await updateRelease(this.#deploy.connection.client, stored, { ...stored.record, applied: true });
    });
  }

  /** Ends the record of the release that runs. */
  async end(outcome: DeployReport["outcome"], codes: readonly string[]): Promise<void> {
    const before = this.#stored;
    const { wait } = this.#deploy.options;
    const reading = wait === false ? undefined : this.#readPods();
    this.#stored = this.#step(before, async () => {
      const stored = await before;
      if (stored === undefined) return undefined;
      const { record } = stored;
      const pods = await reading;
      const end = {
        state: wait === false && outcome === "done" ? "applied" as const : stateOf(outcome),
        endedMs: this.#deploy.host.clock.now(),
        applied: record.applied,
        codes: [...new Set(codes)],
        images: pods === undefined ? record.images : withDigests(record.images, pods),
      };
      const ended = await this.#updateOwn(stored, withEnd(record, end));
      const known = await this.#deploy.known;
      if (known !== undefined) {
        known.push(ended);
        await this.#removeOld(known);
      }
      return ended;
    });
    await this.#stored;
  }

  async #create(): Promise<StoredRelease | undefined> {
    if (this.#draft === undefined) return undefined;
    const { record, manifests } = this.#draft;
    const { client, namespace } = this.#deploy.connection;
    const { stored, isWhole } = await createRelease(client, namespace, record, manifests);
    if (!isWhole) {
      this.#deploy.note("the manifests are too large to be recorded: there will be no way back to this release");
    }
    this.#deploy.options.progress.log(`release ${stored.record.number} of ${this.#deploy.release}`);
    return stored;
  }

  /** A release that still runs while we hold the lock was killed. */
  async #endInterrupted(known: StoredRelease[]): Promise<void> {
    if (!this.#deploy.isLocked()) return;
    const endedMs = this.#deploy.host.clock.now();
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
      return await updateRelease(this.#deploy.connection.client, stored, record);
    } catch (error) {
      if (error instanceof ApiError) return await this.#reread(stored) ?? stored;
      throw error;
    }
  }

  /** For the same reason the next deploy may have taken us for dead; who ran it knows better. */
  async #updateOwn(stored: StoredRelease, record: ReleaseRecord): Promise<StoredRelease> {
    try {
      return await updateRelease(this.#deploy.connection.client, stored, record);
    } catch (error) {
      const current = isConflict(error) ? await this.#reread(stored) : undefined;
      if (current === undefined) throw error;
      return await updateRelease(this.#deploy.connection.client, current, record);
    }
  }

  async #reread({ ref }: StoredRelease): Promise<StoredRelease | undefined> {
    const secret = await this.#deploy.connection.client.get(ref);
    return secret && decodeRelease(secret);
  }

  async #removeOld(known: readonly StoredRelease[]): Promise<void> {
    const old = planRetention(known, this.#deploy.options.historyLimit ?? 10);
    await Promise.all(old.map((release) => removeRelease(this.#deploy.connection.client, release)));
  }

  /** The pods, which tell what their images are; without a permission for them, nothing does. */
  async #readPods(): Promise<Manifest[] | undefined> {
    const { client, namespace } = this.#deploy.connection;
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
      if (!isEarly) this.#deploy.note(`the release is not recorded: ${describeForNote(error)}`);
      return await before;
    }
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
export function describeForNote(error: CodedError): string {
  if (!(error instanceof ApiError) || error.missingRule === undefined) return error.message;
  const { resources, apiGroups, verbs } = error.missingRule;
  // All of them, so that one change of the role is enough.
  const needed = VERBS_NEEDED[resources[0] ?? ""] ?? verbs;
  return `${error.message}; the role needs\n${formatRule({ resources, apiGroups, verbs: needed })}`;
}

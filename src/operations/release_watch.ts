import { ApiError } from "../kube/mod.ts";
import { type Manifest, type ObjectRef, refKey, refOf } from "../manifest/mod.ts";
import { readManifests, ReleaseError, type StoredRelease, updateRelease, withEnd } from "../release/mod.ts";
import type { DeployReport, Progress } from "../report/mod.ts";
import { logConnection } from "./apply.ts";
import type { Connection } from "./connect.ts";
import { findOneRelease, type ReleaseQuery } from "./history.ts";
import type { ProtectedHost } from "./protect.ts";
import { failureCodes, stateOf } from "./release_end.ts";
import { isWaitedFor, ROLLOUT_OUTCOME, waitForRollouts, withRollout } from "./watch.ts";
import { withConnection } from "./with_connection.ts";

/** How to go on waiting. */
export interface WatchReleaseOptions extends ReleaseQuery {
  /** How long to wait for the rollouts. @default {300_000} */
  timeoutMs?: number;
  /** Is told what goes on. */
  progress: Progress;
}

/**
 * Goes on waiting for the rollout of the last release, as the deploy that was cut off would have, and ends its record.
 *
 * @throws {ReleaseError} NOT_FOUND; INCOMPLETE when the deploy was cut off before all objects were applied.
 */
export async function watchRelease(host: ProtectedHost, options: WatchReleaseOptions): Promise<DeployReport> {
  const startMs = host.clock.now();
  const { progress, signal, timeoutMs = 300_000 } = options;
  return await withConnection(host, options, async (connection) => {
    logConnection(connection, progress);
    const last = (await findOneRelease(host, connection, options)).at(-1)!;
    const { release, number, startedMs, overlay } = last.record;
    if (!last.record.applied) throw incomplete(last);
    progress.log(`release ${number} of ${release}, by ${last.record.origin.by}`);
    const manifests = await readManifests(connection.client, last, signal);
    const refs = manifests.map((manifest) => placedRef(manifest, connection));
    const targets = refs.filter(isWaitedFor);
    const watch = { timeoutMs, overlay: refs, appliedMs: startedMs, progress, signal };
    const waited = await waitForRollouts(host, connection, targets, watch);
    const byKey = new Map(waited.results.map((result) => [refKey(result.ref), result]));
    const objects = refs.map((ref) => {
      const object = { ref, action: "watched" as const, status: "applied" as const, seconds: 0, findings: [] };
      const result = byKey.get(refKey(ref));
      return result === undefined ? object : withRollout(object, result);
    });
    const report: DeployReport = {
      overlay,
      server: connection.server,
      namespace: connection.namespace,
      outcome: ROLLOUT_OUTCOME[waited.outcome],
      objects,
      notes: [...connection.notes, ...waited.notes],
      seconds: (host.clock.now() - startMs) / 1000,
    };
    await endRecord(host, connection, last, report, progress);
    return report;
  });
}

/** The kinds that a deploy waits for all live in namespaces. */
function placedRef(manifest: Manifest, { namespace }: Connection): ObjectRef {
  const ref = refOf(manifest);
  return isWaitedFor(ref) ? { namespace, ...ref } : ref;
}

function incomplete({ record }: StoredRelease): ReleaseError {
  const { number, release } = record;
  return new ReleaseError(
    "INCOMPLETE",
    `Cannot watch release ${number} of ${release}: it ended before all objects were applied`,
    { hint: "Deploy it again, or bring the last good release back with kstage rollback" },
  );
}

/** Writes how it ended, unless the watch itself was cut off or the deploy that began it has written it meanwhile. */
async function endRecord(
  host: ProtectedHost,
  { client }: Connection,
  stored: StoredRelease,
  report: DeployReport,
  progress: Progress,
): Promise<void> {
  const { record } = stored;
  if (report.outcome === "interrupted" || record.state === "succeeded" || record.state === "failed") return;
  const end = { state: stateOf(report.outcome), endedMs: host.clock.now(), applied: true };
  try {
    await updateRelease(client, stored, withEnd(record, { ...end, codes: failureCodes(report, undefined) }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code !== "CONFLICT") progress.log(`note: the release's record is not ended: ${error.message}`);
  }
}

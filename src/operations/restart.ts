import type { ApplyReport, Change, Plan } from "../apply/mod.ts";
import { formatRef, type Manifest, type ObjectRef } from "../manifest/mod.ts";
import type { Progress, ReportedObject } from "../report/mod.ts";
import {
  isRestartable,
  parseWorkloadArgument,
  restartWorkload,
  RolloutError,
  shouldRestart,
  type WorkloadArgument,
} from "../rollout/mod.ts";
import type { Connection } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";

/**
 * A workload to restart, as the user names it.
 *
 * @throws {RolloutError} NOT_RESTARTABLE, or what is wrong with the text.
 */
export function parseRestartArgument(text: string): WorkloadArgument {
  const argument = parseWorkloadArgument(text);
  if (isRestartable(argument)) return argument;
  const hint = "Deployments, StatefulSets and DaemonSets can be restarted";
  throw new RolloutError("NOT_RESTARTABLE", `Cannot restart ${formatRef(argument)}: it has no pods to replace`, {
    hint,
  });
}

/** The object as it will be, where the plan knows. */
function plannedObject(change: Change): Manifest | undefined {
  switch (change.kind) {
    case "create":
    case "update":
      return change.result;
    case "unchanged":
      return change.live;
    case "deferred":
      return change.desired;
    default:
      return undefined;
  }
}

/** Why a workload needs no restart after its apply. */
function skipReason(change: Change, after: Manifest): string | undefined {
  const before = change.kind === "update" || change.kind === "unchanged" ? change.live : undefined;
  const { restart, reason } = shouldRestart({ before, after });
  return restart ? undefined : reason;
}

/**
 * Asks the server whether the restarts will be possible, so that nothing is written when one isn't.
 *
 * @throws {RolloutError} And ApiError.
 */
export async function checkRestarts(
  { clock }: ProtectedHost,
  { client, namespace }: Connection,
  restarts: readonly WorkloadArgument[],
  { plan, signal }: { plan: Plan; signal: AbortSignal },
): Promise<void> {
  for (const restart of restarts) {
    const change = plan.changes.find(({ ref }) => ref.kind === restart.kind && ref.name === restart.name);
    const after = change === undefined ? undefined : plannedObject(change);
    if (change !== undefined && after !== undefined && skipReason(change, after) !== undefined) continue;
    const ref = change?.ref ?? { ...restart, namespace };
    await restartWorkload(client, ref, { clock, dryRun: true, signal });
  }
}

/**
 * Restarts the named workloads whose pods the apply has not replaced already.
 *
 * @param objects What is reported of each object: a restart is added.
 * @returns The restarted workloads.
 */
export async function restartWorkloads(
  { clock }: ProtectedHost,
  { client, namespace }: Connection,
  restarts: readonly WorkloadArgument[],
  { plan, applied, objects, progress, signal }: {
    plan: Plan;
    applied: ApplyReport;
    objects: ReportedObject[];
    progress: Progress;
    signal: AbortSignal;
  },
): Promise<Manifest[]> {
  const restarted: Manifest[] = [];
  for (const { apiVersion, kind, name } of restarts) {
    const isNamed = ({ ref }: { ref: ObjectRef }) => ref.kind === kind && ref.name === name;
    const change = plan.changes.find(isNamed);
    const after = applied.results.find(isNamed)?.object;
    const ref = change?.ref ?? { apiVersion, kind, name, namespace };
    const reason = change && after ? skipReason(change, after) : undefined;
    if (reason !== undefined) {
      progress.log(`${formatRef(ref)} not restarted: ${reason}`);
      continue;
    }
    const { object } = await restartWorkload(client, ref, { clock, signal });
    progress.log(`${formatRef(ref)} restarted`);
    restarted.push(object);
    const line = objects.find(isNamed);
    if (line === undefined) objects.push({ ref, action: "restarted", status: "applied", seconds: 0, findings: [] });
    else line.action = "restarted";
  }
  return restarted;
}

import { CodedError, formatDuration, type Host, resolvePath } from "../base/mod.ts";
import {
  type ApplySet,
  defineApplySet,
  describeKeep,
  executePrune,
  isPruneEmpty,
  planPrune,
  type PrunePlan,
  type PruneReport,
  type PruneResult,
  readInventory,
  restrictPrune,
} from "../apply/mod.ts";
import { formatRef } from "../manifest/mod.ts";
import type { DeployReport, Progress, ReportedObject } from "../report/mod.ts";
import type { PlanInput } from "./apply_options.ts";
import type { Connection } from "./connect.ts";
import type { PlannedApply } from "./planned_apply.ts";

/** A set can't be told from the words of the command line. */
export class PruneError extends CodedError<"SET_INVALID" | "SET_UNNAMED"> {
  /** For `error.name`. */
  override name = "UsageError";
}

/** More directory names than this say nothing new. */
const NAMED_DIRECTORIES = 3;

/**
 * The set that is pruned: the named one, or one named after the overlay's last directories, such as
 * `kstage-api-service-overlays-testing`.
 *
 * @throws {PruneError}
 */
export async function chooseApplySet(
  host: Host,
  { namespace }: Connection,
  { prune, overlay, files = [] }: Pick<PlanInput, "prune" | "overlay" | "files">,
): Promise<ApplySet> {
  if (prune?.applySet !== undefined) return await defineApplySet({ ...parseApplySet(prune.applySet), namespace });
  if (overlay === undefined || files.length > 0 || host.fs.stat(overlay)?.kind !== "directory") {
    throw new PruneError("SET_UNNAMED", "Cannot prune: the set of objects has no name", {
      hint: "Without an overlay's directory alone to name it after, --applyset says how it is called",
    });
  }
  const directories = resolvePath(host.fs.cwd(), overlay).split("/").filter(Boolean).slice(-NAMED_DIRECTORIES);
  const name = ["kstage", ...directories].join("-").toLowerCase().replace(/[^a-z0-9.-]+/g, "-").replace(/\.+/g, ".");
  return await defineApplySet({ namespace, name: name.slice(0, 253).replace(/[^a-z0-9]+$/, "") });
}

const PARENT_KINDS: Record<string, "Secret" | "ConfigMap"> = {
  secret: "Secret",
  secrets: "Secret",
  configmap: "ConfigMap",
  configmaps: "ConfigMap",
  cm: "ConfigMap",
};

function parseApplySet(text: string): { kind: "Secret" | "ConfigMap"; name: string } {
  const at = text.indexOf("/");
  const kind = at < 0 ? "Secret" : PARENT_KINDS[text.slice(0, at).toLowerCase()];
  const name = text.slice(at + 1);
  if (kind !== undefined && /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(name)) return { kind, name };
  throw new PruneError("SET_INVALID", `Cannot use "${text}" as an ApplySet: it is no [KIND/]NAME`, {
    hint: "KIND is Secret (the default) or ConfigMap, such as --applyset=configmap/api-service",
  });
}

/** What pruning did. */
export interface PruneOutcome {
  objects: ReportedObject[];
  outcome: DeployReport["outcome"];
  error?: CodedError;
}

/**
 * Deletes what has left the overlay; called when all that is in it is applied, and healthy where that is waited for.
 * Failures don't reject: what was applied is to be reported beside them.
 */
export async function pruneAfterwards(
  host: Host,
  { client }: Connection,
  planned: PlannedApply,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<PruneOutcome> {
  const { plan, preview, manifests, pruneOptions, savedPrune } = planned;
  if (preview === undefined || isPruneEmpty(preview)) return { objects: [], outcome: "done" };
  try {
    // References have changed by the apply, so it is judged anew.
    const inventory = await readInventory(client, preview.inventory.set, { manifests, signal });
    const current = await planPrune(client, inventory, plan, { ...pruneOptions, signal });
    const restricted = savedPrune === undefined ? current : restrictPrune(current, savedPrune);
    const onEvent = (result: PruneResult) => showResult(result, progress);
    return toOutcome(await executePrune(client, restricted, { clock: host.clock, signal, onEvent }));
  } catch (error) {
    if (signal.aborted) return { objects: [], outcome: "interrupted" };
    if (!(error instanceof CodedError)) throw error;
    return { objects: [], outcome: "prune failed", error };
  }
}

function showResult({ ref, action, seconds }: PruneResult, progress: Progress): void {
  if (action === "kept" || action === "skipped") return;
  progress.log(`${formatRef(ref)} ${action} (${formatDuration(seconds * 1000)})`);
}

const OUTCOMES: Record<PruneReport["outcome"], DeployReport["outcome"]> = {
  pruned: "done",
  failed: "prune failed",
  interrupted: "interrupted",
};

function toOutcome({ results, outcome, error }: PruneReport): PruneOutcome {
  const shown = results.filter(({ because }) => because !== "controlled");
  return {
    objects: shown.map(toReportedObject),
    outcome: OUTCOMES[outcome],
    ...(error === undefined ? {} : { error }),
  };
}

function toReportedObject({ ref, action, seconds, because, by, error }: PruneResult): ReportedObject {
  const status = action === "failed" ? "failed" : action === "skipped" ? "not applied" : "applied";
  const kept = because === undefined ? undefined : describeKeep({ because, ...(by === undefined ? {} : { by }) });
  const message = error?.message ?? kept;
  return { ref, action, status, seconds, findings: [], ...(message === undefined ? {} : { message }) };
}

/** The lines of what a dry-run would prune. */
export function reportPreview(preview: PrunePlan | undefined): ReportedObject[] {
  return (preview?.changes ?? []).flatMap((change): ReportedObject[] => {
    const base = { ref: change.ref, status: "accepted" as const, seconds: 0, findings: [] };
    if (change.kind === "prune") return [{ ...base, action: "pruned" }];
    return change.because === "controlled" ? [] : [{ ...base, action: "kept", message: describeKeep(change) }];
  });
}

/** Says that nothing was pruned, where something would have been. */
export function noteNotPruned({ preview }: PlannedApply, because: string, progress: Progress): string[] {
  if (preview === undefined) return [];
  const note = `Nothing was pruned: ${because}`;
  progress.log(`note: ${note}`);
  return [note];
}

import { type CodedError, FileError, type Host } from "../base/mod.ts";
import {
  identifyCluster,
  planPrune,
  readInventory,
  readPlan,
  restrictPrune,
  verifyPlan,
  writePlan,
} from "../apply/mod.ts";
import { readManifests } from "./apply_input.ts";
import type { ProtectedHost } from "./protect.ts";
import type { ApplyOverlayOptions } from "./apply_options.ts";
import type { Connection } from "./connect.ts";
import type { PlannedApply } from "./planned_apply.ts";

/**
 * Writes a plan into a file that only its owner may read, at once.
 *
 * @throws {CodedError} When the plan has refused or unchecked changes; FileError.
 */
export async function storePlan(
  host: Host,
  { client, server, namespace }: Connection,
  { plan, preview }: PlannedApply,
  { file, signal }: { file: string; signal: AbortSignal },
): Promise<void> {
  const cluster = await identifyCluster(client, { server, namespace, signal });
  const { clock, random, fs } = host;
  const prune = preview === undefined ? {} : { prune: preview };
  const text = await writePlan(plan, { cluster, nowMs: clock.now(), random, ...prune });
  const part = `${file}.kstage-new`;
  try {
    fs.remove(part);
    fs.writeFile(part, text, { mode: 0o600, exclusive: true });
    fs.rename(part, file);
  } catch (error) {
    fs.remove(part);
    throw error as CodedError;
  }
}

/**
 * Reads a saved plan and makes sure that it still says what would happen.
 *
 * @throws {ApplyError} PLAN_INVALID, PLAN_INCOMPLETE or PLAN_STALE; FileError.
 */
export async function loadPlan(
  host: ProtectedHost,
  { client, server }: Connection,
  options: ApplyOverlayOptions & { planFile: string },
): Promise<PlannedApply> {
  const { planFile, signal, concurrency = 50 } = options;
  const manifests = await readManifests(host, options, options.progress);
  if (host.fs.stat(planFile)?.kind === "directory") {
    throw new FileError("IS_DIRECTORY", `Cannot read the plan "${planFile}": it is a directory`, planFile);
  }
  const saved = await readPlan(host.fs.readText(planFile), { manifests });
  const plan = await verifyPlan(client, saved, { server, signal });
  // What is pruned was decided when the plan was made: the list of its objects is the limit.
  const pruneOptions = { pruneNamespaces: true, pruneCrds: true, concurrency };
  const base = { plan, manifests: plan.changes.map(({ desired }) => desired), pruneOptions };
  if (plan.applySet === undefined) return base;
  const inventory = await readInventory(client, plan.applySet, { manifests: base.manifests, concurrency, signal });
  const savedPrune = saved.prune ?? [];
  const preview = restrictPrune(await planPrune(client, inventory, plan, { ...pruneOptions, signal }), savedPrune);
  return { ...base, inventory, preview, savedPrune };
}

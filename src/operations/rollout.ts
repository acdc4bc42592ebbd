import { CodedError, type JsonObject } from "../base/mod.ts";
import { formatRef, groupOf, type ObjectRef } from "../manifest/mod.ts";
import type { DeployReport, Progress } from "../report/mod.ts";
import {
  describePodTemplate,
  pauseRollout,
  readRevisions,
  restartWorkload,
  resumeRollout,
  type Revision,
  RolloutError,
  undoRollout,
} from "../rollout/mod.ts";
import { logConnection } from "./apply.ts";
import type { Connection, ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { chooseWorkloads, type WorkloadChoice } from "./select_workloads.ts";
import { ROLLOUT_OUTCOME, waitForRollouts, type WatchTuning, withRollout } from "./watch.ts";
import { explainError, withConnection } from "./with_connection.ts";

/** Which workloads of which cluster. */
export interface RolloutOptions extends ConnectOptions, WorkloadChoice {
  /** Ends the operation. */
  signal: AbortSignal;
}

/** How to watch. */
export interface WatchWorkloadsOptions extends RolloutOptions, WatchTuning {
  /** Is told what goes on. */
  progress: Progress;
  /** How long to wait. */
  timeoutMs: number;
}

/** Watches workloads until they are rolled out; undefined when nothing was chosen. */
export async function watchWorkloads(
  host: ProtectedHost,
  options: WatchWorkloadsOptions,
): Promise<DeployReport | undefined> {
  const startMs = host.clock.now();
  return await withConnection(host, options, async (connection) => {
    logConnection(connection, options.progress);
    const { refs, isNamed, overlay } = await chooseWorkloads(host, connection, choiceOf(options), options.signal);
    if (refs.length === 0) return undefined;
    // What was listed exists; only names may be mistaken.
    const named = isNamed ? refs : [];
    await Promise.all(named.map((ref) => assertExists(connection, ref, options.signal)));
    const waited = await waitForRollouts(host, connection, refs, {
      ...options,
      overlay,
    });
    const objects = waited.results.map((result) =>
      withRollout({ ref: result.ref, action: "watched", status: "unknown", seconds: 0, findings: [] }, result)
    );
    return {
      overlay: options.overlay ?? "",
      server: connection.server,
      namespace: connection.namespace,
      outcome: ROLLOUT_OUTCOME[waited.outcome],
      objects,
      notes: [...connection.notes, ...waited.notes],
      seconds: (host.clock.now() - startMs) / 1000,
    };
  });
}

function choiceOf({ workloads, selector, all, overlay }: WorkloadChoice): WorkloadChoice {
  return { workloads, selector, all, overlay };
}

async function assertExists({ client, server }: Connection, ref: ObjectRef, signal: AbortSignal): Promise<void> {
  if (await client.get(ref, signal) !== undefined) return;
  const hint = `Check its name, the namespace "${ref.namespace}" and the cluster ${server}`;
  throw new RolloutError("NOT_FOUND", `Cannot watch ${formatRef(ref)}: it does not exist`, { hint });
}

/** An object as kubectl names what it has done something to: `deployment.apps/web`. */
function nameOf({ apiVersion, kind, name }: ObjectRef): string {
  const group = groupOf(apiVersion);
  return `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${name}`;
}

/** What became of workloads that something was to be done to, one after another. */
export interface RolloutActionResult {
  /** Where they are, or would be. */
  namespace: string;
  /** How many were chosen. */
  chosen: number;
  /** One for each workload that it could not be done to; the others were not kept from it. */
  errors: CodedError[];
}

/** An action on workloads, and who is told of each that's done. */
export interface RolloutActionOptions extends RolloutOptions {
  /** Gets what kubectl prints for a workload, with its line ends. */
  onDone(text: string): void;
}

type Action = (connection: Connection, ref: ObjectRef) => Promise<string>;

/** Does it to each; like kubectl, goes on with the next when one can't be. */
async function doToEach(
  host: ProtectedHost,
  options: RolloutActionOptions,
  action: Action,
): Promise<RolloutActionResult> {
  return await withConnection(host, options, async (connection) => {
    const { refs } = await chooseWorkloads(host, connection, choiceOf(options), options.signal);
    const errors: CodedError[] = [];
    for (const ref of refs) {
      try {
        options.onDone(`${nameOf(ref)} ${await action(connection, ref)}\n`);
      } catch (error) {
        // Only what is wrong with this one object leaves hope for the next.
        const isItsOwn = error instanceof CodedError && (error.name === "RolloutError" || error.name === "ApiError");
        if (!isItsOwn || options.signal.aborted) throw error;
        errors.push(await explainError(connection, error));
      }
    }
    return { namespace: connection.namespace, chosen: refs.length, errors };
  });
}

/** Restarts workloads: `kubectl rollout restart`. */
export function restartWorkloads(host: ProtectedHost, options: RolloutActionOptions): Promise<RolloutActionResult> {
  return doToEach(host, options, async ({ client }, ref) => {
    await restartWorkload(client, ref, { clock: host.clock, signal: options.signal });
    return "restarted";
  });
}

/** Pauses Deployments: `kubectl rollout pause`. */
export function pauseWorkloads(host: ProtectedHost, options: RolloutActionOptions): Promise<RolloutActionResult> {
  return doToEach(host, options, async ({ client }, ref) => {
    await pauseRollout(client, ref, options.signal);
    return "paused";
  });
}

/** Resumes Deployments: `kubectl rollout resume`. */
export function resumeWorkloads(host: ProtectedHost, options: RolloutActionOptions): Promise<RolloutActionResult> {
  return doToEach(host, options, async ({ client }, ref) => {
    await resumeRollout(client, ref, options.signal);
    return "resumed";
  });
}

/** How to undo rollouts. */
export interface UndoWorkloadsOptions extends RolloutActionOptions {
  /** Back to this revision; 0: to the one before. @default {0} */
  toRevision?: number;
  /** `client` only says what would come; `server` asks the server too, and writes nothing. @default {"none"} */
  dryRun?: "none" | "client" | "server";
}

/** Rolls workloads back: `kubectl rollout undo`. */
export function undoWorkloads(host: ProtectedHost, options: UndoWorkloadsOptions): Promise<RolloutActionResult> {
  const { toRevision = 0, dryRun = "none", signal } = options;
  const suffix = { none: "", client: " (dry run)", server: " (server dry run)" }[dryRun];
  return doToEach(host, options, async ({ client }, ref) => {
    const { outcome, revision } = await undoRollout(client, ref, { toRevision, dryRun, signal });
    if (outcome === "rolledBack") return `rolled back${suffix}`;
    if (outcome === "skipped") {
      return `skipped rollback (current template already matches revision ${toRevision})${suffix}`;
    }
    // kubectl has an introduction for two of the three kinds.
    return `${ref.kind === "Deployment" ? "" : "will roll back to "}${describePodTemplate(revision.template)}${suffix}`;
  });
}

/** Which history to show. */
export interface HistoryOptions extends RolloutActionOptions {
  /** The pod template of this revision, rather than the list of all. */
  revision?: number;
}

/** Shows former revisions: `kubectl rollout history`. */
export function showHistory(host: ProtectedHost, options: HistoryOptions): Promise<RolloutActionResult> {
  const { revision: number, signal } = options;
  return doToEach(host, options, async ({ client }, ref) => {
    const live = await client.get(ref, signal);
    if (live === undefined) {
      throw new RolloutError("NOT_FOUND", `Cannot read the history of ${formatRef(ref)}: it does not exist`);
    }
    const revisions = await readRevisions(client, live, signal);
    if (number === undefined) return `\n${formatRevisions(revisions)}`;
    const revision = revisions.find((candidate) => candidate.number === number);
    if (revision === undefined) {
      const hint = `Its revisions are ${revisions.map((candidate) => candidate.number).join(", ") || "none"}`;
      throw new RolloutError(
        "REVISION_NOT_FOUND",
        `Cannot show revision ${number} of ${formatRef(ref)}: there is none`,
        {
          hint,
        },
      );
    }
    return `with revision #${number}\n${templateOf(ref, revision)}`;
  });
}

function formatRevisions(revisions: Revision[]): string {
  if (revisions.length === 0) return "No rollout history found.";
  const width = Math.max("REVISION".length, ...revisions.map(({ number }) => String(number).length)) + 2;
  const rows = revisions.map(({ number, changeCause }) => [String(number), changeCause ?? "<none>"] as const);
  return [["REVISION", "CHANGE-CAUSE"] as const, ...rows]
    .map(([number, cause]) => `${number.padEnd(width)}${cause}\n`).join("");
}

/** A Deployment's template is shown with what was said of its change. */
function templateOf({ kind }: ObjectRef, { template, changeCause }: Revision): string {
  if (kind !== "Deployment" || changeCause === undefined) return describePodTemplate(template);
  const metadata = (template.metadata ?? {}) as JsonObject;
  const annotations = {
    ...(metadata.annotations as JsonObject | undefined),
    "kubernetes.io/change-cause": changeCause,
  };
  return describePodTemplate({ ...template, metadata: { ...metadata, annotations } });
}

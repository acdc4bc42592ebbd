import { formatDuration, type JsonObject, type JsonValue } from "../base/mod.ts";
import { formatRef, type ObjectRef } from "../manifest/mod.ts";
import { createStyle, type Style } from "./style.ts";
import { formatTable } from "./table.ts";

/**
 * What was done to an object, or in a dry-run would be. `recreated`: deleted and created anew; `pruned`: it left the
 * overlay and is gone, or `deleting`: will be; `kept`: it left the overlay and stays; `built`: the server was not asked;
 * `watched`: nothing was to be done.
 */
export type ReportedAction =
  | "created"
  | "configured"
  | "recreated"
  | "unchanged"
  | "pruned"
  | "deleting"
  | "kept"
  | "restarted"
  | "failed"
  | "skipped"
  | "built"
  | "watched";

/**
 * How an object fared afterwards. `applied`: there is nothing to wait for; `accepted`: the server would take it;
 * `not checked`: nobody asked the server.
 */
export type ReportedStatus =
  | "healthy"
  | "applied"
  | "failed"
  | "timed out"
  | "unknown"
  | "not applied"
  | "accepted"
  | "not checked";

/** Why something went wrong, as the diagnosis found it. */
export interface ReportedFinding {
  /** Stable, such as `K1001`. */
  code: string;
  /** `transient` ones are told beside a good result, too. */
  severity: "fatal" | "confirm" | "transient";
  /** One line. */
  message: string;
  /** Events, exit codes, log lines. */
  evidence: string[];
  /** What to do. */
  hint?: string;
}

/** One line of the summary. */
export interface ReportedObject {
  /** The object. */
  ref: ObjectRef;
  /** What was done to it. */
  action: ReportedAction;
  /** How it fared. */
  status: ReportedStatus;
  /** From sending it to the end of its rollout; 0 when nothing was done. */
  seconds: number;
  /** The last state of its rollout, or why it was refused. */
  message?: string;
  /** What went wrong with it. */
  findings: ReportedFinding[];
}

/** The result of `kstage deploy` and `kstage apply`, and the only source of their reports. */
export interface DeployReport {
  /** The overlay as it was named; empty where there was none. */
  overlay: string;
  /** URL of the API server. */
  server: string;
  /** Where objects went that name no namespace. */
  namespace: string;
  /** How it ended as a whole. */
  outcome:
    | "done"
    | "apply failed"
    | "prune failed"
    | "rollout failed"
    | "rollout timed out"
    | "interrupted"
    | "dry run";
  /** Whether anything was changed, or in a dry-run would be; absent where nobody asks. */
  isChanged?: boolean;
  /** One for each object, in the order of application. */
  objects: ReportedObject[];
  /** Things to know that are no failure. */
  notes: string[];
  /** From the first write to the end. */
  seconds: number;
}

/** The summary for people: a table of objects, then each failure with its evidence. Notes were shown as progress. */
export function renderDeployText(report: DeployReport, colored: boolean): string {
  const style = createStyle(colored);
  const rows = report.objects.map(({ ref, action, status, seconds }) => [
    formatRef(ref),
    action,
    paintStatus(status, style),
    formatDuration(seconds * 1000),
  ]);
  const table = formatTable([["OBJECT", "ACTION", "STATUS", "TIME"], ...rows]);
  const failures = report.objects.flatMap(({ ref, findings }) =>
    findings.map((finding) => formatFinding(ref, finding, style))
  );
  return [table, ...failures, formatOutcome(report, style)].join("");
}

/** One diagnosis for people, with its evidence indented below. */
export function formatFinding(ref: ObjectRef, finding: ReportedFinding, style: Style): string {
  const lines = [
    `${style.red(style.bold(formatRef(ref)))}: ${finding.message} ${style.dim(`(${finding.code})`)}`,
    ...finding.evidence.flatMap((text) => text.split("\n")).map((line) => `    ${line}`),
    ...(finding.hint ? [`    ${style.cyan("hint:")} ${finding.hint}`] : []),
  ];
  return "\n" + lines.join("\n") + "\n";
}

function paintStatus(status: ReportedStatus, style: Style): string {
  if (status === "healthy" || status === "applied" || status === "accepted") return style.green(status);
  return status === "unknown" || status === "not checked" ? style.yellow(status) : style.red(status);
}

function formatOutcome(report: DeployReport, style: Style): string {
  const text = `${report.outcome} in ${formatDuration(report.seconds * 1000)}`;
  const isGood = report.outcome === "done" || report.outcome === "dry run";
  return `\n${isGood ? style.green(text) : style.red(text)}\n`;
}

/** The same for machines; field names are a promise. */
export function renderDeployJson(report: DeployReport): JsonObject {
  return {
    apiVersion: "kstage.dev/v1",
    kind: "DeployReport",
    overlay: report.overlay,
    server: report.server,
    namespace: report.namespace,
    outcome: report.outcome,
    seconds: round(report.seconds),
    notes: report.notes,
    objects: report.objects.map(toJsonObject),
  };
}

function toJsonObject({ ref, action, status, seconds, message, findings }: ReportedObject): JsonObject {
  return {
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    name: ref.name,
    action,
    status,
    seconds: round(seconds),
    ...(message === undefined ? {} : { message }),
    findings: findings.map((finding): JsonValue => ({
      code: finding.code,
      severity: finding.severity,
      message: finding.message,
      evidence: finding.evidence,
      ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    })),
  };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** The objects that were applied, or would be, one a line as `kubectl -o name` has them: `deployment.apps/api`. */
export function renderDeployNames({ objects }: DeployReport): string {
  const applied = objects.filter(({ status, action }) => status !== "not applied" && NAMED_ACTIONS.has(action));
  return applied.map(({ ref: { apiVersion, kind, name } }) => {
    const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
    return `${kind.toLowerCase()}${group}/${name}\n`;
  }).join("");
}

const NAMED_ACTIONS = new Set<ReportedAction>([
  "created",
  "configured",
  "recreated",
  "unchanged",
  "restarted",
  "built",
  "watched",
]);

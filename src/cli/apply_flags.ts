import type { PlanInput } from "../operations/apply_options.ts";
import { type FlagSpec, type FlagValues, type PositionalSpec, UsageError } from "./command.ts";

/** Where the objects come from. */
export const OVERLAY_POSITIONALS: readonly PositionalSpec[] = [
  { name: "OVERLAY", help: "Directory with a kustomization file; may be left out beside --filename", optional: true },
];

/** Flags of every command that plans an apply. */
export const PLAN_FLAGS = {
  filename: {
    type: "list",
    alias: "f",
    placeholder: "FILE|DIR|-",
    help: "Manifests, as YAML or JSON, beside or in place of the overlay; - is standard input",
  },
  recursive: { type: "boolean", alias: "R", help: "Read the directories of --filename with all that is below them" },
  selector: {
    type: "string",
    alias: "l",
    placeholder: "LABELS",
    help: "Only objects with these labels, such as app=api,tier in (web)",
  },
  prune: { type: "boolean", help: "Delete what has left the overlay since the last run with --prune" },
  applyset: {
    type: "string",
    placeholder: "[KIND/]NAME",
    env: "KSTAGE_APPLYSET",
    help: "Secret or ConfigMap that holds the inventory for --prune (default: a Secret named after the overlay)",
  },
  pruneNamespaces: { type: "boolean", help: "Let --prune delete namespaces, with all that is in them" },
  pruneCrds: { type: "boolean", help: "Let --prune delete CustomResourceDefinitions, with all their objects" },
  recreate: { type: "boolean", help: "Delete and create anew what has fields that can't be changed" },
  forceConflicts: { type: "boolean", help: "Take over fields that other managers own" },
  ignoreConflictsWith: {
    type: "list",
    placeholder: "MANAGER",
    help: "Leave fields to this manager where they conflict",
  },
  validate: {
    type: "enum",
    values: ["strict", "warn", "ignore"],
    default: "strict",
    help: "What the server does about unknown and duplicate fields",
  },
  concurrency: { type: "number", default: 50, placeholder: "N", help: "Requests at the same time" },
  exitCode: { type: "boolean", help: "Exit with 10 when there are changes" },
} as const satisfies Record<string, FlagSpec>;

/** Flags of the commands that apply. */
export const APPLY_FLAGS = {
  ...PLAN_FLAGS,
  exitCode: {
    type: "boolean",
    help: "With --dry-run: ask the server, and exit with 10 when there are changes",
  },
  dryRun: {
    type: "enum",
    values: ["none", "client", "server"],
    default: "none",
    bare: "client",
    help: "Write nothing: ask the server what it would do (server), or don't ask it (client)",
  },
  savePlan: { type: "string", placeholder: "FILE", help: "Write the plan into a file for `kstage apply --plan`" },
  output: {
    type: "enum",
    values: ["text", "name", "json", "yaml"],
    default: "text",
    alias: "o",
    help: "Format of the summary",
  },
} as const satisfies Record<string, FlagSpec>;

/**
 * The flags of a plan as the operations want them.
 *
 * @throws {UsageError} When they contradict one another.
 */
export function toPlanOptions(
  flags: FlagValues<typeof PLAN_FLAGS>,
  [overlay]: readonly string[],
  command: string,
): Omit<PlanInput, "signal" | "dryRun"> {
  const { filename, recursive, selector, applyset, pruneNamespaces, pruneCrds, concurrency } = flags;
  if (overlay === undefined && filename.length === 0) {
    throw new UsageError("The argument OVERLAY is missing", `kstage ${command} --help`);
  }
  if (filename.filter((file) => file === "-").length > 1) {
    throw new UsageError("Cannot use --filename=- twice: there is one standard input");
  }
  if (concurrency < 1) throw new UsageError(`Cannot use --concurrency: ${concurrency} is no number above 0`);
  if (flags.prune && selector !== undefined) {
    throw new UsageError(
      "Cannot use --selector beside --prune: what it leaves out would be deleted",
      "Give one of them",
    );
  }
  if (!flags.prune && (pruneNamespaces || pruneCrds)) {
    throw new UsageError(`Cannot use --prune-${pruneNamespaces ? "namespaces" : "crds"} without --prune`);
  }
  const prune = {
    ...(applyset === undefined ? {} : { applySet: applyset }),
    namespaces: pruneNamespaces,
    crds: pruneCrds,
  };
  return {
    ...(overlay === undefined ? {} : { overlay }),
    files: filename,
    recursive,
    ...(selector === undefined ? {} : { selector }),
    ...(flags.prune ? { prune } : {}),
    recreate: flags.recreate,
    force: flags.forceConflicts,
    ignoreConflictsWith: flags.ignoreConflictsWith,
    validate: flags.validate,
    concurrency,
  };
}

/**
 * The flags of an apply as the operations want them.
 *
 * @throws {UsageError} When they contradict one another.
 */
export function toApplyOptions(
  flags: FlagValues<typeof APPLY_FLAGS>,
  positionals: readonly string[],
  command: string,
): Omit<PlanInput, "signal"> & { savePlan?: string } {
  const { dryRun, exitCode, savePlan } = flags;
  if (exitCode && dryRun === "none") throw new UsageError("Cannot use --exit-code without --dry-run");
  if (savePlan !== undefined && dryRun === "client") {
    throw new UsageError("Cannot use --save-plan: --dry-run=client asks the server nothing", "Use --dry-run=server");
  }
  return {
    ...toPlanOptions(flags, positionals, command),
    // Only the server knows whether anything would change.
    dryRun: exitCode ? "server" : dryRun,
    ...(savePlan === undefined ? {} : { savePlan }),
  };
}

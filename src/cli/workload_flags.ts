import type { RolloutActionResult } from "../operations/rollout.ts";
import type { WorkloadChoice } from "../operations/select_workloads.ts";
import type { ProtectedHost } from "../operations/protect.ts";
import type { FlagSpec, FlagValues, PositionalSpec } from "./command.ts";
import { EXIT_CODES, type ExitCode } from "./exit_codes.ts";
import { presentError } from "./present_error.ts";

/** What stands behind every rollout command. */
export const WORKLOADS: PositionalSpec = {
  name: "KIND/NAME",
  help: "Workloads, such as deployment/api-service; a kind alone means all of it",
  variadic: true,
  optional: true,
};

/** Other ways than names to choose workloads. */
export const WORKLOAD_FLAGS = {
  selector: {
    type: "string",
    alias: "l",
    placeholder: "LABELS",
    help: "Only workloads whose labels match: app=api,tier!=db",
  },
  all: { type: "boolean", help: "All Deployments, StatefulSets and DaemonSets of the namespace" },
  kustomize: { type: "string", alias: "k", placeholder: "OVERLAY", help: "The workloads of this overlay" },
} as const satisfies Record<string, FlagSpec>;

/** The words and flags as the operations want them. */
export function toWorkloadChoice(workloads: string[], flags: FlagValues<typeof WORKLOAD_FLAGS>): WorkloadChoice {
  const { selector, all, kustomize: overlay } = flags;
  return { workloads, selector, all, overlay };
}

/** Tells on standard error what could not be done. @returns The exit code of the first failure. */
export function presentActionResult({ namespace, chosen, errors }: RolloutActionResult, host: ProtectedHost): ExitCode {
  if (chosen === 0) host.stderr.write(`No resources found in ${namespace} namespace.\n`);
  const codes = errors.map((error) => presentError(error, host));
  return codes[0] ?? EXIT_CODES.ok;
}

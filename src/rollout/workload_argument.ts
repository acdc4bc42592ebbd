import type { ObjectRef } from "../manifest/mod.ts";
import { RolloutError } from "./errors.ts";

/** An object as it's named on a command line, still without its namespace. */
export type WorkloadArgument = Pick<ObjectRef, "apiVersion" | "kind" | "name">;

interface NamedKind {
  apiVersion: string;
  kind: string;
  /** Plural and short names, as `kubectl api-resources` shows them; the singular is the kind's. */
  names: readonly string[];
}

const KINDS: readonly NamedKind[] = [
  { apiVersion: "apps/v1", kind: "Deployment", names: ["deployments", "deploy"] },
  { apiVersion: "apps/v1", kind: "StatefulSet", names: ["statefulsets", "sts"] },
  { apiVersion: "apps/v1", kind: "DaemonSet", names: ["daemonsets", "ds"] },
  { apiVersion: "apps/v1", kind: "ReplicaSet", names: ["replicasets", "rs"] },
  { apiVersion: "batch/v1", kind: "Job", names: ["jobs"] },
  { apiVersion: "batch/v1", kind: "CronJob", names: ["cronjobs", "cj"] },
  { apiVersion: "v1", kind: "Pod", names: ["pods", "po"] },
  { apiVersion: "v1", kind: "PersistentVolumeClaim", names: ["persistentvolumeclaims", "pvc"] },
  { apiVersion: "v1", kind: "Service", names: ["services", "svc"] },
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress", names: ["ingresses", "ing"] },
  { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", names: ["horizontalpodautoscalers", "hpa"] },
  { apiVersion: "policy/v1", kind: "PodDisruptionBudget", names: ["poddisruptionbudgets", "pdb"] },
];

const HINT = "Name the object as KIND/NAME, such as deployment/api-service";

/**
 * Parses one object: `deployment/api-service`, `deploy/x`, `sts/x`, `deployments.apps/x`, `Deployment.v1.apps/x`.
 *
 * @throws {RolloutError} BAD_ARGUMENT or UNKNOWN_KIND.
 */
export function parseWorkloadArgument(text: string): WorkloadArgument {
  const [kind = "", name = "", ...rest] = text.split("/");
  if (kind === "" || name === "" || rest.length > 0) {
    throw new RolloutError("BAD_ARGUMENT", `Cannot read "${text}": it is not KIND/NAME`, { hint: HINT });
  }
  return { ...findKind(kind), name };
}

/** Objects by name, and kinds of which all objects are meant. */
export interface WorkloadSelection {
  /** `deployment/web`, or `web` behind a kind. */
  named: WorkloadArgument[];
  /** `deployment` without a name: all of them, or those that a label selector chooses. */
  kinds: Omit<WorkloadArgument, "name">[];
}

/**
 * Parses the arguments of a rollout command as kubectl does: `KIND NAME…` (also `KIND,KIND NAME…`), `KIND/NAME…`, or
 * `KIND` alone.
 *
 * @throws {RolloutError} BAD_ARGUMENT or UNKNOWN_KIND.
 */
export function parseWorkloadSelection(args: readonly string[]): WorkloadSelection {
  const withSlash = args.filter((arg) => arg.includes("/"));
  if (withSlash.length === args.length) return { named: args.map(parseWorkloadArgument), kinds: [] };
  if (withSlash.length > 0) {
    const message =
      `Cannot read "${args.join(" ")}": there is no need to specify a resource type as a separate argument ` +
      "when passing arguments in resource/name form";
    throw new RolloutError("BAD_ARGUMENT", message, { hint: HINT });
  }
  const [first = "", ...names] = args;
  const kinds = first.split(",").map(findKind);
  if (names.length === 0) return { named: [], kinds };
  return { named: kinds.flatMap((kind) => names.map((name) => ({ ...kind, name }))), kinds: [] };
}

/**
 * The same for commands that need names.
 *
 * @throws {RolloutError} BAD_ARGUMENT or UNKNOWN_KIND.
 */
export function parseWorkloadArguments(args: readonly string[]): WorkloadArgument[] {
  if (args.length === 0) {
    throw new RolloutError("BAD_ARGUMENT", "Cannot find an object: none is named", { hint: HINT });
  }
  const { named, kinds } = parseWorkloadSelection(args);
  if (kinds.length > 0) {
    throw new RolloutError("BAD_ARGUMENT", `Cannot find an object: no name is given for "${args[0]}"`, { hint: HINT });
  }
  return named;
}

/** Names are compared without regard to case; the group and version, when given, must be the kind's. */
function findKind(text: string): Pick<WorkloadArgument, "apiVersion" | "kind"> {
  const [name = "", ...qualifiers] = text.toLowerCase().split(".");
  for (const { apiVersion, kind, names } of KINDS) {
    if (kind.toLowerCase() !== name && !names.includes(name)) continue;
    const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    const qualifier = qualifiers.join(".");
    if (qualifier === "" || qualifier === group || qualifier === `${version}.${group}`) return { apiVersion, kind };
  }
  const known = KINDS.map(({ kind }) => kind.toLowerCase()).join(", ");
  throw new RolloutError("UNKNOWN_KIND", `Cannot find kind "${text}": not one of ${known}`, { hint: HINT });
}

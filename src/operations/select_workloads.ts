import { formatRef, type Manifest, type ObjectRef, refOf } from "../manifest/mod.ts";
import { hasHistory, parseWorkloadSelection, RolloutError } from "../rollout/mod.ts";
import { buildManifests } from "./apply_input.ts";
import type { Connection } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";

/** Which workloads a rollout command is about. */
export interface WorkloadChoice {
  /** `deployment/api`, a kind and then names, or a kind alone for all of it. @default {[]} */
  workloads?: readonly string[];
  /** Only those whose labels match, as kubectl takes it: `app=api,tier in (web)`. */
  selector?: string;
  /** All Deployments, StatefulSets and DaemonSets of the namespace. @default {false} */
  all?: boolean;
  /** Those of an overlay: a directory with a kustomization file. */
  overlay?: string;
}

const ALL_KINDS = ["Deployment", "StatefulSet", "DaemonSet"] as const;

/** The chosen workloads, and what else the overlay holds. */
export interface ChosenWorkloads {
  refs: ObjectRef[];
  /** Whether they were named, so that nobody knows yet if they exist. */
  isNamed: boolean;
  /** All objects of the overlay, where there is one. */
  overlay?: ObjectRef[];
}

/**
 * Finds the workloads that are meant: those that are named as they are named, whether they exist or not; those of a kind,
 * a selector or an overlay by asking.
 *
 * @throws {RolloutError} BAD_ARGUMENT when nothing is named, or names come with a selector or `--all`; UNKNOWN_KIND.
 * @throws {ApiError} When the kinds may not be listed.
 */
export async function chooseWorkloads(
  host: ProtectedHost,
  connection: Connection,
  choice: WorkloadChoice,
  signal?: AbortSignal,
): Promise<ChosenWorkloads> {
  const { workloads = [], selector, all = false, overlay } = choice;
  const { named, kinds } = workloads.length === 0 ? { named: [], kinds: [] } : parseWorkloadSelection(workloads);
  if (named.length > 0 && (selector !== undefined || all || overlay !== undefined)) {
    throw new RolloutError("BAD_ARGUMENT", "Cannot choose by name and by --selector, --all or --kustomize at once");
  }
  if (overlay !== undefined) return await chooseFromOverlay(host, connection, { overlay, selector });
  if (named.length > 0) {
    return { isNamed: true, refs: named.map((name) => ({ ...name, namespace: connection.namespace })) };
  }
  const wanted = kinds.length > 0 ? kinds : ALL_KINDS.map((kind) => ({ apiVersion: "apps/v1", kind }));
  if (kinds.length === 0 && selector === undefined && !all) {
    throw new RolloutError("BAD_ARGUMENT", "Cannot find a workload: none is named", {
      hint: "Name it as KIND/NAME, or choose by --selector, --kustomize or --all",
    });
  }
  const lists = await Promise.all(wanted.map(({ apiVersion, kind }) => {
    const query = { apiVersion, kind, namespace: connection.namespace };
    return connection.client.list(selector === undefined ? query : { ...query, labelSelector: selector }, signal);
  }));
  return { isNamed: false, refs: lists.flatMap(({ items }) => items.map(refOf)).sort(compareNames) };
}

async function chooseFromOverlay(
  host: ProtectedHost,
  { namespace }: Connection,
  { overlay, selector }: { overlay: string; selector: string | undefined },
): Promise<ChosenWorkloads> {
  if (selector !== undefined) {
    throw new RolloutError("BAD_ARGUMENT", "Cannot choose by --kustomize and by --selector at once");
  }
  const refs = (await buildManifests(host, overlay)).map((manifest) => inNamespace(manifest, namespace));
  return { isNamed: true, refs: refs.filter(hasHistory), overlay: refs };
}

function inNamespace(manifest: Manifest, namespace: string): ObjectRef {
  const ref = refOf(manifest);
  return { ...ref, namespace: ref.namespace ?? namespace };
}

function compareNames(a: ObjectRef, b: ObjectRef): number {
  const [left, right] = [formatRef(a), formatRef(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

import { getPath, isObject } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import { formatRef, type Manifest, type ObjectRef, refOf } from "../manifest/mod.ts";
import { groupKind } from "./order.ts";
import { mapConcurrently, type PoolOptions } from "./pool.ts";

/** The field that an autoscaler decides about. */
export const REPLICAS = ".spec.replicas";

/**
 * Which workloads are scaled by a HorizontalPodAutoscaler, of the overlay or of the cluster: the number of their pods is
 * its affair.
 */
export class Autoscalers {
  /** By `kind/namespace/name` of the target; its group may be missing in the reference. */
  readonly #byTarget = new Map<string, string>();
  /** Namespaces whose autoscalers are known. */
  readonly #known = new Set<string>();
  readonly #asked = new Set<string>();

  /** Knows those among objects that are about to be applied. */
  constructor(objects: readonly Manifest[]) {
    objects.forEach((object) => this.#add(object));
  }

  #add(object: Manifest): void {
    const target = getPath(object, "spec", "scaleTargetRef");
    if (groupKind(object) !== "autoscaling/HorizontalPodAutoscaler" || !isObject(target)) return;
    this.#byTarget.set(`${target.kind}/${object.metadata.namespace}/${target.name}`, formatRef(refOf(object)));
  }

  /** Who scales a workload, such as `horizontalpodautoscaler/api`. */
  of({ kind, namespace, name }: ObjectRef): string | undefined {
    return this.#byTarget.get(`${kind}/${namespace}/${name}`);
  }

  /** Whether it is certain that no autoscaler scales a workload. */
  isWithout(ref: ObjectRef): boolean {
    return this.of(ref) === undefined && this.#known.has(ref.namespace ?? "");
  }

  /** Reads those of some namespaces, one list each; where that is not permitted, they stay unknown. */
  async read(client: KubeClient, namespaces: Iterable<string>, pool: PoolOptions): Promise<void> {
    const unasked = [...new Set(namespaces)].filter((namespace) => !this.#asked.has(namespace));
    await mapConcurrently(unasked, pool, async (namespace, signal) => {
      this.#asked.add(namespace);
      try {
        const query = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace };
        (await client.list(query, signal)).items.forEach((object) => this.#add(object));
        this.#known.add(namespace);
      } catch (error) {
        if (!(error instanceof ApiError) || !["FORBIDDEN", "KIND_UNKNOWN"].includes(error.code)) throw error;
      }
    });
  }
}

/** Whether a manifest says how many pods there are to be. */
export function setsReplicas(object: Manifest): boolean {
  return getPath(object, "spec", "replicas") !== undefined;
}

/** What an apply left in a namespace, in words in which two of them can be compared. */
import { type Body, eventually, type World } from "../contract/world.ts";
import type { ClusterJob } from "./job.ts";

/** All that the overlays have. */
const RESOURCES = [
  "configmaps",
  "secrets",
  "serviceaccounts",
  "services",
  "apps/v1/deployments",
  "apps/v1/statefulsets",
  "batch/v1/cronjobs",
  "networking.k8s.io/v1/ingresses",
  "networking.k8s.io/v1/networkpolicies",
  "rbac.authorization.k8s.io/v1/roles",
  "rbac.authorization.k8s.io/v1/rolebindings",
  "autoscaling/v2/horizontalpodautoscalers",
  "policy/v1/poddisruptionbudgets",
];
const PART_OF = "applyset.kubernetes.io/part-of";

async function readObjects(admin: World): Promise<Body[]> {
  const lists = await Promise.all(RESOURCES.map(async (resource) => {
    const { items, kind } = await admin.get(admin.path(resource));
    return items.map((item: Body) => ({ ...item, kind: kind.replace(/List$/, "") }));
  }));
  return lists.flat();
}

/** What two clients that were given the same must have left the same. */
function comparable({ kind, status: _, ...object }: Body): Body {
  const { name, labels, annotations = {}, ownerReferences, finalizers } = object.metadata;
  const { "deployment.kubernetes.io/revision": __, ...ownAnnotations } = annotations;
  const { [PART_OF]: ___, ...ownLabels } = labels ?? {};
  const spec = { ...object.spec };
  // The server chooses them.
  delete spec.clusterIP;
  delete spec.clusterIPs;
  const metadata = { name, labels: ownLabels, annotations: ownAnnotations, ownerReferences, finalizers };
  return JSON.parse(JSON.stringify({ ...object, kind, metadata, spec }));
}

/** The objects of a job but for some, given by `kind/name`, in words that are the same for each job. */
export async function stateOf({ admin, namespace }: ClusterJob, left: ReadonlySet<string>): Promise<Body[]> {
  const objects = (await readObjects(admin)).filter(({ kind, metadata }) =>
    !left.has(`${kind.toLowerCase()}/${metadata.name}`)
  );
  return objects.map((object) => JSON.parse(JSON.stringify(comparable(object)).replaceAll(namespace, "NAMESPACE")));
}

/** Waits until controllers have looked at each of some objects; they take their time with hundreds. */
async function settleEach(what: string, read: () => Promise<boolean[]>): Promise<void> {
  let seen = 0;
  for (let total = 1; seen < total;) {
    seen = await eventually(`${what}: more than ${seen} of ${total}`, async () => {
      const settled = await read();
      total = settled.length;
      const now = settled.filter((isSettled) => isSettled).length;
      return (now > seen || now === total) && now;
    });
  }
}

/** Until controllers have seen all Deployments and StatefulSets, and so kept a revision of what their pods need. */
export async function settleRevisions(admin: World): Promise<void> {
  for (const resource of ["apps/v1/deployments", "apps/v1/statefulsets"]) {
    await settleEach(`the controller of ${resource} has seen`, async () => {
      const { items } = await admin.get(admin.path(resource));
      return items.map(({ metadata, status }: Body) => status.observedGeneration === metadata.generation);
    });
  }
}

/** Until each autoscaler has brought its workload's number of pods into its bounds, where it leaves it. */
export async function settleReplicas(admin: World): Promise<void> {
  await settleEach("autoscalers have looked at", async () => {
    const [autoscalers, deployments] = await Promise.all(
      ["autoscaling/v2/horizontalpodautoscalers", "apps/v1/deployments"].map((resource) =>
        admin.get(admin.path(resource))
      ),
    );
    const replicas = new Map<string, number>(
      deployments.items.map(({ metadata, spec }: Body) => [metadata.name, spec.replicas]),
    );
    return autoscalers.items.map(({ spec }: Body) => {
      const current = replicas.get(spec.scaleTargetRef.name);
      return current === undefined || (current >= (spec.minReplicas ?? 1) && current <= spec.maxReplicas);
    });
  });
}

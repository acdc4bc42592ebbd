import type { Manifest } from "../../../src/manifest/mod.ts";
import type { FakeCluster } from "../fake_cluster.ts";
import { deployment, readyPod, replicaSet, type Rollout } from "../fixtures.ts";

/** Deployment `web` of 2 replicas whose old pods run, and of whose new ones some exist. */
export function putRollingDeployment(cluster: FakeCluster, newPods: Manifest[], rollout: Rollout = {}): void {
  const old = (name: string) => readyPod(name, { owner: ["ReplicaSet", "web-1"], created: -3600 });
  cluster.put(
    deployment({ updated: newPods.length, total: 2 + newPods.length, ready: 2, ...rollout }),
    replicaSet("web-1", { revision: 1, replicas: 2, available: 2 }),
    replicaSet("web-2", { revision: 2, replicas: newPods.length }),
    old("web-1-a"),
    old("web-1-b"),
    ...newPods,
  );
}

/** The same, once all pods are new and ready. */
export function putRolledOut(cluster: FakeCluster, newPods: Manifest[], rollout: Rollout = {}): void {
  const count = newPods.length;
  cluster.put(
    ...newPods,
    replicaSet("web-1", { revision: 1, replicas: 0 }),
    replicaSet("web-2", { revision: 2, replicas: count, available: count }),
    deployment({ replicas: count, updated: count, ready: count, total: count, ...rollout }),
  );
}

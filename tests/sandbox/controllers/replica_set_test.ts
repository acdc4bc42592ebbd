import { deepEqual, equal, match, ok } from "../../assert.ts";
import { condition, deployment, isReady, type Loose, newCluster } from "./cluster.ts";

function refusedEvent(cluster: ReturnType<typeof newCluster>): string {
  const set = cluster.list("ReplicaSet")[0];
  return cluster.events(set.metadata.name)[0]!;
}

Deno.test("pods get the owner's name and five letters, and the owner is their controller", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 20 }));
  cluster.pass(1);
  const set = cluster.list("ReplicaSet")[0];
  const names = cluster.pods().map((pod) => pod.metadata.name);
  equal(new Set(names).size, 20);
  for (const name of names) match(name, new RegExp(`^${set.metadata.name}-[bcdfghjklmnpqrstvwxz2456789]{5}$`));
  const { ownerReferences, generateName } = cluster.pods()[0].metadata;
  deepEqual(ownerReferences, [{
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    name: set.metadata.name,
    uid: set.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }]);
  equal(generateName, `${set.metadata.name}-`);
  const texts = cluster.events(set.metadata.name);
  ok(texts.slice(0, 9).every((text) => text.startsWith("SuccessfulCreate: Created pod: ")));
});

Deno.test("the same run gives the same names", () => {
  const run = () => {
    const cluster = newCluster();
    cluster.apply(deployment({ replicas: 5 }));
    cluster.pass(5);
    return cluster.pods().map((pod) => [pod.metadata.name, pod.status.podIP]);
  };
  deepEqual(run(), run());
});

Deno.test("a pod that is deleted or evicted is replaced", () => {
  const cluster = newCluster([{ fail: "evicted", afterSeconds: 10 }]);
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(20);
  const failed = cluster.pods().filter((pod) => pod.status.phase === "Failed");
  equal(failed.length, 1);
  equal(failed[0].status.reason, "Evicted");
  match(failed[0].status.message, /^The node was low on resource: memory\. Threshold quantity: /);
  equal(condition(failed[0], "DisruptionTarget").reason, "TerminationByKubelet");
  equal(cluster.pods().filter(isReady).length, 2);
  ok(cluster.events(failed[0].metadata.name).some((text) => text.startsWith("Evicted: The node was low on")));
});

Deno.test("scaling down ends unready pods first, then the youngest", () => {
  const cluster = newCluster([{ fail: "never-ready", pods: 1 }]);
  cluster.apply(deployment({ replicas: 3 }));
  cluster.pass(5);
  const unready = cluster.pods().find((pod) => !isReady(pod)).metadata.name;
  cluster.apply(deployment({ replicas: 4 }));
  cluster.pass(10);
  const old = cluster.pods().filter((pod) => pod.metadata.creationTimestamp < "2026-03-01T12:00:05Z").map((pod) =>
    pod.metadata.name
  );
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(5);
  deepEqual(cluster.pods().map((pod) => pod.metadata.name), old.filter((name) => name !== unready));
});

Deno.test("a pod is stopped for a second before it is gone, with a Killing event; a node that never had it is not asked", () => {
  const cluster = newCluster([{ fail: "unschedulable", workload: "stuck" }]);
  cluster.apply(deployment({ replicas: 1 }));
  cluster.apply(deployment({ name: "stuck", replicas: 1 }));
  cluster.pass(5);
  cluster.apply(deployment({ replicas: 0 }));
  cluster.apply(deployment({ name: "stuck", replicas: 0 }));
  cluster.pass(1);
  equal(cluster.pods().length, 1);
  const [pod] = cluster.pods();
  ok(pod.metadata.deletionTimestamp);
  equal(pod.metadata.deletionGracePeriodSeconds, 30);
  ok(cluster.events(pod.metadata.name).includes("Killing: Stopping container web"));
  cluster.pass(1);
  equal(cluster.pods().length, 0);
});

Deno.test("a refused pod is a FailedCreate event and a ReplicaFailure condition, up to the Deployment", async (t) => {
  const cases: [fault: Loose, message: RegExp][] = [
    [
      { fail: "quota-exceeded", name: "team" },
      /^pods "web-\w+-\w{5}" is forbidden: exceeded quota: team, requested: \S+, used: \S+, limited: \S+$/,
    ],
    [
      { fail: "webhook-denied", name: "policy.example.com", message: "no latest" },
      /^admission webhook "policy\.example\.com" denied the request: no latest$/,
    ],
    [
      { fail: "webhook-unreachable", name: "policy.example.com" },
      /^Internal error occurred: failed calling webhook "policy\.example\.com": failed to call webhook: Post /,
    ],
    [
      { fail: "pod-security" },
      /^pods "web-\w+-\w{5}" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "web" /,
    ],
    [
      { fail: "service-account-missing", name: "robot" },
      /^pods "web-\w+-" is forbidden: error looking up service account demo\/robot: serviceaccount "robot" not found$/,
    ],
    [
      { fail: "limit-range" },
      /^pods "web-\w+-\w{5}" is forbidden: maximum memory usage per Container is 512Mi, but limit is 1Gi$/,
    ],
  ];
  for (const [fault, message] of cases) {
    await t.step(fault.fail, () => {
      const cluster = newCluster([{ ...fault, healsAfterSeconds: 30 }]);
      cluster.apply(deployment({ replicas: 3 }));
      cluster.pass(5);
      deepEqual(cluster.pods(), []);
      match(refusedEvent(cluster), new RegExp(`^FailedCreate: Error creating: ${message.source.slice(1)}`));
      const set = condition(cluster.list("ReplicaSet")[0], "ReplicaFailure");
      deepEqual([set.status, set.reason], ["True", "FailedCreate"]);
      match(set.message, message);
      const failure = condition(cluster.get("Deployment", "web"), "ReplicaFailure");
      deepEqual([failure.status, failure.reason, failure.message], ["True", "FailedCreate", set.message]);
      cluster.pass(40);
      equal(cluster.pods().filter(isReady).length, 3);
      equal(condition(cluster.get("Deployment", "web"), "ReplicaFailure"), undefined);
      equal(condition(cluster.list("ReplicaSet")[0], "ReplicaFailure"), undefined);
    });
  }
});

Deno.test("a ServiceAccount that is missing is found missing, and found when it is there", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ pod: { serviceAccountName: "robot" } }));
  cluster.pass(3);
  match(refusedEvent(cluster), /error looking up service account demo\/robot: serviceaccount "robot" not found$/);
  cluster.apply({ kind: "ServiceAccount", metadata: { name: "robot" } });
  cluster.pass(15);
  equal(cluster.pods().filter(isReady).length, 1);
});

Deno.test("a namespace's Pod Security level is enforced, with all that is wrong", () => {
  const cluster = newCluster();
  const metadata = { name: "demo", labels: { "pod-security.kubernetes.io/enforce": "restricted" } };
  cluster.apply({ kind: "Namespace", metadata });
  cluster.apply(deployment());
  cluster.pass(2);
  ok(
    refusedEvent(cluster).endsWith(
      ' is forbidden: violates PodSecurity "restricted:latest": ' +
        'allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ),
  );
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, runAsNonRoot: true };
  cluster.apply(
    deployment({
      container: { securityContext },
      pod: { securityContext: { seccompProfile: { type: "RuntimeDefault" } } },
    }),
  );
  cluster.pass(15);
  equal(cluster.pods().filter(isReady).length, 1);
});

Deno.test("nothing is created in a namespace that is being deleted", () => {
  const cluster = newCluster();
  cluster.apply({
    kind: "Namespace",
    metadata: { name: "demo", deletionTimestamp: "2026-03-01T12:00:00Z", finalizers: ["x"] },
  });
  cluster.apply(deployment());
  cluster.pass(3);
  deepEqual(cluster.pods(), []);
});

import { deepEqual } from "../../assert.ts";
import { assertResult, DAEMON_SET, JOB, play, STATEFUL_SET, type Wanted } from "../scenario.ts";
import { condition, daemonSet, deployment, event, job, pod, readyPod, replicaSet, statefulSet } from "../fixtures.ts";
import { timeAt } from "../virtual_clock.ts";
import { putRolledOut } from "./rolling_deployment.ts";
import type { FakeCluster } from "../fake_cluster.ts";

function putRefused(cluster: FakeCluster, message: string): void {
  const failure = condition("ReplicaFailure", "True", "FailedCreate", message);
  cluster.put(
    deployment({ updated: 0, total: 2, ready: 2, conditions: [failure] }),
    replicaSet("web-1", { revision: 1, replicas: 2, available: 2 }),
    replicaSet("web-2", { replicas: 1, total: 0, conditions: [failure] }),
    readyPod("web-1-a", { owner: ["ReplicaSet", "web-1"], created: -3600 }),
  );
}

const QUOTA = 'pods "web-2-a" is forbidden: exceeded quota: compute, requested: limits.cpu=1,pods=1, ' +
  "used: limits.cpu=4,pods=3, limited: limits.cpu=4,pods=5";

const REFUSALS: Record<string, Wanted> = {
  [QUOTA]: {
    outcome: "failed",
    codes: ["K1401"],
    seconds: 7,
    message: /quota "compute": needs 1 limits.cpu, 4 of 4 are used; needs 1 pods, 3 of 5 are used$/,
  },
  'pods "web-2-a" is forbidden: failed quota: compute: must specify limits.cpu for: web': {
    outcome: "failed",
    codes: ["K1401"],
    seconds: 7,
    nextStep: /^Set limits.cpu for/,
  },
  'pods "web-2-a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true)':
    { outcome: "failed", codes: ["K1403"], seconds: 7, message: /violates PodSecurity "restricted:latest"/ },
  'pods "web-2-a" is forbidden: unable to validate against any security context constraint: []': {
    outcome: "failed",
    codes: ["K1403"],
    seconds: 7,
  },
  'admission webhook "policy.example.com" denied the request: images must come from our registry': {
    outcome: "failed",
    codes: ["K1402"],
    seconds: 7,
    message: /images must come from our registry$/,
  },
  "pods \"web-2-a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no": {
    outcome: "failed",
    codes: ["K1402"],
    seconds: 7,
  },
  'pods "web-2-" is forbidden: error looking up service account shop/deployer: serviceaccount "deployer" not found': {
    outcome: "failed",
    codes: ["K1404"],
    seconds: 7,
    message: /^ServiceAccount "deployer" does not exist$/,
  },
  'pods "web-2-a" is forbidden: [maximum cpu usage per Container is 1, but limit is 2]': {
    outcome: "failed",
    codes: ["K1405"],
    seconds: 7,
  },
  'pods "web-2-a" is forbidden: no PriorityClass with name gold was found': {
    outcome: "failed",
    codes: ["K1402"],
    seconds: 7,
    nextStep: /Create PriorityClass "gold"/,
  },
  'Pod "web-2-a" is invalid: spec.containers[0].image: Required value': {
    outcome: "failed",
    codes: ["K1406"],
    seconds: 7,
    message: /^The API server refuses the pod: spec.containers/,
  },
  'pods "web-2-a" is forbidden: unable to create new content in namespace shop because it is being terminated': {
    outcome: "failed",
    codes: ["K1408"],
    seconds: 7,
  },
  'Internal error occurred: failed calling webhook "inject.example.com": failed to call webhook: Post "https://x": EOF':
    {
      outcome: "timedOut",
      codes: ["K1407"],
      seconds: 300,
    },
  "etcdserver: request timed out": { outcome: "timedOut", codes: ["K1801"], seconds: 300 },
  "the server says no": { outcome: "timedOut", codes: ["K1409"], seconds: 300 },
};

Deno.test("a refusal to create pods is fatal, or not, by what the API server says", async (t) => {
  for (const [message, want] of Object.entries(REFUSALS)) {
    await t.step(message.slice(0, 100), async () => {
      const { result } = await play((cluster) => putRefused(cluster, message));
      assertResult(result, want);
    });
  }
});

Deno.test("a quota that pods which are ending make room in is no failure", async () => {
  const { result, told } = await play((cluster) => {
    putRefused(cluster, QUOTA);
    const ending = { deletionTimestamp: timeAt(30), deletionGracePeriodSeconds: 30 };
    cluster.put(readyPod("other-1", { owner: ["ReplicaSet", "other"], labels: { app: "other" }, metadata: ending }));
    cluster.at(40, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 43 });
  deepEqual(told, [[0, "confirm", "K1401"]]);
});

Deno.test("a ServiceAccount that comes a moment after its namespace is no failure", async () => {
  const missing =
    'pods "web-2-" is forbidden: error looking up service account shop/default: serviceaccount "default" not found';
  const { result } = await play((cluster) => {
    putRefused(cluster, missing);
    cluster.at(2, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 5 });
});

Deno.test("controllers without conditions are believed by their events", async (t) => {
  const words = `is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)`;
  const set = statefulSet({ total: 0 });
  const nodes = daemonSet();
  const once = job({ active: 0 });
  const cases = [
    {
      target: STATEFUL_SET,
      object: set,
      text: `create Pod web-0 in StatefulSet web failed error: pods "web-0" ${words}`,
    },
    { target: DAEMON_SET, object: nodes, text: `Error creating: pods "web-x" ${words}` },
    { target: JOB, object: once, text: `Error creating: pods "web-x" ${words}` },
  ];
  for (const { target, object, text } of cases) {
    await t.step(target.kind, async () => {
      const { result } = await play((cluster) => {
        cluster.put(object);
        cluster.at(1, () => cluster.put(event(object, "FailedCreate", text, { first: 1 })));
      }, target);
      assertResult(result, {
        outcome: "failed",
        codes: ["K1403"],
        seconds: [7, 12],
        message: /^The API server refuses the pod: violates PodSecurity/,
      });
    });
  }
});

Deno.test("an event of a refusal that is over says nothing", async (t) => {
  const text = 'create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: exceeded quota: q';
  const owner: [string, string] = ["StatefulSet", "web"];
  const labels = { "controller-revision-hash": "web-b" };
  await t.step("because a pod was created after it", async () => {
    const { result, told } = await play((cluster) => {
      const set = statefulSet({ ready: 1 });
      cluster.put(set, event(set, "FailedCreate", text, { first: -100, last: -90, count: 8 }));
      cluster.put(pod("web-0", { owner, labels, created: -20 }));
      const done = { replicas: 2, updated: 2, ready: 2, status: { currentRevision: "web-b" } };
      cluster.at(30, () => cluster.put(statefulSet(done)));
    }, STATEFUL_SET);
    assertResult(result, { outcome: "healthy" });
    deepEqual(told, []);
  });
  await t.step("because it is older than the apply", async () => {
    const { result } = await play(
      (cluster) => {
        const set = statefulSet({ ready: 0, total: 0 });
        cluster.put(set, event(set, "FailedCreate", text, { first: -100, last: -90, count: 8 }));
      },
      STATEFUL_SET,
      { appliedMs: Date.parse(timeAt(0)), timeoutMs: 60_000 },
    );
    assertResult(result, { outcome: "timedOut", codes: ["K1801"], seconds: 60 });
  });
});

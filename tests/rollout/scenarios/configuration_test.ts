import { deepEqual, ok } from "../../assert.ts";
import type { ObjectRef } from "../../../src/manifest/mod.ts";
import { assertResult, play, type Wanted } from "../scenario.ts";
import { event, pod, readyPod, waiting } from "../fixtures.ts";
import { timeAt } from "../virtual_clock.ts";
import { putRolledOut, putRollingDeployment } from "./rolling_deployment.ts";
import type { FakeCluster } from "../fake_cluster.ts";

const SECRET: ObjectRef = { apiVersion: "v1", kind: "Secret", namespace: "shop", name: "db" };
const WEB: ObjectRef = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };

function misconfigured(message: string, created = 0) {
  return (cluster: FakeCluster) =>
    putRollingDeployment(cluster, [
      pod("web-2-a", { container: waiting("CreateContainerConfigError", message), created }),
    ]);
}

const AT_ONCE: [number, number] = [0, 3];

Deno.test("a configuration that is wrong is fatal at once, one that is missing when it was looked for in vain", async (t) => {
  const cases: Record<string, Wanted> = {
    'secret "db" not found': {
      outcome: "failed",
      codes: ["K1201"],
      seconds: 5,
      message: /^Secret "db" does not exist, which container "web" needs$/,
      nextStep: /not in the overlay/,
    },
    'configmap "settings" not found': {
      outcome: "failed",
      codes: ["K1201"],
      seconds: 5,
      message: /^ConfigMap "settings" does not exist/,
    },
    "couldn't find key url in ConfigMap shop/settings": {
      outcome: "failed",
      codes: ["K1201"],
      seconds: 5,
      message: /^Key "url" is missing in ConfigMap "settings"/,
    },
    "couldn't find key password in Secret shop/db": {
      outcome: "failed",
      codes: ["K1201"],
      seconds: 5,
      message: /^Key "password" is missing in Secret "db"/,
    },
    'container has runAsNonRoot and image will run as root (pod: "web-2-a", container: web)': {
      outcome: "failed",
      codes: ["K1202"],
      seconds: AT_ONCE,
      message: /its image runs as root/,
    },
    "container has runAsNonRoot and image has non-numeric user (nginx), cannot verify user is non-root": {
      outcome: "failed",
      codes: ["K1202"],
      seconds: AT_ONCE,
      message: /without a number/,
    },
    "invalid subPath": { outcome: "failed", codes: ["K1203"], seconds: AT_ONCE, message: /invalid subPath$/ },
  };
  for (const [message, want] of Object.entries(cases)) {
    await t.step(message, async () => {
      const { result } = await play(misconfigured(message), undefined, { overlay: [WEB] });
      assertResult(result, want);
    });
  }
});

Deno.test("caches that lag behind are no failure", async (t) => {
  const messages = [
    "failed to sync configmap cache: timed out waiting for the condition",
    "failed to sync secret cache: timed out waiting for the condition",
    "services have not yet been read at least once, cannot construct envvars",
    'object "shop"/"db" not registered',
    'configmaps "settings" is forbidden: User "system:node:n" cannot get resource: no relationship found between node and this object',
  ];
  for (const message of messages) {
    await t.step(message, async () => {
      const { result, told } = await play((cluster) => {
        misconfigured(message)(cluster);
        cluster.at(20, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
      });
      assertResult(result, { outcome: "healthy", seconds: 23 });
      deepEqual(told, []);
    });
  }
});

Deno.test("a Secret of the overlay is given time to arrive, and then said to be gone", async () => {
  const { result } = await play(misconfigured('secret "db" not found'), undefined, { overlay: [WEB, SECRET] });
  assertResult(result, {
    outcome: "failed",
    codes: ["K1201"],
    seconds: [60, 61],
    nextStep: /The overlay has Secret "db"/,
  });
});

Deno.test("a key that the overlay's own Secret does not have is fatal in seconds", async () => {
  const message = "couldn't find key url in Secret shop/db";
  const { result } = await play(misconfigured(message), undefined, { overlay: [WEB, SECRET] });
  assertResult(result, { outcome: "failed", codes: ["K1201"], seconds: 5, nextStep: /without key "url"/ });
});

const data = (keys: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db", namespace: "shop", uid: "db" },
  data: keys,
});

Deno.test("a Secret or a key that arrives a moment later is found by looking, before the kubelet finds it", async (t) => {
  for (const message of ['secret "db" not found', "couldn't find key url in Secret shop/db"]) {
    await t.step(message, async () => {
      const { result, events, cluster } = await play((cluster) => {
        misconfigured(message)(cluster);
        if (message.includes("key")) cluster.put(data({ host: "aGk=" }));
        cluster.at(3, () => cluster.put(data({ host: "aGk=", url: "cG9zdGdyZXM=" })));
        cluster.at(18, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
      });
      assertResult(result, { outcome: "healthy", seconds: 21 });
      ok(cluster.requests.includes("get Secret/db"));
      ok(!JSON.stringify(events).includes("cG9zdGdyZXM="), "a Secret's value is told");
    });
  }
});

Deno.test("a Secret that may not be looked for is given the kubelet's second try", async () => {
  const forbidden = (cluster: FakeCluster) => {
    cluster.forbid("Secret");
    misconfigured('secret "db" not found')(cluster);
  };
  const { result } = await play(forbidden);
  assertResult(result, { outcome: "failed", codes: ["K1201"], seconds: 15 });
  const late = await play((cluster) => {
    forbidden(cluster);
    cluster.at(13, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(late.result, { outcome: "healthy", seconds: 16 });
});

Deno.test("a Secret that something in the overlay makes is waited for", async () => {
  const overlay = [WEB, { ...SECRET, apiVersion: "external-secrets.io/v1", kind: "ExternalSecret" }];
  const { result } = await play(
    (cluster) => {
      misconfigured('secret "db" not found')(cluster);
      cluster.at(25, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
    },
    undefined,
    { overlay },
  );
  assertResult(result, { outcome: "healthy", seconds: 28 });
  const late = await play(misconfigured('secret "db" not found'), undefined, { overlay });
  assertResult(late.result, { outcome: "failed", codes: ["K1201"], nextStep: /ExternalSecret "db"/ });
});

Deno.test("pods that are older than the apply may still be mended by it", async () => {
  const { result } = await play(
    (cluster) => {
      misconfigured('configmap "settings" not found', -600)(cluster);
      cluster.at(40, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
    },
    undefined,
    { appliedMs: Date.parse(timeAt(0)) },
  );
  assertResult(result, { outcome: "healthy", seconds: 43 });
});

Deno.test("a pod that arrives during the watch is new, though the caller's clock is ahead of the cluster's", async () => {
  const { result } = await play(
    (cluster) => {
      putRollingDeployment(cluster, []);
      cluster.at(2, () => misconfigured('secret "db" not found')(cluster));
    },
    undefined,
    { appliedMs: Date.parse(timeAt(300)) },
  );
  assertResult(result, { outcome: "failed", codes: ["K1201"], seconds: 7 });
});

Deno.test("a container that the runtime cannot create is fatal only when no waiting helps", async () => {
  const hopeless = await play((cluster) => {
    const container = waiting("CreateContainerError", "failed to generate container spec: no command specified");
    putRollingDeployment(cluster, [pod("web-2-a", { container })]);
  });
  assertResult(hopeless.result, { outcome: "failed", codes: ["K1205"], seconds: AT_ONCE });
  const passing = await play((cluster) => {
    const container = waiting("CreateContainerError", "context deadline exceeded");
    putRollingDeployment(cluster, [pod("web-2-a", { container })]);
    cluster.at(30, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(passing.result, { outcome: "healthy", seconds: 33 });
});

function unmounted(message: string, reason = "FailedMount", count = 1, last = 0) {
  return (cluster: FakeCluster) => {
    const web = pod("web-2-a");
    putRollingDeployment(cluster, [web]);
    cluster.put(
      event(web, "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[config]", { last: last + 1 }),
    );
    cluster.put(event(web, reason, message, { count, first: 0, last }));
  };
}

Deno.test("a volume of a Secret, ConfigMap or key that is missing is fatal when it was looked for in vain", async (t) => {
  const setUp = 'MountVolume.SetUp failed for volume "config" : ';
  const cases: Record<string, RegExp> = {
    [`${setUp}secret "db" not found`]: /^Volume "config" cannot be mounted: Secret "db" does not exist$/,
    [`${setUp}configmap "settings" not found`]: /ConfigMap "settings" does not exist$/,
    [`${setUp}configmap references non-existent config key: app.yaml`]:
      /Key "app.yaml" is missing in the volume's ConfigMap$/,
  };
  for (const [message, want] of Object.entries(cases)) {
    await t.step(message, async () => {
      const { result } = await play(unmounted(message));
      // Pods that only wait are looked into after 5 s. A key's message doesn't say which object to look for.
      const seconds = message.includes("non-existent") ? 20 : 10;
      assertResult(result, { outcome: "failed", codes: ["K1204"], seconds, message: want });
    });
  }
});

Deno.test("events prove for how long a volume has been missing", async () => {
  const message = 'MountVolume.SetUp failed for volume "config" : secret "db" not found';
  const { result } = await play(unmounted(message, "FailedMount", 9, 200));
  assertResult(result, { outcome: "failed", codes: ["K1204"], seconds: [0, 11] });
});

Deno.test("volumes that take their time are told, and are no failure", async () => {
  const { result, told } = await play((cluster) => {
    unmounted('Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-1-a', "FailedAttachVolume")(
      cluster,
    );
    cluster.at(200, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 203 });
  deepEqual(told.map(([, severity, code]) => [severity, code]), [["transient", "K1204"]]);
});

Deno.test("a pod without network is told, and is no failure", async () => {
  const { result, told } = await play((cluster) => {
    const web = pod("web-2-a");
    putRollingDeployment(cluster, [web]);
    cluster.put(event(web, "FailedCreatePodSandBox", 'Failed to create pod sandbox: plugin type="calico" failed'));
    cluster.at(60, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy" });
  deepEqual(told.map(([, severity, code]) => [severity, code]), [["transient", "K1206"]]);
});

import { assertResult, play, type Wanted } from "../scenario.ts";
import { event, pod, running, waiting } from "../fixtures.ts";
import { timeAt } from "../virtual_clock.ts";
import { putRolledOut, putRollingDeployment } from "./rolling_deployment.ts";
import { readyPod } from "../fixtures.ts";
import { deepEqual, ok } from "../../assert.ts";

const IMAGE = "registry.example.com/web:2";
const CHAIN = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}"`;

/** What the container runtime answers → what follows. */
const PULLS: Record<string, { error: string; want: Wanted }> = {
  "an image that the registry does not have": {
    error: `rpc error: code = NotFound desc = ${CHAIN}: ${IMAGE}: not found`,
    want: {
      outcome: "failed",
      codes: ["K1001"],
      seconds: 5,
      message: /"registry.example.com\/web:2" does not exist/,
    },
  },
  "a manifest that is unknown": {
    error: `Error response from daemon: manifest for ${IMAGE} not found: manifest unknown: manifest unknown`,
    want: { outcome: "failed", codes: ["K1001"], seconds: 5 },
  },
  "a repository that does not exist": {
    error: `${CHAIN}: name unknown: The repository with name 'web' does not exist in the registry`,
    want: { outcome: "failed", codes: ["K1001"], seconds: 5 },
  },
  "credentials that are refused": {
    error: `${CHAIN}: failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized`,
    want: { outcome: "failed", codes: ["K1002"], seconds: 5, nextStep: /no imagePullSecrets/ },
  },
  "a registry that hides what does not exist": {
    error: `${CHAIN}: pull access denied, repository does not exist or may require authorization`,
    want: { outcome: "failed", codes: ["K1002"], seconds: 5 },
  },
  "an image for another platform": {
    error: `${CHAIN}: no match for platform in manifest: not found`,
    want: { outcome: "failed", codes: ["K1006"], seconds: 5 },
  },
  "a rate limit": {
    error:
      `${CHAIN}: unexpected status code 429 Too Many Requests - toomanyrequests: You have reached your pull rate limit as 'jane': not found`,
    want: { outcome: "timedOut", codes: ["K1003"], seconds: 300, message: /could not be pulled yet/ },
  },
  "a registry that is down": {
    error: `${CHAIN}: unexpected status from HEAD request to https://registry.example.com/v2/: 503 Service Unavailable`,
    want: { outcome: "timedOut", codes: ["K1003"], seconds: 300 },
  },
  "a host that cannot be resolved": {
    error: `${CHAIN}: dial tcp: lookup registry.example.com on 10.0.0.10:53: no such host`,
    want: { outcome: "timedOut", codes: ["K1003"], seconds: 300, message: /no such host/ },
  },
  "a certificate that is not trusted": {
    error: `${CHAIN}: tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    want: { outcome: "timedOut", codes: ["K1003"], seconds: 300, message: /signed by unknown authority/ },
  },
  "a connection that times out": {
    error: `${CHAIN}: dial tcp 192.0.2.7:443: i/o timeout`,
    want: { outcome: "timedOut", codes: ["K1003"], seconds: 300, message: /i\/o timeout/ },
  },
  "an error that nobody knows": {
    error: "rpc error: code = Unknown desc = the moon is full",
    want: { outcome: "timedOut", codes: ["K1003"], seconds: 300 },
  },
};

Deno.test("a pull error is fatal or transient by what the runtime says", async (t) => {
  for (const [name, { error, want }] of Object.entries(PULLS)) {
    await t.step(name, async () => {
      const { result } = await play((cluster) => {
        putRollingDeployment(cluster, [pod("web-2-a", { container: waiting("ErrImagePull", error) })]);
        // The kubelet goes to and fro between the two.
        const backOff = waiting("ImagePullBackOff", `Back-off pulling image "${IMAGE}"`);
        cluster.at(1, () => cluster.put(pod("web-2-a", { container: backOff })));
        cluster.at(12, () => cluster.put(pod("web-2-a", { container: waiting("ErrImagePull", error) })));
      });
      assertResult(result, want);
    });
  }
});

Deno.test("a back-off of kubelets since 1.32 carries the pull error itself", async () => {
  const message = `Back-off pulling image "${IMAGE}": ErrImagePull: ${CHAIN}: ${IMAGE}: not found`;
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { container: waiting("ImagePullBackOff", message) })]);
  });
  assertResult(result, { outcome: "failed", codes: ["K1001"], seconds: 5, evidence: /not found/ });
});

Deno.test("a back-off that says nothing is explained by the pod's events, which also prove that it goes on", async () => {
  const broken = pod("web-2-a", {
    container: waiting("ImagePullBackOff", `Back-off pulling image "${IMAGE}"`),
    created: -60,
  });
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [broken]);
    const text = `Failed to pull image "${IMAGE}": ${CHAIN}: ${IMAGE}: not found`;
    cluster.put(event(broken, "Failed", text, { first: -60, last: -5, count: 4, fieldPath: "spec.containers{web}" }));
  });
  assertResult(result, {
    outcome: "failed",
    codes: ["K1001"],
    seconds: 0,
    evidence: /Failed to pull image .* \(4 times\)/,
  });
});

Deno.test("a back-off about which nothing is known is transient", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { container: waiting("ImagePullBackOff", "Back-off") })]);
  });
  assertResult(result, { outcome: "timedOut", codes: ["K1003"], seconds: 300 });
});

Deno.test("names that cannot be right are fatal at once", async (t) => {
  const reasons: Record<string, Wanted> = {
    InvalidImageName: { outcome: "failed", codes: ["K1004"], seconds: [0, 3] },
    ErrImageNeverPull: { outcome: "failed", codes: ["K1005"], seconds: [0, 3] },
  };
  for (const [reason, want] of Object.entries(reasons)) {
    await t.step(reason, async () => {
      const { result } = await play((cluster) => {
        putRollingDeployment(cluster, [pod("web-2-a", { container: waiting(reason, "no good") })]);
      });
      assertResult(result, want);
    });
  }
});

Deno.test("a signature that the node refuses is fatal when seen twice", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [
      pod("web-2-a", { container: waiting("SignatureValidationFailed", "no signature") }),
    ]);
  });
  assertResult(result, { outcome: "failed", codes: ["K1007"], seconds: 5 });
});

Deno.test("an image that one node gets and another doesn't is given its second try", async () => {
  const refused = pod("web-2-b", { container: waiting("ErrImagePull", `${CHAIN}: not found`) });
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { phase: "Running", container: running() }), refused]);
    cluster.at(16, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", codes: [], seconds: 19 });
  deepEqual(told, [[0, "confirm", "K1001"]]);
  const stays = await play((cluster) => {
    putRollingDeployment(cluster, [readyPod("web-2-a"), refused]);
    cluster.at(1, () => cluster.put(pod("web-2-b", { container: waiting("ImagePullBackOff", "Back-off") })));
    cluster.at(15, () => cluster.put(refused));
  });
  assertResult(stays.result, { outcome: "failed", codes: ["K1001"], seconds: [15, 16] });
});

Deno.test("a caller who is more patient lets an image come with the second try", async () => {
  const { result } = await play(
    (cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a", { container: waiting("ErrImagePull", `${CHAIN}: not found`) })]);
      cluster.at(16, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
    },
    undefined,
    { patience: { pullMs: 20_000 } },
  );
  assertResult(result, { outcome: "healthy", codes: [], seconds: 19 });
});

Deno.test("a pull error is remembered while the back-off of an old kubelet says nothing of it", async () => {
  const { result } = await play((cluster) => {
    cluster.forbid("Event");
    putRollingDeployment(cluster, [pod("web-2-a", { container: waiting("ErrImagePull", `${CHAIN}: not found`) })]);
    cluster.at(
      1,
      () => cluster.put(pod("web-2-a", { container: waiting("ImagePullBackOff", "Back-off pulling image") })),
    );
  });
  assertResult(result, { outcome: "failed", codes: ["K1001"], seconds: 5 });
});

Deno.test("pull errors from before the apply prove nothing about pods that are older", async () => {
  const old = pod("web-2-a", { container: waiting("ImagePullBackOff", "Back-off pulling image"), created: -600 });
  const text = `Failed to pull image "${IMAGE}": ${CHAIN}: ${IMAGE}: not found`;
  const { result } = await play(
    (cluster) => {
      putRollingDeployment(cluster, [old]);
      cluster.put(event(old, "Failed", text, { first: -600, last: -20, count: 9 }));
      cluster.at(45, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
    },
    undefined,
    { appliedMs: Date.parse(timeAt(0)) },
  );
  assertResult(result, { outcome: "healthy", seconds: 48 });
});

Deno.test("what one pod got over is not held against the next", async () => {
  const error = waiting("ErrImagePull", `${CHAIN}: not found`);
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { container: error })]);
    cluster.at(4, () => cluster.put(readyPod("web-2-a")));
    cluster.at(12, () => putRollingDeployment(cluster, [readyPod("web-2-a"), pod("web-2-b", { container: error })]));
    cluster.at(23, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 26 });
});

Deno.test("the pull secrets of the pod are named when the registry refuses", async () => {
  const denied = waiting("ErrImagePull", `${CHAIN}: denied: requested access to the resource is denied`);
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [
      pod("web-2-a", { container: denied, spec: { imagePullSecrets: [{ name: "gitlab" }] } }),
    ]);
  });
  assertResult(result, { outcome: "failed", codes: ["K1002"], nextStep: /"gitlab"/ });
});

Deno.test("the account that reached its limit is not named", async () => {
  const limited = waiting(
    "ErrImagePull",
    "toomanyrequests: You have reached your pull rate limit as 'jane': dckr_jti_x",
  );
  const { events } = await play((cluster) => putRollingDeployment(cluster, [pod("web-2-a", { container: limited })]));
  ok(!JSON.stringify(events).includes("jane"));
});

import { deepEqual, equal, ok } from "../../../assert.ts";
import { deployment, isReady, newCluster, stateOf } from "../cluster.ts";

const REFERENCE = "registry.example.com/team/api:1.3";
const UNPACK = `failed to pull and unpack image "${REFERENCE}": `;
const RESOLVE = `${UNPACK}failed to resolve reference "${REFERENCE}": `;
const MANIFEST = "https://registry.example.com/v2/team/api/manifests/1.3";

const ERRORS: [fault: string, error: string][] = [
  ["image-not-found", `rpc error: code = NotFound desc = ${RESOLVE}${REFERENCE}: not found`],
  [
    "image-denied",
    `rpc error: code = Unknown desc = ${RESOLVE}pull access denied, repository does not exist or may require ` +
    "authorization: server message: insufficient_scope: authorization failed",
  ],
  [
    "image-unauthorized",
    `rpc error: code = Unknown desc = ${RESOLVE}unexpected status from HEAD request to ${MANIFEST}: 401 Unauthorized`,
  ],
  ["image-wrong-platform", `rpc error: code = NotFound desc = ${UNPACK}no match for platform in manifest: not found`],
  [
    "registry-unavailable",
    `rpc error: code = Unknown desc = ${RESOLVE}unexpected status from HEAD request to ${MANIFEST}: 503 Service Unavailable`,
  ],
  [
    "registry-timeout",
    `rpc error: code = Unknown desc = ${RESOLVE}failed to do request: Head "${MANIFEST}": dial tcp 203.0.113.10:443: i/o timeout`,
  ],
  [
    "registry-unknown-host",
    `rpc error: code = Unknown desc = ${RESOLVE}failed to do request: Head "${MANIFEST}": ` +
    "dial tcp: lookup registry.example.com on 10.96.0.10:53: no such host",
  ],
  [
    "registry-bad-certificate",
    `rpc error: code = Unknown desc = ${RESOLVE}failed to do request: Head "${MANIFEST}": ` +
    "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  ],
];

Deno.test("a pull that fails shows the registry's words as ErrImagePull, then as ImagePullBackOff, with events", async (t) => {
  for (const [fail, error] of ERRORS) {
    await t.step(fail, () => {
      const cluster = newCluster([{ fail, image: REFERENCE }]);
      cluster.apply(deployment({ image: REFERENCE }));
      cluster.pass(1);
      deepEqual(stateOf(cluster.pods()[0]), { waiting: { reason: "ContainerCreating" } });
      cluster.pass(1);
      deepEqual(stateOf(cluster.pods()[0]), { waiting: { reason: "ErrImagePull", message: error } });
      cluster.pass(2);
      const [pod] = cluster.pods();
      deepEqual(stateOf(pod), {
        waiting: {
          reason: "ImagePullBackOff",
          message: `Back-off pulling image "${REFERENCE}": ErrImagePull: ${error}`,
        },
      });
      equal(pod.status.phase, "Pending");
      equal(pod.status.containerStatuses[0].imageID, "");
      deepEqual(cluster.events(pod.metadata.name), [
        `Scheduled: Successfully assigned demo/${pod.metadata.name} to node-1`,
        `Pulling: Pulling image "${REFERENCE}"`,
        `Failed: Failed to pull image "${REFERENCE}": ${error}`,
        "Failed: Error: ErrImagePull",
        `BackOff: Back-off pulling image "${REFERENCE}"`,
        "Failed: Error: ImagePullBackOff",
      ]);
    });
  }
});

Deno.test("a rate limit names toomanyrequests", () => {
  const cluster = newCluster([{ fail: "image-rate-limited" }]);
  cluster.apply(deployment());
  cluster.pass(2);
  ok(stateOf(cluster.pods()[0]).waiting.message.includes("429 Too Many Requests - Server message: toomanyrequests:"));
});

Deno.test("pulls are tried again after 10, 20, 40 … seconds, at most 300", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ image: "web:does-not-exist" }));
  const attempts: number[] = [];
  let before = "";
  cluster.pass(1000, (second) => {
    const { reason } = stateOf(cluster.pods()[0]).waiting;
    if (reason === "ErrImagePull" && before !== reason) attempts.push(second);
    before = reason;
  });
  // Each attempt takes a second, and the wait begins when it failed.
  deepEqual(attempts, [2, 13, 34, 75, 156, 317, 618, 919]);
});

Deno.test("a registry that comes back lets the pod start", () => {
  const cluster = newCluster([{ fail: "registry-unavailable", image: "/^nginx:/", times: 2 }]);
  cluster.apply(deployment());
  cluster.pass(33);
  equal(isReady(cluster.pods()[0]), false);
  cluster.pass(2);
  equal(isReady(cluster.pods()[0]), true);
  equal(cluster.pods()[0].status.containerStatuses[0].restartCount, 0);
});

Deno.test("a malformed image name is refused without any pull", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ image: "Team/API:1.3" }));
  cluster.pass(2);
  const message =
    'Failed to apply default image tag "Team/API:1.3": couldn\'t parse image name "Team/API:1.3": invalid reference format';
  deepEqual(stateOf(cluster.pods()[0]), { waiting: { reason: "InvalidImageName", message } });
  deepEqual(cluster.events(cluster.pods()[0].metadata.name).slice(1), [
    `InspectFailed: ${message}`,
    "Failed: Error: InvalidImageName",
  ]);
});

Deno.test("with pull policy Never a missing image is an error, a present one is used", () => {
  const cluster = newCluster([{ fail: "image-never-present", image: "local:1" }]);
  cluster.apply(deployment({ image: "local:1", container: { imagePullPolicy: "Never" } }));
  cluster.apply(deployment({ name: "other", image: "local:2", container: { imagePullPolicy: "Never" } }));
  cluster.pass(3);
  const [broken, other] = ["web", "other"].map((app) => cluster.pods().find((pod) => pod.metadata.labels.app === app));
  deepEqual(stateOf(broken).waiting, {
    reason: "ErrImageNeverPull",
    message: 'Container image "local:1" is not present with pull policy of Never',
  });
  equal(isReady(other), true);
});

Deno.test("an image is pulled once per node, and at every start with pull policy Always", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 1 }));
  cluster.pass(3);
  cluster.apply(deployment({ name: "second" }));
  cluster.apply(deployment({ name: "third", container: { imagePullPolicy: "Always" } }));
  cluster.pass(3);
  const texts = (app: string) =>
    cluster.events(cluster.pods().find((pod) => pod.metadata.labels.app === app)!.metadata.name)
      .filter((text) => text.startsWith("Pull"));
  equal(texts("web")[0], 'Pulling: Pulling image "nginx:1.25"');
  ok(
    /^Pulled: Successfully pulled image "nginx:1.25" in 1s \(1s including waiting\)\. Image size: \d+ bytes\.$/.test(
      texts("web")[1]!,
    ),
  );
  deepEqual(texts("second"), [
    'Pulled: Container image "nginx:1.25" already present on machine and can be accessed by the pod',
  ]);
  equal(texts("third")[0], 'Pulling: Pulling image "nginx:1.25"');
});

Deno.test("a pull secret that does not exist is reported, and the pull tried all the same", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ pod: { imagePullSecrets: [{ name: "regcred" }] } }));
  cluster.pass(3);
  const [pod] = cluster.pods();
  equal(isReady(pod), true);
  ok(
    cluster.events(pod.metadata.name).includes(
      "FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
    ),
  );
});

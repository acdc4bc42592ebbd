import { deepEqual, equal } from "../assert.ts";
import { PART_OF_LABEL } from "../../src/apply/mod.ts";
import { type JsonObject, NetworkError } from "../../src/base/mod.ts";
import type { Transport } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { manifest } from "./fake_cluster.ts";
import { brief, comparable, configMap, SandboxWorld, webDeployment } from "./sandbox_world.ts";

const OTHER = manifest("v1", "Namespace", "other");
const SERVICE = manifest("v1", "Service", "web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
const ROLE = manifest("rbac.authorization.k8s.io/v1", "Role", "r", { rules: [] });

const BEFORE: Manifest[] = [
  OTHER,
  inOther(configMap("gone-there", { a: "1" })),
  configMap("config-1"),
  configMap("gone", { a: "1" }),
  configMap("stays", { a: "1" }),
  webDeployment("config-1"),
  manifest("apps/v1", "StatefulSet", "db", {
    spec: {
      serviceName: "db",
      selector: { matchLabels: { app: "db" } },
      template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "db", image: "db:1" }] } },
    },
  }),
  ROLE,
];
const AFTER: Manifest[] = [
  OTHER,
  configMap("config-2"),
  configMap("stays", { a: "2" }),
  webDeployment("config-2"),
  SERVICE,
];
const CONFIG_REF = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop" };
/** Objects of others, one of them with a copy of the set's label. */
const THEIRS = ["theirs", "copy"];

const KINDS: [string, string][] = [
  ["v1", "Namespace"],
  ["v1", "ConfigMap"],
  ["v1", "Secret"],
  ["v1", "Service"],
  ["v1", "ServiceAccount"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "ReplicaSet"],
  ["rbac.authorization.k8s.io/v1", "Role"],
];

function inOther(object: Manifest): Manifest {
  return { ...object, metadata: { ...object.metadata, namespace: "other" } };
}

/** A cluster on which the first overlay was deployed, and whose controllers have followed. */
async function createWorld(): Promise<SandboxWorld> {
  const world = await SandboxWorld.create({ controllers: true, latencyMs: 0 });
  for (const name of THEIRS) {
    const labels: JsonObject = name === "copy" ? { [PART_OF_LABEL]: world.set.id } : {};
    world.sandbox.create({ ...configMap(name), metadata: { name, namespace: "shop", labels } });
  }
  equal((await world.deploy(BEFORE)).prune?.outcome, "pruned");
  await world.settle(2);
  return world;
}

/** All objects, noise aside. */
function stateOf(world: SandboxWorld): JsonObject[] {
  return KINDS.flatMap(([apiVersion, kind]) => world.sandbox.store.list(apiVersion, kind)).map(comparable);
}

/** A transport that dies before or after the server has done what the n-th request asks. */
function dying(inner: Transport, last: number, isAnswerLost: boolean): Transport & { sent: number } {
  const line = {
    sent: 0,
    async send(request: Parameters<Transport["send"]>[0], signal?: AbortSignal) {
      const count = ++line.sent;
      if (count === last && isAnswerLost) await inner.send(request, signal);
      if (count >= last) throw new NetworkError("TLS_OTHER", "Cannot reach it", "/");
      return await inner.send(request, signal);
    },
  };
  return line;
}

Deno.test("a deploy with prune that is cut off at any request is finished by running it again, and touches nothing of others", async () => {
  const whole = await createWorld();
  const startCount = whole.sandbox.requests.length;
  const undisturbed = await whole.deploy(AFTER);
  deepEqual(brief(undisturbed.prune!.results), [
    "pruned StatefulSet/db",
    "pruned ConfigMap/gone",
    "pruned ConfigMap/gone-there",
    "pruned Role/r",
    "kept ConfigMap/config-1",
    "kept ConfigMap/copy",
  ]);
  await whole.settle(2);
  const want = stateOf(whole);
  const requests = whole.sandbox.requests.slice(startCount);
  for (const [index, { method, query }] of requests.entries()) {
    const last = index + 1;
    const isWrite = method !== "GET" && query.dryRun === undefined;
    for (const isAnswerLost of isWrite ? [false, true] : [false]) {
      const world = await createWorld();
      const theirs = () => THEIRS.map((name) => world.get({ ...CONFIG_REF, name }));
      const before = theirs();
      const line = dying(world.transport, last, isAnswerLost);
      await world.deploy(AFTER, { client: world.clientOn(line) }).catch(() => {});
      deepEqual(theirs(), before);
      equal((await world.deploy(AFTER)).prune?.outcome, "pruned");
      await world.settle(2);
      deepEqual(stateOf(world), want, `cut off at request ${last}, its answer ${isAnswerLost ? "lost" : "never made"}`);
      deepEqual(theirs(), before);
    }
  }
});

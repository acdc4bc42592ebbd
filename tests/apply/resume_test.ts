import { deepEqual, equal } from "../assert.ts";
import { executePlan, planApply, withoutNoise } from "../../src/apply/mod.ts";
import { isObject, type JsonObject, NetworkError } from "../../src/base/mod.ts";
import { createKubeClient, type Transport } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { createSandbox, type Sandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { refusal } from "../kube/fake_transport.ts";
import { createVirtualClock, type VirtualClock } from "../kube/virtual_clock.ts";
import { manifest } from "./fake_cluster.ts";

const MANIFESTS: Manifest[] = [
  manifest("v1", "Namespace", "shop"),
  manifest("v1", "ConfigMap", "a", { data: { a: "1" } }),
  manifest("v1", "ConfigMap", "b", { data: { b: "1" } }),
  manifest("v1", "Service", "api", { spec: { selector: { app: "api" }, ports: [{ port: 80 }] } }),
  manifest("rbac.authorization.k8s.io/v1", "Role", "r", {
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  }),
  manifest("rbac.authorization.k8s.io/v1", "RoleBinding", "rb", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace: "shop" }],
  }),
];

const random = { number: () => 0.5, bytes: (count: number) => new Uint8Array(count) };

/** A sandbox of which each has the same uids and addresses. */
function createWorld() {
  const clock = createVirtualClock();
  let count = 0;
  const uuid = () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`;
  return { clock, sandbox: createSandbox({ clock, uuid, random: () => 0.5, controllers: false }) };
}

async function deploy(clock: VirtualClock, transport: Transport) {
  const client = createKubeClient(transport, { clock, random });
  const run = async () => {
    const plan = await planApply(client, MANIFESTS, { namespace: "shop" });
    return await executePlan(client, plan, { clock });
  };
  return await clock.drive(run());
}

/** A Service's address depends on how many were given out before, also by dry-runs. */
function withoutAddress({ spec, ...object }: Manifest): JsonObject {
  if (!isObject(spec)) return object;
  const { clusterIP: _ip, clusterIPs: _ips, ...rest } = spec;
  return { ...object, spec: rest };
}

/** What the sandbox has of the manifests, noise aside. */
function stateOf(sandbox: Sandbox): JsonObject[] {
  return MANIFESTS.map(({ apiVersion, kind, metadata: { name } }) => {
    const place = kind === "Namespace" ? {} : { namespace: "shop" };
    const object = sandbox.store.get({ apiVersion, kind, name, ...place });
    return object === undefined ? {} : withoutAddress(withoutNoise(object));
  });
}

Deno.test("an apply that is cut off after any request is finished by running it again", async () => {
  const whole = createWorld();
  equal((await deploy(whole.clock, sandboxTransport(whole.sandbox))).outcome, "applied");
  const want = stateOf(whole.sandbox);
  const requests = whole.sandbox.requests.length;
  equal(requests, 13);
  for (let last = 0; last < requests; last++) {
    const { clock, sandbox } = createWorld();
    const inner = sandboxTransport(sandbox);
    let sent = 0;
    const dying: Transport = {
      send: (request, signal) =>
        ++sent > last
          ? Promise.reject(new NetworkError("TLS_OTHER", "Cannot reach it", "/"))
          : inner.send(request, signal),
    };
    await deploy(clock, dying).catch(() => {});
    equal((await deploy(clock, inner)).outcome, "applied");
    deepEqual(stateOf(sandbox), want, `cut off after ${last} requests`);
  }
});

Deno.test("an apply over a line that loses and refuses requests ends right, and leaves nothing to do", async () => {
  const { clock, sandbox } = createWorld();
  const inner = sandboxTransport(sandbox);
  let count = 0;
  const bad: Transport = {
    async send(request, signal) {
      switch (++count % 5) {
        case 0:
          return refusal(429, "TooManyRequests", "slow down", {}, { "Retry-After": "1" });
        case 2: {
          // Done, but the answer is lost on the way.
          await inner.send(request, signal);
          throw new NetworkError("RESET", "Cannot reach it: connection reset", "/");
        }
        case 4: {
          const response = await inner.send(request, signal);
          const text = await response.text();
          return new Response(text.slice(0, text.length / 2), { status: response.status, headers: response.headers });
        }
        default:
          return await inner.send(request, signal);
      }
    },
  };
  equal((await deploy(clock, bad)).outcome, "applied");
  const again = await deploy(clock, inner);
  deepEqual(again.results.map(({ action }) => action), MANIFESTS.map(() => "unchanged"));
});

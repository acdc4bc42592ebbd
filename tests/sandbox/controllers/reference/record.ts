/**
 * Records what real controllers make of the scenarios.
 *
 *     deno run -A record.ts --server https://127.0.0.1:6443 --token … --ca ca.crt [--only PATTERN]
 *
 * The cluster needs kube-apiserver and kube-controller-manager, and neither scheduler nor kubelet. Each scenario has a
 * namespace of its own, removed afterwards.
 */
import type { JsonObject } from "../../../../src/base/mod.ts";
import type { Loose } from "../cluster.ts";
import { API, isClusterScoped, plural } from "./kinds.ts";
import { type Driver, play } from "./play.ts";
import { type Scenario, SCENARIOS } from "./scenarios.ts";

const flag = (name: string): string | undefined => {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? undefined : Deno.args[at + 1];
};
const server = flag("server")!;
const client = Deno.createHttpClient({ caCerts: [Deno.readTextFileSync(flag("ca")!)], http2: false });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function request(method: string, path: string, body?: JsonObject, type = "application/json"): Promise<Loose> {
  const headers = { authorization: `Bearer ${flag("token")}`, "content-type": type };
  const response = await fetch(
    server + path,
    { method, headers, body: body && JSON.stringify(body), client } as RequestInit,
  );
  const answer = await response.json();
  if (!response.ok && response.status !== 404) throw new Error(`${method} ${path}: ${answer.message}`);
  return answer;
}

function path(kind: string, namespace: string, name?: string): string {
  const version = API[kind] ?? "v1";
  const root = version === "v1" ? "/api/v1" : `/apis/${version}`;
  const scope = isClusterScoped(kind) ? "" : `/namespaces/${namespace}`;
  return `${root}${scope}/${plural(kind)}${name === undefined ? "" : `/${name}`}`;
}

function realDriver(namespace: string): Driver {
  const list = async (kind: string) => ((await request("GET", path(kind, namespace))).items ?? []) as Loose[];
  const versions = async () => {
    const kinds = [
      "Deployment",
      "ReplicaSet",
      "StatefulSet",
      "DaemonSet",
      "Job",
      "Pod",
      "Endpoints",
      "EndpointSlice",
      "PodDisruptionBudget",
      "ResourceQuota",
    ];
    const objects = (await Promise.all(kinds.map(list))).flat();
    return objects.map(({ metadata }) => metadata.resourceVersion).join();
  };
  return {
    namespace,
    now: () => Date.now(),
    async apply(object) {
      const query = "?fieldManager=reference&force=true";
      await request(
        "PATCH",
        path(String(object.kind), namespace, (object.metadata as Loose).name) + query,
        object,
        "application/apply-patch+yaml",
      );
    },
    remove: (kind, name) => request("DELETE", path(kind, namespace, name)),
    bind: (pod, node) =>
      request("POST", `${path("Pod", namespace, pod)}/binding`, {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name: pod },
        target: { apiVersion: "v1", kind: "Node", name: node },
      }),
    writePodStatus: (name, status) =>
      request("PATCH", `${path("Pod", namespace, name)}/status`, { status }, "application/merge-patch+json"),
    list,
    async settle() {
      for (let same = 0, before = ""; same < 3;) {
        await sleep(300);
        const after = await versions();
        same = after === before ? same + 1 : 0;
        before = after;
      }
    },
    wait: async (seconds) => void await sleep(seconds * 1000),
  };
}

async function record(scenario: Scenario): Promise<void> {
  const name = `reference-${scenario.name}`.slice(0, 63);
  const labels = scenario.namespaceLabels ?? {};
  await request("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  try {
    const driver = realDriver(name);
    while ((await driver.list("ServiceAccount")).length === 0) await sleep(200);
    const notes = await play(driver, scenario);
    const file = new URL(`../../../testdata/sandbox/controllers/${scenario.name}.json`, import.meta.url);
    await Deno.writeTextFile(file, JSON.stringify(notes, null, 1) + "\n");
  } finally {
    for (const leftover of scenario.leftovers ?? []) await request("DELETE", path(leftover[0], name, leftover[1]));
    await request("DELETE", `${path("Pod", name)}?gracePeriodSeconds=0`);
    await request("DELETE", `/api/v1/namespaces/${name}`);
  }
}

await Deno.mkdir(new URL("../../../testdata/sandbox/controllers/", import.meta.url), { recursive: true });
const only = flag("only");
for (const scenario of SCENARIOS) {
  if (only !== undefined && !new RegExp(only).test(scenario.name)) continue;
  await record(scenario);
  await Deno.stderr.write(new TextEncoder().encode(`${scenario.name}\n`));
}

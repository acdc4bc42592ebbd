import { deepEqual, equal, ok } from "../assert.ts";
import { type Body, configMap } from "../contract/world.ts";
import { assertExit, type ClusterJob, startClusterJob } from "./job.ts";
import { chooseMoments, killerAt } from "./moments.ts";
import { startWireProxy, type WireProxyOptions } from "./wire_proxy.ts";

const OVERLAY = "overlays/testing";
const APPLY = ["apply", OVERLAY, "--prune", "--quiet"];
const RESOURCES = ["configmaps", "secrets", "services", "apps/v1/deployments"];
const MOMENTS = 20;

/** What is there, aside from what the server chooses: names, labels, the inventory and what was said. */
async function stateOf({ admin, namespace }: ClusterJob): Promise<string[]> {
  const lists = await Promise.all(RESOURCES.map((resource) => admin.get(admin.path(resource))));
  const objects = lists.flatMap(({ kind, items }) =>
    items.map(({ metadata: { name, labels, annotations = {} }, data, spec }: Body) => {
      const { clusterIP: _, clusterIPs: __, ...rest } = spec ?? {};
      const inventory = Object.entries(annotations).filter(([key]) => key.startsWith("applyset.kubernetes.io/"));
      const own = name === "kube-root-ca.crt" ? {} : data;
      return JSON.stringify({ kind, name, labels, inventory, data: own, spec: rest });
    })
  );
  return objects
    .map((text) => text.replaceAll(namespace, "NAMESPACE").replace(/"nodePort":\d+/, ""))
    // An ApplySet's id is a hash that its namespace goes into.
    .map((text) => text.replaceAll(/applyset-[\w-]{20,}-v1/g, (id: string) => id === FOREIGN_SET ? id : "SET"))
    .sort();
}

const FOREIGN_SET = "applyset-2aNobodyKnowsThisOneAtAllxxxxxxxxxxxxxxxxxx-v1";

/**
 * A job whose first overlay is applied, and whose second one, with another image and without two of the objects, is
 * ready; beside it objects of nobody and of another set.
 */
async function prepare(): Promise<ClusterJob> {
  const job = await startClusterJob();
  await job.admin.create("configmaps", configMap("theirs", { a: "1" }));
  const labels = { "applyset.kubernetes.io/part-of": FOREIGN_SET };
  await job.admin.create("configmaps", configMap("of-another-set", { a: "1" }, { labels }));
  assertExit(await job.run(APPLY), 0);
  job.edit(`${OVERLAY}/kustomization.yml`, "newTag: develop", "newTag: feature-1");
  job.edit(
    `${OVERLAY}/kustomization.yml`,
    "  - services/diagnostics-service.yaml\n  - config/sso-config.yml\n",
    "  []\n",
  );
  return job;
}

/** Runs kstage through a proxy. */
async function applyThrough(job: ClusterJob, killed: AbortController, hooks: Partial<WireProxyOptions>) {
  await using proxy = await startWireProxy({ server: job.cluster.url, caPem: job.cluster.caPem, ...hooks });
  const result = await job.run(APPLY, { ...proxy, killed: killed.signal });
  return { ...result, requests: proxy.requests };
}

Deno.test("kstage killed at any moment of an apply with prune: running it again ends as if nothing had happened", async () => {
  await using undisturbed = await prepare();
  const before = await stateOf(undisturbed);
  const whole = await applyThrough(undisturbed, new AbortController(), {});
  assertExit(whole, 0);
  const wanted = await stateOf(undisturbed);
  equal(wanted.length, before.length - 2, "the two objects that left the overlay are gone");
  ok(wanted.some((text) => text.includes('"name":"theirs"')) && wanted.some((text) => text.includes(FOREIGN_SET)));
  const moments = chooseMoments(whole.requests.length, MOMENTS);
  ok(moments.length >= Math.min(MOMENTS, whole.requests.length * 2));
  for (const { index, when } of moments) {
    const moment = `killed ${when} the answer to request ${index} of ${whole.requests.length}`;
    await using job = await prepare();
    const killed = new AbortController();
    const result = await applyThrough(job, killed, killerAt({ index, when }, killed));
    equal(result.exitCode, 137, moment);
    assertExit(await job.run(APPLY), 0);
    deepEqual(await stateOf(job), wanted, moment);
  }
});

import { deepEqual, equal } from "../assert.ts";
import { type Body, configMap } from "../contract/world.ts";
import { assertExit, type ClusterJob, startClusterJob } from "./job.ts";
import { startWireProxy } from "./wire_proxy.ts";

const OVERLAY = "overlays/testing";
const RESOURCES = ["configmaps", "secrets", "services", "apps/v1/deployments"];

/** What is there, aside from what the server chooses: names, labels and what was said. */
async function stateOf({ admin, namespace }: ClusterJob): Promise<string[]> {
  const lists = await Promise.all(RESOURCES.map((resource) => admin.get(admin.path(resource))));
  const objects = lists.flatMap(({ kind, items }) =>
    items.map(({ metadata: { name, labels }, data, spec }: Body) => {
      const { clusterIP: _, clusterIPs: __, ...rest } = spec ?? {};
      return JSON.stringify({ kind, name, labels, data: name === "kube-root-ca.crt" ? {} : data, spec: rest });
    })
  );
  return objects.map((text) => text.replaceAll(namespace, "NAMESPACE").replace(/"nodePort":\d+/, "")).sort();
}

/** A job whose first overlay is applied and whose second one is ready, beside an object that is nobody's. */
async function prepare(): Promise<ClusterJob> {
  const job = await startClusterJob();
  await job.admin.create("configmaps", configMap("theirs", { a: "1" }));
  assertExit(await job.run(["apply", OVERLAY, "--quiet"]), 0);
  job.edit(`${OVERLAY}/kustomization.yml`, "newTag: develop", "newTag: feature-1");
  return job;
}

Deno.test("kstage killed at any request of an apply: running it again ends as if nothing had happened", async () => {
  await using undisturbed = await prepare();
  let total = 0;
  {
    await using proxy = await startWireProxy({ server: undisturbed.cluster.url, caPem: undisturbed.cluster.caPem });
    assertExit(await undisturbed.run(["apply", OVERLAY, "--quiet"], proxy), 0);
    total = proxy.requests.length;
  }
  const wanted = await stateOf(undisturbed);
  for (let last = 1; last <= total; last++) {
    await using job = await prepare();
    const killed = new AbortController();
    await using proxy = await startWireProxy({
      server: job.cluster.url,
      caPem: job.cluster.caPem,
      fault({ index }) {
        if (index === last) killed.abort();
        return undefined;
      },
    });
    const { exitCode } = await job.run(["apply", OVERLAY, "--quiet"], { ...proxy, killed: killed.signal });
    equal(exitCode, 137, `killed at request ${last} of ${total}`);
    assertExit(await job.run(["apply", OVERLAY, "--quiet"]), 0);
    deepEqual(await stateOf(job), wanted, `killed at request ${last} of ${total}`);
  }
});

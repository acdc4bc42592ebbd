import { deepEqual, equal, ok, rejects } from "../../assert.ts";
import { getPath, type JsonObject } from "../../../src/base/mod.ts";
import { createKubeClient, type KubeClient } from "../../../src/kube/mod.ts";
import { undoRollout } from "../../../src/rollout/mod.ts";
import { sandboxTransport } from "../../../src/sandbox/mod.ts";
import { SandboxCluster, targetOf, workload } from "./sandbox_cluster.ts";

/** A Deployment whose second revision is rolled out. */
async function twoRevisions(): Promise<SandboxCluster> {
  const cluster = new SandboxCluster();
  for (const tag of [1, 2]) {
    await cluster.apply(workload({ image: `registry.example.com/web:${tag}` }));
    await cluster.pass(30);
  }
  return cluster;
}

/** A client whose process is killed: before the server hears of a request, or before its answer arrives. */
function killedAt({ sandbox, clock }: SandboxCluster, index: number, when: "before" | "after"): KubeClient {
  const { send } = sandboxTransport(sandbox);
  let count = 0;
  const never = new Promise<Response>(() => {});
  const transport = {
    async send(...call: Parameters<typeof send>) {
      const isLast = ++count === index;
      if (count > index || (isLast && when === "before")) return await never;
      const answer = await send(...call);
      return isLast ? await never : answer;
    },
  };
  return createKubeClient(transport, { clock, random: { number: () => 0.5, bytes: (n) => new Uint8Array(n) } });
}

function imageOf({ sandbox }: SandboxCluster): unknown {
  const [deployment] = sandbox.store.list("apps/v1", "Deployment");
  return (getPath(deployment!, "spec", "template", "spec", "containers") as JsonObject[])[0]!.image;
}

Deno.test("an undo that is killed at any request: asking again ends as if nothing had happened", async (t) => {
  for (let index = 1; index <= 4; index++) {
    for (const when of ["before", "after"] as const) {
      await t.step(`killed ${when} the answer to request ${index}`, async () => {
        const cluster = await twoRevisions();
        const killed = undoRollout(killedAt(cluster, index, when), targetOf(), { toRevision: 1 });
        await cluster.clock.run(Promise.race([killed.catch(() => {}), cluster.clock.sleep(20_000)]));
        ok(["registry.example.com/web:1", "registry.example.com/web:2"].includes(String(imageOf(cluster))));
        await cluster.clock.run(undoRollout(cluster.client, targetOf(), { toRevision: 1 }));
        const { result } = await cluster.watch(targetOf());
        equal(result.outcome, "healthy");
        equal(imageOf(cluster), "registry.example.com/web:1");
        equal(cluster.sandbox.store.list("apps/v1", "ReplicaSet").length, 2);
        cluster.close();
      });
    }
  }
});

Deno.test("a revision is found by the number that it had before an undo brought it back", async () => {
  const cluster = await twoRevisions();
  const undo = () => cluster.clock.run(undoRollout(cluster.client, targetOf(), { toRevision: 1 }));
  const first = await undo();
  await cluster.pass(30);
  const second = await undo();
  deepEqual([first.outcome, second.outcome, second.revision.number], ["rolledBack", "skipped", 3]);
  await rejects(cluster.clock.run(undoRollout(cluster.client, targetOf(), { toRevision: 7 })), {
    code: "REVISION_NOT_FOUND",
  });
  cluster.close();
});

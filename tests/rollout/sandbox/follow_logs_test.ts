import { deepEqual, equal, ok } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import type { RolloutEvent } from "../../../src/rollout/mod.ts";
import { SandboxCluster, targetOf, workload } from "./sandbox_cluster.ts";

const NEXT = "registry.example.com/web:2";

function linesOf(events: RolloutEvent[]): string[] {
  return events.flatMap((event) => event.type === "log" ? [`${event.container}: ${event.line}`] : []);
}

async function rollOut(
  faults: JsonObject[],
  options: { followLogs?: boolean; redact?: (text: string) => string } = {},
) {
  const cluster = new SandboxCluster(faults);
  await cluster.apply(workload());
  await cluster.pass(20);
  await cluster.apply(workload({ image: NEXT }));
  const { result, events } = await cluster.watch(targetOf(), {
    followLogs: true,
    patience: { crashMs: 60_000 },
    ...options,
  });
  const follows = cluster.sandbox.requests.filter(({ query }) => query.follow !== undefined);
  const pods = cluster.sandbox.store.list("v1", "Pod").filter(({ spec }) => JSON.stringify(spec).includes(NEXT)).map((
    { metadata },
  ) => metadata.name);
  cluster.close();
  return { result, events, follows, pods };
}

Deno.test("every run of a new pod's container is told line by line, once, with its pod", async () => {
  const { events, follows, pods } = await rollOut([
    { fail: "crash", image: NEXT, times: 2, exitCode: 3, log: ["starting", "no DATABASE_URL"] },
  ]);
  const crashes = linesOf(events).filter((line) => line === "web: no DATABASE_URL").length;
  // Two pods, two crashes each.
  equal(crashes, 4);
  const lines = events.filter((event) => event.type === "log");
  ok(lines.every((event) => event.type === "log" && pods.includes(event.pod) && event.ref.name === "web"));
  ok(follows.every(({ path }) => pods.some((pod) => path.includes(pod))), "only new pods' logs are read");
});

Deno.test("logs end with the verdict", async () => {
  const { result, events } = await rollOut([{ fail: "crash", image: NEXT, log: ["starting"] }]);
  equal(result.outcome, "failed");
  const verdict = events.findIndex(({ type }) => type === "result");
  equal(linesOf(events.slice(verdict)).length, 0);
  ok(linesOf(events.slice(0, verdict)).length > 0);
});

Deno.test("what must not be seen is hidden in logs too", async () => {
  const redact = (text: string) => text.replaceAll("hunter2", "***");
  const { events } = await rollOut([{ fail: "crash", image: NEXT, times: 1, log: ["password hunter2"] }], { redact });
  ok(!JSON.stringify(events).includes("hunter2"));
  ok(linesOf(events).includes("web: password ***"));
});

Deno.test("logs are left alone unless they are asked for", async () => {
  const { events, follows } = await rollOut([{ fail: "crash", image: NEXT, times: 1, log: ["x"] }], {
    followLogs: false,
  });
  deepEqual([linesOf(events), follows], [[], []]);
});

/** What a role allows decides what can be told; the sandbox refuses the rest as a real server does. */
import { deepEqual, equal, rejects } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { assertResult } from "../scenario.ts";
import { SandboxCluster, targetOf, workload } from "./sandbox_cluster.ts";

const NEXT = "registry.example.com/web:2";
const READ = ["get", "list", "watch"];

function rule(apiGroup: string, resources: string[], verbs = READ): JsonObject {
  return { apiGroups: [apiGroup], resources, verbs };
}

const FULL = [
  rule("apps", ["deployments", "replicasets"]),
  rule("", ["pods", "events"]),
  rule("", ["pods/log"], ["get"]),
];

const NO_FAULT: JsonObject = {};

async function breakRollout(rules: JsonObject[], fault: JsonObject = { fail: "crash", log: ["boom"] }) {
  const cluster = new SandboxCluster(fault === NO_FAULT ? [] : [{ image: NEXT, ...fault }], rules);
  await cluster.apply(workload());
  await cluster.pass(20);
  await cluster.apply(workload({ image: NEXT }));
  try {
    const { result, events } = await cluster.watch(targetOf(), { timeoutMs: 60_000 });
    return { result, notes: events.flatMap((event) => event.type === "note" ? [event] : []) };
  } finally {
    cluster.close();
  }
}

Deno.test("reading Deployments, ReplicaSets, pods, events and logs is enough for a full diagnosis", async () => {
  const { result, notes } = await breakRollout(FULL);
  assertResult(result, { outcome: "failed", codes: ["K1101"], evidence: /boom/ });
  deepEqual(notes, []);
});

Deno.test("without logs the diagnosis stands, without their lines", async () => {
  const { result, notes } = await breakRollout(FULL.slice(0, 2));
  assertResult(result, { outcome: "failed", codes: ["K1101"], evidence: /exited with code 1 \(Error\)$/ });
  deepEqual(notes, []);
});

Deno.test("without events, containers still speak for themselves, and a note says what is missing", async () => {
  const { result, notes } = await breakRollout([FULL[0]!, rule("", ["pods"])], { fail: "image-not-found" });
  assertResult(result, { outcome: "failed", codes: ["K1001"] });
  equal(notes.length, 1);
  equal(notes[0]?.hint, 'Add to the Role: - apiGroups: [""], resources: ["events"], verbs: ["list", "watch"]');
});

Deno.test("what may be listed but not watched is not taken for the present", async () => {
  for (
    const [resource, group, others] of [["replicasets", "apps", ["deployments"]], ["pods", "", ["events"]]] as const
  ) {
    const rules = [
      ...FULL.filter(({ apiGroups }) => (apiGroups as string[])[0] !== group),
      rule(group, [...others]),
      rule(group, [resource], ["list"]),
    ];
    const { result, notes } = await breakRollout(rules, NO_FAULT);
    assertResult(result, { outcome: "healthy", codes: [] });
    equal(notes.length, 1);
  }
});

Deno.test("with Deployments alone, what their conditions say is told", async () => {
  const { result, notes } = await breakRollout([rule("apps", ["deployments"])], { fail: "pod-security" });
  assertResult(result, { outcome: "failed", codes: ["K1403"] });
  deepEqual(notes.map(({ message }) => /^Cannot watch (\w+) /.exec(message)?.[1]).sort(), [
    "events",
    "pods",
    "replicasets",
  ]);
});

Deno.test("a role that may get the Deployment alone is served by reading it", async () => {
  const only = { ...rule("apps", ["deployments"], ["get"]), resourceNames: ["web"] };
  const { result } = await breakRollout([only], { fail: "slow", delaySeconds: 20, phase: "pull" });
  equal(result.outcome, "healthy", JSON.stringify(result));
});

Deno.test("a role that allows nothing is refused", async () => {
  await rejects(breakRollout([]), { name: "ApiError", code: "FORBIDDEN" });
});

import { deepEqual, equal, ok } from "../assert.ts";
import * as fc from "fast-check";
import type { ObjectRef } from "../../src/manifest/mod.ts";
import { NEVER, NOW, type Suspicion, twice } from "../../src/rollout/finding.ts";
import { SuspicionLog } from "../../src/rollout/suspicion_log.ts";

const pod = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Pod", namespace: "shop", name });

function suspicion(more: Partial<Suspicion> = {}): Suspicion {
  return {
    code: "K1001",
    object: pod("web-a"),
    container: "web",
    message: "no such image",
    evidence: [],
    certainty: twice(10_000),
    ...more,
  };
}

const severities = (log: SuspicionLog, suspicions: Suspicion[], nowMs: number) =>
  log.observe(suspicions, nowMs).map(({ severity }) => severity);

Deno.test("a suspicion becomes fatal when it was seen twice, far enough apart", () => {
  const log = new SuspicionLog();
  deepEqual(severities(log, [suspicion()], 0), ["confirm"]);
  deepEqual(severities(log, [suspicion()], 9_999), ["confirm"]);
  deepEqual(severities(log, [], 10_000), []);
  deepEqual(severities(log, [suspicion()], 11_000), ["fatal"]);
});

Deno.test("a suspicion that needs three sightings isn't fatal by a burst of them", () => {
  const log = new SuspicionLog();
  const thrice = suspicion({ certainty: { kind: "after", sightings: 3, spanMs: 10_000 } });
  for (const ms of [0, 10, 20, 30]) deepEqual(severities(log, [thrice], ms), ["confirm"]);
  deepEqual(severities(log, [thrice], 12_000), ["confirm"]);
  deepEqual(severities(log, [thrice], 17_000), ["fatal"]);
});

Deno.test("what the cluster itself proves needs no second sighting", () => {
  deepEqual(severities(new SuspicionLog(), [suspicion({ knownForMs: 10_000 })], 0), ["fatal"]);
  deepEqual(severities(new SuspicionLog(), [suspicion({ knownForMs: 9_000 })], 0), ["confirm"]);
});

Deno.test("a quiet suspicion isn't told before its time", () => {
  const log = new SuspicionLog();
  const quiet = suspicion({ certainty: NEVER, quietMs: 15_000 });
  deepEqual(severities(log, [quiet], 0), []);
  equal(log.nextLookMs([quiet], 0), 15_000);
  deepEqual(severities(log, [quiet], 15_000), ["transient"]);
  equal(log.nextLookMs([quiet], 15_000), undefined);
});

Deno.test("the same trouble of several pods is one finding, with the worst of them", () => {
  const log = new SuspicionLog();
  const [finding, ...rest] = log.observe([
    suspicion({ certainty: NEVER }),
    suspicion({ object: pod("web-b"), certainty: NOW, message: "worse" }),
    suspicion({ object: pod("web-c"), certainty: NEVER }),
  ], 0);
  equal(rest.length, 0);
  deepEqual([finding?.severity, finding?.message, finding?.object.name, finding?.pods], [
    "fatal",
    "worse",
    "web-b",
    ["web-a", "web-b", "web-c"],
  ]);
});

Deno.test("causes come before outcomes, and the time that was up comes last", () => {
  const log = new SuspicionLog();
  const findings = log.observe([
    suspicion({ code: "K1601", certainty: NOW }),
    suspicion({ code: "K1602", certainty: NOW }),
    suspicion({ code: "K1501", certainty: NEVER }),
    suspicion({ code: "K1101", certainty: NOW }),
  ], 0);
  deepEqual(findings.map(({ code }) => code), ["K1101", "K1602", "K1501", "K1601"]);
});

Deno.test("law: a suspicion that must last is never fatal before its time, and always at its next look after it", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60_000 }),
      fc.integer({ min: 2, max: 4 }),
      gaps,
      (spanMs, sightings, gaps) => {
        const log = new SuspicionLog();
        const lasting = suspicion({ certainty: { kind: "after", sightings, spanMs } });
        let nowMs = 0;
        for (const gap of [0, ...gaps]) {
          nowMs += gap;
          const [severity] = severities(log, [lasting], nowMs);
          if (severity === "fatal") ok(nowMs >= spanMs);
        }
        // Whoever looks whenever the log asks for it comes to a verdict in as many looks as sightings are needed.
        let looks = 0;
        while (severities(log, [lasting], nowMs)[0] !== "fatal") {
          const nextMs = log.nextLookMs([lasting], nowMs);
          ok(nextMs !== undefined && nextMs > nowMs && ++looks <= sightings);
          nowMs = nextMs;
        }
      },
    ),
  );
});

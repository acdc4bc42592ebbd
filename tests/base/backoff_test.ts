import { deepEqual, equal, ok } from "../assert.ts";
import fc from "fast-check";
import { computeBackoff } from "../../src/base/mod.ts";

Deno.test("computeBackoff doubles up to its limit", () => {
  const waits = [1, 2, 3, 4, 5, 6].map((attempt) => computeBackoff(attempt, { baseMs: 200, maxMs: 5000 }, 1));
  deepEqual(waits, [200, 400, 800, 1600, 3200, 5000]);
});

Deno.test("computeBackoff takes at least half of the wait, whatever the random number", () => {
  equal(computeBackoff(3, { baseMs: 100, maxMs: 1000 }, 0), 200);
  fc.assert(fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (n, r) => {
    const wait = computeBackoff(n, { baseMs: 100, maxMs: 1000 }, r);
    ok(wait >= 50 && wait <= 1000);
  }));
});

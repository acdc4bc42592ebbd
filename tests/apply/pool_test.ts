import { deepEqual, equal, rejects } from "../assert.ts";
// Not part of the folder's face: planning and executing rest on these promises.
import { mapConcurrently } from "../../src/apply/pool.ts";

Deno.test("mapConcurrently() keeps the items' order and the limit", async () => {
  let running = 0;
  let most = 0;
  const results = await mapConcurrently([5, 1, 4, 2, 3], { concurrency: 2 }, async (item) => {
    most = Math.max(most, ++running);
    for (let i = 0; i < item; i++) await Promise.resolve();
    running--;
    return item * 10;
  });
  deepEqual([results, most], [[50, 10, 40, 20, 30], 2]);
});

Deno.test("mapConcurrently() tells the others of the first failure, begins nothing new and rejects with it", async () => {
  const begun: number[] = [];
  const run = (item: number, signal: AbortSignal) => {
    begun.push(item);
    if (item === 1) return Promise.reject(new Error("first"));
    return new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  await rejects(mapConcurrently([0, 1, 2, 3], { concurrency: 3 }, run), { message: "first" });
  deepEqual(begun, [0, 1, 2]);
});

Deno.test("mapConcurrently() ends with the caller's signal", async () => {
  const abort = new AbortController();
  const running = mapConcurrently(
    [1],
    { concurrency: 1, signal: abort.signal },
    (_item, signal) => new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  abort.abort(new Error("enough"));
  await rejects(running, { message: "enough" });
  await rejects(mapConcurrently([1], { concurrency: 1, signal: abort.signal }, () => Promise.resolve()), {
    message: "enough",
  });
});

Deno.test("mapConcurrently() of nothing is nothing", async () => {
  equal((await mapConcurrently([], { concurrency: 5 }, () => Promise.resolve(1))).length, 0);
});

import type { KubeClient } from "../../src/kube/mod.ts";
import { ReleaseError } from "../../src/release/mod.ts";
import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { LEASE, LockWorld } from "./lock_world.ts";

const isCode = (code: string) => (error: unknown) => error instanceof ReleaseError && error.code === code;

Deno.test("acquireLock(): a free lock costs one request, and is gone when it is released", async () => {
  const world = new LockWorld();
  const lock = await world.clock.run(world.acquire("ann@laptop"));
  equal(lock.waited, false);
  equal(world.sandbox.requests.length, 1);
  ok(
    String((world.sandbox.store.get(LEASE)!.spec as { holderIdentity: string }).holderIdentity).startsWith(
      "ann@laptop ",
    ),
  );
  await world.clock.run(lock.release());
  equal(world.sandbox.requests.length, 2);
  equal(world.sandbox.store.get(LEASE), undefined);
});

Deno.test("acquireLock(): who doesn't wait is refused as soon as the holder has shown that it lives", async () => {
  const world = new LockWorld();
  const lock = await world.clock.run(world.acquire("https://ci.example.com/jobs/1"));
  const before = world.clock.seconds;
  await rejects(world.clock.run(world.acquire("bob@laptop")), (error) => {
    ok(isCode("LOCKED")(error) && /held by https:\/\/ci\.example\.com\/jobs\/1$/.test((error as Error).message));
    return true;
  });
  ok(world.clock.seconds - before < 10, `${world.clock.seconds - before} s`);
  await world.clock.run(lock.release());
});

Deno.test("acquireLock(): a holder that was killed loses the lock after 30 s without a sign of life", async () => {
  const world = new LockWorld();
  const identity = "https://ci.example.com/jobs/1 0123456789abcdef";
  // Clocks are not compared: a renewal far in the future of ours changes nothing.
  const spec = { holderIdentity: identity, leaseDurationSeconds: 30, renewTime: "2036-01-01T00:00:00.000000Z" };
  const { apiVersion, kind, name, namespace } = LEASE;
  world.sandbox.create({ apiVersion, kind, metadata: { name, namespace }, spec });
  const lock = await world.clock.run(world.acquire("bob@laptop"));
  ok(world.clock.seconds >= 30 && world.clock.seconds < 33, `${world.clock.seconds} s`);
  equal(lock.waited, true);
  await world.clock.run(lock.release());
});

Deno.test("acquireLock(): a wait ends in time, and gives its place back", async () => {
  const world = new LockWorld();
  const lock = await world.clock.run(world.acquire("ann"));
  await rejects(world.clock.run(world.acquire("bob", { waitMs: 20_000 })), isCode("LOCKED"));
  ok(world.clock.seconds >= 20 && world.clock.seconds < 23, `${world.clock.seconds} s`);
  deepEqual(Object.keys(world.sandbox.store.get(LEASE)!.metadata.annotations ?? {}), []);
  await world.clock.run(lock.release());
});

Deno.test("acquireLock(): an interrupted wait gives its place back", async () => {
  const world = new LockWorld();
  const lock = await world.clock.run(world.acquire("ann"));
  const controller = new AbortController();
  const waiting = world.acquire("bob", { waitMs: 600_000, signal: controller.signal });
  void world.clock.sleep(15_000).then(() => controller.abort(new Error("stop")));
  await rejects(world.clock.run(waiting), /stop/);
  deepEqual(Object.keys(world.sandbox.store.get(LEASE)!.metadata.annotations ?? {}), []);
  await world.clock.run(lock.release());
});

Deno.test("acquireLock(): who waits and is killed holds up the others for no longer than a holder", async () => {
  const world = new LockWorld();
  const lock = await world.clock.run(world.acquire("ann"));
  const annotations = { "ticket.kstage.dev/dead": "1 5" };
  await world.clock.run(world.client().patch(LEASE, "merge", { metadata: { annotations } }));
  const waiting = world.acquire("bob", { waitMs: 600_000 });
  void world.clock.sleep(5_000).then(() => lock.release());
  const next = await world.clock.run(waiting);
  ok(world.clock.seconds >= 30 && world.clock.seconds < 35, `${world.clock.seconds} s`);
  deepEqual(Object.keys(world.sandbox.store.get(LEASE)!.metadata.annotations ?? {}), []);
  await world.clock.run(next.release());
});

Deno.test("acquireLock(): a holder that can't renew stops before anybody else may take the lock", async () => {
  const world = new LockWorld();
  const client = world.client();
  let isCut = false;
  const cut: KubeClient = Object.assign(Object.create(client) as KubeClient, {
    create: client.create.bind(client),
    get: client.get.bind(client),
    delete: client.delete.bind(client),
    patch: (...args: Parameters<KubeClient["patch"]>) =>
      isCut ? Promise.reject(new TypeError("no route")) : client.patch(...args),
  });
  const lock = await world.clock.run(world.acquire("ann", { client: cut }));
  isCut = true;
  const cutMs = world.clock.seconds;
  let lostAt = 0;
  lock.signal.addEventListener("abort", () => lostAt = world.clock.seconds);
  const next = await world.clock.run(world.acquire("bob"));
  ok(lostAt > cutMs && lostAt < world.clock.seconds - 5, `lost at ${lostAt}, taken at ${world.clock.seconds}`);
  ok(isCode("LOCK_LOST")(lock.signal.reason));
  await world.clock.run(lock.release());
  ok(world.sandbox.store.get(LEASE) !== undefined, "the former holder must not release another's lock");
  await world.clock.run(next.release());
});

Deno.test("acquireLock(): of 20 deploys at once exactly one runs at a time and all end", async () => {
  const world = new LockWorld();
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const deploy = async (number: number) => {
    const lock = await world.acquire(`job ${number}`, { waitMs: 3_600_000 });
    most = Math.max(most, ++running);
    order.push(number);
    await world.clock.sleep(7_000 + world.random.number() * 20_000);
    equal(lock.signal.aborted, false);
    running--;
    await lock.release();
  };
  await world.clock.run(Promise.all(Array.from({ length: 20 }, (_, i) => deploy(i))));
  equal(most, 1);
  deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => i));
  ok(world.clock.seconds < 20 * 32, `${world.clock.seconds} s`);
  equal(world.sandbox.store.get(LEASE), undefined);
});

Deno.test("acquireLock(): who comes later does not overtake, however often it tries", async () => {
  const world = new LockWorld();
  const first = await world.clock.run(world.acquire("first"));
  const order: string[] = [];
  const run = async (name: string, afterMs: number) => {
    await world.clock.sleep(afterMs);
    const lock = await world.acquire(name, { waitMs: 3_600_000 });
    order.push(name);
    await world.clock.sleep(10_000);
    await lock.release();
  };
  const runs = Array.from({ length: 8 }, (_, i) => run(`job ${i}`, 3_000 * (i + 1)));
  void world.clock.sleep(30_000).then(() => first.release());
  await world.clock.run(Promise.all(runs));
  deepEqual(order, Array.from({ length: 8 }, (_, i) => `job ${i}`));
});

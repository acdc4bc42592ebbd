import { deepEqual, equal, match, ok } from "../assert.ts";
import { defineWidgets } from "./widgets.ts";
import { type Body, configMap, type ContractCase, type World } from "./world.ts";

/** Watches: what is told, from where on, and when that is too far back. */
export const WATCHES: readonly ContractCase[] = [
  {
    promise: "a watch from a version tells every later change, and nothing before",
    async run(world) {
      const path = world.path("secrets");
      const secret = (name: string) => ({ apiVersion: "v1", kind: "Secret", metadata: { name }, data: { x: "MQ==" } });
      await world.create("secrets", secret("before"));
      const { metadata } = await world.get(path);
      await using watch = await openWatch(world, path, { resourceVersion: metadata.resourceVersion });
      await world.create("secrets", secret("a"));
      await world.patch(`${path}/a`, "merge", { data: { x: "Mg==" } });
      await world.expect(200, "DELETE", `${path}/a`);
      const events = [await watch.next(), await watch.next(), await watch.next()];
      deepEqual(events.map(({ type, object }) => [type, object.kind, object.metadata.name, object.data.x]), [
        ["ADDED", "Secret", "a", "MQ=="],
        ["MODIFIED", "Secret", "a", "Mg=="],
        ["DELETED", "Secret", "a", "Mg=="],
      ]);
      const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
      // A deletion has a version of its own.
      ok(versions[0]! < versions[1]! && versions[1]! < versions[2]!, `${versions}`);
    },
  },
  {
    promise: "a watch without a version tells first what is there",
    async run(world) {
      const path = world.path("secrets");
      for (const name of ["b", "a"]) {
        await world.create("secrets", { apiVersion: "v1", kind: "Secret", metadata: { name } });
      }
      await using watch = await openWatch(world, path, {});
      const events = [await watch.next(), await watch.next()];
      deepEqual(events.map(({ type, object }) => [type, object.metadata.name]).sort(), [["ADDED", "a"], [
        "ADDED",
        "b",
      ]]);
    },
  },
  {
    promise: "a watch with initial events marks their end by a bookmark",
    async run(world) {
      const path = world.path("secrets");
      await world.create("secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "a" } });
      await using watch = await openWatch(world, path, {
        sendInitialEvents: "true",
        resourceVersionMatch: "NotOlderThan",
        allowWatchBookmarks: "true",
      });
      const [added, bookmark] = [await watch.next(), await watch.next()];
      deepEqual([added.type, added.object.metadata.name], ["ADDED", "a"]);
      deepEqual([bookmark.type, bookmark.object.kind, bookmark.object.apiVersion], ["BOOKMARK", "Secret", "v1"]);
      deepEqual(bookmark.object.metadata.annotations, { "k8s.io/initial-events-end": "true" });
      match(bookmark.object.metadata.resourceVersion, /^\d+$/);
      await world.create("secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "b" } });
      deepEqual((await watch.next()).object.metadata.name, "b");
    },
  },
  {
    promise: "an object that a selector no longer chooses is gone for that watch, one that it now chooses is new",
    async run(world) {
      const path = world.path("configmaps");
      await world.create("configmaps", configMap("a", {}, { labels: { app: "api" } }));
      const { metadata } = await world.get(path);
      const query = { labelSelector: "app=api", resourceVersion: metadata.resourceVersion };
      await using watch = await openWatch(world, path, query);
      await world.patch(`${path}/a`, "merge", { metadata: { labels: { app: "other" } } });
      await world.patch(`${path}/a`, "merge", { data: { unseen: "1" } });
      await world.patch(`${path}/a`, "merge", { metadata: { labels: { app: "api" } } });
      const events = [await watch.next(), await watch.next()];
      deepEqual(events.map(({ type, object }) => [type, object.metadata.labels.app]), [
        ["DELETED", "api"],
        ["ADDED", "api"],
      ]);
    },
  },
  {
    promise: "a watch of one name sees that object alone",
    async run(world) {
      const path = world.path("configmaps");
      const { metadata } = await world.get(path);
      const query = { fieldSelector: "metadata.name=b", resourceVersion: metadata.resourceVersion };
      await using watch = await openWatch(world, path, query);
      await world.create("configmaps", configMap("a"));
      await world.create("configmaps", configMap("b"));
      equal((await watch.next()).object.metadata.name, "b");
    },
  },
  {
    promise: "a watch from a version that is forgotten is told so: 410, Expired",
    async run(world) {
      // A new kind: what was before it is not remembered.
      const { definition, resource } = await defineWidgets(world);
      await using watch = await openWatch(world, world.path(resource), { resourceVersion: "1" });
      const { type, object } = await watch.next();
      deepEqual([type, object.kind, object.status, object.reason, object.code], [
        "ERROR",
        "Status",
        "Failure",
        "Expired",
        410,
      ]);
      match(object.message, /^too old resource version: 1 \(\d+\)$/);
      equal(await watch.ended(), true);
      await world.expect(200, "DELETE", definition);
    },
  },
  {
    promise: "a watch ends by itself after timeoutSeconds",
    async run(world) {
      const { metadata } = await world.get(world.path("secrets"));
      const query = { resourceVersion: metadata.resourceVersion, timeoutSeconds: "1" };
      await using watch = await openWatch(world, world.path("secrets"), query);
      equal(await watch.ended(), true);
    },
  },
  {
    promise: "a version that is no number is refused",
    async run(world) {
      const query = { watch: "true", resourceVersion: "new" };
      const refused = await world.call("GET", world.path("secrets"), { query });
      // kube-apiserver takes its own parse error for a fault of its own.
      deepEqual([refused.status, refused.body.message], [
        500,
        'resourceVersion: Invalid value: "new": strconv.ParseUint: parsing "new": invalid syntax',
      ]);
    },
  },
];

interface Watch extends AsyncDisposable {
  /** The next event. Throws when the server ends the watch first. */
  next(): Promise<{ type: string; object: Body }>;
  /** Whether the server ends the watch without telling more. */
  ended(): Promise<boolean>;
}

async function openWatch(world: World, path: string, query: Record<string, string>): Promise<Watch> {
  const abort = new AbortController();
  const response = await world.open("GET", path, { query: { watch: "true", ...query } }, abort.signal);
  equal(response.status, 200);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const line = async (): Promise<string | undefined> => {
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += value;
    }
    const end = text.indexOf("\n");
    const found = text.slice(0, end);
    text = text.slice(end + 1);
    return found;
  };
  return {
    async next() {
      const found = await line();
      if (found === undefined) throw new Error("The watch has ended");
      return JSON.parse(found);
    },
    ended: async () => await line() === undefined,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await reader.cancel().catch(() => {});
    },
  };
}

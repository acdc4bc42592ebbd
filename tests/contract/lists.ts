import { deepEqual, equal, match, ok } from "../assert.ts";
import { type Body, configMap, type ContractCase, type World } from "./world.ts";

const LABELS: Readonly<Record<string, Record<string, string>>> = {
  a: { app: "api", tier: "web" },
  b: { app: "api", tier: "db" },
  c: { app: "worker" },
  d: {},
};

/** Selector → the names that it selects. */
const LABEL_SELECTORS: Readonly<Record<string, string[]>> = {
  "app=api": ["a", "b"],
  "app==api,tier=db": ["b"],
  "app!=api": ["c", "d"],
  "app in (api, worker)": ["a", "b", "c"],
  "app notin (worker)": ["a", "b", "d"],
  tier: ["a", "b"],
  "!tier": ["c", "d"],
  "app,!tier": ["c"],
};

const FIELD_SELECTORS: Readonly<Record<string, string[]>> = {
  "metadata.name=b": ["b"],
  "metadata.name!=b": ["a", "c", "d"],
  "metadata.name==a,metadata.name!=b": ["a"],
};

/** Lists: selectors and pages. */
export const LISTS: readonly ContractCase[] = [
  {
    promise: "selectors choose by labels and fields",
    async run(world) {
      await createLabelled(world);
      for (const [labelSelector, wanted] of Object.entries(LABEL_SELECTORS)) {
        deepEqual(await names(world, { labelSelector }), wanted, labelSelector);
      }
      for (const [fieldSelector, wanted] of Object.entries(FIELD_SELECTORS)) {
        deepEqual(await names(world, { fieldSelector }), wanted, fieldSelector);
      }
    },
  },
  {
    promise: "a selector that can't be read or isn't supported is refused",
    async run(world) {
      const path = world.path("configmaps");
      const unreadable = await world.expect(400, "GET", path, { query: { labelSelector: "app in (" } });
      match(unreadable.message, /^unable to parse requirement: found '', expected: ',', '\)' or identifier$/);
      const unsupported = await world.expect(400, "GET", path, { query: { fieldSelector: "data.x=1" } });
      equal(unsupported.message, '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"');
      equal(unsupported.reason, "BadRequest");
    },
  },
  {
    promise: "a list says its kind and version; its items don't",
    async run(world) {
      await world.create("configmaps", configMap("a"));
      const list = await world.get(world.path("configmaps"), { fieldSelector: "metadata.name=a" });
      deepEqual([list.kind, list.apiVersion, Object.keys(list).sort()], [
        "ConfigMapList",
        "v1",
        ["apiVersion", "items", "kind", "metadata"],
      ]);
      deepEqual([list.items.length, list.items[0].kind, list.items[0].apiVersion], [1, undefined, undefined]);
      match(list.metadata.resourceVersion, /^\d+$/);
    },
  },
  {
    promise: "an empty list has items, and a namespace that isn't there is an empty list",
    async run(world) {
      const list = await world.get("/api/v1/namespaces/there-is-none/secrets");
      deepEqual([list.kind, list.items], ["SecretList", []]);
    },
  },
  {
    promise: "pages of one list are of one version, and say how many objects are left",
    async run(world) {
      // Secrets: a controller puts a ConfigMap into each new namespace, at a moment of its own.
      for (const name of ["a", "b", "c", "d", "e"]) {
        await world.create("secrets", { apiVersion: "v1", kind: "Secret", metadata: { name } });
      }
      const path = world.path("secrets");
      const selected = { limit: "2", fieldSelector: "metadata.name!=none" };
      const first = await world.get(path, selected);
      deepEqual(namesOf(first), ["a", "b"]);
      ok(first.metadata.continue.length > 0);
      // Counting what a selector leaves over would cost as much as listing it.
      equal(first.metadata.remainingItemCount, undefined);
      await world.create("secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "cc" } });
      const seen = namesOf(first);
      const versions = new Set([first.metadata.resourceVersion]);
      let page = first;
      while (page.metadata.continue) {
        page = await world.get(path, { ...selected, continue: page.metadata.continue });
        seen.push(...namesOf(page));
        versions.add(page.metadata.resourceVersion);
      }
      deepEqual(seen, ["a", "b", "c", "d", "e"]);
      equal(versions.size, 1);
      const whole = await world.get(path, { limit: "4" });
      equal(whole.metadata.remainingItemCount, 2);
    },
  },
  {
    promise: "a continue token that isn't one is refused",
    async run(world) {
      const refused = await world.expect(400, "GET", world.path("configmaps"), {
        query: { limit: "1", continue: "garbage" },
      });
      deepEqual([refused.reason, refused.message.slice(0, 23)], ["BadRequest", "invalid continue token:"]);
    },
  },
  {
    promise: "a list across namespaces has the objects of each",
    async run(world) {
      const label = world.uniqueName("all");
      await world.create("configmaps", configMap("a", {}, { labels: { label } }));
      await world.expect(201, "POST", "/api/v1/namespaces/default/configmaps", {
        body: configMap(label, {}, { labels: { label } }),
      });
      const { items } = await world.get("/api/v1/configmaps", { labelSelector: `label=${label}` });
      deepEqual(
        items.map(({ metadata }: Body) => `${metadata.namespace}/${metadata.name}`).sort(),
        [
          `${world.namespace}/a`,
          `default/${label}`,
        ].sort(),
      );
      await world.expect(200, "DELETE", `/api/v1/namespaces/default/configmaps/${label}`);
    },
  },
];

async function createLabelled(world: World): Promise<void> {
  for (const [name, labels] of Object.entries(LABELS)) {
    await world.create("services", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, labels },
      spec: { ports: [{ port: 80 }] },
    });
  }
}

async function names(world: World, query: Record<string, string>): Promise<string[]> {
  return namesOf(await world.get(world.path("services"), query));
}

function namesOf(list: Body): string[] {
  return list.items.map(({ metadata }: Body) => metadata.name);
}

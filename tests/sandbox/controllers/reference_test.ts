import { createTwoFilesPatch } from "diff";
import { deepEqual, equal, fail } from "../../assert.ts";
import { isObject, type JsonValue } from "../../../src/base/mod.ts";
import { createControllers } from "../../../src/sandbox/controllers/mod.ts";
import { ObjectStore } from "../../../src/sandbox/store.ts";
import type { Manifest } from "../../../src/manifest/mod.ts";
import { type Loose, START } from "./cluster.ts";
import { API, isClusterScoped } from "./reference/kinds.ts";
import { type Driver, play } from "./reference/play.ts";
import { type Scenario, SCENARIOS } from "./reference/scenarios.ts";

const NAMESPACE = "reference-namespace";

function sandboxDriver(scenario: Scenario): Driver {
  let now = START;
  let uid = 0;
  const store = new ObjectStore({ now: () => now, uuid: () => `uid-${++uid}` });
  const without = ["default-scheduler", "kubelet", "taint-eviction-controller"];
  const controllers = createControllers({ store, now: () => now, settings: { nodes: 0 }, without });
  store.create({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: NAMESPACE, labels: scenario.namespaceLabels ?? {} },
  });
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      now += 1000;
      controllers.tick();
    }
  };
  const ref = (kind: string, name: string) => ({
    apiVersion: API[kind] ?? "v1",
    kind,
    name,
    ...isClusterScoped(kind) ? {} : { namespace: NAMESPACE },
  });
  return {
    namespace: NAMESPACE,
    now: () => now,
    apply(object) {
      const { apiVersion, kind, metadata } = object as Loose;
      const { namespace } = ref(kind, metadata.name);
      const existing = store.get(ref(kind, metadata.name));
      if (existing === undefined) store.create({ ...object, metadata: { ...metadata, namespace } } as Manifest);
      else store.update({ ...existing, apiVersion, spec: { ...existing.spec as Loose, ...object.spec as Loose } });
      return Promise.resolve();
    },
    remove: (kind, name) => Promise.resolve(void store.remove(ref(kind, name))),
    bind(name, node) {
      const pod = store.get(ref("Pod", name))!;
      store.update({ ...pod, spec: { ...pod.spec as Loose, nodeName: node } });
      return Promise.resolve();
    },
    writePodStatus(name, status) {
      const pod = store.get(ref("Pod", name))!;
      store.update({ ...pod, status: { ...pod.status as Loose, ...status } });
      return Promise.resolve();
    },
    list: (kind) => Promise.resolve([...store.list(API[kind] ?? "v1", kind)] as Loose[]),
    settle: () => Promise.resolve(pass(2)),
    wait: (seconds) => Promise.resolve(pass(seconds)),
  };
}

/** Lines that are equal for equal values, the order of keys and of texts aside, so that a difference is shown as a few lines. */
function text(value: JsonValue): string {
  const sorted = (item: JsonValue): JsonValue =>
    Array.isArray(item)
      ? item.every((one) => typeof one === "string") ? [...item].sort() : item.map(sorted)
      : isObject(item)
      ? Object.fromEntries(Object.keys(item).sort().map((key) => [key, sorted(item[key]!)]))
      : item;
  return JSON.stringify(sorted(value), null, 1);
}

function same(actual: string, expected: string): void {
  if (actual !== expected) fail(createTwoFilesPatch("real", "sandbox", expected, actual, "", "", { context: 12 }));
}

for (const scenario of SCENARIOS) {
  Deno.test(`the controllers answer as real ones do: ${scenario.name}`, async () => {
    const file = new URL(`../../testdata/sandbox/controllers/${scenario.name}.json`, import.meta.url);
    const expected = JSON.parse(await Deno.readTextFile(file));
    const notes = await play(sandboxDriver(scenario), scenario);
    notes.forEach((note, index) => same(text(note), text(expected[index])));
    equal(notes.length, expected.length);
  });
}

Deno.test("every recorded answer has its scenario", async () => {
  const names: string[] = [];
  for await (const entry of Deno.readDir(new URL("../../testdata/sandbox/controllers/", import.meta.url))) {
    if (entry.name.endsWith(".json")) names.push(entry.name.slice(0, -".json".length));
  }
  deepEqual(names.sort(), SCENARIOS.map(({ name }) => name).sort());
});

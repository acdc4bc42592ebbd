import { deepEqual, equal } from "../../assert.ts";
import { createEventRecorder, type EventText } from "../../../src/sandbox/controllers/events.ts";
import { ObjectStore } from "../../../src/sandbox/store.ts";
import { type Loose, START } from "./cluster.ts";

function newRecorder() {
  let now = START;
  let uid = 0;
  const store = new ObjectStore({ now: () => now, uuid: () => String(++uid) });
  const recorder = createEventRecorder(store, () => now);
  const subject = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "demo", uid: "u" } };
  return {
    pass: (seconds: number) => now += seconds * 1000,
    say: (message: string, text: Partial<EventText> = {}) =>
      recorder.record(subject, {
        type: "Warning",
        reason: "BackOff",
        message,
        component: "kubelet",
        host: "node-1",
        ...text,
      }),
    expire: () => recorder.expire(),
    events: () => [...store.list("v1", "Event")] as Loose[],
  };
}

Deno.test("the same event again grows its count and its last time", () => {
  const recorder = newRecorder();
  recorder.say("waiting", { fieldPath: "spec.containers{web}" });
  recorder.pass(10);
  recorder.say("waiting", { fieldPath: "spec.containers{web}" });
  const [{ metadata, ...event }] = recorder.events();
  deepEqual(event, {
    apiVersion: "v1",
    kind: "Event",
    involvedObject: {
      apiVersion: "v1",
      kind: "Pod",
      name: "web",
      namespace: "demo",
      uid: "u",
      fieldPath: "spec.containers{web}",
    },
    type: "Warning",
    reason: "BackOff",
    message: "waiting",
    source: { component: "kubelet", host: "node-1" },
    firstTimestamp: "2026-03-01T12:00:00Z",
    lastTimestamp: "2026-03-01T12:00:10Z",
    count: 2,
    eventTime: null,
    reportingComponent: "kubelet",
    reportingInstance: "node-1",
  });
  equal(metadata.namespace, "demo");
  equal(/^web\.[0-9a-f]{16}$/.test(metadata.name), true);
});

Deno.test("from the tenth different message on they are put together", () => {
  const recorder = newRecorder();
  for (let i = 1; i <= 12; i++) recorder.say(`try ${i}`);
  const events = recorder.events();
  equal(events.length, 10);
  const joined = events.find(({ message }) => message.startsWith("(combined"));
  deepEqual([joined.message, joined.count, joined.reportingComponent], [
    "(combined from similar events): try 12",
    3,
    "",
  ]);
  recorder.pass(700);
  recorder.say("try 13");
  equal(recorder.events().some(({ message }) => message === "try 13"), true);
});

Deno.test("one component says at most 25 things about an object at once, then one more every five minutes", () => {
  const recorder = newRecorder();
  for (let i = 0; i < 40; i++) recorder.say("waiting");
  equal(recorder.events()[0].count, 25);
  recorder.pass(299);
  recorder.say("waiting");
  equal(recorder.events()[0].count, 25);
  recorder.pass(2);
  recorder.say("waiting");
  equal(recorder.events()[0].count, 26);
  recorder.say("waiting", { component: "other" });
  equal(recorder.events().length, 2);
});

Deno.test("recorders of the newer kind write eventTime and count in series", () => {
  const recorder = newRecorder();
  for (let i = 0; i < 3; i++) {
    recorder.say("0/1 nodes", { component: "default-scheduler", action: "Scheduling", host: undefined });
  }
  const [event] = recorder.events();
  deepEqual([event.eventTime, event.firstTimestamp, event.count, event.action], [
    "2026-03-01T12:00:00.000000Z",
    null,
    undefined,
    "Scheduling",
  ]);
  deepEqual(event.series, { count: 3, lastObservedTime: "2026-03-01T12:00:00.000000Z" });
});

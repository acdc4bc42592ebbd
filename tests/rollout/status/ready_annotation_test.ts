import { deepEqual, equal } from "../../assert.ts";
import type { Manifest } from "../../../src/manifest/mod.ts";
import { computeStatus } from "../../../src/rollout/mod.ts";

function widget(rule: string): Manifest {
  return {
    apiVersion: "example.org/v1",
    kind: "Widget",
    metadata: { name: "w", annotations: { "kstage.dev/ready": rule }, labels: { "a.b/c": "yes" } },
    status: {
      phase: "Failed",
      address: "",
      port: 80,
      items: [{ name: "one" }, { name: "two" }],
      conditions: [{ type: "Synced", status: "True" }, { type: "Ready", status: "False", message: "not yet" }],
    },
  };
}

Deno.test("the annotation kstage.dev/ready decides in place of the kind's own rule", async (t) => {
  const kinds: Record<string, string> = {
    "condition=Synced": "current",
    "condition=synced": "inProgress",
    "condition=Synced=true": "current",
    "condition=Ready": "inProgress",
    "condition=Ready=False": "current",
    "condition=Missing": "inProgress",
    "jsonpath={.status.phase}=Failed": "current",
    "jsonpath='{.status.phase}'=Failed": "current",
    "jsonpath=.status.phase=Running": "inProgress",
    "jsonpath={.status.port}": "current",
    "jsonpath={.status.port}=80": "current",
    "jsonpath={.status.address}": "inProgress",
    "jsonpath={.status.missing}": "inProgress",
    "jsonpath={.status.items[1].name}=two": "current",
    "jsonpath={.status.items[*].name}=one two": "current",
    'jsonpath={.status.conditions[?(@.type=="Synced")].status}=True': "current",
    "jsonpath={.metadata.labels['a.b/c']}=yes": "current",
    "jsonpath={range .status.items}": "failed",
    "ready": "failed",
    "": "failed",
  };
  for (const [rule, kind] of Object.entries(kinds)) {
    await t.step(`"${rule}" is ${kind}`, () => equal(computeStatus(widget(rule)).kind, kind));
  }
});

Deno.test("the annotation's status names what is missing", () => {
  deepEqual(computeStatus(widget("condition=Ready")), {
    kind: "inProgress",
    message: "Waiting for condition Ready to be True: not yet",
  });
  deepEqual(computeStatus(widget("jsonpath={.status.phase}=Running")), {
    kind: "inProgress",
    message: 'Waiting for {.status.phase} to be "Running": it is "Failed"',
  });
});

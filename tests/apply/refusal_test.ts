import { deepEqual } from "../assert.ts";
import { planApply } from "../../src/apply/mod.ts";
import type { JsonValue } from "../../src/base/mod.ts";
import { refusal } from "../kube/fake_transport.ts";
import { createFakeCluster, deployment, SHOP } from "./fake_cluster.ts";

/** The change that a refusal of the dry-run becomes. */
async function changeFor(answer: Response) {
  const cluster = createFakeCluster({
    objects: SHOP,
    intercept: ({ method }) => method === "PATCH" ? answer : undefined,
  });
  const { value } = await cluster.measure(() => planApply(cluster.client, [deployment("api")], { namespace: "shop" }));
  return value.changes[0]!;
}

function invalid(...causes: JsonValue[]): Response {
  return refusal(422, "Invalid", "it is invalid", { causes });
}

function cause(field: string, message: string): JsonValue {
  return { reason: "FieldValueInvalid", field, message };
}

Deno.test("immutable fields are told apart from invalid ones by the server's own words", async (t) => {
  const messages = [
    'Invalid value: {"matchLabels":{}}: field is immutable',
    'Invalid value: []string{"10.0.0.1"}: may not change once set',
    "Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName",
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden",
    'Invalid value: {"kind":"Role"}: cannot change roleRef',
    "Forbidden: pod updates may not change fields other than `spec.containers[*].image`",
    "Forbidden: updates to parameters are forbidden.",
    "Forbidden: spec.persistentvolumesource is immutable after creation\n  core.PersistentVolumeSource{}",
    'Invalid value: "object": Value is immutable',
  ];
  for (const message of messages) {
    await t.step(message, async () => {
      const change = await changeFor(invalid(cause("spec.x", message)));
      deepEqual([change.kind, change.kind === "immutable" && change.fields], ["immutable", ["spec.x"]]);
    });
  }
});

Deno.test("an object that is invalid besides would be refused anew, so it is not called immutable", async () => {
  const change = await changeFor(
    invalid(cause("spec.selector", "field is immutable"), cause("spec.x", "Required value")),
  );
  deepEqual(change.kind, "refused");
  deepEqual((await changeFor(invalid())).kind, "refused");
});

Deno.test("conflicts name field, manager and subresource", async () => {
  const of = (field: string, message: string) => ({ reason: "FieldManagerConflict", field, message });
  const causes = [
    of(".spec.replicas", 'conflict with "hpa" with subresource "scale" using apps/v1 at 2026-01-01T00:00:00Z'),
    of(".metadata.labels.x", 'conflict with "a \\"b\\"" using apps/v1'),
    of(".metadata.labels.y", "conflict of another form"),
  ];
  const change = await changeFor(refusal(409, "Conflict", "Apply failed with 3 conflicts", { causes }));
  deepEqual(change.kind === "conflict" && change.conflicts, [
    { field: ".spec.replicas", manager: "hpa", subresource: "scale" },
    { field: ".metadata.labels.x", manager: 'a "b"' },
    { field: ".metadata.labels.y", manager: "another manager" },
  ]);
});

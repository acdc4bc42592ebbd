import { deepEqual, equal } from "../assert.ts";
import fc from "fast-check";
import { KindTable } from "../../src/kustomize/kind_table.ts";
import { type Behavior, Resource } from "../../src/kustomize/resource.ts";
import { hasHistory, historyAnnotations, takeHistory } from "../../src/kustomize/resource_annotations.ts";

const kinds = new KindTable({ isClusterScoped: () => false });

function resource(annotations: Record<string, string> = {}): Resource {
  return new Resource({ apiVersion: "v1", kind: "Pod", metadata: { name: "a", annotations } }, kinds);
}

Deno.test("takeHistory() reads back what historyAnnotations() wrote, and leaves other annotations", () => {
  const word = fc.stringMatching(/^[a-z]{1,5}$/);
  const history = fc.record({
    former: fc.array(fc.record({ name: word, namespace: word, kind: word }, { noNullPrototype: true }), {
      maxLength: 3,
    }),
    prefixes: fc.array(word, { maxLength: 3 }),
    suffixes: fc.array(word, { maxLength: 3 }),
    behavior: fc.constantFrom<Behavior>("unspecified", "create", "merge", "replace"),
    needsHash: fc.boolean(),
    isHelmGenerated: fc.boolean(),
    origin: fc.option(fc.record({ path: word, repo: word }), { nil: undefined }),
    transformations: fc.array(fc.record({ configuredIn: word, configuredBy: fc.record({ kind: word, name: word }) })),
  });
  fc.assert(fc.property(history, (fields) => {
    const before = Object.assign(resource(), fields);
    const after = resource({ mine: "kept", ...historyAnnotations(before) });
    equal(hasHistory(after.annotations()), Object.keys(historyAnnotations(before)).length > 0);
    takeHistory(after);
    deepEqual(after.annotations(), { mine: "kept" });
    const { origin, transformations, ...rest } = fields;
    for (const [name, value] of Object.entries(rest)) deepEqual(after[name as keyof typeof rest], value, name);
    deepEqual(historyAnnotations(after), historyAnnotations(before));
    deepEqual([after.origin?.path, after.transformations.length], [origin?.path, transformations.length]);
  }));
});

Deno.test("takeHistory() makes nothing of ids that are not complete", () => {
  const written = resource({ "internal.config.kubernetes.io/previousNames": "a,b" });
  takeHistory(written);
  deepEqual(written.former, []);
  deepEqual(written.annotations(), {});
});

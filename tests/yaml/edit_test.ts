import { equal, ok, rejects } from "../assert.ts";
import fc from "fast-check";
import { equalJson, type JsonObject, type JsonValue } from "../../src/base/mod.ts";
import { editYaml, readYaml, writeYaml, type YamlEdit } from "../../src/yaml/mod.ts";

const set = (path: string, value: JsonValue): YamlEdit => ({ path: steps(path), value });
const insert = (path: string, item: JsonValue): YamlEdit => ({ path: steps(path), insert: item });
const rename = (path: string, name: string): YamlEdit => ({ path: steps(path), rename: name });
const remove = (path: string): YamlEdit => ({ path: steps(path), remove: true });
const steps = (path: string) =>
  path === "" ? [] : path.split("/").map((step) => /^\d+$/.test(step) ? Number(step) : step);

const KUSTOMIZATION = `# The overlay.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

resources:   # what it builds on
- ../../base
- 'extra.yaml' # quoted

images:
  # The app itself.
  - name: app
    newTag: "1.0"   # bumped by CI
  - {name: db, newTag: 9.6}
labels:
- pairs: {team: a, "env": b}
namespace: demo
`;

interface Case {
  name: string;
  edits: YamlEdit[];
  /** Lines that go and lines that come, in order of the text. */
  changes: [string, string][];
}

const CASES: Case[] = [
  {
    name: "a scalar keeps its quotes and its comment",
    edits: [set("images/0/newTag", "1.1")],
    changes: [['    newTag: "1.0"   # bumped by CI\n', '    newTag: "1.1"   # bumped by CI\n']],
  },
  { name: "a plain scalar stays plain", edits: [set("namespace", "prod")], changes: [["space: demo", "space: prod"]] },
  { name: "quotes come where they are needed", edits: [set("namespace", "on")], changes: [["demo", '"on"']] },
  { name: "single quotes stay", edits: [set("resources/1", "it's.yaml")], changes: [["'extra.yaml'", "'it''s.yaml'"]] },
  { name: "a scalar in braces", edits: [set("images/1/newTag", "9.7")], changes: [["newTag: 9.6}", 'newTag: "9.7"}']] },
  {
    name: "a key is added to an object in a list",
    edits: [set("images/0/newName", "r.example/app")],
    changes: [["# bumped by CI\n", "# bumped by CI\n    newName: r.example/app\n"]],
  },
  {
    name: "a key is added in braces, in their style",
    edits: [set("images/1/digest", "sha256:0"), set("labels/0/pairs/x", "1")],
    changes: [["9.6}", '9.6, digest: "sha256:0"}'], ['"env": b}', '"env": b, x: "1"}']],
  },
  {
    name: "an item is added to a list, at its indentation",
    edits: [set("resources/2", "more.yaml"), set("images/2", { name: "x", newTag: "2" })],
    changes: [["# quoted\n", "# quoted\n- more.yaml\n"], ["9.6}\n", '9.6}\n  - name: x\n    newTag: "2"\n']],
  },
  {
    name: "missing objects and lists on the way are created, indented like the first list",
    edits: [set("replicas/0", { name: "app", count: 3 })],
    changes: [["demo\n", "demo\nreplicas:\n- count: 3\n  name: app\n"]],
  },
  {
    name: "an item is inserted before another, which keeps its comment",
    edits: [insert("images/0", { name: "a" }), insert("resources/1", "x.yaml"), insert("images/2", { name: "b" })],
    changes: [
      ["../../base\n", "../../base\n- x.yaml\n"],
      ["  # The app itself.\n  - name: app", "  # The app itself.\n  - name: a\n  - name: app"],
      ["# bumped by CI\n", "# bumped by CI\n  - name: b\n"],
    ],
  },
  {
    name: "a key gets another name, and all else stays",
    edits: [rename("resources", "bases"), rename("labels/0/pairs/env", "e f"), rename("nothing", "x")],
    changes: [["resources:   #", "bases:   #"], ['"env": b', '"e f": b']],
  },
  { name: "a key is removed with its comment", edits: [remove("namespace")], changes: [["namespace: demo\n", ""]] },
  { name: "an item is removed", edits: [remove("resources/1")], changes: [["- 'extra.yaml' # quoted\n", ""]] },
  {
    name: "the first key of an item is removed",
    edits: [remove("images/0/name")],
    changes: [['name: app\n    newTag: "1.0"', 'newTag: "1.0"']],
  },
  {
    name: "the last key in braces is removed",
    edits: [remove("labels/0/pairs/env")],
    changes: [['{team: a, "env": b}', "{team: a}"]],
  },
  {
    name: "the only item goes, and an empty list stays",
    edits: [remove("labels/0")],
    changes: [['labels:\n- pairs: {team: a, "env": b}\n', "labels: []\n"]],
  },
  {
    name: "a scalar becomes an object",
    edits: [set("namespace", { a: 1, b: [2] })],
    changes: [["namespace: demo\n", "namespace:\n  a: 1\n  b:\n  - 2\n"]],
  },
  { name: "removing what isn't there changes nothing", edits: [remove("a/b"), remove("labels/7")], changes: [] },
  { name: "setting what is there changes nothing", edits: [set("images/1", { name: "db", newTag: 9.6 })], changes: [] },
];

Deno.test("editYaml() changes what it is told to, and nothing else", async (t) => {
  for (const { name, edits, changes } of CASES) {
    await t.step(name, async () => {
      let want = KUSTOMIZATION;
      for (const [from, to] of changes) {
        ok(want.includes(from), from);
        want = want.replace(from, () => to);
      }
      equal(await editYaml(KUSTOMIZATION, edits, "k.yaml"), want);
    });
  }
});

Deno.test("editYaml() keeps line breaks of Windows, a missing line break at the end, and JSON", async () => {
  equal(
    await editYaml("a: 1\r\nb:\r\n- x\r\n", [set("b/1", "z"), set("c", { d: 1 })], ""),
    "a: 1\r\nb:\r\n- x\r\n- z\r\nc:\r\n  d: 1\r\n",
  );
  equal(await editYaml("a: 1", [set("b", 2)], ""), "a: 1\nb: 2");
  equal(
    await editYaml('{"a": "x", "b": [1]}\n', [set("a", "y"), set("b/1", "z"), set("c", {})], ""),
    '{"a": "y", "b": [1, "z"], "c": {}}\n',
  );
});

Deno.test("editYaml() indents lists as the text does", async () => {
  const text = "a:\n  - x\n";
  equal(await editYaml(text, [set("b/c", [{ d: [1] }])], ""), text + "b:\n  c:\n    - d:\n        - 1\n");
});

Deno.test("editYaml() fills an empty text and keeps its comments", async () => {
  equal(await editYaml("", [set("a/b", 1)], ""), "a:\n  b: 1\n");
  equal(await editYaml("# only this\n", [set("a", 1)], ""), "# only this\na: 1\n");
  equal(await editYaml("a:\nb: 1\n", [set("a", "x")], ""), "a: x\nb: 1\n");
  equal(await editYaml("a: # c\nb: 1\n", [set("a/x", 1)], ""), "a: # c\n  x: 1\nb: 1\n");
});

Deno.test("editYaml() writes strings of several lines so that they fit", async () => {
  equal(await editYaml("a:\n  b: x\n", [set("a/b", "y\nz\n")], ""), "a:\n  b: |\n    y\n    z\n");
  equal(await editYaml("a:\n  b: x # c\n", [set("a/b", "y\nz\n")], ""), 'a:\n  b: "y\\nz\\n" # c\n');
  equal(await editYaml("a: |\n  x\n  y\nb: 1\n", [set("a", "z")], ""), "a: z\nb: 1\n");
  equal(await editYaml("a: |\n  x\n\n# c\nb: 1\n", [remove("a")], ""), "\n# c\nb: 1\n");
});

Deno.test("editYaml() refuses to change what an alias repeats, and leaves aliases elsewhere alone", async () => {
  const text = "a: &x {b: 1}\nc: *x\nd: 2\n";
  equal(await editYaml(text, [set("d", 3)], "f.yaml"), "a: &x {b: 1}\nc: *x\nd: 3\n");
  for (const edit of [set("c/b", 2), set("a/b", 2)]) {
    await rejects(editYaml(text, [edit], "f.yaml"), {
      name: "YamlError",
      code: "CANNOT_EDIT",
      place: { file: "f.yaml" },
    });
  }
  await rejects(editYaml("a: 1\n", [set("a/b", 2)], "f.yaml"), {
    code: "CANNOT_EDIT",
    message: /"a.b" is not in an object/,
  });
  await rejects(editYaml("a: [1]\n", [set("a/2", 2)], "f.yaml"), { message: /"a.2" has no place in a list/ });
  await rejects(editYaml("a: [\n", [set("a", 2)], "f.yaml"), { code: "SYNTAX" });
});

const name = fc.constantFrom("a", "b", "c", "d e", "yes", "1");
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom("x", "yes", "1", "a: b", "", "long ".repeat(20) + "end", "two\nlines\n", "é", "- z"),
  fc.integer(),
  fc.constant(null),
);
const value = fc.letrec<{ node: JsonValue }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(name, tie("node"), { maxKeys: 3 }),
  ),
})).node;
const path = fc.array(fc.oneof(name, fc.nat(3)), { minLength: 1, maxLength: 3 });

Deno.test("editYaml() leaves the value that was asked for, or says that it cannot", async () => {
  const edit: fc.Arbitrary<YamlEdit> = fc.oneof(
    fc.record({ path, value }),
    fc.record({ path, insert: value }),
    fc.record({ path, rename: name }),
    fc.record({ path, remove: fc.constant(true as const) }),
  );
  const document = fc.dictionary(name, value, { maxKeys: 4 });
  let made = 0;
  await fc.assert(
    fc.asyncProperty(document, edit, async (original, change) => {
      const text = writeYaml(original as JsonObject);
      try {
        const edited = readYaml(await editYaml(text, [change], ""), { rules: "sigs" });
        const again = readYaml(await editYaml(text, [change], ""), { rules: "sigs" });
        ok(equalJson(edited, again));
        made++;
      } catch (error) {
        equal((error as { code?: string }).code, "CANNOT_EDIT", (error as Error).stack);
      }
    }),
    { numRuns: 300 },
  );
  ok(made > 50, `only ${made} edits were made`);
});

import { deepEqual, throws } from "../../assert.ts";
import type { JsonValue } from "../../../src/base/mod.ts";
import { applyJsonPatch, PatchError } from "../../../src/sandbox/patch/json_patch.ts";

Deno.test("the operations of RFC 6902 do what its examples say", () => {
  const cases: [JsonValue, JsonValue, JsonValue][] = [
    [{ foo: "bar" }, [{ op: "add", path: "/baz", value: "qux" }], { baz: "qux", foo: "bar" }],
    [{ foo: ["bar", "baz"] }, [{ op: "add", path: "/foo/1", value: "qux" }], { foo: ["bar", "qux", "baz"] }],
    [{ baz: "qux", foo: "bar" }, [{ op: "remove", path: "/baz" }], { foo: "bar" }],
    [{ foo: ["bar", "qux", "baz"] }, [{ op: "remove", path: "/foo/1" }], { foo: ["bar", "baz"] }],
    [{ baz: "qux", foo: "bar" }, [{ op: "replace", path: "/baz", value: "boo" }], { baz: "boo", foo: "bar" }],
    [
      { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
      [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
      { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
    ],
    [{ foo: ["all", "grass", "cows", "eat"] }, [{ op: "move", from: "/foo/1", path: "/foo/3" }], {
      foo: ["all", "cows", "eat", "grass"],
    }],
    [{ baz: "qux", foo: ["a", 2, "c"] }, [{ op: "test", path: "/baz", value: "qux" }, {
      op: "test",
      path: "/foo/1",
      value: 2,
    }], { baz: "qux", foo: ["a", 2, "c"] }],
    [{ foo: ["bar"] }, [{ op: "add", path: "/foo/-", value: ["abc", "def"] }], { foo: ["bar", ["abc", "def"]] }],
    [{ "/": 9, "~1": 10 }, [{ op: "test", path: "/~01", value: 10 }, { op: "replace", path: "/~1", value: 8 }], {
      "/": 8,
      "~1": 10,
    }],
    [{ a: { b: 1 } }, [{ op: "copy", from: "/a", path: "/c" }, { op: "add", path: "/c/b", value: 2 }], {
      a: { b: 1 },
      c: { b: 2 },
    }],
  ];
  for (const [document, patch, wanted] of cases) deepEqual(applyJsonPatch(document, patch), wanted);
});

Deno.test("what is not there cannot be patched, and a failed test ends the patch", () => {
  for (
    const patch of [
      [{ op: "remove", path: "/nope" }],
      [{ op: "replace", path: "/nope", value: 1 }],
      [{ op: "add", path: "/nope/deep", value: 1 }],
      [{ op: "test", path: "/a", value: 2 }],
      [{ op: "add", path: "/list/9", value: 1 }],
      [{ op: "move", from: "/nope", path: "/a" }],
      [{ op: "jump", path: "/a" }],
    ]
  ) throws(() => applyJsonPatch({ a: 1, list: [] }, patch), PatchError, JSON.stringify(patch));
});

Deno.test("neither argument is changed", () => {
  const document = { a: { b: [1] } };
  const patch = [{ op: "add", path: "/a/b/-", value: { c: 1 } }, { op: "add", path: "/a/b/1/d", value: 2 }];
  deepEqual(applyJsonPatch(document, patch), { a: { b: [1, { c: 1, d: 2 }] } });
  deepEqual(document, { a: { b: [1] } });
  deepEqual(patch[0]!.value, { c: 1 });
});

import { deepEqual, equal } from "../assert.ts";
import {
  cloneDecoded,
  cloneWithScalarTexts,
  copyScalarTexts,
  isEmptyNull,
  isRecordedQuoted,
  isRecordedReread,
  isRecordedUntyped,
  type JsonObject,
  recordQuoted,
  recordReread,
  recordScalarText,
  recordUntyped,
  scalarTextAt,
} from "../../src/base/mod.ts";

Deno.test("scalarTextAt() gives the usual text of a value that has no recorded one", () => {
  const object: JsonObject = { s: "a", i: 8080, f: 1.5, big: 12345678901234567890n, t: true, n: null, o: {}, l: [1] };
  const want = { s: "a", i: "8080", f: "1.5", big: "12345678901234567890", t: "true", n: "null", o: "", l: "", no: "" };
  for (const [key, text] of Object.entries(want)) equal(scalarTextAt(object, key), text, key);
  equal(scalarTextAt([1e-7, 1e21], 0), "1e-07");
  equal(scalarTextAt([1e-7, 1e21], 1), "1e+21");
  equal(scalarTextAt({}, "toString"), "");
});

Deno.test("recordScalarText() keeps a text until the value changes", () => {
  const object: JsonObject = { port: 31, version: 1.1, day: "2001-01-01T00:00:00Z" };
  recordScalarText(object, "day", "2001-01-01");
  equal(scalarTextAt(object, "day"), "2001-01-01");
  recordScalarText(object, "port", "0x1F");
  recordScalarText(object, "version", "1.10");
  equal(scalarTextAt(object, "port"), "0x1F");
  equal(scalarTextAt(object, "version"), "1.10");
  object.port = 32;
  equal(scalarTextAt(object, "port"), "32");
});

Deno.test("isEmptyNull() tells a key without a value from one with null", () => {
  const object: JsonObject = { empty: null, word: null, tilde: null };
  recordScalarText(object, "empty", "");
  recordScalarText(object, "tilde", "~");
  equal(isEmptyNull(object, "empty"), true);
  equal(isEmptyNull(object, "word"), false);
  equal(isEmptyNull(object, "tilde"), false);
  equal(scalarTextAt(object, "tilde"), "~");
});

Deno.test("copyScalarTexts() lets a copy keep the texts", () => {
  const list = [1.1, null];
  recordScalarText(list, 0, "1.10");
  const copy = [...list];
  equal(scalarTextAt(copy, 0), "1.1");
  copyScalarTexts(list, copy);
  equal(scalarTextAt(copy, 0), "1.10");
});

Deno.test("recordQuoted() keeps how a string was written until it changes", () => {
  const object: JsonObject = { quoted: "a", plain: "b", tagged: "5" };
  recordQuoted(object, "quoted");
  recordQuoted(object, "tagged", false);
  equal(isRecordedQuoted(object, "quoted"), true);
  equal(isRecordedQuoted(object, "plain"), undefined);
  equal(isRecordedQuoted(object, "tagged"), false);
  equal(isRecordedQuoted(object, "none"), undefined);
  object.quoted = "c";
  equal(isRecordedQuoted(object, "quoted"), undefined);
});

Deno.test("cloneWithScalarTexts() keeps the texts at every depth and shares nothing", () => {
  const original: JsonObject = { list: [{ port: 80 }], text: "a" };
  recordScalarText((original.list as JsonObject[])[0]!, "port", "0x50");
  recordQuoted(original, "text");
  const copy = cloneWithScalarTexts(original);
  deepEqual(copy, original);
  const item = (copy.list as JsonObject[])[0]!;
  equal(item === (original.list as JsonObject[])[0], false);
  equal(scalarTextAt(item, "port"), "0x50");
  equal(isRecordedQuoted(copy, "text"), true);
});

Deno.test("recordReread() keeps the text of a string that kustomize prints otherwise", () => {
  const object: JsonObject = { folded: "a\n\n  b", list: ["c\n\n  d"], same: "e", other: "f" };
  recordReread(object, "folded", "a\n  b");
  recordReread(object.list as string[], 0, "c\n  d");
  recordReread(object, "same", "e");
  equal(scalarTextAt(object, "folded"), "a\n  b");
  equal(isRecordedReread(object, "folded"), true);
  equal(isRecordedReread(object, "same"), true);
  equal(isRecordedReread(object, "other"), false);
  deepEqual(cloneDecoded(object), { folded: "a\n  b", list: ["c\n  d"], same: "e", other: "f" });
  deepEqual(cloneWithScalarTexts(object), object);
});

Deno.test("recordUntyped() marks a scalar until it changes", () => {
  const object: JsonObject = { name: "a", number: 5 };
  recordScalarText(object, "number", "0x5");
  recordUntyped(object, "name");
  recordUntyped(object, "number");
  equal(isRecordedUntyped(object, "name"), true);
  equal(scalarTextAt(object, "number"), "0x5");
  object.name = "b";
  equal(isRecordedUntyped(object, "name"), false);
  equal(isRecordedUntyped(object, "none"), false);
});

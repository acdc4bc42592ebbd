import { deepEqual, equal, throws } from "../assert.ts";
import fc from "fast-check";
import { getKey, parseJson, stringifyJson } from "../../src/base/mod.ts";

Deno.test("parseJson keeps integers exact that a number cannot hold", () => {
  deepEqual(parseJson('{"a":12345678901234567890,"b":-9007199254740993,"c":9007199254740991}'), {
    a: 12345678901234567890n,
    b: -9007199254740993n,
    c: 9007199254740991,
  });
});

Deno.test("parseJson leaves fractions and digits inside strings alone", () => {
  deepEqual(parseJson('[0.1234567890123456789,"12345678901234567890",1e21]'), [
    0.12345678901234568,
    "12345678901234567890",
    1e21,
  ]);
});

Deno.test("parseJson makes __proto__ an ordinary key", () => {
  const value = parseJson('{"__proto__":{"x":1},"n":12345678901234567890}');
  deepEqual(getKey(value as never, "__proto__"), { x: 1 });
  equal((value as { x?: number }).x, undefined);
});

Deno.test("parseJson refuses what is no JSON", () => {
  throws(() => parseJson("<html>"), SyntaxError);
});

Deno.test("parseJson after stringifyJson returns the value", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = stringifyJson(value as never);
    equal(stringifyJson(parseJson(text)), text);
  }));
  fc.assert(fc.property(fc.bigInt(), (value) => {
    equal(stringifyJson(parseJson(stringifyJson([value]))), `[${value}]`);
  }));
});

import { equal } from "../assert.ts";
import fc from "fast-check";
import { compareBytes } from "../../src/base/mod.ts";

Deno.test("compareBytes() orders as the UTF-8 bytes do", () => {
  const encoder = new TextEncoder();
  const byBytes = (a: string, b: string): number => {
    const [x, y] = [encoder.encode(a), encoder.encode(b)];
    for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
    return x.length - y.length;
  };
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
      equal(Math.sign(compareBytes(a, b)), Math.sign(byBytes(a, b)));
    }),
  );
});

import { deepEqual, equal } from "../../assert.ts";
import fc from "fast-check";
import { canonicalQuantity, nanoToQuantity, quantityToNano } from "../../../src/sandbox/schema/quantity.ts";

Deno.test("quantities get their canonical form", () => {
  const cases: Record<string, string | undefined> = {
    "1000m": "1",
    "0.5": "500m",
    "1024Mi": "1Gi",
    "1.5Gi": "1536Mi",
    "0.1": "100m",
    "1e3": "1e3",
    "1E3": "1e3",
    "1000k": "1M",
    "123456789": "123456789",
    "0Mi": "0",
    "-5m": "-5m",
    "+3": "3",
    ".5": "500m",
    "5.": "5",
    "1n": "1n",
    "0.5n": "1n",
    "1.1u": "1100n",
    "1500Mi": "1500Mi",
    "0.5Mi": "512Ki",
    "100Ei": "100Ei",
    "2500.25Ki": "2560256",
    "39687.5Ki": "40640000",
    "40640000": "40640k",
    "": undefined,
    "1X": undefined,
    "1 Gi": undefined,
    abc: undefined,
  };
  deepEqual(Object.fromEntries(Object.keys(cases).map((text) => [text, canonicalQuantity(text)])), cases);
});

const quantity = fc.tuple(
  fc.integer({ min: 0, max: 99_999 }),
  fc.constantFrom("", ".5", ".25"),
  fc.constantFrom("", "m", "k", "M", "G", "Ki", "Mi", "Gi", "e3"),
).map((parts) => parts.join(""));

// Not the first time always: "39687.5Ki" is written "40640000", without the suffix that kept it from being "40640k".
Deno.test("the canonical form means the same, and is its own the second time", () => {
  fc.assert(fc.property(quantity, (text) => {
    const canonical = canonicalQuantity(text)!;
    equal(quantityToNano(canonical), quantityToNano(text));
    const again = canonicalQuantity(canonical)!;
    equal(quantityToNano(again), quantityToNano(text));
    equal(canonicalQuantity(again), again);
  }));
});

Deno.test("sums are written in the style of what was added", () => {
  equal(nanoToQuantity(quantityToNano("500m")! + quantityToNano("600m")!, "1"), "1100m");
  equal(nanoToQuantity(quantityToNano("512Mi")! + quantityToNano("512Mi")!, "1Mi"), "1Gi");
});

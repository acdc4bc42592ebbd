import { equal } from "../../assert.ts";
import fc from "fast-check";
import { expandVars } from "../../../src/kustomize/transform/vars.ts";

const values = new Map([
  ["A", { value: "a", text: "a" }],
  ["N", { value: 5, text: "5" }],
]);
const expand = (text: string) => expandVars(text, (name) => values.get(name));

Deno.test("expandVars() replaces references, keeps unknown ones, and unescapes dollars", () => {
  const rows: [string, unknown][] = [
    ["$(A)", "a"],
    ["x-$(A)-$(A)", "x-a-a"],
    ["$(N)", 5],
    ["$(N)s", "5s"],
    ["$(NOPE)", "$(NOPE)"],
    ["a $(NOPE) $(A)", "a $(NOPE) a"],
    ["$$(A)", "$(A)"],
    ["$(A", "$(A"],
    ["$", "$"],
    ["$x $(A)", "$x a"],
    ["$()", "$()"],
  ];
  for (const [text, want] of rows) equal(expand(text), want, text);
});

Deno.test("expandVars() leaves texts without a dollar alone", () => {
  fc.assert(fc.property(fc.string().filter((text) => !text.includes("$")), (text) => equal(expand(text), text)));
});

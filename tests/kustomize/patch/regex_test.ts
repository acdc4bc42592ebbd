import { equal, rejects } from "../../assert.ts";
import fc from "fast-check";
import { compileRegex } from "../../../src/kustomize/patch/regex.ts";

Deno.test("compileRegex() matches as Go does, whole texts or parts", async () => {
  const rows: [pattern: string, isWhole: boolean, text: string, matches: boolean][] = [
    ["web", true, "web", true],
    ["web", true, "webs", false],
    ["web", false, "my-webs", true],
    ["a|b", true, "ab", false],
    ["(a|b)c", true, "bc", true],
    ["w.b", true, "w\nb", false],
    ["w.b", true, "w\u2028b", true],
    ["w.b", true, "w😀b", true],
    ["a.*z", true, "a-to-z", true],
    ["[a-c0-9]+", true, "b7", true],
    ["a\\.b", true, "a.b", true],
    ["a\\.b", true, "aXb", false],
    ["(?i)WEB", true, "web", true],
    ["\\pL+", true, "é", true],
    ["[[:digit:]]{2}", true, "42", true],
    ["x*", false, "", true],
    ["\\bb\\b", false, "a b c", true],
  ];
  for (const [pattern, isWhole, text, matches] of rows) {
    equal((await compileRegex(pattern, isWhole))(text), matches, `${pattern} on ${JSON.stringify(text)}`);
  }
});

Deno.test("compileRegex() refuses what Go refuses", async () => {
  for (const pattern of ["(", "a**", "[z-a]", "(?=a)", "a{1001}", "\\1", "*a", "(?<n", "+"]) {
    await rejects(compileRegex(pattern, true), { name: "KustomizeError", code: "INVALID_CONFIG" }, pattern);
  }
});

Deno.test("compileRegex() matches in short time whatever the pattern", async () => {
  const patterns = [
    "(a+)+$",
    "(a|a)*b",
    "(.*)*b",
    ".*.*.*.*.*.*b",
    "(a?){30}a{30}",
    "a?a?a?a?a?a?a?a?a?a?b",
    "(x+x+)+y",
  ];
  const text = "a".repeat(20_000);
  const start = performance.now();
  for (const pattern of patterns) equal((await compileRegex(pattern, true))(text + "c"), false, pattern);
  equal(performance.now() - start < 5000, true);
});

Deno.test("compileRegex() reads simple patterns as the full engine does", async () => {
  const { RE2JS } = await import("re2js");
  const piece = fc.constantFrom(
    "a",
    "b",
    ".",
    "-",
    "\\.",
    "[ab]",
    "[a-c]",
    "a*",
    ".*",
    "b+",
    "c?",
    "|",
    "(a|b)",
    "(?:c)",
  );
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", ".", "-", "\n"), maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 5 }), text, fc.boolean(), async (pieces, text, isWhole) => {
      const pattern = pieces.join("");
      const want = RE2JS.compile(isWhole ? `^(?:${pattern})$` : pattern).matcher(text).find();
      equal((await compileRegex(pattern, isWhole))(text), want);
    }),
  );
});

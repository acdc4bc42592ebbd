import { deepEqual, equal } from "../assert.ts";
import type { FlagSpec } from "../../src/cli/command.ts";
import { asksForHelp, scanWords } from "../../src/cli/scan_words.ts";

const FLAGS: Record<string, FlagSpec> = {
  namespace: { type: "string", alias: "n", help: "" },
  output: { type: "enum", values: ["text", "json"], alias: "o", help: "" },
  dryRun: { type: "enum", values: ["none", "client", "server"], bare: "client", help: "" },
  quiet: { type: "boolean", alias: "q", help: "" },
};

const CASES: [string, string[], string[]][] = [
  ["a value glued to its letter", ["-nshop", "-ojson"], ["--namespace=shop", "--output=json"]],
  ["a value after its letter", ["-n", "shop"], ["-n", "shop"]],
  ["a value behind an equals sign", ["-n=shop", "--output=json"], ["-n=shop", "--output=json"]],
  ["a bare flag before an argument", ["--dry-run", "overlays/x"], ["--dry-run=client", "overlays/x"]],
  ["a bare flag before one of its values", ["--dry-run", "server", "x"], ["--dry-run=server", "x"]],
  ["a bare flag at the end", ["x", "--dry-run"], ["x", "--dry-run=client"]],
  ["a switch takes no value", ["-q", "x"], ["-q", "x"]],
  ["what stands behind -- is left alone", ["--", "-nshop", "--dry-run"], ["--", "-nshop", "--dry-run"]],
  ["the value of a flag is no flag", ["-n", "-ojson", "-ojson"], ["-n", "-ojson", "--output=json"]],
  ["underscores for dashes", ["--dry_run=server", "--dry_run", "--other_flag"], [
    "--dry-run=server",
    "--dry-run=client",
    "--other_flag",
  ]],
  ["unknown letters are left to the scanner", ["-zx"], ["-zx"]],
];

Deno.test("words are understood as kubectl understands them", async (t) => {
  for (const [what, words, wanted] of CASES) {
    await t.step(what, () => deepEqual(scanWords(words, FLAGS), wanted));
  }
});

Deno.test("help is asked for anywhere before --", () => {
  equal(asksForHelp(["overlay", "-h"]), true);
  equal(asksForHelp(["--help", "overlay"]), true);
  equal(asksForHelp(["--", "-h"]), false);
});

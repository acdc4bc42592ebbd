import { equal } from "../assert.ts";
import { formatDuration, parseDuration } from "../../src/base/mod.ts";

Deno.test("parseDuration() reads Go's spelling", () => {
  const cases = [["5m", 300_000], ["1h30m", 5_400_000], ["1.5s", 1500], ["300ms", 300], ["0", 0]] as const;
  for (const [text, ms] of cases) equal(parseDuration(text), ms);
});

Deno.test("parseDuration() refuses what Go refuses", () => {
  for (const text of ["5", "", "m5", "5 m", "-5m", "5d"]) equal(parseDuration(text), undefined);
});

Deno.test("formatDuration() stays short at every size", () => {
  const cases = [[0, "0.0s"], [430, "0.4s"], [12_000, "12s"], [185_000, "3m5s"], [180_000, "3m"], [
    7_800_000,
    "2h10m",
  ]] as const;
  for (const [ms, text] of cases) equal(formatDuration(ms), text);
});

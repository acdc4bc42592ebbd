import { equal, ok } from "../assert.ts";
import type { Output } from "../../src/base/mod.ts";
import { createManualClock } from "../../src/host/mod.ts";
import { createProgress } from "../../src/report/mod.ts";

function recordOutput(columns = 40): Output & { text: string } {
  const output = {
    text: "",
    write: (text: string) => void (output.text += text),
    isTerminal: () => true,
    columns: () => columns,
  };
  return output;
}

Deno.test("in a log, each change is one plain line and a repeated state prints nothing", async () => {
  const output = recordOutput();
  const clock = createManualClock();
  const progress = createProgress({ output, clock, live: false, colored: false });
  progress.update("deployment/a", "0 of 2 ready");
  progress.update("deployment/a", "0 of 2 ready");
  await clock.advance(2500);
  progress.update("deployment/a", "2 of 2 ready");
  equal(output.text, "  0.0s deployment/a: 0 of 2 ready\n  2.5s deployment/a: 2 of 2 ready\n");
});

Deno.test("on a terminal, a state is rewritten in place and cut to the width", () => {
  const output = recordOutput(30);
  const progress = createProgress({ output, clock: createManualClock(), live: true, colored: false });
  progress.update("deployment/a", "waiting");
  progress.update("deployment/a", "x".repeat(100));
  const [, second] = output.text.split("\x1b[1A\x1b[0J");
  ok(second!.trimEnd().length <= 30);
  ok(second!.includes("…"));
});

Deno.test("a line that stays is printed above the live ones", () => {
  const output = recordOutput();
  const progress = createProgress({ output, clock: createManualClock(), live: true, colored: false });
  progress.update("a", "1");
  progress.log("created service/x");
  ok(output.text.endsWith("\x1b[1A\x1b[0Jcreated service/x\n  0.0s a: 1\n"));
});

Deno.test("quiet prints nothing", () => {
  const output = recordOutput();
  const progress = createProgress({ output, clock: createManualClock(), live: false, colored: false, quiet: true });
  progress.log("x");
  progress.update("a", "b");
  equal(output.text, "");
});

Deno.test("a terminal shows the latest of many states, so that all lines can be rewritten, and the end shows all", () => {
  const output = recordOutput();
  const progress = createProgress({ output, clock: createManualClock(), live: true, colored: false });
  for (let i = 0; i < 30; i++) progress.update(`deployment/a${i}`, "waiting");
  progress.update("deployment/a3", "ready");
  const last = output.text.split("\x1b[0J").at(-1)!.trimEnd().split("\n");
  equal(last.length, 17);
  equal(last[15], "  0.0s deployment/a3: ready");
  equal(last[16]!.trim(), "… and 14 more");
  const before = output.text.length;
  progress.finish();
  equal(output.text.slice(before).split("\x1b[0J")[1]!.trimEnd().split("\n").length, 30);
});

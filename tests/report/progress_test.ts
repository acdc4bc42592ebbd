import { equal } from "../assert.ts";
import type { Output } from "../../src/base/mod.ts";
import { createManualClock } from "../../src/host/mod.ts";
import { createProgress } from "../../src/report/mod.ts";
import { FakeTerminal } from "./fake_terminal.ts";

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
  const terminal = new FakeTerminal(30);
  const progress = createProgress({ output: terminal, clock: createManualClock(), live: true, colored: false });
  progress.update("deployment/a", "waiting");
  equal(terminal.screen(), "  0.0s deployment/a: waiting");
  progress.update("deployment/a", "x".repeat(100));
  equal(terminal.screen(), "  0.0s deployment/a: xxxxxxx…");
});

Deno.test("a line that stays is printed above the live ones", () => {
  const terminal = new FakeTerminal(40);
  const progress = createProgress({ output: terminal, clock: createManualClock(), live: true, colored: false });
  progress.update("a", "1");
  progress.log("created service/x");
  equal(terminal.screen(), "created service/x\n  0.0s a: 1");
});

Deno.test("what has not changed is not written again", () => {
  const terminal = new FakeTerminal(40);
  const progress = createProgress({ output: terminal, clock: createManualClock(), live: true, colored: false });
  progress.update("a", "1");
  const { written } = terminal;
  progress.tick();
  equal(terminal.written, written);
});

Deno.test("quiet prints nothing", () => {
  const output = recordOutput();
  const progress = createProgress({ output, clock: createManualClock(), live: false, colored: false, quiet: true });
  progress.log("x");
  progress.update("a", "b");
  equal(output.text, "");
});

Deno.test("a terminal shows the latest of many states, so that all lines can be rewritten, and the end shows all", () => {
  const terminal = new FakeTerminal(40);
  const progress = createProgress({ output: terminal, clock: createManualClock(), live: true, colored: false });
  for (let i = 0; i < 30; i++) progress.update(`deployment/a${i}`, "waiting");
  progress.update("deployment/a3", "ready");
  const last = terminal.screen().split("\n");
  equal(last.length, 17);
  equal(last[15], "  0.0s deployment/a3: ready");
  equal(last[16]!.trim(), "… and 14 more");
  progress.finish();
  equal(terminal.screen().split("\n").length, 30);
});

import { deepEqual, rejects } from "../assert.ts";
import { readTextLines } from "../../src/kube/text_lines.ts";

function bodyOf(chunks: (string | Uint8Array)[], error?: Error): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        return controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
      }
      if (error === undefined) controller.close();
      else controller.error(error);
    },
  });
}

const OPTIONS = { path: "/log", signal: new AbortController().signal };

Deno.test("readTextLines() puts lines together, whatever they were cut into", async () => {
  const bytes = new TextEncoder().encode("ä\n");
  const body = bodyOf(["on", "e\ntw", "o\n\n", bytes.slice(0, 1), bytes.slice(1), "last"]);
  deepEqual(await Array.fromAsync(readTextLines(body, OPTIONS)), ["one", "two", "", "ä", "last"]);
});

Deno.test("readTextLines() says that the connection was lost", async () => {
  const body = bodyOf(["one\n"], new TypeError("broken"));
  await rejects(Array.fromAsync(readTextLines(body, OPTIONS)), { name: "NetworkError", code: "RESET" });
});

Deno.test("readTextLines() ends by its signal, with its reason", async () => {
  const stop = new AbortController();
  const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
  const reading = Array.fromAsync(readTextLines(body, { path: "/log", signal: stop.signal }));
  stop.abort(new Error("enough"));
  await rejects(reading, { message: "enough" });
});

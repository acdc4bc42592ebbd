import { NetworkError } from "../base/mod.ts";

/**
 * The lines of a stream of text, without their ends; a last line without one counts too.
 *
 * @param path For errors: which request it answers.
 * @throws {NetworkError} RESET when the connection breaks. The stream is cancelled in any case.
 */
export async function* readTextLines(
  body: ReadableStream<Uint8Array>,
  { path, signal }: { path: string; signal: AbortSignal },
): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const onAbort = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", onAbort, { once: true });
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause) => {
        signal.throwIfAborted();
        throw cause instanceof NetworkError
          ? cause
          : new NetworkError("RESET", "Cannot follow the log: the connection was lost", path, { cause });
      });
      signal.throwIfAborted();
      const lines = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split("\n");
      rest = lines.pop()!;
      yield* lines;
      if (!done) continue;
      if (rest !== "") yield rest;
      return;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Cancelling a stream that is broken already rejects; the error has been reported.
    reader.cancel().catch(() => {});
  }
}

import { type Clock, type JsonValue, NetworkError, parseJson, withDeadline } from "../base/mod.ts";

/** How to read a stream. */
export interface JsonLinesOptions {
  clock: Clock;
  /** Give up when nothing comes for this many milliseconds. */
  stallMs: number;
  signal: AbortSignal;
  /** For errors: which request it answers. */
  path: string;
}

/**
 * The values of a stream with one JSON text per line, as a watch sends them. A stream that ends or breaks in the
 * middle of a line ends there: what was cut off comes again when the watch is resumed.
 *
 * @throws {NetworkError} RESET when the connection breaks, TIMEOUT when it goes silent. Rejects with the signal's
 * reason when that is aborted. The stream is cancelled in any case.
 */
export async function* readJsonLines(
  body: ReadableStream<Uint8Array>,
  options: JsonLinesOptions,
): AsyncGenerator<JsonValue, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await readChunk(reader, options);
      const lines = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split("\n");
      rest = lines.pop()!;
      for (const line of lines) if (line.trim() !== "") yield parseLine(line, options);
      if (!done) continue;
      // A last line without a line break is whole only if it can be read.
      const last = tryParse(rest);
      if (last !== undefined) yield last;
      return;
    }
  } finally {
    // Cancelling a stream that is broken already rejects; the error has been reported.
    reader.cancel().catch(() => {});
  }
}

function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { clock, stallMs, signal, path }: JsonLinesOptions,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  const onTimeout = () => new NetworkError("TIMEOUT", `Cannot watch: nothing came for ${stallMs / 1000} s`, path);
  return withDeadline({ clock, limitMs: stallMs, signal, onTimeout }, async () => {
    try {
      return await reader.read();
    } catch (cause) {
      if (cause instanceof NetworkError) throw cause;
      throw new NetworkError("RESET", "Cannot watch: the connection was lost", path, { cause });
    }
  });
}

function parseLine(line: string, { path }: JsonLinesOptions): JsonValue {
  const value = tryParse(line);
  if (value === undefined) throw new NetworkError("RESET", "Cannot watch: the stream is damaged", path);
  return value;
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

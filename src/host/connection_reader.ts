/** What the beginning of a connection is read from. */
export interface ByteSource {
  read(into: Uint8Array): Promise<number | null>;
}

/** Reads the beginning of a connection piece by piece, and keeps what came after it. */
export interface ConnectionReader {
  /** Exactly so many bytes. */
  bytes(count: number): Promise<Uint8Array>;
  /** The head of an HTTP message, with the empty line at its end. */
  head(): Promise<string>;
  /** What was read beyond all that was asked for. */
  rest(): Uint8Array;
}

/** More than any proxy or client says before the empty line. */
const LONGEST_HEAD = 16_384;

/** @throws {Error} From its methods, when the other side ends the connection or says too much. */
export function readConnection(source: ByteSource): ConnectionReader {
  let seen = new Uint8Array(0);
  const more = async (): Promise<void> => {
    const chunk = new Uint8Array(4096);
    const count = await source.read(chunk);
    if (count === null) throw new Error("the connection was closed before the answer was complete");
    const joined = new Uint8Array(seen.length + count);
    joined.set(seen);
    joined.set(chunk.subarray(0, count), seen.length);
    seen = joined;
  };
  const take = (count: number): Uint8Array => {
    const part = seen.slice(0, count);
    seen = seen.slice(count);
    return part;
  };
  return {
    async bytes(count) {
      while (seen.length < count) await more();
      return take(count);
    },
    async head() {
      for (;;) {
        const text = new TextDecoder("latin1").decode(seen);
        const end = text.indexOf("\r\n\r\n");
        if (end >= 0) return new TextDecoder("latin1").decode(take(end + 4));
        if (seen.length > LONGEST_HEAD) throw new Error("it does not speak HTTP");
        await more();
      }
    },
    rest: () => take(seen.length),
  };
}

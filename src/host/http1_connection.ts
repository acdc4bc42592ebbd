/** HTTP/1.1 on one connection, as a client: a request is written, its answer read, then the next one may come. */
import { closeQuietly, writeAll } from "./connection.ts";

/** A request on the wire. */
export interface WireRequest {
  method: string;
  /** Path and query. */
  target: string;
  /** All of them but the length of the body, a pair for each line. */
  headers: readonly (readonly [string, string])[];
  body?: Uint8Array | undefined;
}

/** Bytes read at once; a head must fit. */
const BUFFER_BYTES = 64 * 1024;
const HEAD_END = [13, 10, 13, 10];
const LINE_END = [13, 10];

/** Statuses whose answers have no body by definition. */
const BODILESS = new Set([204, 205, 304]);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** How the end of a body is told. */
type Framing = { kind: "length"; left: number } | { kind: "chunked"; left: number } | { kind: "close" };

/**
 * One connection.
 *
 * @see RFC 9112
 */
export class Http1Connection {
  readonly #stream: Deno.Conn;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #from = 0;
  #to = 0;
  /** The read that waits while the connection is idle: it tells when the server closes it. */
  #reading: Promise<boolean> | undefined;
  #isClosed = false;
  #keepsAlive = true;
  /** Whether a byte of the present answer has come. */
  #isAnswered = false;

  constructor(stream: Deno.Conn) {
    this.#stream = stream;
  }

  /** Whether another request may be sent: nothing was closed, and nothing came that nobody asked for. */
  get isUsable(): boolean {
    return this.#keepsAlive && !this.#isClosed && this.#from === this.#to;
  }

  /** Whether the server has begun to answer the present request. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeQuietly(this.#stream);
  }

  /** Notices the end of an idle connection. */
  park(): void {
    if (this.#reading !== undefined || !this.isUsable) return;
    this.#reading = this.#read().catch(() => false);
    void this.#reading.then((isMore) => isMore || this.close());
  }

  /**
   * Sends a request and reads the head of its answer.
   *
   * @param onEnd Called once the body has been read, or given up.
   */
  async send(request: WireRequest, onEnd: () => void): Promise<Response> {
    this.#isAnswered = false;
    const writing = this.#write(request);
    // A server may answer before it has read all, and close: then its answer counts.
    writing.catch(() => {});
    let head: { status: number; headers: Headers };
    let framing: Framing | undefined;
    try {
      head = await this.#readHead();
      framing = framingOf(request.method, head);
    } catch (error) {
      this.close();
      await writing;
      throw error;
    }
    const { status, headers } = head;
    if (/\bclose\b/i.test(headers.get("connection") ?? "")) this.#keepsAlive = false;
    if (framing === undefined) {
      onEnd();
      return new Response(null, { status, headers });
    }
    const isCompressed = headers.get("content-encoding") === "gzip";
    if (!isCompressed && framing.kind === "length" && framing.left <= this.#to - this.#from) {
      const body = this.#take(framing.left);
      onEnd();
      return new Response(body, { status, headers });
    }
    const body = this.#bodyStream(framing, onEnd);
    return new Response(isCompressed ? decompressed(body, headers) : body, { status, headers });
  }

  async #write({ method, target, headers, body }: WireRequest): Promise<void> {
    let head = `${method} ${target} HTTP/1.1\r\n`;
    for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
    if (body !== undefined || method === "POST" || method === "PUT" || method === "PATCH") {
      head += `content-length: ${body?.length ?? 0}\r\n`;
    }
    const start = encoder.encode(`${head}\r\n`);
    const bytes = new Uint8Array(start.length + (body?.length ?? 0));
    bytes.set(start);
    if (body !== undefined) bytes.set(body, start.length);
    await writeAll(this.#stream, bytes);
  }

  async #readHead(): Promise<{ status: number; headers: Headers }> {
    for (;;) {
      const end = await this.#find(HEAD_END);
      const [first = "", ...lines] = decoder.decode(this.#take(end)).split("\r\n");
      this.#take(HEAD_END.length);
      const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(first)?.[1]);
      if (!(status >= 100)) throw new Error("received corrupt message: not an HTTP/1.1 answer");
      // Others may come before the answer itself, such as 103.
      if (status < 200 && status !== 101) continue;
      const headers = new Headers();
      for (const line of lines) {
        const colon = line.indexOf(":");
        if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
      }
      if (/^HTTP\/1\.0/.test(first)) this.#keepsAlive = false;
      return { status, headers };
    }
  }

  #bodyStream(framing: Framing, onEnd: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const chunk = await this.#readBody(framing);
          if (chunk !== undefined) return controller.enqueue(chunk);
          controller.close();
        } catch (error) {
          this.close();
          controller.error(error);
        }
        onEnd();
      },
      cancel: () => {
        this.close();
        onEnd();
      },
    }, { highWaterMark: 0 });
  }

  /** The next part of a body, or undefined at its end. */
  async #readBody(framing: Framing): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (framing.kind === "close") {
      this.#keepsAlive = false;
      return this.#from < this.#to || await this.#fill() ? this.#take(this.#to - this.#from) : undefined;
    }
    if (framing.kind === "chunked" && framing.left === 0) {
      framing.left = await this.#readChunkSize();
      if (framing.left === 0) {
        await this.#skipTrailers();
        return undefined;
      }
    }
    if (framing.left === 0) return undefined;
    if (this.#from === this.#to) await this.#more();
    const chunk = this.#take(Math.min(framing.left, this.#to - this.#from));
    framing.left -= chunk.length;
    if (framing.kind === "chunked" && framing.left === 0) await this.#readLine();
    return chunk;
  }

  async #readChunkSize(): Promise<number> {
    const line = await this.#readLine();
    if (!/^[0-9a-f]+\s*(;|$)/i.test(line)) throw new Error("error reading a body: not a chunk");
    return parseInt(line, 16);
  }

  async #skipTrailers(): Promise<void> {
    while (await this.#readLine() !== "");
  }

  async #readLine(): Promise<string> {
    const end = await this.#find(LINE_END);
    const line = decoder.decode(this.#take(end));
    this.#take(LINE_END.length);
    return line;
  }

  /** How many bytes come before these; reads until they are there. */
  async #find(bytes: readonly number[]): Promise<number> {
    for (let from = this.#from;;) {
      const at = indexOf(this.#buffer, bytes, from, this.#to);
      if (at >= 0) return at - this.#from;
      const searched = Math.max(0, this.#to - this.#from - bytes.length + 1);
      await this.#more();
      from = this.#from + searched;
    }
  }

  #take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.#buffer.slice(this.#from, this.#from + count);
    this.#from += count;
    return taken;
  }

  async #more(): Promise<void> {
    if (!await this.#fill()) throw new Error("connection closed before message completed");
  }

  async #fill(): Promise<boolean> {
    const reading = this.#reading ?? this.#read();
    this.#reading = undefined;
    return await reading;
  }

  /** Reads once; false at the end. */
  async #read(): Promise<boolean> {
    if (this.#from > 0) {
      this.#buffer.copyWithin(0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    if (this.#to === this.#buffer.length) throw new Error("received corrupt message: a head or line is too long");
    const count = await this.#stream.read(this.#buffer.subarray(this.#to));
    if (count === null) return false;
    this.#to += count;
    this.#isAnswered = true;
    return true;
  }
}

function framingOf(method: string, { status, headers }: { status: number; headers: Headers }): Framing | undefined {
  if (method === "HEAD" || BODILESS.has(status)) return undefined;
  if (/\bchunked\b/i.test(headers.get("transfer-encoding") ?? "")) return { kind: "chunked", left: 0 };
  const length = headers.get("content-length");
  if (length === null) return { kind: "close" };
  if (!/^\d+$/.test(length)) throw new Error(`received corrupt message: "${length}" is no length of a body`);
  return { kind: "length", left: Number(length) };
}

/** The body without its compression; the headers then say nothing of it. */
function decompressed(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  headers: Headers,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  headers.delete("content-encoding");
  headers.delete("content-length");
  return body.pipeThrough(new DecompressionStream("gzip"));
}

function indexOf(buffer: Uint8Array, bytes: readonly number[], from: number, to: number): number {
  for (let at = buffer.indexOf(bytes[0]!, from); at >= 0; at = buffer.indexOf(bytes[0]!, at + 1)) {
    if (at + bytes.length > to) return -1;
    if (bytes.every((byte, i) => buffer[at + i] === byte)) return at;
  }
  return -1;
}

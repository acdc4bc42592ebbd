/** Tokens that have left the queue until the rest is moved to the front. */
const MAX_TAKEN = 64;

/**
 * Tokens between scanner and parser, in parallel arrays: there are many, and few wait at a time.
 */
export class TokenQueue {
  private kinds = new Int32Array(256);
  private starts = new Int32Array(256);
  private readonly values: string[] = [];
  private head = 0;
  private tail = 0;
  /** Tokens that have left the queue. */
  taken = 0;

  get length(): number {
    return this.tail - this.head;
  }

  /** Kind of the first token. */
  get kind(): number {
    return this.kinds[this.head]!;
  }

  /** Offset of the first token. */
  get start(): number {
    return this.starts[this.head]!;
  }

  /** Text of the first token. */
  get value(): string {
    return this.values[this.head]!;
  }

  /** Kind of the last token; there must be one. */
  get lastKind(): number {
    return this.kinds[this.tail - 1]!;
  }

  /** Forgets all tokens. */
  clear(): void {
    this.head = this.tail = this.taken = 0;
  }

  push(kind: number, start: number, value: string): void {
    if (this.tail === this.kinds.length) this.grow();
    const { tail } = this;
    this.kinds[tail] = kind;
    this.starts[tail] = start;
    this.values[tail] = value;
    this.tail = tail + 1;
  }

  /** Inserts a token without text before the one with that number, counted from the first of all. */
  insert(token: number, kind: number, start: number): void {
    const index = this.head + token - this.taken;
    this.push(kind, start, "");
    for (let i = this.tail - 1; i > index; i--) {
      this.kinds[i] = this.kinds[i - 1]!;
      this.starts[i] = this.starts[i - 1]!;
      this.values[i] = this.values[i - 1]!;
    }
    this.kinds[index] = kind;
    this.starts[index] = start;
    this.values[index] = "";
  }

  /** Drops the first token. */
  drop(): void {
    this.taken++;
    this.head++;
    if (this.head > MAX_TAKEN) this.moveToFront();
  }

  private moveToFront(): void {
    const { head, length } = this;
    for (let i = 0; i < length; i++) {
      this.kinds[i] = this.kinds[head + i]!;
      this.starts[i] = this.starts[head + i]!;
      this.values[i] = this.values[head + i]!;
    }
    this.head = 0;
    this.tail = length;
  }

  private grow(): void {
    const { kinds, starts } = this;
    this.kinds = new Int32Array(kinds.length * 2);
    this.starts = new Int32Array(kinds.length * 2);
    this.kinds.set(kinds);
    this.starts.set(starts);
  }
}

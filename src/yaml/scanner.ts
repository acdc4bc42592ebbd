import { KeyNames } from "./key_names.ts";
import { CR, isBlank, isBreak, isSpaceOrEnd, LF, SPACE, TAB } from "./characters.ts";
import { scanBlockScalar } from "./scan_block.ts";
import { scanAnchor, scanDirective, scanTag } from "./scan_names.ts";
import { scanPlainLine, scanPlainRest } from "./scan_plain.ts";
import { scanQuoted } from "./scan_quoted.ts";
import type { Source } from "./source.ts";
import { TokenQueue } from "./token_queue.ts";
import * as T from "./tokens.ts";

/**
 * Deepest nesting that is read and written. go-yaml allows 10,000, but no object of Kubernetes comes near 100, and all
 * that walks a value by calling itself must get along with the stack.
 */
export const MAX_DEPTH = 500;

/** How many characters a key without `? ` may span. */
const MAX_SIMPLE_KEY = 1024;

/**
 * Splits a text into tokens exactly as the scanner of go.yaml.in/yaml v3.0.4 (`scannerc.go`, a port of libyaml) does.
 *
 * A key is recognised only when its `:` is met, and its KEY token is then inserted before it. go-yaml v3 reads two more tokens ahead, for its comments; so an error that follows a
 * document closely is an error of that document.
 */
export class Scanner {
  readonly text: string;
  pos = 0;
  lineStart = 0;
  end = 0;
  /** Column of the innermost block collection; -1 outside of any. */
  indent = -1;
  flowLevel = 0;
  simpleKeyAllowed = true;
  /** Where the last comment ends; -1 before any. */
  commentEnd = -1;

  /** Line breaks before `pos`, counted from where the scanner started. */
  breaks = 0;

  private readonly queue = new TokenQueue();
  private readonly names = new KeyNames();
  private readonly indents: number[] = [];
  private ready = false;
  /** Whether the last comment stands on a line of its own, for go-yaml v3. */
  private gathersComments = false;

  /** A possible simple key for each flow level: number of its first token (-1: none), where it starts, whether it must be one. */
  private readonly keyToken: number[] = [-1];
  private readonly keyStart: number[] = [0];
  private readonly keyColumn: number[] = [0];
  private readonly keyRequired: boolean[] = [false];
  /** No level below this one has a possible key. */
  private firstKeyLevel = 0;

  /** @param lookahead Tokens that are read ahead of the next one: 2 in go-yaml v3, none in v2. */
  constructor(readonly source: Source, private readonly lookahead: number) {
    this.text = source.text;
  }

  /**
   * Begins a document; nothing is left of an earlier one but the names of its keys.
   *
   * @param from Where to start: at the start of a line.
   * @param end Where the text ends for this document: at its NUL, or at the start of a line with `---`.
   */
  restart(from: number, end: number): void {
    this.pos = this.lineStart = this.text.charCodeAt(from) === 0xfeff ? from + 1 : from;
    this.end = end;
    this.indent = this.commentEnd = -1;
    this.flowLevel =
      this.firstKeyLevel =
      this.breaks =
      this.indents.length =
        0;
    this.simpleKeyAllowed = true;
    this.ready = false;
    this.keyToken[0] = -1;
    this.queue.clear();
  }

  /** Kind of the next token. */
  peek(): number {
    if (!this.ready) this.fetchMore();
    return this.queue.kind;
  }

  /** Offset of the next token. */
  get start(): number {
    return this.queue.start;
  }

  /** Text of the next token: a scalar's value, a name, a tag as handle, NUL, suffix. */
  get value(): string {
    return this.queue.value;
  }

  /** Drops the next token. */
  skip(): void {
    this.ready = false;
    this.queue.drop();
  }

  fail(problem: string, offset = this.pos): never {
    throw this.source.errorAt(offset, "SYNTAX", problem);
  }

  private fetchMore(): void {
    const { queue } = this;
    for (;;) {
      const { length } = queue;
      const isAtEnd = length > 0 && queue.lastKind === T.STREAM_END;
      if ((isAtEnd || length > this.lookahead) && (!this.mayBeKey(queue.taken) || isAtEnd)) break;
      this.fetch();
    }
    this.ready = true;
  }

  /** Whether the token with that number may yet turn out to start a key. */
  private mayBeKey(token: number): boolean {
    while (this.keyToken[this.firstKeyLevel]! < 0) {
      if (this.firstKeyLevel === this.flowLevel) return false;
      this.firstKeyLevel++;
    }
    return this.keyToken[this.firstKeyLevel] === token && this.keyIsValid(this.firstKeyLevel);
  }

  /** Reads one more token, or several where block collections end. */
  private fetch(): void {
    this.skipToToken();
    if (this.flowLevel === 0) this.unrollIndent(this.pos - this.lineStart);
    const { text, pos } = this;
    if (pos >= this.end) return this.fetchStreamEnd();
    const unit = text.charCodeAt(pos);
    const next = text.charCodeAt(pos + 1);
    if (pos === this.lineStart) {
      if (unit === 0x25) return this.fetchDirective();
      if ((unit === 0x2d || unit === 0x2e) && this.atDocumentMarker()) {
        return this.fetchDocumentMarker(unit === 0x2d ? T.DOCUMENT_START : T.DOCUMENT_END);
      }
    }
    switch (unit) {
      case 0x5b: // [
        return this.fetchFlowStart(T.FLOW_SEQUENCE_START);
      case 0x7b: // {
        return this.fetchFlowStart(T.FLOW_MAPPING_START);
      case 0x5d: // ]
        return this.fetchFlowEnd(T.FLOW_SEQUENCE_END);
      case 0x7d: // }
        return this.fetchFlowEnd(T.FLOW_MAPPING_END);
      case 0x2c: // ,
        this.removeKey();
        this.simpleKeyAllowed = true;
        return this.pushIndicator(T.FLOW_ENTRY);
      case 0x2d: // -
        if (isSpaceOrEnd(next)) return this.fetchBlockEntry();
        break;
      case 0x3f: // ?
        if (this.flowLevel > 0 || isSpaceOrEnd(next)) return this.fetchKey();
        break;
      case 0x3a: // :
        if (this.flowLevel > 0 || isSpaceOrEnd(next)) return this.fetchValue();
        break;
      case 0x2a: // *
      case 0x26: // &
        this.saveKey();
        this.simpleKeyAllowed = false;
        return this.queue.push(unit === 0x2a ? T.ALIAS : T.ANCHOR, pos, scanAnchor(this));
      case 0x21: // !
        this.saveKey();
        this.simpleKeyAllowed = false;
        return this.queue.push(T.TAG, pos, scanTag(this));
      case 0x7c: // |
      case 0x3e: // >
        if (this.flowLevel > 0) break;
        this.removeKey();
        this.simpleKeyAllowed = true;
        return this.queue.push(unit === 0x7c ? T.LITERAL : T.FOLDED, pos, scanBlockScalar(this, unit === 0x7c));
      case 0x27: // '
      case 0x22: // "
        this.saveKey();
        this.simpleKeyAllowed = false;
        return this.queue.push(unit === 0x27 ? T.SINGLE_QUOTED : T.DOUBLE_QUOTED, pos, scanQuoted(this, unit));
      case TAB:
      case 0x25: // %
      case 0x40: // @
      case 0x60: // `
        break;
      default:
        return this.fetchPlain(pos);
    }
    // "-", "?" and ":" start a plain scalar where they are no indicator.
    const startsPlain = (unit === 0x2d && !isBlank(next)) || (this.flowLevel === 0 && (unit === 0x3f || unit === 0x3a));
    if (!startsPlain) this.fail("found character that cannot start any token");
    this.fetchPlain(pos);
  }

  private fetchPlain(start: number): void {
    this.saveKey();
    this.simpleKeyAllowed = false;
    const end = scanPlainLine(this);
    const { pos, text } = this;
    const isKey = this.flowLevel === 0 && this.keyToken[0]! >= 0 && this.keyStart[0] === start &&
      pos - start <= MAX_SIMPLE_KEY && text.charCodeAt(pos) === 0x3a && isSpaceOrEnd(text.charCodeAt(pos + 1));
    if (!isKey) return this.queue.push(T.PLAIN, start, scanPlainRest(this, text.slice(start, end)));
    // What fetchValue() would find out: this is the most frequent case by far.
    this.rollIndent(this.keyColumn[0]!, -1, T.BLOCK_MAPPING_START, start);
    this.keyToken[0] = -1;
    this.queue.push(T.KEY, start, "");
    this.queue.push(T.PLAIN, start, this.names.slice(text, start, end));
    this.pushIndicator(T.VALUE);
  }

  private pushIndicator(kind: number): void {
    this.queue.push(kind, this.pos, "");
    this.pos++;
  }

  /** Whether `---` or `...` stands alone at `pos`. */
  atDocumentMarker(pos = this.pos): boolean {
    const { text } = this;
    const unit = text.charCodeAt(pos);
    return (unit === 0x2d || unit === 0x2e) && text.charCodeAt(pos + 1) === unit &&
      text.charCodeAt(pos + 2) === unit && isSpaceOrEnd(text.charCodeAt(pos + 3));
  }

  /** Moves behind a line break. */
  skipBreak(): void {
    this.pos += this.text.charCodeAt(this.pos) === CR && this.text.charCodeAt(this.pos + 1) === LF ? 2 : 1;
    this.lineStart = this.pos;
    this.breaks++;
  }

  private skipToToken(): void {
    const { text } = this;
    for (;;) {
      let unit = text.charCodeAt(this.pos);
      while (unit === SPACE || (unit === TAB && (this.flowLevel > 0 || !this.simpleKeyAllowed))) {
        unit = text.charCodeAt(++this.pos);
      }
      if (unit === 0x23) {
        this.gathersComments = this.simpleKeyAllowed && this.lookahead > 0;
        this.skipComment();
        unit = text.charCodeAt(this.pos);
      } else if (unit === TAB && this.tabLeadsToComment()) {
        continue;
      }
      if (!isBreak(unit)) return;
      this.skipBreak();
      if (this.flowLevel === 0) this.simpleKeyAllowed = true;
    }
  }

  private skipComment(): void {
    const { text } = this;
    let pos = this.pos + 1;
    let unit = text.charCodeAt(pos);
    while (unit !== 0 && !isBreak(unit)) unit = text.charCodeAt(++pos);
    this.pos = this.commentEnd = pos;
  }

  /**
   * go-yaml v3 gathers the comments that follow a comment on a line of its own, whatever blanks stand before them; so
   * tabs are fine there which are an error elsewhere at the start of a line.
   */
  private tabLeadsToComment(): boolean {
    const { text } = this;
    if (this.commentEnd < 0 || !this.gathersComments) return false;
    for (let pos = this.commentEnd + 1; pos < this.commentEnd + 512; pos++) {
      const unit = text.charCodeAt(pos);
      if (unit === 0x23 && pos > this.pos) {
        while (this.pos < pos) {
          if (isBreak(text.charCodeAt(this.pos))) this.skipBreak();
          else this.pos++;
        }
        return true;
      }
      if (!isBlank(unit) && !isBreak(unit)) return false;
    }
    return false;
  }

  private rollIndent(column: number, token: number, kind: number, start: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > MAX_DEPTH) this.failDepth(start);
    if (token < 0) this.queue.push(kind, start, "");
    else this.queue.insert(token, kind, start);
  }

  private failDepth(offset: number): never {
    throw this.source.errorAt(offset, "TOO_DEEP", `exceeded max depth of ${MAX_DEPTH}`);
  }

  private unrollIndent(column: number): void {
    while (this.indent > column) {
      this.queue.push(T.BLOCK_END, this.pos, "");
      this.indent = this.indents.pop()!;
    }
  }

  private saveKey(): void {
    if (!this.simpleKeyAllowed) return;
    this.removeKey();
    const level = this.flowLevel;
    const column = this.pos - this.lineStart;
    if (level < this.firstKeyLevel) this.firstKeyLevel = level;
    this.keyToken[level] = this.queue.taken + this.queue.length;
    this.keyStart[level] = this.pos;
    this.keyColumn[level] = column;
    this.keyRequired[level] = level === 0 && this.indent === column;
  }

  private removeKey(): void {
    const level = this.flowLevel;
    if (this.keyToken[level]! < 0) return;
    if (this.keyRequired[level]) this.fail("could not find expected ':'", this.keyStart[level]);
    this.keyToken[level] = -1;
  }

  /** Whether a possible key still is one here: on the same line, and not too long. */
  private keyIsValid(level: number): boolean {
    if (this.keyToken[level]! < 0) return false;
    const start = this.keyStart[level]!;
    if (start >= this.lineStart && start + MAX_SIMPLE_KEY >= this.pos) return true;
    if (this.keyRequired[level]) this.fail("could not find expected ':'", start);
    this.keyToken[level] = -1;
    return false;
  }

  private endBlocks(): void {
    if (this.flowLevel === 0) this.unrollIndent(-1);
    this.removeKey();
    this.simpleKeyAllowed = false;
  }

  private fetchStreamEnd(): void {
    // The end counts as a new line, so nothing before it can still become a key.
    this.lineStart = this.pos;
    this.endBlocks();
    this.queue.push(T.STREAM_END, this.pos, "");
  }

  private fetchDirective(): void {
    this.endBlocks();
    const start = this.pos;
    const { kind, value } = scanDirective(this);
    this.queue.push(kind, start, value);
  }

  private fetchDocumentMarker(kind: number): void {
    this.endBlocks();
    this.queue.push(kind, this.pos, "");
    this.pos += 3;
  }

  private fetchFlowStart(kind: number): void {
    this.saveKey();
    const level = ++this.flowLevel;
    if (level > MAX_DEPTH) this.failDepth(this.pos);
    this.keyToken[level] = -1;
    this.keyRequired[level] = false;
    this.simpleKeyAllowed = true;
    this.pushIndicator(kind);
  }

  private fetchFlowEnd(kind: number): void {
    this.removeKey();
    if (this.flowLevel > 0) this.flowLevel--;
    if (this.firstKeyLevel > this.flowLevel) this.firstKeyLevel = this.flowLevel;
    this.simpleKeyAllowed = false;
    this.pushIndicator(kind);
  }

  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) this.fail("block sequence entries are not allowed in this context");
      this.rollIndent(this.pos - this.lineStart, -1, T.BLOCK_SEQUENCE_START, this.pos);
    }
    this.removeKey();
    this.simpleKeyAllowed = true;
    this.pushIndicator(T.BLOCK_ENTRY);
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) this.fail("mapping keys are not allowed in this context");
      this.rollIndent(this.pos - this.lineStart, -1, T.BLOCK_MAPPING_START, this.pos);
    }
    this.removeKey();
    this.simpleKeyAllowed = this.flowLevel === 0;
    this.pushIndicator(T.KEY);
    this.skipLineComment();
  }

  private fetchValue(): void {
    const level = this.flowLevel;
    if (this.keyIsValid(level)) {
      const token = this.keyToken[level]!;
      const start = this.keyStart[level]!;
      this.queue.insert(token, T.KEY, start);
      this.rollIndent(this.keyColumn[level]!, token, T.BLOCK_MAPPING_START, start);
      this.keyToken[level] = -1;
      this.simpleKeyAllowed = false;
      return this.pushIndicator(T.VALUE);
    }
    if (level === 0) {
      if (!this.simpleKeyAllowed) this.fail("mapping values are not allowed in this context");
      this.rollIndent(this.pos - this.lineStart, -1, T.BLOCK_MAPPING_START, this.pos);
    }
    this.simpleKeyAllowed = level === 0;
    this.pushIndicator(T.VALUE);
    this.skipLineComment();
  }

  /** A comment may follow `?` and `:` after tabs too. */
  private skipLineComment(): void {
    let pos = this.pos;
    while (isBlank(this.text.charCodeAt(pos)) && pos < this.pos + 512) pos++;
    if (this.text.charCodeAt(pos) !== 0x23) return;
    this.pos = pos;
    this.gathersComments = false;
    this.skipComment();
  }
}

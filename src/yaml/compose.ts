import type { JsonObject, JsonValue } from "../base/mod.ts";
import { type Anchored, Anchors } from "./anchors.ts";
import { readBlockMapping, readBlockSequence, readFlowMapping, readFlowSequence } from "./collections.ts";
import type { YamlErrorCode } from "./errors.ts";
import { KeyReader } from "./keys.ts";
import { emptyValue, type NodeRules, scalarValue } from "./nodes.ts";
import { cloneAliased, type Places, type Provenance } from "./provenance.ts";
import { TagMismatch } from "./resolve.ts";
import { MAX_DEPTH, Scanner } from "./scanner.ts";
import type { Source } from "./source.ts";
import { TagHandles } from "./tag_handles.ts";
import * as T from "./tokens.ts";
import { WrittenForm } from "./written_form.ts";

/** Where a document is. */
export interface Extent {
  /** Offset of its first line. */
  from: number;
  /** Offset of the text's end, or of the line with `---` behind the document. */
  end: number;
}

/** A document's value and the offset of its first token. */
export interface Composed {
  value: JsonValue;
  start: number;
  /** Line breaks that were passed on the way to `readTo`. */
  breaks: number;
  readTo: number;
}

/**
 * The first document in a part of a text; go-yaml's users ignore what follows it.
 *
 * @param places Filled with the places of keys and items, when given.
 */
export function composeDocument(scanner: Scanner, extent: Extent, rules: NodeRules, places?: Places): Composed {
  scanner.restart(extent.from, extent.end);
  return new Composer(scanner, rules, places).document();
}

/** A scanner for the documents of a text. */
export function scannerFor(source: Source, rules: NodeRules): Scanner {
  return new Scanner(source, rules.version === 3 ? 2 : 0);
}

/**
 * Turns tokens into plain values: the grammar of `parserc.go` in go.yaml.in/yaml v3.0.4, the values of its `decode.go`,
 * and what kustomize's kyaml v0.21.1 (`DeAnchor` and `MarshalJSON` in `rnode.go`) does to them on the way to its output.
 */
export class Composer {
  readonly anchors: Anchors;
  readonly keys = new KeyReader(this);
  readonly written = new WrittenForm();
  readonly provenance: Provenance;
  /** Nodes read so far, those that aliases repeat included. */
  nodes = 0;
  /** Objects and lists around the next node. */
  depth = 0;
  private deepest = 0;
  private readonly tags = new TagHandles();

  constructor(readonly scanner: Scanner, readonly rules: NodeRules, places: Places | undefined) {
    this.anchors = new Anchors(rules.version);
    this.provenance = { places, merged: new Map() };
  }

  document(): Composed {
    const { scanner } = this;
    let kind = scanner.peek();
    if (kind === T.STREAM_END) return this.composed(null, scanner.start);
    const isExplicit = kind === T.DOCUMENT_START || kind === T.VERSION_DIRECTIVE || kind === T.TAG_DIRECTIVE;
    if (isExplicit) {
      this.tags.readDirectives(scanner);
      scanner.skip();
      kind = scanner.peek();
    }
    const { start } = scanner;
    const value = isExplicit && kind <= T.TAG_DIRECTIVE ? null : this.node(false, false);
    // go-yaml looks for the document's end, so an error there is an error of the document.
    scanner.peek();
    if (this.rules.version === 3) this.written.lengthenKept(this.nodes, scanner.commentEnd);
    return this.composed(value, start);
  }

  private composed(value: JsonValue, start: number): Composed {
    return { value, start, breaks: this.scanner.breaks, readTo: this.scanner.pos };
  }

  fail(problem: string, offset: number, code: YamlErrorCode = "SYNTAX", hint?: string): never {
    throw this.scanner.source.errorAt(offset, code, problem, hint);
  }

  /**
   * Reads a node.
   *
   * @param inFlow Whether it stands inside of `[]` or `{}`.
   * @param mayDash Whether a list may stand at the column of its key.
   */
  node(inFlow: boolean, mayDash: boolean): JsonValue {
    const kind = this.scanner.peek();
    if (kind >= T.PLAIN) return this.scalar(kind, "", inFlow);
    if (kind === T.ANCHOR || kind === T.TAG) return this.nodeWithProperties(kind, inFlow, mayDash);
    if (kind === T.ALIAS) return this.alias();
    return this.collection(kind, inFlow, mayDash) ??
      this.fail("did not find expected node content", this.scanner.start);
  }

  private nodeWithProperties(kind: number, inFlow: boolean, mayDash: boolean): JsonValue {
    const { scanner } = this;
    const { anchor, tag } = this.properties(kind);
    if (anchor === undefined) return this.content(tag, inFlow, mayDash);
    const anchored: Anchored = { value: undefined, size: 0, height: 0 };
    this.anchors.set(anchor, anchored);
    const { nodes, deepest } = this;
    this.deepest = this.depth;
    const next = scanner.peek();
    if (next >= T.PLAIN) anchored.scalar = { kind: next, text: scanner.value, tag };
    anchored.value = this.content(tag, inFlow, mayDash);
    anchored.size = this.nodes - nodes;
    anchored.height = this.deepest - this.depth;
    this.deepest = Math.max(deepest, this.deepest);
    return anchored.value;
  }

  /** Reads an anchor, a tag, or both in any order. */
  properties(kind: number): { anchor: string | undefined; tag: string } {
    const { scanner } = this;
    let anchor: string | undefined;
    let tag = "";
    for (const expected of [kind, kind === T.ANCHOR ? T.TAG : T.ANCHOR]) {
      if (scanner.peek() !== expected) break;
      if (expected === T.ANCHOR) anchor = scanner.value;
      else tag = this.tags.resolve(scanner);
      scanner.skip();
    }
    return { anchor, tag };
  }

  /** Reads what follows an anchor or a tag. */
  content(tag: string, inFlow: boolean, mayDash: boolean): JsonValue {
    const { scanner } = this;
    const kind = scanner.peek();
    if (kind >= T.PLAIN) return this.scalar(kind, tag, inFlow);
    const value = this.collection(kind, inFlow, mayDash);
    if (value !== undefined) return value;
    if (tag === "" || (tag === "!" && this.rules.version === 3)) return this.empty(inFlow);
    this.nodes++;
    this.written.set(T.PLAIN, "", scanner.start);
    return this.convert(T.PLAIN, "", tag, inFlow, scanner.start);
  }

  private collection(kind: number, inFlow: boolean, mayDash: boolean): JsonValue | undefined {
    if (kind === T.BLOCK_MAPPING_START && !inFlow) return readBlockMapping(this);
    if (kind === T.BLOCK_ENTRY && mayDash) return readBlockSequence(this, true);
    if (kind === T.BLOCK_SEQUENCE_START && !inFlow) return readBlockSequence(this, false);
    if (kind === T.FLOW_SEQUENCE_START) return readFlowSequence(this);
    if (kind === T.FLOW_MAPPING_START) return readFlowMapping(this);
    return undefined;
  }

  private scalar(kind: number, tag: string, inFlow: boolean): JsonValue {
    const { scanner } = this;
    const text = scanner.value;
    const { start } = scanner;
    scanner.skip();
    this.nodes++;
    // Quotes do not make a string of it where a tag does, and neither do digits make an integer.
    const isTagged = tag === "!!str" && kind < T.LITERAL ||
      tag === "!!float" && /^[-+]?(0[xob]\w+|[\d_]+)$/i.test(text);
    this.written.set(isTagged ? T.TAG : kind, text, start);
    return this.convert(kind, text, tag, inFlow, start);
  }

  /** The value of a scalar. */
  convert(kind: number, text: string, tag: string, inFlow: boolean, start: number): JsonValue {
    try {
      return scalarValue(kind, text, tag, inFlow, this.rules);
    } catch (error) {
      if (error instanceof TagMismatch) this.fail(error.message, start, "BAD_VALUE");
      throw error;
    }
  }

  /** The value of a node that is left out. */
  empty(inFlow: boolean): JsonValue {
    this.nodes++;
    this.written.set(T.PLAIN, "", this.scanner.start);
    return emptyValue(inFlow, this.rules);
  }

  private alias(): JsonValue {
    const { start } = this.scanner;
    const { value, scalar, size, height } = this.anchors.take(this.scanner);
    this.nodes += size + 1;
    if (this.anchors.isExcessive(size, this.nodes)) {
      this.fail("document contains excessive aliasing", start, "TOO_LARGE");
    }
    this.enter(height, start);
    this.depth -= height;
    this.written.set(scalar?.kind ?? T.PLAIN, scalar?.text ?? "", start);
    return cloneAliased(value!, this.provenance);
  }

  private enter(levels: number, start: number): void {
    this.depth += levels;
    if (this.depth > this.deepest) this.deepest = this.depth;
    if (this.depth > MAX_DEPTH) this.fail(`exceeded max depth of ${MAX_DEPTH}`, start, "TOO_DEEP");
  }

  /** Begins an object or list; returns where to note the places of what it holds, if they are wanted. */
  open(container: JsonObject | JsonValue[]): Map<string | number, number> | undefined {
    this.nodes++;
    this.enter(1, this.scanner.start);
    if (this.provenance.places === undefined) return undefined;
    const places = new Map<string | number, number>();
    this.provenance.places.set(container, places);
    return places;
  }

  /** Ends an object or list. */
  close(): void {
    this.depth--;
  }
}

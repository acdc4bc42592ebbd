import { type JsonObject, type JsonValue, recordQuoted, recordScalarText } from "../base/mod.ts";
import type { YamlErrorCode } from "./errors.ts";
import { MappingBuilder, type MappingProblem } from "./mapping.ts";
import { emptyValue, type KeyKind, keyKind, type NodeRules, scalarValue } from "./nodes.ts";
import { type Anchored, cloneAliased, type Places, type Provenance } from "./provenance.ts";
import { refold } from "./refold.ts";
import { needsQuotes, TagMismatch } from "./resolve.ts";
import { MAX_DEPTH, Scanner } from "./scanner.ts";
import type { Source } from "./source.ts";
import { TagHandles } from "./tag_handles.ts";
import * as T from "./tokens.ts";

/** A document's value and the offset of its first token. */
export interface Composed {
  value: JsonValue;
  start: number;
}

/** How many nodes aliases may add to a document. */
const MAX_ALIASED_NODES = 2_000_000;

/** Where a document's text is. */
export interface Extent {
  source: Source;
  /** Offset of its first line. */
  from: number;
  /** Offset of the text's end, or of the line with `---` behind the document. */
  end: number;
}

/**
 * The first document in a part of a text; go-yaml's users ignore what follows it.
 *
 * @param places Filled with the places of keys and items, when given.
 */
export function composeDocument(extent: Extent, rules: NodeRules, places?: Places): Composed {
  return new Composer(extent, rules, places).document();
}

/**
 * Turns tokens into plain values: the grammar of `parserc.go` in go.yaml.in/yaml v3.0.4, the values of its `decode.go`,
 * and what kustomize's kyaml v0.21.1 (`DeAnchor` and `MarshalJSON` in `rnode.go`) does to them on the way to its output.
 */
class Composer {
  private readonly source: Source;
  private readonly scanner: Scanner;
  private readonly provenance: Provenance;
  private readonly anchors = new Map<string, Anchored>();
  private readonly tags = new TagHandles();
  private depth = 0;
  private deepest = 0;
  private nodes = 0;
  private aliasedNodes = 0;
  /** Source text of the scalar read last. */
  private scalarText = "";
  private scalarKind = T.PLAIN;
  /** What the key read last is, and where it starts. */
  private keyKind: KeyKind = "string";
  private keyStart = 0;

  constructor(
    { source, from, end }: Extent,
    private readonly rules: NodeRules,
    places: Places | undefined,
  ) {
    this.source = source;
    this.scanner = new Scanner(source, from, end);
    this.provenance = { places, merged: new Map() };
  }

  document(): Composed {
    const { scanner } = this;
    let kind = scanner.peek();
    if (kind === T.STREAM_END) return { value: null, start: scanner.start };
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
    return { value, start };
  }

  private fail(problem: string, offset: number, code: YamlErrorCode = "SYNTAX", hint?: string): never {
    throw this.source.errorAt(offset, code, problem, hint);
  }

  /**
   * Reads a node.
   *
   * @param inFlow Whether it stands inside of `[]` or `{}`.
   * @param mayDash Whether a list may stand at the column of its key.
   */
  private node(inFlow: boolean, mayDash: boolean): JsonValue {
    const kind = this.scanner.peek();
    if (kind >= T.PLAIN) return this.scalar(kind, "", inFlow);
    if (kind === T.ANCHOR || kind === T.TAG) return this.nodeWithProperties(kind, inFlow, mayDash);
    if (kind === T.ALIAS) return this.alias();
    return this.collection(kind, inFlow, mayDash) ?? this.failContent();
  }

  private failContent(): never {
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

  /** An anchor, a tag, or both in any order. */
  private properties(kind: number): { anchor: string | undefined; tag: string } {
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

  /** What follows an anchor or a tag. */
  private content(tag: string, inFlow: boolean, mayDash: boolean): JsonValue {
    const kind = this.scanner.peek();
    if (kind >= T.PLAIN) return this.scalar(kind, tag, inFlow);
    const value = this.collection(kind, inFlow, mayDash);
    if (value !== undefined) return value;
    if (tag === "" || tag === "!") return this.empty(inFlow);
    this.nodes++;
    this.setScalar(T.PLAIN, "");
    return this.convert(T.PLAIN, "", tag, inFlow, this.scanner.start);
  }

  private collection(kind: number, inFlow: boolean, mayDash: boolean): JsonValue | undefined {
    if (kind === T.BLOCK_MAPPING_START && !inFlow) return this.blockMapping();
    if (kind === T.BLOCK_ENTRY && mayDash) return this.blockSequence(true);
    if (kind === T.BLOCK_SEQUENCE_START && !inFlow) return this.blockSequence(false);
    if (kind === T.FLOW_SEQUENCE_START) return this.flowSequence();
    if (kind === T.FLOW_MAPPING_START) return this.flowMapping();
    return undefined;
  }

  private scalar(kind: number, tag: string, inFlow: boolean): JsonValue {
    const { scanner } = this;
    const text = scanner.value;
    const { start } = scanner;
    scanner.skip();
    this.nodes++;
    this.setScalar(kind, text);
    return this.convert(kind, text, tag, inFlow, start);
  }

  private convert(kind: number, text: string, tag: string, inFlow: boolean, start: number): JsonValue {
    try {
      return scalarValue(kind, text, tag, inFlow, this.rules);
    } catch (error) {
      if (error instanceof TagMismatch) this.fail(error.message, start, "BAD_VALUE");
      throw error;
    }
  }

  private empty(inFlow: boolean): JsonValue {
    this.nodes++;
    this.setScalar(T.PLAIN, "");
    return emptyValue(inFlow, this.rules);
  }

  private alias(): JsonValue {
    const { start } = this.scanner;
    const { value, scalar, size, height } = this.takeAlias();
    this.nodes += size;
    this.aliasedNodes += size;
    if (this.aliasedNodes > MAX_ALIASED_NODES) this.fail("document contains excessive aliasing", start, "TOO_LARGE");
    this.enter(height, start);
    this.depth -= height;
    this.setScalar(scalar?.kind ?? T.PLAIN, scalar?.text ?? "");
    return cloneAliased(value!, this.provenance);
  }

  private takeAlias(): Anchored {
    const { scanner } = this;
    const name = scanner.value;
    const anchored = this.anchors.get(name);
    if (anchored === undefined) this.fail(`unknown anchor '${name}' referenced`, scanner.start, "UNKNOWN_ANCHOR");
    if (anchored.value === undefined) this.fail(`anchor '${name}' value contains itself`, scanner.start, "BAD_VALUE");
    scanner.skip();
    return anchored;
  }

  private enter(levels: number, start: number): void {
    this.depth += levels;
    if (this.depth > this.deepest) this.deepest = this.depth;
    if (this.depth > MAX_DEPTH) this.fail(`exceeded max depth of ${MAX_DEPTH}`, start, "TOO_DEEP");
  }

  private open<C extends JsonObject | JsonValue[]>(container: C): Map<string | number, number> | undefined {
    this.nodes++;
    this.enter(1, this.scanner.start);
    if (this.provenance.places === undefined) return undefined;
    const places = new Map<string | number, number>();
    this.provenance.places.set(container, places);
    return places;
  }

  private setScalar(kind: number, text: string): void {
    this.scalarKind = kind;
    this.scalarText = text;
  }

  /** Keeps how a scalar was written where its value does not tell. */
  private recordText(container: JsonObject | JsonValue[], key: string | number, value: JsonValue): void {
    const text = this.scalarText;
    if (typeof value === "string") {
      if (this.scalarKind === T.PLAIN || text !== value || text.includes("\n")) return;
      if (!needsQuotes(text, this.rules.version)) recordQuoted(container, key);
    } else if ((typeof value !== "object" || value === null) && String(value) !== text) {
      recordScalarText(container, key, text);
    }
  }

  private append(list: JsonValue[], value: JsonValue): void {
    list.push(value);
    this.recordText(list, list.length - 1, value);
  }

  /** A list of dashes; without indentation of its own it has no token at its end. */
  private blockSequence(isIndentless: boolean): JsonValue {
    const { scanner } = this;
    const list: JsonValue[] = [];
    const places = this.open(list);
    if (!isIndentless) scanner.skip();
    for (;;) {
      const kind = scanner.peek();
      if (kind !== T.BLOCK_ENTRY) {
        if (isIndentless) break;
        if (kind !== T.BLOCK_END) this.fail("did not find expected '-' indicator", scanner.start);
        scanner.skip();
        break;
      }
      places?.set(list.length, scanner.start);
      scanner.skip();
      const next = scanner.peek();
      const isEmpty = next === T.BLOCK_ENTRY || next === T.BLOCK_END ||
        (isIndentless && (next === T.KEY || next === T.VALUE));
      this.append(list, isEmpty ? this.empty(false) : this.node(false, false));
    }
    this.depth--;
    return list;
  }

  private blockMapping(): JsonValue {
    const { scanner } = this;
    const builder = this.openMapping();
    scanner.skip();
    for (;;) {
      const kind = scanner.peek();
      if (kind === T.BLOCK_END) break;
      if (kind !== T.KEY) this.fail("did not find expected key", scanner.start);
      scanner.skip();
      const key = this.key(builder, false, isMappingToken(scanner.peek()));
      const { keyKind, keyStart } = this;
      let isEmpty = true;
      if (scanner.peek() === T.VALUE) {
        scanner.skip();
        isEmpty = isMappingToken(scanner.peek());
      }
      this.assign(builder, key, keyKind, keyStart, isEmpty ? this.empty(false) : this.node(false, true));
    }
    return this.closeMapping(builder);
  }

  private flowMapping(): JsonValue {
    const { scanner } = this;
    const builder = this.openMapping();
    scanner.skip();
    for (let isFirst = true; scanner.peek() !== T.FLOW_MAPPING_END; isFirst = false) {
      if (!isFirst) this.skipComma("did not find expected ',' or '}'");
      const kind = scanner.peek();
      if (kind === T.FLOW_MAPPING_END) break;
      if (kind === T.KEY) this.flowPair(builder, T.FLOW_MAPPING_END);
      else {
        const key = this.key(builder, true, false);
        this.assign(builder, key, this.keyKind, this.keyStart, this.empty(true));
      }
    }
    return this.closeMapping(builder);
  }

  private flowSequence(): JsonValue {
    const { scanner } = this;
    const list: JsonValue[] = [];
    const places = this.open(list);
    scanner.skip();
    for (let isFirst = true; scanner.peek() !== T.FLOW_SEQUENCE_END; isFirst = false) {
      if (!isFirst) this.skipComma("did not find expected ',' or ']'");
      const kind = scanner.peek();
      if (kind === T.FLOW_SEQUENCE_END) break;
      places?.set(list.length, scanner.start);
      if (kind !== T.KEY) this.append(list, this.node(true, false));
      else {
        const builder = this.openMapping();
        this.flowPair(builder, T.FLOW_SEQUENCE_END);
        list.push(this.finishMapping(builder));
      }
    }
    scanner.skip();
    this.depth--;
    return list;
  }

  private skipComma(problem: string): void {
    if (this.scanner.peek() !== T.FLOW_ENTRY) this.fail(problem, this.scanner.start);
    this.scanner.skip();
  }

  /** A key and its value inside of `[]` or `{}`; the KEY token is next. */
  private flowPair(builder: MappingBuilder, end: number): void {
    const { scanner } = this;
    scanner.skip();
    const hasKey = scanner.peek() !== T.VALUE && !isFlowEnd(scanner.peek(), end);
    const key = this.key(builder, true, !hasKey);
    const { keyKind, keyStart } = this;
    let isEmpty = true;
    // In a list, libyaml drops the token that follows a lone "?", which leads to an error in all but odd cases.
    if (!hasKey && end === T.FLOW_SEQUENCE_END) scanner.skip();
    if (scanner.peek() === T.VALUE) {
      scanner.skip();
      isEmpty = isFlowEnd(scanner.peek(), end);
    }
    this.assign(builder, key, keyKind, keyStart, isEmpty ? this.empty(true) : this.node(true, false));
  }

  private openMapping(): MappingBuilder {
    const builder = new MappingBuilder(this.rules.version, this.depth === 0, this.provenance);
    this.open(builder.object);
    return builder;
  }

  private closeMapping(builder: MappingBuilder): JsonValue {
    this.scanner.skip();
    return this.finishMapping(builder);
  }

  private finishMapping(builder: MappingBuilder): JsonObject {
    this.depth--;
    return builder.finish();
  }

  private assign(builder: MappingBuilder, key: string, kind: KeyKind, start: number, value: JsonValue): void {
    if (kind === "dropped") return;
    const problem = kind === "merge" ? builder.merge(value) : builder.add(key, value);
    if (problem !== undefined) this.failMapping(problem, start);
    if (kind === "merge") return;
    this.recordText(builder.object, key, value);
    this.provenance.places?.get(builder.object)?.set(key, start);
  }

  private failMapping({ problem, code, hint }: MappingProblem, start: number): never {
    this.fail(problem, start, code, hint);
  }

  /** The next node as a key, by its name. */
  private key(builder: MappingBuilder, inFlow: boolean, isEmpty: boolean): string {
    const { scanner } = this;
    const kind = scanner.peek();
    const { start, value: text } = scanner;
    this.keyStart = start;
    this.keyKind = "string";
    if (isEmpty) return this.otherKey(builder, "", "null", null);
    if (kind >= T.PLAIN) {
      scanner.skip();
      this.nodes++;
      return this.scalarKey(builder, kind, text, "", inFlow);
    }
    const anchored = kind === T.ALIAS ? this.takeAlias() : undefined;
    if (anchored === undefined) return this.keyWithProperties(builder, kind, inFlow);
    if (anchored.scalar === undefined) this.fail("invalid map key", start, "BAD_VALUE");
    return this.scalarKey(builder, anchored.scalar.kind, anchored.scalar.text, anchored.scalar.tag, inFlow);
  }

  private keyWithProperties(builder: MappingBuilder, kind: number, inFlow: boolean): string {
    const { scanner } = this;
    if (kind !== T.ANCHOR && kind !== T.TAG) {
      if (this.collection(kind, inFlow, !inFlow) === undefined) this.failContent();
      this.fail("invalid map key", this.keyStart, "BAD_VALUE", "Keys must be strings");
    }
    const { anchor, tag } = this.properties(kind);
    const next = scanner.peek();
    const { keyStart } = this;
    const text = next >= T.PLAIN ? scanner.value : "";
    const value = this.content(tag, inFlow, !inFlow);
    this.keyStart = keyStart;
    if (typeof value === "object" && value !== null) this.fail("invalid map key", keyStart, "BAD_VALUE");
    const scalar = { kind: next >= T.PLAIN ? next : T.PLAIN, text, tag };
    if (anchor !== undefined) this.anchors.set(anchor, { value, scalar, size: 1, height: 0 });
    return this.scalarKey(builder, scalar.kind, text, tag, inFlow);
  }

  private scalarKey(builder: MappingBuilder, kind: number, text: string, tag: string, inFlow: boolean): string {
    const what = keyKind(kind, text, tag, this.rules.version);
    this.keyKind = what;
    if (what !== "null" && what !== "other") {
      return kind === T.FOLDED && !inFlow && this.rules.version === 3 ? refold(text) : text;
    }
    return this.otherKey(builder, text, what, this.convert(kind, text, tag, inFlow, this.keyStart));
  }

  private otherKey(builder: MappingBuilder, text: string, kind: KeyKind, value: JsonValue): string {
    const name = builder.nameOf(text, kind, value);
    if (typeof name !== "string") this.failMapping(name, this.keyStart);
    this.keyKind = "string";
    return name;
  }
}

function isMappingToken(kind: number): boolean {
  return kind === T.KEY || kind === T.VALUE || kind === T.BLOCK_END;
}

function isFlowEnd(kind: number, end: number): boolean {
  return kind === T.FLOW_ENTRY || kind === end;
}

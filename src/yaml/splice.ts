import { isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type YAMLSeq,
} from "yaml";
import type { Document, Node, YAMLMap } from "yaml";
import type { YamlEdit } from "./edit.ts";
import { isFilled, type Layout, renderBlock, renderFlow, renderKey, renderScalar } from "./splice_text.ts";

/** A place for a value in a text. */
interface Slot {
  /** The value that stands there; null when it is left out. */
  node: Node | null;
  /** Behind the `:` or `-` in front of it. */
  after: number;
  /** Column of the key or dash; -1 for a document. */
  column: number;
  inFlow: boolean;
  isItem: boolean;
}

/** A change of a text: what stands from `start` to `end` makes way. */
interface Splice {
  start: number;
  end: number;
  text: string;
}

/**
 * Makes one edit in a text.
 *
 * @param wanted The whole value after the edit.
 * @returns The new text, or undefined where the edit cannot be made by changing a part. Whether it holds what is wanted
 * is for the caller to check.
 */
export function spliceEdit(text: string, edit: YamlEdit, wanted: JsonValue): string | undefined {
  const [document] = parseAllDocuments(text, {
    keepSourceTokens: true,
    uniqueKeys: false,
    strict: false,
  }) as Document[];
  if (document !== undefined && document.errors.length > 0) return undefined;
  const splices = new Splicer(text, edit, wanted).at(document);
  if (splices === undefined) return undefined;
  let edited = text;
  for (const { start, end, text: piece } of splices.toSorted((a, b) => b.start - a.start)) {
    const lines = text.includes("\r\n") ? piece.replaceAll("\n", "\r\n") : piece;
    edited = edited.slice(0, start) + lines + edited.slice(end);
  }
  return edited;
}

class Splicer {
  private readonly layout: Layout;

  constructor(private readonly text: string, private readonly edit: YamlEdit, private readonly wanted: JsonValue) {
    const firstList = /^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\r?\n\1( *)- /m.exec(text);
    this.layout = { indentLists: (firstList?.[2] ?? "") !== "", isJson: /^\s*[[{]\s*(?:"|[\]}])/.test(text) };
  }

  at(document: Document | undefined): Splice[] | undefined {
    const node = (document?.contents ?? null) as Node | null;
    const isEmpty = node === null || (isScalar(node) && node.value === null);
    if (isEmpty) {
      const separator = this.text === "" || this.text.endsWith("\n") ? "" : "\n";
      const block = renderBlock(this.wanted, 0, this.layout);
      return [{ start: this.text.length, end: this.text.length, text: `${separator}${block}\n` }];
    }
    return this.inSlot({ node, after: node.range![0], column: -1, inFlow: false, isItem: false }, 0, this.wanted);
  }

  /** The edit below a slot, `step` steps down the path; `wanted` is what the slot is to hold. */
  private inSlot(slot: Slot, step: number, wanted: JsonValue): Splice[] | undefined {
    const { node } = slot;
    const isLast = step === this.edit.path.length;
    const isKept = isCollection(node) && node.items.length > 0 && isFilled(wanted);
    if (isAlias(node)) return undefined;
    if (isLast || !isKept) return this.replace(slot, wanted);
    const next = this.edit.path[step]!;
    const inFlow = slot.inFlow || node.flow === true;
    if (isMap(node) && isObject(wanted)) return this.inMap(node, inFlow, String(next), step, wanted);
    if (isSeq(node) && Array.isArray(wanted)) return this.inSeq(node, inFlow, Number(next), step, wanted);
    return this.replace(slot, wanted);
  }

  private inMap(map: YAMLMap, inFlow: boolean, key: string, step: number, wanted: JsonObject): Splice[] | undefined {
    const index = map.items.findIndex((pair) => keyOf(pair) === key);
    if ("rename" in this.edit && step === this.edit.path.length - 1) return this.rename(map, index, this.edit.rename);
    const value = wanted[key];
    if (index < 0) return value === undefined ? [] : [this.addPair(map, inFlow, key, value)];
    if (value === undefined) return [this.remove(map.items, index, inFlow, (i) => startOf(map.items[i]!.key))];
    const pair = map.items[index]!;
    const colon = pair.srcToken?.sep?.find(({ type }) => type === "map-value-ind");
    if (colon === undefined) return undefined;
    const slot: Slot = {
      node: emptyAsNull(pair.value as Node | null),
      after: colon.offset + 1,
      column: this.columnOf(startOf(pair.key)),
      inFlow,
      isItem: false,
    };
    return this.inSlot(slot, step + 1, value);
  }

  private inSeq(seq: YAMLSeq, inFlow: boolean, index: number, step: number, wanted: JsonValue[]): Splice[] | undefined {
    const starts = inFlow ? seq.items.map((item) => startOf(item)) : dashesOf(seq);
    if (starts.length !== seq.items.length) return undefined;
    if (wanted.length < seq.items.length) return [this.remove(seq.items, index, inFlow, (i) => starts[i]!)];
    if (wanted.length > seq.items.length) return [this.addItem(seq, inFlow, starts, index, wanted[index]!)];
    const start = starts[index]!;
    const node = emptyAsNull(seq.items[index] as Node);
    const slot = { node, after: inFlow ? start : start + 1, column: this.columnOf(start), inFlow, isItem: true };
    return this.inSlot(slot, step + 1, wanted[index]!);
  }

  private rename(map: YAMLMap, index: number, name: string): Splice[] | undefined {
    const key = map.items[index]?.key;
    if (!isScalar(key) || key.range === undefined || key.range === null) return undefined;
    const [start, end] = key.range;
    return [{ start, end, text: renderKey(name, this.text[start] === '"') }];
  }

  private addPair(map: YAMLMap, inFlow: boolean, key: string, value: JsonValue): Splice {
    const last = map.items.at(-1)!;
    const end = this.endOf(last);
    if (inFlow) {
      const isQuoted = this.text[startOf(map.items[0]!.key)] === '"';
      return insert(end, `, ${renderKey(key, isQuoted)}: ${renderFlow(value, isQuoted)}`);
    }
    const column = this.columnOf(startOf(map.items[0]!.key));
    return insert(this.lineEnd(end), "\n" + renderBlock({ [key]: value }, column, this.layout));
  }

  /** Adds an item behind those before it; what stands above the next one, such as a comment, belongs to that. */
  private addItem(seq: YAMLSeq, inFlow: boolean, starts: number[], index: number, value: JsonValue): Splice {
    if (index === 0) {
      const text = inFlow
        ? `${renderFlow(value, this.layout.isJson)}, `
        : `${renderBlock([value], this.columnOf(starts[0]!), this.layout).trimStart()}\n${this.indentAt(starts[0]!)}`;
      return insert(starts[0]!, text);
    }
    const end = this.endOf(seq.items[index - 1]);
    if (inFlow) return insert(end, `, ${renderFlow(value, this.layout.isJson)}`);
    const column = this.columnOf(starts[0]!);
    return insert(this.lineEnd(end), "\n" + renderBlock([value], column, this.layout));
  }

  private indentAt(offset: number): string {
    return " ".repeat(this.columnOf(offset));
  }

  /** Removes one of several entries. */
  private remove(items: unknown[], index: number, inFlow: boolean, startAt: (index: number) => number): Splice {
    const start = startAt(index);
    const end = this.endOf(items[index]);
    if (inFlow && index === items.length - 1) return { start: this.endOf(items[index - 1]), end, text: "" };
    const lineStart = this.text.lastIndexOf("\n", start - 1) + 1;
    const ownsLine = this.text.slice(lineStart, start).trim() === "";
    if (inFlow || !ownsLine) return { start, end: startAt(index + 1), text: "" };
    return { start: lineStart, end: Math.min(this.lineEnd(end) + 1, this.text.length), text: "" };
  }

  private replace(slot: Slot, value: JsonValue): Splice[] {
    const { node, after, inFlow } = slot;
    const start = node === null ? after : startOf(node);
    const end = node === null ? after : this.endOf(node);
    const gap = node === null && !(inFlow && slot.isItem) ? " " : "";
    if (inFlow) return [{ start, end, text: gap + renderFlow(value, this.layout.isJson) }];
    const isBlock = node !== null && this.text.slice(after, end).includes("\n");
    if (!isFilled(value)) {
      const text = renderScalar(value, node, slot.column + 2, this.hasComment(end));
      return [slot.column < 0 || !isBlock ? { start, end, text: gap + text } : { start: after, end, text: ` ${text}` }];
    }
    if (slot.column < 0) return [{ start, end, text: renderBlock(value, 0, this.layout) }];
    if (slot.isItem) {
      return [{ start: after, end, text: " " + renderBlock(value, slot.column + 2, this.layout).trimStart() }];
    }
    const column = slot.column + (Array.isArray(value) && !this.layout.indentLists ? 0 : 2);
    const block = "\n" + renderBlock(value, column, this.layout);
    if (isBlock) return [{ start: after, end, text: block }];
    // A comment behind the old value stays behind the key.
    return [{ start: after, end, text: "" }, insert(this.lineEnd(end), block)];
  }

  private hasComment(end: number): boolean {
    return this.text.slice(end, this.lineEnd(end)).trim() !== "";
  }

  private columnOf(offset: number): number {
    return offset - this.text.lastIndexOf("\n", offset - 1) - 1;
  }

  private lineEnd(offset: number): number {
    const at = this.text.indexOf("\n", offset);
    const end = at < 0 ? this.text.length : at;
    return this.text[end - 1] === "\r" && end > offset ? end - 1 : end;
  }

  /** Where an entry ends, without the line break that a block scalar includes. */
  private endOf(entry: unknown): number {
    if (isPair(entry)) {
      const value = entry.value as Node | null;
      return emptyAsNull(value) === null ? this.behindColon(entry) : this.endOf(value);
    }
    const node = entry as Node;
    if (isCollection(node) && node.flow !== true && node.items.length > 0) return this.endOf(node.items.at(-1));
    const end = node.range![1];
    return this.text[end - 1] === "\n" ? end - 1 : end;
  }

  private behindColon(pair: Pair): number {
    const colon = pair.srcToken?.sep?.find(({ type }) => type === "map-value-ind");
    return colon === undefined ? (pair.key as Node).range![1] : colon.offset + 1;
  }
}

function insert(at: number, text: string): Splice {
  return { start: at, end: at, text };
}

function startOf(node: unknown): number {
  return (isPair(node) ? node.key as Node : node as Node).range![0];
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function emptyAsNull(node: Node | null): Node | null {
  return node === null || (isScalar(node) && node.range![0] === node.range![1] && !node.anchor) ? null : node;
}

/** Offsets of a list's dashes. */
function dashesOf(seq: YAMLSeq): number[] {
  const token = seq.srcToken as { items?: { start: { type: string; offset: number }[] }[] } | undefined;
  return (token?.items ?? []).flatMap(({ start }) => start.filter(({ type }) => type === "seq-item-ind"))
    .map(({ offset }) => offset);
}

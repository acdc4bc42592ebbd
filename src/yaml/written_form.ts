import {
  type JsonObject,
  type JsonValue,
  recordQuoted,
  recordReread,
  recordScalarText,
  recordTagged,
  scalarTextAt,
} from "../base/mod.ts";
import { staysBlock } from "./refold.ts";
import { needsQuotes } from "./resolve.ts";
import { FOLDED, LITERAL, PLAIN, TAG } from "./tokens.ts";

/** How the scalar read last stands in the text; keeps that for values which do not tell it themselves. */
export class WrittenForm {
  private kind = PLAIN;
  private text = "";
  private start = 0;
  /** The last block scalar that ends in several line breaks, and how many nodes had been read with it. */
  private kept?: { container: JsonObject | JsonValue[]; key: string | number; start: number; nodes: number };

  /** @param kind The token's kind, TAG for one that a tag makes a string or a float. */
  set(kind: number, text: string, start: number): void {
    this.kind = kind;
    this.text = text;
    this.start = start;
  }

  /** Called with the scalar's value when it has its place. */
  record(container: JsonObject | JsonValue[], key: string | number, value: JsonValue, nodes: number): void {
    const { kind, text } = this;
    if (typeof value === "string") {
      if (kind <= PLAIN) {
        // A timestamp.
        if (text !== value) recordScalarText(container, key, text);
        else if (kind === TAG) recordTagged(container, key);
        return;
      }
      if (kind >= LITERAL && (value.endsWith("\n\n") || value === "\n") && staysBlock(value)) {
        this.kept = { container, key, start: this.start, nodes };
      }
      if (kind === FOLDED) recordReread(container, key, text);
      else if (text === value && !text.includes("\n") && !needsQuotes(text, 3)) recordQuoted(container, key);
    } else if (typeof value !== "object" || value === null) {
      if (String(value) !== text) recordScalarText(container, key, text);
      if (kind === TAG) recordTagged(container, key);
    }
  }

  /**
   * Called at the end of a document. kustomize writes a comment that ends a document behind an empty line, which becomes
   * part of a scalar before it that keeps its line breaks (`|+`).
   *
   * @param nodes How many nodes the document has.
   * @param commentEnd Where its last comment ends.
   */
  lengthenKept(nodes: number, commentEnd: number): void {
    if (this.kept === undefined || this.kept.nodes !== nodes || commentEnd < this.kept.start) return;
    const { container, key } = this.kept;
    const text = scalarTextAt(container, key);
    const values = container as Record<string | number, JsonValue>;
    values[key] = `${values[key]}\n`;
    recordReread(container, key, text);
  }
}

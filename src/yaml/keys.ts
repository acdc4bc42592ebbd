import type { JsonValue } from "../base/mod.ts";
import type { Composer } from "./compose.ts";
import type { MappingBuilder, MappingProblem } from "./mapping.ts";
import { type KeyKind, keyKind } from "./nodes.ts";
import { refold } from "./refold.ts";
import * as T from "./tokens.ts";

/** Reads the keys of mappings; what the last one is stands in its fields. */
export class KeyReader {
  kind: KeyKind = "string";
  /** Offset of the key. */
  start = 0;

  constructor(private readonly composer: Composer) {}

  /** A key that is left out. */
  readEmpty(builder: MappingBuilder): string {
    this.start = this.composer.scanner.start;
    return this.nameOf(builder, "", "null", null);
  }

  /** The next node as a key, by its name. */
  read(builder: MappingBuilder, inFlow: boolean): string {
    const { composer, composer: { scanner } } = this;
    const kind = scanner.peek();
    const { start, value: text } = scanner;
    this.start = start;
    if (kind >= T.PLAIN) {
      scanner.skip();
      composer.nodes++;
      return this.scalarKey(builder, kind, text, "", inFlow);
    }
    if (kind !== T.ALIAS) return this.keyWithProperties(builder, kind, inFlow);
    const { scalar } = composer.anchors.take(scanner);
    if (scalar === undefined) return this.refuseCollection();
    return this.scalarKey(builder, scalar.kind, scalar.text, scalar.tag, inFlow);
  }

  private refuseCollection(): never {
    this.composer.fail("invalid map key", this.start, "BAD_VALUE", "Keys must be strings");
  }

  private keyWithProperties(builder: MappingBuilder, kind: number, inFlow: boolean): string {
    const { composer, composer: { scanner }, start } = this;
    if (kind !== T.ANCHOR && kind !== T.TAG) {
      // Reading it comes first: what is wrong inside is said first.
      composer.node(inFlow, !inFlow);
      this.start = start;
      this.refuseCollection();
    }
    const { anchor, tag } = composer.properties(kind);
    const next = scanner.peek();
    const text = next >= T.PLAIN ? scanner.value : "";
    const value = composer.content(tag, inFlow, !inFlow);
    this.start = start;
    if (typeof value === "object" && value !== null) this.refuseCollection();
    const scalar = { kind: next >= T.PLAIN ? next : T.PLAIN, text, tag };
    if (anchor !== undefined) composer.anchors.set(anchor, { value, scalar, size: 1, height: 0 });
    return this.scalarKey(builder, scalar.kind, text, tag, inFlow);
  }

  private scalarKey(builder: MappingBuilder, kind: number, text: string, tag: string, inFlow: boolean): string {
    const { composer } = this;
    const { version } = composer.rules;
    this.kind = keyKind(kind, text, tag, version);
    if (this.kind !== "null" && this.kind !== "other") {
      return kind === T.FOLDED && !inFlow && version === 3 ? refold(text) : text;
    }
    return this.nameOf(builder, text, this.kind, composer.convert(kind, text, tag, inFlow, this.start));
  }

  private nameOf(builder: MappingBuilder, text: string, kind: KeyKind, value: JsonValue): string {
    const name = builder.nameOf(text, kind, value);
    if (typeof name !== "string") return failMapping(this.composer, name, this.start);
    this.kind = "string";
    return name;
  }
}

/** Throws what is wrong with a mapping. */
export function failMapping(composer: Composer, { problem, code, hint }: MappingProblem, start: number): never {
  composer.fail(problem, start, code, hint);
}

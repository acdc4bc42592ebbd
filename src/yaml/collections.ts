import { type JsonObject, type JsonValue, recordBraces } from "../base/mod.ts";
import type { Composer } from "./compose.ts";
import { failMapping } from "./keys.ts";
import { MappingBuilder } from "./mapping.ts";
import type { KeyKind } from "./nodes.ts";
import * as T from "./tokens.ts";

/** Reads a list of dashes; one without indentation of its own has no token at its end. */
export function readBlockSequence(composer: Composer, isIndentless: boolean): JsonValue[] {
  const { scanner } = composer;
  const list: JsonValue[] = [];
  const places = composer.open(list);
  if (!isIndentless) scanner.skip();
  for (;;) {
    const kind = scanner.peek();
    if (kind !== T.BLOCK_ENTRY) {
      if (isIndentless) break;
      if (kind !== T.BLOCK_END) composer.fail("did not find expected '-' indicator", scanner.start);
      scanner.skip();
      break;
    }
    places?.set(list.length, scanner.start);
    scanner.skip();
    const next = scanner.peek();
    const isEmpty = next === T.BLOCK_ENTRY || next === T.BLOCK_END ||
      (isIndentless && (next === T.KEY || next === T.VALUE));
    append(composer, list, isEmpty ? composer.empty(false) : composer.node(false, false));
  }
  composer.close();
  return list;
}

/** Reads keys and values that are told apart by lines. */
export function readBlockMapping(composer: Composer): JsonObject {
  const { scanner, keys } = composer;
  const builder = openMapping(composer);
  scanner.skip();
  for (;;) {
    const kind = scanner.peek();
    if (kind === T.BLOCK_END) break;
    if (kind !== T.KEY) composer.fail("did not find expected key", scanner.start);
    scanner.skip();
    const key = isMappingToken(scanner.peek()) ? keys.readEmpty(builder) : keys.read(builder, false);
    const { kind: keyKind, start } = keys;
    let isEmpty = true;
    if (scanner.peek() === T.VALUE) {
      scanner.skip();
      isEmpty = isMappingToken(scanner.peek());
    }
    const value = isEmpty ? composer.empty(false) : composer.node(false, true);
    assign(composer, builder, key, keyKind, start, value);
  }
  scanner.skip();
  return closeMapping(composer, builder);
}

/** Reads `{…}`. */
export function readFlowMapping(composer: Composer): JsonObject {
  const { scanner, keys } = composer;
  const builder = openMapping(composer);
  recordBraces(builder.object);
  scanner.skip();
  for (let isFirst = true; scanner.peek() !== T.FLOW_MAPPING_END; isFirst = false) {
    if (!isFirst) skipComma(composer, "did not find expected ',' or '}'");
    const kind = scanner.peek();
    if (kind === T.FLOW_MAPPING_END) break;
    if (kind === T.KEY) readFlowPair(composer, builder, T.FLOW_MAPPING_END);
    else {
      const key = keys.read(builder, true);
      assign(composer, builder, key, keys.kind, keys.start, composer.empty(true));
    }
  }
  scanner.skip();
  return closeMapping(composer, builder);
}

/** Reads `[…]`. */
export function readFlowSequence(composer: Composer): JsonValue[] {
  const { scanner } = composer;
  const list: JsonValue[] = [];
  const places = composer.open(list);
  recordBraces(list);
  scanner.skip();
  for (let isFirst = true; scanner.peek() !== T.FLOW_SEQUENCE_END; isFirst = false) {
    if (!isFirst) skipComma(composer, "did not find expected ',' or ']'");
    const kind = scanner.peek();
    if (kind === T.FLOW_SEQUENCE_END) break;
    places?.set(list.length, scanner.start);
    if (kind !== T.KEY) append(composer, list, composer.node(true, false));
    else {
      const builder = openMapping(composer);
      readFlowPair(composer, builder, T.FLOW_SEQUENCE_END);
      list.push(closeMapping(composer, builder));
    }
  }
  scanner.skip();
  composer.close();
  return list;
}

/** Reads a key and its value inside of `[]` or `{}`; the KEY token is next. */
function readFlowPair(composer: Composer, builder: MappingBuilder, end: number): void {
  const { scanner, keys } = composer;
  scanner.skip();
  const hasKey = scanner.peek() !== T.VALUE && !isFlowEnd(scanner.peek(), end);
  const key = hasKey ? keys.read(builder, true) : keys.readEmpty(builder);
  const { kind, start } = keys;
  // In a list, libyaml drops the token that follows a lone "?", which leads to an error in all but odd cases.
  if (!hasKey && end === T.FLOW_SEQUENCE_END) scanner.skip();
  let isEmpty = true;
  if (scanner.peek() === T.VALUE) {
    scanner.skip();
    isEmpty = isFlowEnd(scanner.peek(), end);
  }
  assign(composer, builder, key, kind, start, isEmpty ? composer.empty(true) : composer.node(true, false));
}

function skipComma(composer: Composer, problem: string): void {
  const { scanner } = composer;
  if (scanner.peek() !== T.FLOW_ENTRY) composer.fail(problem, scanner.start);
  scanner.skip();
}

function append({ written, nodes }: Composer, list: JsonValue[], value: JsonValue): void {
  list.push(value);
  written.record(list, list.length - 1, value, nodes);
}

function openMapping(composer: Composer): MappingBuilder {
  const builder = new MappingBuilder(composer.rules.version, composer.depth === 0, composer.provenance);
  composer.open(builder.object);
  return builder;
}

function closeMapping(composer: Composer, builder: MappingBuilder): JsonObject {
  composer.close();
  return builder.finish();
}

function assign(
  composer: Composer,
  builder: MappingBuilder,
  key: string,
  kind: KeyKind,
  start: number,
  value: JsonValue,
): void {
  if (kind === "dropped") return;
  const problem = kind === "merge" ? builder.merge(value) : builder.add(key, value);
  if (problem !== undefined) failMapping(composer, problem, start);
  if (kind === "merge") return;
  composer.written.record(builder.object, key, value, composer.nodes);
  composer.provenance.places?.get(builder.object)?.set(key, start);
}

function isMappingToken(kind: number): boolean {
  return kind === T.KEY || kind === T.VALUE || kind === T.BLOCK_END;
}

function isFlowEnd(kind: number, end: number): boolean {
  return kind === T.FLOW_ENTRY || kind === end;
}

import {
  cloneDecoded,
  getKey,
  isObject,
  type JsonObject,
  type JsonValue,
  recordBraces,
  recordQuoted,
  recordScalarText,
  type SourcePlace,
} from "../../base/mod.ts";
import { readYamlDocuments, type YamlDocument } from "../../yaml/mod.ts";
import { KustomizeError } from "../errors.ts";
import { isNegativeZeroAt } from "../patch/yaml_scalars.ts";
import { Resource } from "../resource.ts";
import { hasHistory, takeHistory } from "../resource_annotations.ts";
import type { KindTable } from "../kind_table.ts";

/**
 * Reads the objects of a YAML text; lists of objects are taken apart
 * (kustomize `api/resource/factory.go`, `kyaml/kio/byteio_reader.go` v5.8.1).
 *
 * @param file Name for places and errors.
 * @throws {KustomizeError} INVALID_RESOURCE for what is no object with kind and name; a YamlError where it is no YAML.
 */
export function parseResources(text: string, file: string, kinds: KindTable): Resource[] {
  return resourcesOf(readYamlDocuments(withoutReturns(text), { file, keepEmptyNulls: true }), file, kinds);
}

/**
 * Reads strategic merge patches.
 *
 * @param source The file, and the place of the text in it where it is not the whole file.
 */
export function parsePatches(
  text: string,
  { file, place }: { file: string; place?: SourcePlace },
  kinds: KindTable,
): Resource[] {
  const documents = readYamlDocuments(withoutReturns(text), { file, keepEmptyNulls: true });
  return resourcesOf(documents, file, kinds, { place, isPatch: true });
}

function withoutReturns(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
}

function resourcesOf(
  documents: readonly YamlDocument[],
  file: string,
  kinds: KindTable,
  { place, isPatch = false }: { place?: SourcePlace; isPatch?: boolean } = {},
): Resource[] {
  const found = documents.length === 1
    ? unwrapDocument(documents[0]!, file)
    : documents.map(({ value, line }) => ({ value, line }));
  return expandLists(found.filter((object) => isKept(object, file)), file)
    .map(({ value, line }) => toResource(value as JsonObject, kinds, place ?? { file, line }, isPatch));
}

function toResource(value: JsonObject, kinds: KindTable, place: SourcePlace, isPatch: boolean): Resource {
  const resource = new Resource(value, kinds, place);
  const annotations = resource.metadata?.annotations;
  if (isObject(annotations) && hasHistory(annotations)) takeHistory(resource, isPatch);
  return resource;
}

interface Found {
  value: JsonValue;
  line: number;
}

/** A text that is nothing but one list yields its items in place. */
function unwrapDocument({ value, line }: YamlDocument, file: string): Found[] {
  if (!isObject(value)) return [{ value, line }];
  const isWrapper = (value.kind === "List" || value.kind === "ResourceList") &&
    (getKey(value, "items") !== undefined || getKey(value, "functionConfig") !== undefined);
  if (!isWrapper) return [{ value, line }];
  const { items } = value;
  if (isObject(items) && Object.keys(items).length > 0) throw invalidObject(file, line, "missing Resource metadata");
  return Array.isArray(items) ? items.map((item) => ({ value: item, line })) : [];
}

/** Lists among other objects yield their items after all of them. */
function expandLists(objects: Found[], file: string): Found[] {
  const queue = [...objects];
  const expanded: Found[] = [];
  for (const object of queue) {
    const { value, line } = object;
    const { kind, items } = value as JsonObject;
    if (typeof kind !== "string" || !kind.endsWith("List") || items === undefined) {
      expanded.push(object);
      continue;
    }
    if (items === null) continue;
    if (!Array.isArray(items)) throw invalidObject(file, line, `expected array in ${kind}/items`);
    // Items go through JSON in kustomize: how they were written is forgotten, and all is as in JSON.
    for (const item of items) {
      const copy = { value: cloneDecoded(item), line };
      recordJson(copy.value, item);
      if (isKept(copy, file)) queue.push(copy);
    }
  }
  return expanded;
}

/** Lets a copy be written as JSON is. */
function recordJson(copy: JsonValue, original: JsonValue): void {
  if (typeof copy !== "object" || copy === null) return;
  recordBraces(copy);
  const from = original as JsonObject | JsonValue[];
  for (const [key, item] of Object.entries(copy)) {
    const at = Array.isArray(copy) ? Number(key) : key;
    recordQuoted(copy, at);
    // JSON has exponents of one digit, and a zero below zero.
    if (typeof item === "number") recordScalarText(copy, at, isNegativeZeroAt(from, at) ? "-0" : String(item));
    recordJson(item, (from as JsonObject)[key]!);
  }
}

/** Whether there is anything; refuses what is not an object with kind and name. */
function isKept({ value, line }: Found, file: string): boolean {
  if (value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0)) return false;
  if (!isObject(value)) throw invalidObject(file, line, "missing Resource metadata");
  const { kind, metadata } = value;
  if (kind === undefined || kind === null || kind === "") throw invalidObject(file, line, "missing kind in object");
  if (typeof kind === "string" && kind.endsWith("List")) return true;
  const name = isObject(metadata) ? metadata.name : undefined;
  if (name === undefined || name === null || name === "") {
    throw invalidObject(file, line, `missing metadata.name in object of kind ${kind}`);
  }
  return true;
}

function invalidObject(file: string, line: number, problem: string): KustomizeError {
  return new KustomizeError("INVALID_RESOURCE", `Cannot read a resource: ${problem}`, { place: { file, line } });
}

import { isObject, type JsonObject, type JsonValue, parseJson, setKey } from "../../base/mod.ts";
import type { Field, ListType, MapType, RecordType, Scalar, Type } from "./schema.ts";

/**
 * Reads what client-go's typed clients send: the envelope `k8s\0` with an object in Kubernetes' protobuf encoding.
 *
 * @see Kubernetes `apimachinery/pkg/runtime/serializer/protobuf`, `generated.proto` v1.36
 */

/** The envelope: what the object is, and its bytes. */
export interface ProtobufEnvelope {
  apiVersion: string;
  kind: string;
  raw: Uint8Array;
}

const MAGIC = [0x6b, 0x38, 0x73, 0x00];

/**
 * Opens the envelope.
 *
 * @throws {RangeError} When the bytes are none.
 */
export function openEnvelope(bytes: Uint8Array): ProtobufEnvelope {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new RangeError("the magic bytes of a protobuf object are missing");
  }
  const envelope: ProtobufEnvelope = { apiVersion: "", kind: "", raw: new Uint8Array() };
  for (const { number, bytes: value } of readFields(bytes.subarray(MAGIC.length))) {
    if (number === 2) envelope.raw = value;
    if (number !== 1) continue;
    for (const field of readFields(value)) {
      if (field.number === 1) envelope.apiVersion = text(field.bytes);
      if (field.number === 2) envelope.kind = text(field.bytes);
    }
  }
  return envelope;
}

/** The object in a message of a record's type. */
export function decodeMessage(bytes: Uint8Array, type: RecordType): JsonObject {
  const object: JsonObject = {};
  addFields(object, bytes, type, []);
  return object;
}

interface WireField {
  number: number;
  /** Of varints and fixed numbers. */
  value: bigint;
  /** Of all that has a length. */
  bytes: Uint8Array;
}

/** The fields of a message, in order. */
function* readFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; at < bytes.length; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new RangeError("a protobuf message ends too early");
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError("a protobuf message ends too early");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const field: WireField = { number: key >>> 3, value: 0n, bytes: new Uint8Array() };
    switch (key & 7) {
      case 0:
        field.value = varint();
        break;
      case 1:
        field.bytes = take(8);
        break;
      case 2:
        field.bytes = take(Number(varint()));
        break;
      case 5:
        field.bytes = take(4);
        break;
      default:
        throw new RangeError(`a protobuf message has a field of wire type ${key & 7}`);
    }
    yield field;
  }
}

/** By the numbers that lead to them: `1`, `2.5`. */
type NumberedFields = Map<string, [string, Field]>;

const numbered = new WeakMap<RecordType, NumberedFields>();

function fieldsByNumber(type: RecordType): NumberedFields {
  let fields = numbered.get(type);
  if (fields !== undefined) return fields;
  fields = new Map();
  for (const entry of type.fields) fields.set((entry[1].numbers ?? []).join("."), entry);
  numbered.set(type, fields);
  return fields;
}

function addFields(object: JsonObject, bytes: Uint8Array, type: RecordType, prefix: readonly number[]): void {
  const fields = fieldsByNumber(type);
  for (const wire of readFields(bytes)) {
    const path = [...prefix, wire.number];
    const found = fields.get(path.join("."));
    if (found !== undefined) addValue(object, found[0], found[1].type, wire);
    else if (isEmbedded(fields, path)) addFields(object, wire.bytes, type, path);
  }
}

function isEmbedded(fields: NumberedFields, path: readonly number[]): boolean {
  const start = `${path.join(".")}.`;
  for (const key of fields.keys()) if (key.startsWith(start)) return true;
  return false;
}

function addValue(object: JsonObject, name: string, type: Type, wire: WireField): void {
  if (type.is === "list") {
    const list = Array.isArray(object[name]) ? object[name] : [];
    list.push(readValue(type.element, wire));
    object[name] = list;
  } else if (type.is === "map") {
    const map = isObject(object[name]) ? object[name] : {};
    const [key, value] = readEntry(type, wire.bytes);
    setKey(map, key, value);
    object[name] = map;
  } else object[name] = readValue(type, wire);
}

function readEntry(type: MapType, bytes: Uint8Array): [string, JsonValue] {
  let key = "";
  let value: JsonValue = type.element.is === "scalar" && type.element.scalar === "string" ? "" : {};
  for (const field of readFields(bytes)) {
    if (field.number === 1) key = text(field.bytes);
    if (field.number !== 2) continue;
    value = type.element.is === "list" ? readItems(type.element, field.bytes) : readValue(type.element, field);
  }
  return [key, value];
}

/** A list as the value of a map is a message with its items as field 1. */
function readItems(type: ListType, bytes: Uint8Array): JsonValue[] {
  return [...readFields(bytes)].filter(({ number }) => number === 1).map((field) => readValue(type.element, field));
}

function readValue(type: Type, wire: WireField): JsonValue {
  switch (type.is) {
    case "scalar":
      return readScalar(type.scalar, wire);
    case "record":
      return decodeMessage(wire.bytes, type);
    case "any": {
      // Whatever JSON travels as its text.
      const raw = [...readFields(wire.bytes)].find(({ number }) => number === 1);
      return raw === undefined ? {} : parseJson(text(raw.bytes));
    }
    default:
      throw new RangeError("lists of lists are not part of the protobuf encoding");
  }
}

function readScalar(scalar: Scalar, { value, bytes }: WireField): JsonValue {
  switch (scalar) {
    case "bool":
      return value !== 0n;
    case "int32":
    case "int64":
      return exact(value);
    case "double":
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0, true);
    case "bytes":
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    case "time":
    case "microtime":
      return readTime(bytes);
    case "quantity": {
      const inner = [...readFields(bytes)].find(({ number }) => number === 1);
      return inner === undefined ? "0" : text(inner.bytes);
    }
    case "int-or-string":
      return readIntOrString(bytes);
    case "string":
      return text(bytes);
  }
}

function exact(value: bigint): JsonValue {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function readTime(bytes: Uint8Array): JsonValue {
  let seconds = 0;
  let nanos = 0;
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) seconds = Number(value);
    if (number === 2) nanos = Number(value);
  }
  // The zero time of Go stands for none.
  if (bytes.length === 0) return null;
  const fraction = String(Math.floor(nanos / 1000)).padStart(6, "0");
  return new Date(seconds * 1000).toISOString().replace(/\.000Z$/, `.${fraction}Z`);
}

function readIntOrString(bytes: Uint8Array): JsonValue {
  let kind = 0;
  let integer: JsonValue = 0;
  let string = "";
  for (const field of readFields(bytes)) {
    if (field.number === 1) kind = Number(field.value);
    if (field.number === 2) integer = exact(field.value);
    if (field.number === 3) string = text(field.bytes);
  }
  return kind === 1 ? string : integer;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

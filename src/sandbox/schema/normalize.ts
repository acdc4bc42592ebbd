import { isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";
import { canonicalQuantity } from "./quantity.ts";
import type { Field, RecordType, Scalar, Type } from "./schema.ts";

/** What reading an object found. */
export interface Normalized {
  object: JsonObject;
  /** Paths of fields that the kind does not have. */
  unknownFields: string[];
}

/** A value has a shape that the kind's Go type can't hold; the message is the JSON decoder's. */
export class DecodeError extends Error {}

/**
 * Reads an object as a server's Go types do: nulls and empty optional fields go, records that are always written
 * come, quantities and times get their canonical form.
 *
 * @throws {DecodeError} When a value can't be held.
 */
export function normalizeObject(value: JsonObject, type: RecordType): Normalized {
  const reader = new Reader();
  return { object: reader.record(value, type, ""), unknownFields: reader.unknownFields };
}

class Reader {
  readonly unknownFields: string[] = [];

  record(value: JsonObject, type: RecordType, path: string): JsonObject {
    for (const key of Object.keys(value)) {
      if (type.fields.has(key)) continue;
      this.unknownFields.push(path === "" ? key : `${path}.${key}`);
    }
    const result: JsonObject = {};
    for (const [name, field] of type.fields) {
      const read = this.#field(Object.hasOwn(value, name) ? value[name] : undefined, field, type, name, path);
      if (read !== undefined) result[name] = read;
    }
    return result;
  }

  #field(
    value: JsonValue | undefined,
    field: Field,
    owner: RecordType,
    name: string,
    ownerPath: string,
  ): JsonValue | undefined {
    const path = ownerPath === "" ? name : `${ownerPath}.${name}`;
    if (value === undefined || value === null) {
      return emptyValue(field, () => this.record({}, field.type as RecordType, path));
    }
    const read = this.#value(value, field.type, path, owner.name);
    // An explicit empty list resets the managers, so it must not get lost.
    if (field.always || field.pointer || path === "metadata.managedFields" || !isEmptyValue(read, field.type)) {
      return read;
    }
    return field.type.is === "record" && !field.omitZero ? read : undefined;
  }

  #value(value: JsonValue, type: Type, path: string, owner: string): JsonValue {
    switch (type.is) {
      case "any":
        if (type.object && !isObject(value)) throw mismatch(value, path, owner, "map[string]interface {}");
        return value;
      case "scalar":
        return readScalar(value, type.scalar, path, owner);
      case "list":
        if (!Array.isArray(value)) throw mismatch(value, path, owner, goType(type));
        return value.map((item, index) => {
          if (item === null) {
            return type.element.is === "record" ? this.record({}, type.element, path) : zeroOf(type.element);
          }
          return this.#value(item, type.element, `${path}[${index}]`, owner);
        });
      case "map": {
        if (!isObject(value)) throw mismatch(value, path, owner, goType(type));
        const result: JsonObject = {};
        for (const [key, item] of Object.entries(value)) {
          setKey(result, key, item === null ? zeroOf(type.element) : this.#value(item, type.element, path, owner));
        }
        return result;
      }
      case "record":
        if (!isObject(value)) throw mismatch(value, path, owner, goType(type));
        return this.record(value, type, path);
    }
  }
}

/** What is written for a field that is absent; undefined for nothing. */
function emptyValue(field: Field, emptyRecord: () => JsonObject): JsonValue | undefined {
  const { type } = field;
  if (field.pointer) return field.always ? null : undefined;
  if (type.is === "record") return field.omitZero ? undefined : emptyRecord();
  if (type.is === "scalar" && !field.omitZero) {
    // Structs in Go: `omitempty` never leaves them out.
    if (type.scalar === "time" || type.scalar === "microtime") return null;
    if (type.scalar === "quantity") return "0";
    if (type.scalar === "int-or-string") return 0;
  }
  return field.always ? zeroOf(type) : undefined;
}

function zeroOf(type: Type): JsonValue {
  if (type.is !== "scalar") return null;
  switch (type.scalar) {
    case "bool":
      return false;
    case "int32":
    case "int64":
    case "double":
    case "int-or-string":
      return 0;
    case "quantity":
      return "0";
    case "string":
      return "";
    default:
      return null;
  }
}

function isEmptyValue(value: JsonValue, type: Type): boolean {
  if (type.is === "scalar") {
    return ["string", "bool", "int32", "int64", "double", "bytes"].includes(type.scalar) &&
      (value === "" || value === 0 || value === false || value === null);
  }
  if (Array.isArray(value)) return value.length === 0;
  return (type.is === "map" || type.is === "any") && isObject(value) && Object.keys(value).length === 0;
}

const QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function readScalar(value: JsonValue, scalar: Scalar, path: string, owner: string): JsonValue {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  switch (scalar) {
    case "string":
      if (typeof value !== "string") throw mismatch(value, path, owner, "string");
      return value;
    case "bool":
      if (typeof value !== "boolean") throw mismatch(value, path, owner, "bool");
      return value;
    case "int32":
    case "int64":
      if (!isNumber || (typeof value === "number" && !Number.isInteger(value))) {
        throw mismatch(value, path, owner, scalar);
      }
      return value;
    case "double":
      if (!isNumber) throw mismatch(value, path, owner, "float64");
      return value;
    case "int-or-string":
      if (!isNumber && typeof value !== "string") throw mismatch(value, path, owner, "intstr.IntOrString");
      return value;
    case "quantity": {
      const text = isNumber || typeof value === "string" ? canonicalQuantity(String(value)) : undefined;
      if (text === undefined) throw new DecodeError(QUANTITY);
      return text;
    }
    case "bytes":
      return readBytes(value, path, owner);
    default:
      return readTime(value, scalar, path, owner);
  }
}

function readBytes(value: JsonValue, path: string, owner: string): JsonValue {
  if (typeof value !== "string") throw mismatch(value, path, owner, "[]uint8");
  const text = value.replace(/[\r\n]/g, "");
  if (BASE64.test(text)) return text;
  const bad = text.search(/[^A-Za-z0-9+/=]/);
  throw new DecodeError(
    `illegal base64 data at input byte ${bad < 0 ? Math.max(0, text.length - text.length % 4) : bad}`,
  );
}

function readTime(value: JsonValue, scalar: Scalar, path: string, owner: string): JsonValue {
  if (typeof value !== "string") throw mismatch(value, path, owner, "string");
  const ms = Date.parse(value);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) || Number.isNaN(ms)) {
    throw new DecodeError(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${
        JSON.stringify(value)
      } as "2006"`,
    );
  }
  if (scalar === "time") return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
  const fraction = /\.(\d+)/.exec(value)?.[1] ?? "";
  return new Date(ms).toISOString().replace(/\.\d+Z$/, `.${fraction.slice(0, 6).padEnd(6, "0")}Z`);
}

function mismatch(value: JsonValue, path: string, owner: string, wanted: string): DecodeError {
  const struct = owner.slice(owner.lastIndexOf(".") + 1);
  const field = path.replace(/\[\d+\]/g, "");
  return new DecodeError(
    `json: cannot unmarshal ${jsonType(value)} into Go struct field ${struct}.${field} of type ${wanted}`,
  );
}

function jsonType(value: JsonValue): string {
  if (typeof value === "number" && !Number.isInteger(value)) return `number ${value}`;
  if (typeof value === "bigint") return "number";
  return Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
}

/** A type as Go's messages name it. */
function goType(type: Type): string {
  switch (type.is) {
    case "list":
      return `[]${goType(type.element)}`;
    case "map":
      return `map[string]${goType(type.element)}`;
    case "record":
      return type.name.split(".").slice(-2).join(".");
    case "scalar":
      return type.scalar === "bytes" ? "[]uint8" : type.scalar === "quantity" ? "resource.Quantity" : type.scalar;
    case "any":
      return "map[string]interface {}";
  }
}

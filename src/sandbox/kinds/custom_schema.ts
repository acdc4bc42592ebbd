import { equalJson, isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";
import { type Field, type RecordType, type Scalar, schemaTable, stringField, type Type } from "../schema/schema.ts";
import { normalizeObject } from "../schema/normalize.ts";
import {
  duplicateValue,
  type FieldError,
  formatValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from "../api/status.ts";

/**
 * The type that a CustomResourceDefinition's schema describes.
 *
 * @param schema `openAPIV3Schema` of one version.
 */
export function typeOfCustomResource(schema: JsonObject, name: string): RecordType {
  const type = typeOfSchema(schema, name);
  const record: RecordType = type.is === "record"
    ? type
    : { is: "record", name, fields: new Map(), atomic: false, open: true };
  record.custom = true;
  addObjectFields(record);
  return record;
}

function addObjectFields(record: RecordType): void {
  record.fields.set("apiVersion", stringField());
  record.fields.set("kind", stringField());
  record.fields.set("metadata", optional(objectMeta()));
}

function objectMeta(): RecordType {
  return schemaTable().records.get("meta.v1.ObjectMeta")!;
}

function optional(type: Type): Field {
  return { type, pointer: true, always: false, omitZero: false, required: false, patchStrategy: [] };
}

function typeOfSchema(schema: JsonValue | undefined, name: string): Type {
  if (!isObject(schema)) return { is: "any" };
  if (schema["x-kubernetes-int-or-string"] === true) return { is: "scalar", scalar: "int-or-string" };
  if (schema.type === "array") return listOf(schema, name);
  if (schema.type === "object" || isObject(schema.properties)) return objectOf(schema, name);
  const scalar = SCALARS[String(schema.type)];
  return scalar === undefined ? { is: "any" } : { is: "scalar", scalar };
}

const SCALARS: Record<string, Scalar> = { string: "string", integer: "int64", number: "double", boolean: "bool" };

function listOf(schema: JsonObject, name: string): Type {
  const keys = schema["x-kubernetes-list-map-keys"];
  const semantic = schema["x-kubernetes-list-type"];
  return {
    is: "list",
    element: typeOfSchema(schema.items, name),
    semantic: semantic === "set" || semantic === "map" ? semantic : "atomic",
    keys: Array.isArray(keys) ? keys.map(String) : [],
  };
}

function objectOf(schema: JsonObject, name: string): Type {
  const atomic = schema["x-kubernetes-map-type"] === "atomic";
  if (isObject(schema.additionalProperties)) {
    return { is: "map", element: typeOfSchema(schema.additionalProperties, name), atomic };
  }
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
  if (!isObject(schema.properties) && open) return { is: "any", object: true };
  const record: RecordType = { is: "record", name, fields: new Map(), atomic, open, custom: true };
  const required = Array.isArray(schema.required) ? schema.required : [];
  for (const [key, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const field = optional(typeOfSchema(property, `${name}.${key}`));
    field.required = required.includes(key);
    if (isObject(property) && property.default !== undefined) field.default = property.default;
    if (isObject(property) && property.nullable === true) field.nullable = true;
    record.fields.set(key, field);
  }
  if (schema["x-kubernetes-embedded-resource"] === true) addObjectFields(record);
  return record;
}

/**
 * Reads a custom object: prunes fields that its schema does not have, and sets defaults.
 *
 * @param type Absent for a definition that keeps everything.
 */
export function readCustomObject(
  value: JsonObject,
  type: RecordType | undefined,
): { object: JsonObject; unknownFields: string[] } {
  const unknownFields: string[] = [];
  const object = type === undefined ? { ...value } : prune(value, type, "", unknownFields) as JsonObject;
  const metadata = normalizeObject(isObject(value.metadata) ? value.metadata : {}, objectMeta());
  unknownFields.push(...metadata.unknownFields.map((path) => `metadata.${path}`));
  return { object: { ...object, metadata: metadata.object }, unknownFields };
}

function prune(value: JsonValue, type: Type, path: string, unknown: string[]): JsonValue {
  if (type.is === "list" && Array.isArray(value)) {
    return value.map((item, index) => prune(item, type.element, `${path}[${index}]`, unknown));
  }
  if (!isObject(value) || type.is === "any" || type.is === "scalar" || type.is === "list") return value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const below = path === "" ? key : `${path}.${key}`;
    if (type.is === "map") setKey(result, key, prune(item, type.element, below, unknown));
    else {
      const field = type.fields.get(key);
      if (field === undefined && !type.open) unknown.push(below);
      else if (field?.type === objectMeta()) setKey(result, key, item);
      else if (item !== null || field === undefined || field.nullable) {
        setKey(result, key, field === undefined ? item : prune(item, field.type, below, unknown));
      }
    }
  }
  if (type.is === "record") addDefaults(result, type, path, unknown);
  return result;
}

function addDefaults(result: JsonObject, type: RecordType, path: string, unknown: string[]): void {
  for (const [key, field] of type.fields) {
    if (field.default === undefined || result[key] !== undefined) continue;
    setKey(result, key, prune(structuredClone(field.default), field.type, `${path}.${key}`, unknown));
  }
}

/**
 * Checks a custom object against its schema.
 *
 * @see Kubernetes `apiextensions-apiserver/pkg/apiserver/validation`
 */
export function validateCustomObject(value: JsonValue, schema: JsonObject, path = ""): FieldError[] {
  const typeErrors = checkType(value, schema, path);
  if (typeErrors.length > 0) return typeErrors;
  const errors = checkValue(value, schema, path);
  if (Array.isArray(value) && isObject(schema.items)) {
    const { items } = schema;
    value.forEach((item, index) => errors.push(...validateCustomObject(item, items, `${path}[${index}]`)));
  }
  if (Array.isArray(value)) errors.push(...checkItems(value, schema, path));
  if (!isObject(value)) return errors;
  for (const name of Array.isArray(schema.required) ? schema.required.map(String) : []) {
    if (value[name] === undefined) errors.push(requiredValue(join(path, name)));
  }
  const properties = isObject(schema.properties) ? schema.properties : {};
  for (const [key, item] of Object.entries(value)) {
    const below = properties[key] ?? schema.additionalProperties;
    if (path === "" && key === "metadata") continue;
    if (isObject(below)) errors.push(...validateCustomObject(item, below, join(path, key)));
  }
  return errors;
}

/** Items of sets and of lists with keys must differ. */
function checkItems(items: JsonValue[], schema: JsonObject, path: string): FieldError[] {
  const semantic = schema["x-kubernetes-list-type"];
  if (semantic !== "set" && semantic !== "map") return [];
  const keys = Array.isArray(schema["x-kubernetes-list-map-keys"])
    ? schema["x-kubernetes-list-map-keys"].map(String)
    : [];
  const seen: JsonValue[] = [];
  return items.flatMap((item, index) => {
    const identity = semantic === "set" || !isObject(item)
      ? item
      : Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]!]));
    if (seen.some((known) => equalJson(known, identity))) return [duplicateValue(`${path}[${index}]`, identity)];
    seen.push(identity);
    return [];
  });
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function checkType(value: JsonValue, schema: JsonObject, path: string): FieldError[] {
  const wanted = schema["x-kubernetes-int-or-string"] === true ? "integer,string" : schema.type;
  if (typeof wanted !== "string" || wanted === "" || (value === null && schema.nullable === true)) return [];
  const actual = jsonType(value);
  if (wanted.split(",").includes(actual) || (wanted === "number" && actual === "integer")) return [];
  const found = formatValue(actual);
  const error: FieldError = {
    reason: "FieldValueTypeInvalid",
    field: path,
    message: `Invalid value: ${found}: ${path} in body must be of type ${wanted}: ${found}`,
  };
  if (wanted !== "integer" || actual !== "number") return [error];
  // A number with a fraction is found out twice, by type and by format.
  return [error, invalidValue("<nil>", "", `Checked value must be of type integer (default format) in ${path}`)];
}

function jsonType(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) return "integer";
  return typeof value;
}

function checkValue(value: JsonValue, schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const fail = (text: string): void => void errors.push(invalidValue(path, value, `${path} in body ${text}`));
  if (Array.isArray(schema.enum) && !schema.enum.some((item) => equalJson(item, value))) {
    errors.push(unsupportedValue(path, value, schema.enum.map((item) => String(item))));
  }
  if (typeof value === "number") {
    if (typeof schema.minimum === "number" && value < schema.minimum) {
      fail(`should be greater than or equal to ${schema.minimum}`);
    }
    if (typeof schema.maximum === "number" && value > schema.maximum) {
      fail(`should be less than or equal to ${schema.maximum}`);
    }
  }
  if (typeof value === "string") {
    if (typeof schema.maxLength === "number" && [...value].length > schema.maxLength) {
      errors.push({
        reason: "FieldValueTooLong",
        field: path,
        message: `Too long: may not be more than ${schema.maxLength} bytes`,
      });
    } else if (typeof schema.minLength === "number" && [...value].length < schema.minLength) {
      fail(`should be at least ${schema.minLength} chars long`);
    } else if (typeof schema.pattern === "string" && !new RegExp(schema.pattern, "u").test(value)) {
      fail(`should match '${schema.pattern}'`);
    }
  }
  if (Array.isArray(value)) {
    const count = (text: string): void => void errors.push(invalidValue(path, value.length, `${path} in body ${text}`));
    if (typeof schema.minItems === "number" && value.length < schema.minItems) {
      count(`should have at least ${schema.minItems} items`);
    }
    if (typeof schema.maxItems === "number" && value.length > schema.maxItems) {
      errors.push({
        reason: "FieldValueTooMany",
        field: path,
        message: `Too many: ${value.length}: must have at most ${schema.maxItems} items`,
      });
    }
  }
  return errors;
}

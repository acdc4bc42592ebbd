import { cloneJson, compareBytes, getKey, isObject, type JsonObject, type JsonValue, setKey } from "../base/mod.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { Field, FieldType } from "./fields.ts";

/**
 * A record as client-go holds it after reading: fields that it does not know are dropped, null is the zero value, and what
 * is empty stays only where it is written always. Two records that mean the same are equal in this form.
 *
 * @param value As it stands in a file, its shape checked.
 */
export function toNormalForm(value: JsonObject, fields: readonly Field[]): JsonObject {
  const result: JsonObject = {};
  for (const { name, type, always = false } of fields) {
    const normal = normalValue(getKey(value, name) ?? null, type);
    if (always || !isEmpty(normal)) result[name] = normal;
  }
  // Before v1 there was no such field, and leaving it out meant this.
  const isExec = fields.some(({ name }) => name === "interactiveMode");
  if (isExec && !result.interactiveMode && isBeforeV1(result.apiVersion)) result.interactiveMode = "IfAvailable";
  return result;
}

function isBeforeV1(version: JsonValue | undefined): boolean {
  return version === "client.authentication.k8s.io/v1beta1" || version === "client.authentication.k8s.io/v1alpha1";
}

function normalValue(value: JsonValue, type: FieldType): JsonValue {
  if (typeof type === "object") return isObject(value) ? toNormalForm(value, type.record) : null;
  switch (type) {
    case "string":
      return value ?? "";
    case "boolean":
      return value ?? false;
    case "bytes":
      return normalBase64(String(value ?? ""));
    case "strings":
      return Array.isArray(value) ? value.map((item) => item ?? "") : null;
    case "stringMap":
      return isObject(value) ? mapValues(value, (item) => item ?? "") : null;
    case "stringLists":
      return isObject(value) ? mapValues(value, (item) => normalValue(item, "strings")) : null;
    case "variables":
      return Array.isArray(value) ? value.map(normalVariable) : null;
    case "extensions":
      return Array.isArray(value) ? value.map(normalExtension).sort(byName) : null;
  }
}

function normalBase64(text: string): string {
  const bytes = decodeBase64(text);
  return bytes instanceof Uint8Array ? encodeBase64(bytes) : text;
}

function normalVariable(item: JsonValue): JsonObject {
  const { name = null, value = null } = isObject(item) ? item : {};
  return { name: name ?? "", value: value ?? "" };
}

function normalExtension(item: JsonValue): JsonObject {
  const { name = null, extension = null } = isObject(item) ? item : {};
  return { name: name ?? "", extension: cloneJson(extension) };
}

const byName = (a: JsonObject, b: JsonObject) => compareBytes(String(a.name), String(b.name));

function mapValues(value: JsonObject, map: (item: JsonValue) => JsonValue): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort(compareBytes)) setKey(result, key, map(value[key]!));
  return result;
}

function isEmpty(value: JsonValue): boolean {
  if (value === null || value === "" || value === false) return true;
  // An empty record is there all the same: only lists and the maps of strings are left out when they are empty.
  return Array.isArray(value) && value.length === 0 || isObject(value) && Object.keys(value).length === 0;
}

import { equalJson, getPath, isObject, type JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type FieldError, forbiddenValue, invalidValue, requiredValue } from "../api/status.ts";
import { isConfigKey } from "./names.ts";
import { byRule, entriesOf, specOf } from "./validation_parts.ts";

const MAX_DATA_BYTES = 1024 * 1024;

function tooLong(field: string): FieldError {
  return { reason: "FieldValueTooLong", field, message: `Too long: may not be more than ${MAX_DATA_BYTES} bytes` };
}

export function validateConfigMap(configMap: Manifest): FieldError[] {
  const binary = new Set(entriesOf(configMap.binaryData).map(([key]) => key));
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of entriesOf(configMap.data)) {
    errors.push(...byRule(isConfigKey, `data[${key}]`, key));
    if (binary.has(key)) errors.push(invalidValue(`data[${key}]`, key, "duplicate of key present in binaryData"));
    size += new TextEncoder().encode(String(value)).length;
  }
  for (const [key, value] of entriesOf(configMap.binaryData)) {
    errors.push(...byRule(isConfigKey, `binaryData[${key}]`, key));
    size += decodedSize(String(value));
  }
  if (size > MAX_DATA_BYTES) errors.push(tooLong("[]"));
  return errors;
}

function decodedSize(base64: string): number {
  return Math.floor(base64.length * 3 / 4) - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);
}

/** Keys that a Secret of a type must have. */
const SECRET_KEYS: Record<string, string[]> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

export function validateSecret(secret: Manifest): FieldError[] {
  const data = entriesOf(secret.data);
  const errors = data.flatMap(([key]) => byRule(isConfigKey, `data[${key}]`, key));
  if (data.reduce((sum, [, value]) => sum + decodedSize(String(value)), 0) > MAX_DATA_BYTES) {
    errors.push(tooLong("data"));
  }
  const type = String(secret.type ?? "");
  const keys = new Map(data);
  for (const key of SECRET_KEYS[type] ?? []) if (!keys.has(key)) errors.push(requiredValue(`data[${key}]`));
  if (type === "kubernetes.io/basic-auth" && !keys.has("username") && !keys.has("password")) {
    errors.push(requiredValue("data[username]"), requiredValue("data[password]"));
  }
  const configKey = type.startsWith("kubernetes.io/dockerc") ? SECRET_KEYS[type]![0]! : "";
  const config = keys.get(configKey);
  if (config !== undefined && !isJsonText(String(config))) {
    const [first = ""] = atob(String(config)).trimStart();
    const text = first === ""
      ? "unexpected end of JSON input"
      : `invalid character '${first}' looking for beginning of value`;
    errors.push(invalidValue(`data[${configKey}]`, "<secret contents redacted>", text));
  }
  if (type === "kubernetes.io/service-account-token") {
    const annotation = "kubernetes.io/service-account.name";
    if (!getPath(secret, "metadata", "annotations", annotation)) {
      errors.push(requiredValue(`metadata.annotations[${annotation}]`));
    }
  }
  return errors;
}

function isJsonText(base64: string): boolean {
  try {
    return isObject(JSON.parse(atob(base64)));
  } catch {
    return false;
  }
}

/** What `immutable: true` forbids. */
export function validateFrozen(next: Manifest, live: Manifest, keys: readonly string[]): FieldError[] {
  if (live.immutable !== true) return [];
  const text = "field is immutable when `immutable` is set";
  const errors: FieldError[] = next.immutable === true ? [] : [forbiddenValue("immutable", text)];
  for (const key of keys) if (!equalJson(next[key], live[key])) errors.push(forbiddenValue(key, text));
  return errors;
}

export function validateClaim(claim: Manifest): FieldError[] {
  const spec = specOf(claim);
  const errors: FieldError[] = [];
  if (!Array.isArray(spec.accessModes) || spec.accessModes.length === 0) {
    errors.push(requiredValue("spec.accessModes", "at least 1 access mode is required"));
  }
  if (getPath(spec, "resources", "requests", "storage") === undefined) {
    errors.push(requiredValue("spec.resources[storage]"));
  }
  return errors;
}

export function validateClaimUpdate(next: Manifest, live: Manifest): FieldError[] {
  const fixed = (claim: Manifest): JsonObject => {
    const { resources: _resources, volumeAttributesClassName: _class, ...rest } = specOf(claim);
    return rest;
  };
  if (equalJson(fixed(next), fixed(live))) return [];
  return [
    forbiddenValue(
      "spec",
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    ),
  ];
}

import type { JsonValue } from "../base/mod.ts";
import { formatFloat32 } from "./format_number.ts";
import { refold } from "./refold.ts";
import { isSurelyString, jsonScalar, resolvePlain, resolveTagged, type YamlVersion } from "./resolve.ts";
import { FOLDED, PLAIN } from "./tokens.ts";

/** How nodes become values. */
export interface NodeRules {
  /** Which go-yaml decodes: 3 for resources, 2 for what is read with sigs.k8s.io/yaml. */
  version: YamlVersion;
  /** Whether `{a: }` holds null; kustomize's own rewriting of a resource makes it an empty string. */
  keepEmptyNulls: boolean;
}

/** A scalar as it stands in the text. */
export interface ScalarNode {
  /** The token's kind. */
  kind: number;
  text: string;
  /** Short tag (`!!int`) where it is one of YAML's own; "" or "!" for none. */
  tag: string;
}

/**
 * The value of a scalar.
 *
 * @param inFlow Whether it stands inside of `[]` or `{}`.
 * @throws {TagMismatch} When the text is not what the tag says, or nothing that JSON can hold.
 */
export function scalarValue(kind: number, text: string, tag: string, inFlow: boolean, rules: NodeRules): JsonValue {
  const { version } = rules;
  if (tag !== "" && (tag !== "!" || version === 2)) return resolveTagged(tag, text, version);
  if (kind !== PLAIN) return kind === FOLDED && !inFlow && version === 3 ? refold(text) : text;
  if (isSurelyString(text)) return text;
  const resolved = resolvePlain(text, version);
  if (resolved.tag === "!!str") return text;
  // kustomize writes resources once more before it decodes them, and quotes what holds a colon inside of `[]` and `{}`.
  if (inFlow && version === 3 && resolved.tag === "!!timestamp" && text.includes(":")) return text;
  return jsonScalar(resolved, text, version);
}

/** What stands for nothing at all. */
export function emptyValue(inFlow: boolean, rules: NodeRules): JsonValue {
  return inFlow && !rules.keepEmptyNulls && rules.version === 3 ? "" : null;
}

/** What a key is: a string, `<<`, a quoted `<<` (which kustomize drops), null, or another scalar. */
export type KeyKind = "string" | "merge" | "dropped" | "null" | "other";

/** What the key is that a scalar stands for. */
export function keyKind(kind: number, text: string, tag: string, version: YamlVersion): KeyKind {
  const isPlain = kind === PLAIN && (tag === "" || tag === "!");
  if (tag === "!!merge" || (isPlain && text === "<<")) return "merge";
  if (text === "<<" && version === 3) return "dropped";
  if (isPlain && isSurelyString(text)) return "string";
  if (tag !== "" && tag !== "!") return tag === "!!str" ? "string" : tag === "!!null" ? "null" : "other";
  if (kind !== PLAIN) return "string";
  const resolved = resolvePlain(text, version);
  return resolved.tag === "!!str" ? "string" : resolved.tag === "!!null" ? "null" : "other";
}

/**
 * The text that sigs.k8s.io/yaml v1.6.0 makes of a key that is no string; undefined where it refuses it.
 *
 * @see `convertToJSONableObject` in its `yaml.go`
 */
export function keyText(value: JsonValue): string | undefined {
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return value < 2n ** 63n ? String(value) : undefined;
  if (typeof value !== "number") return undefined;
  return Number.isInteger(value) ? String(value) : formatFloat32(value);
}

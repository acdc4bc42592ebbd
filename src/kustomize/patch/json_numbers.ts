import { isObject, type JsonObject, type JsonValue, recordQuoted, recordScalarText, setKey } from "../../base/mod.ts";
import { isNegativeZeroAt } from "./yaml_scalars.ts";

/**
 * A copy of a value as Go leaves it that decodes JSON into `interface{}` and writes the result as YAML: every number is
 * a 64-bit float, so large integers lose digits, and one from a million up is written with an exponent.
 *
 * @see kustomize `kyaml/yaml/rnode.go` v5.8.1, `UnmarshalJSON`
 */
export function throughFloats(value: JsonValue): JsonValue {
  if (typeof value === "bigint") return fromFloat(Number(value));
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) {
    const copy: JsonValue[] = [];
    for (const [i, item] of value.entries()) {
      copy.push(throughFloats(item));
      recordWritten(copy, i, isNegativeZeroAt(value, i));
    }
    return copy;
  }
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    setKey(copy, key, throughFloats(value[key]!));
    recordWritten(copy, key, isNegativeZeroAt(value, key));
  }
  return copy;
}

/** A whole float below 1e21 is written, and read again, as an integer. */
function fromFloat(float: number): JsonValue {
  return Number.isSafeInteger(float) || Math.abs(float) >= 1e21 ? float : BigInt(String(float));
}

function recordWritten(container: JsonObject | JsonValue[], key: string | number, isNegativeZero: boolean): void {
  const value = (container as Record<string | number, JsonValue>)[key]!;
  if (isNegativeZero) {
    recordScalarText(container, key, "-0");
  } else if (typeof value === "number" || typeof value === "bigint") {
    recordScalarText(container, key, floatText(Number(value)));
  } else if (typeof value === "string" && OLD_BOOLEAN.test(value)) {
    recordQuoted(container, key);
  }
}

/** Strings that go-yaml quotes although it reads them as strings. */
const OLD_BOOLEAN = /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;

/** Go's `strconv.FormatFloat(value, 'g', -1, 64)`. */
export function floatText(value: number): string {
  const exponent = value === 0 ? 0 : Number(value.toExponential().split("e")[1]);
  if (exponent >= -4 && exponent < 6) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

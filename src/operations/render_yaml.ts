import type { JsonValue } from "../base/mod.ts";
import { writeYaml } from "../yaml/mod.ts";

/** A result as YAML. */
export function renderYaml(value: JsonValue): string {
  return writeYaml(value);
}

import { copyScalarTexts, isObject, type JsonObject, type JsonValue, setKey } from "../base/mod.ts";

/** Where keys and items stand: for each object or list, offsets by key or index. */
export type Places = Map<object, Map<string | number, number>>;

/** What is known of the objects and lists of a document beside their values. */
export interface Provenance {
  /** Filled only when places are asked for. */
  places?: Places;
  /** For objects with a merge key: the keys that came by it. */
  merged: Map<object, Set<string>>;
}

/** A copy of an anchor's value for an alias: nothing is shared, and all that is known of it goes along. */
export function cloneAliased(value: JsonValue, provenance: Provenance): JsonValue {
  if (Array.isArray(value)) {
    return copyKnowledge(value, value.map((item) => cloneAliased(item, provenance)), provenance);
  }
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setKey(copy, key, cloneAliased(value[key]!, provenance));
  return copyKnowledge(value, copy, provenance);
}

function copyKnowledge<T extends JsonObject | JsonValue[]>(from: T, to: T, { places, merged }: Provenance): T {
  copyScalarTexts(from, to);
  const known = places?.get(from);
  if (known !== undefined) places!.set(to, known);
  const keys = merged.get(from);
  if (keys !== undefined) merged.set(to, keys);
  return to;
}

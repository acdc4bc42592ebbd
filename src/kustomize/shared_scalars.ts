import { getKey, type JsonObject, type JsonValue, setKey } from "../base/mod.ts";

/** A place that holds a scalar: a key of an object or an index of a list. */
export interface ScalarPlace {
  readonly container: JsonObject | JsonValue[];
  readonly key: string | number;
}

interface Group {
  /** What all members hold that still belong to the group. */
  value: JsonValue;
  readonly members: readonly ScalarPlace[];
}

/**
 * Scalars that are one and the same node in kustomize. A label or annotation that is added to several fields of a
 * resource is one node in all of them, and who later changes it in one field changes it in all: a patch of the labels
 * in the metadata also changes selectors. Users see that, so it is kept here.
 *
 * @see kustomize `api/filters/filtersutil/setters.go` v5.8.1, `SetEntry`
 */
const groups = new WeakMap<object, Map<string | number, Group>>();

/** Lets the scalars at some places, which must be equal, be one from now on; copies of them are their own. */
export function shareScalar(places: readonly ScalarPlace[]): void {
  const [first] = places;
  if (first === undefined || places.length < 2) return;
  const group: Group = { value: valueAt(first)!, members: [...places] };
  for (const { container, key } of places) {
    const known = groups.get(container);
    if (known === undefined) groups.set(container, new Map([[key, group]]));
    else known.set(key, group);
  }
}

/**
 * Changes a scalar in its place, and with it all that are one with it.
 *
 * @param record Told each place that was changed, to remember how the scalar is written there.
 */
export function writeScalar(
  container: JsonObject | JsonValue[],
  key: string | number,
  value: JsonValue,
  record?: (container: JsonObject | JsonValue[], key: string | number) => void,
): void {
  const group = groups.get(container)?.get(key);
  if (group !== undefined && valueAt({ container, key }) === group.value) {
    for (const member of group.members) {
      // A member that was removed, or replaced by another node, has left the group.
      if (valueAt(member) !== group.value) continue;
      put(member, value);
      record?.(member.container, member.key);
    }
    group.value = value;
  }
  put({ container, key }, value);
  record?.(container, key);
}

function valueAt({ container, key }: ScalarPlace): JsonValue | undefined {
  return getKey(container as JsonObject, String(key));
}

function put({ container, key }: ScalarPlace, value: JsonValue): void {
  setKey(container as JsonObject, String(key), value);
}

import { cloneJson, equalJson, isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";

/** A JSON patch names a place that isn't there, or a test failed. */
export class PatchError extends Error {}

interface Place {
  parent: JsonObject | JsonValue[];
  key: string;
}

/**
 * Applies a JSON patch (RFC 6902). Neither argument is changed.
 *
 * @throws {PatchError} When an operation can't be done; the server answers 422 without naming it.
 * @throws {SyntaxError} When the patch is no list of operations.
 */
export function applyJsonPatch(document: JsonValue, patch: JsonValue): JsonValue {
  if (!Array.isArray(patch)) {
    const found = patch === null ? "null" : typeof patch;
    throw new SyntaxError(
      `error decoding patch: json: cannot unmarshal ${found} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  const root: JsonObject = { "": cloneJson(document) };
  for (const operation of patch) {
    if (!isObject(operation)) {
      const found = Array.isArray(operation) ? "array" : typeof operation;
      throw new SyntaxError(
        `error decoding patch: json: cannot unmarshal ${found} into Go value of type handlers.jsonPatchOp`,
      );
    }
    applyOperation(root, operation);
  }
  return root[""]!;
}

function applyOperation(root: JsonObject, operation: JsonObject): void {
  const place = findPlace(root, String(operation.path ?? ""));
  const value = (): JsonValue => cloneJson(operation.value ?? null);
  switch (operation.op) {
    case "add":
      return add(place, value());
    case "remove":
      return void remove(place);
    case "replace":
      if (read(place) === undefined) throw new PatchError(`replace of nothing at ${operation.path}`);
      return write(place, value());
    case "move":
      return add(place, remove(findPlace(root, String(operation.from ?? ""))));
    case "copy": {
      const from = read(findPlace(root, String(operation.from ?? "")));
      if (from === undefined) throw new PatchError(`copy of nothing at ${operation.from}`);
      return add(place, cloneJson(from));
    }
    case "test":
      if (!equalJson(read(place) ?? null, operation.value ?? null)) {
        throw new PatchError(`test failed at ${operation.path}`);
      }
      return;
    default:
      throw new PatchError(`unknown operation ${JSON.stringify(operation.op)}`);
  }
}

/** The document hangs at key "" of the root, so that the empty path has a parent too. */
function findPlace(root: JsonObject, pointer: string): Place {
  const keys = pointer.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  let parent: JsonValue = root;
  for (const key of keys.slice(0, -1)) {
    const next: JsonValue | undefined = isContainer(parent) ? read({ parent, key }) : undefined;
    if (next === undefined) throw new PatchError(`nothing at ${pointer}`);
    parent = next;
  }
  if (!isContainer(parent)) throw new PatchError(`nothing at ${pointer}`);
  return { parent, key: keys.at(-1)! };
}

function isContainer(value: JsonValue): value is JsonObject | JsonValue[] {
  return typeof value === "object" && value !== null;
}

function indexIn(list: JsonValue[], key: string, limit: number): number {
  if (!/^(0|-?[1-9]\d*)$/.test(key)) throw new PatchError(`no index: ${key}`);
  const index = Number(key) < 0 ? list.length + Number(key) : Number(key);
  if (index < 0 || index > limit) throw new PatchError(`no such index: ${key}`);
  return index;
}

function read({ parent, key }: Place): JsonValue | undefined {
  if (Array.isArray(parent)) return parent[indexIn(parent, key, parent.length - 1)];
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function write({ parent, key }: Place, value: JsonValue): void {
  if (Array.isArray(parent)) parent[indexIn(parent, key, parent.length - 1)] = value;
  else setKey(parent, key, value);
}

function add({ parent, key }: Place, value: JsonValue): void {
  if (!Array.isArray(parent)) return setKey(parent, key, value);
  parent.splice(key === "-" ? parent.length : indexIn(parent, key, parent.length), 0, value);
}

function remove(place: Place): JsonValue {
  const value = read(place);
  if (value === undefined) throw new PatchError("remove of nothing");
  if (Array.isArray(place.parent)) place.parent.splice(indexIn(place.parent, place.key, place.parent.length - 1), 1);
  else delete place.parent[place.key];
  return value;
}

import { type JsonValue, parseJson } from "../../base/mod.ts";
import { SCHEMA_TABLE } from "./schema_table.ts";

/** How values of one place in an object look, merge and are owned. */
export type Type = ScalarType | AnyType | ListType | MapType | RecordType;

/** One value. */
export interface ScalarType {
  is: "scalar";
  scalar: Scalar;
}

/** What a scalar holds; a quantity may be written as a number, `int-or-string` as either. */
export type Scalar =
  | "string"
  | "int32"
  | "int64"
  | "bool"
  | "double"
  | "bytes"
  | "time"
  | "microtime"
  | "quantity"
  | "int-or-string";

/** Whatever JSON: maps in it are merged key by key, lists are replaced as a whole. */
export interface AnyType {
  is: "any";
  /** Only objects are allowed. */
  object?: boolean;
}

/** A list: owned as a whole (`atomic`), by value (`set`), or by the values of some fields of its items (`map`). */
export interface ListType {
  is: "list";
  element: Type;
  semantic: "atomic" | "set" | "map";
  /** Fields that identify an item of a `map` list. */
  keys: readonly string[];
}

/** A map with keys of any name. */
export interface MapType {
  is: "map";
  element: Type;
  atomic: boolean;
}

/** A map with keys of known names. */
export interface RecordType {
  is: "record";
  name: string;
  fields: Map<string, Field>;
  atomic: boolean;
  /** Fields of other names are kept (`x-kubernetes-preserve-unknown-fields`). */
  open?: boolean;
  /** Names of the table's records come from Go types, custom resources' from a schema, which alone prunes unknown fields. */
  custom?: boolean;
}

/** A field of a record. */
export interface Field {
  type: Type;
  /** Zero values differ from absence. */
  pointer: boolean;
  /** Written even when it is empty. */
  always: boolean;
  /** A record that is left out when it is empty. */
  omitZero: boolean;
  required: boolean;
  /** Of custom resources: null is a value of its own. */
  nullable?: boolean;
  /** What the server sets when it is absent. */
  default?: JsonValue;
  /** Of strategic merge patches: `merge`, `replace`, `retainKeys`. */
  patchStrategy: readonly string[];
  patchMergeKey?: string;
  /** Where protobuf messages have it: one number, or two when it is in an embedded message. */
  numbers?: readonly number[];
}

/** The built-in kinds' records. */
export interface SchemaTable {
  records: Map<string, RecordType>;
  /** By `group/version/kind`. */
  kinds: Map<string, RecordType>;
}

let table: SchemaTable | undefined;

/** The built-in kinds' records, read on first use. */
export function schemaTable(): SchemaTable {
  table ??= readTable(SCHEMA_TABLE);
  return table;
}

const SCALARS = new Set([
  "string",
  "int32",
  "int64",
  "bool",
  "double",
  "bytes",
  "time",
  "microtime",
  "quantity",
  "int-or-string",
]);

function readTable(text: string): SchemaTable {
  const records = new Map<string, RecordType>();
  const kinds = new Map<string, RecordType>();
  const record = (name: string): RecordType => {
    const known = records.get(name) ?? { is: "record", name, fields: new Map<string, Field>(), atomic: false };
    records.set(name, known);
    return known;
  };
  let current = record("");
  for (const line of text.split("\n")) {
    if (line === "") continue;
    if (line.startsWith(" ")) {
      const [name, field] = readField(line.slice(1).split(" "), record);
      current.fields.set(name, field);
      continue;
    }
    const [name = "", ...words] = line.split(" ");
    current = record(name);
    for (const word of words) {
      if (word === "atomic") current.atomic = true;
      else if (word.startsWith("kind=")) kinds.set(word.slice("kind=".length), current);
    }
  }
  addTypeMeta(kinds);
  return { records, kinds };
}

function readField(
  [head = "", typeText = "", ...words]: string[],
  record: (name: string) => RecordType,
): [string, Field] {
  const [, name = "", flags = ""] = /^(.+?)([*!0]*)(?:#[\d.]+)?$/.exec(head) ?? [];
  const options = new Map(words.map((word) => {
    const at = word.indexOf("=");
    return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
  }));
  const strategy = options.get("patch")?.split(",") ?? [];
  const key = options.get("key");
  const keys = options.get("map")?.split(",") ?? (strategy.includes("merge") && key ? [key] : []);
  const isSet = options.has("set") || (strategy.includes("merge") && key === undefined && !options.has("atomic"));
  const semantic = options.has("atomic") ? "atomic" : keys.length > 0 ? "map" : isSet ? "set" : "atomic";
  const field: Field = {
    type: readType(typeText, record, { semantic, keys, atomic: options.has("atomic") }),
    pointer: flags.includes("*"),
    always: flags.includes("!"),
    omitZero: flags.includes("0"),
    required: options.has("required"),
    patchStrategy: strategy,
    numbers: (/#([\d.]+)$/.exec(head)?.[1] ?? "").split(".").filter((part) => part !== "").map(Number),
  };
  if (key !== undefined) field.patchMergeKey = key;
  const value = options.get("default");
  if (value !== undefined) field.default = parseJson(value);
  return [name, field];
}

interface Semantics {
  semantic: ListType["semantic"];
  keys: readonly string[];
  atomic: boolean;
}

function readType(text: string, record: (name: string) => RecordType, semantics: Semantics): Type {
  const inner = { semantic: "atomic" as const, keys: [], atomic: false };
  if (text.startsWith("[")) {
    const { semantic, keys } = semantics;
    return { is: "list", element: readType(text.slice(1, -1), record, inner), semantic, keys };
  }
  if (text.startsWith("{")) {
    return { is: "map", element: readType(text.slice(1, -1), record, inner), atomic: semantics.atomic };
  }
  if (SCALARS.has(text)) return { is: "scalar", scalar: text as Scalar };
  if (text === "any") return { is: "any" };
  if (text === "object") return { is: "any", object: true };
  const found = record(text);
  // A field can be owned as a whole though its record is not elsewhere.
  return semantics.atomic && !found.atomic ? { ...found, atomic: true } : found;
}

/** The fields that say what an object is: the table leaves them out. */
function addTypeMeta(kinds: Map<string, RecordType>): void {
  for (const type of kinds.values()) {
    for (const name of ["apiVersion", "kind"]) if (!type.fields.has(name)) type.fields.set(name, stringField());
  }
}

/** An optional field of text. */
export function stringField(): Field {
  return {
    type: { is: "scalar", scalar: "string" },
    pointer: false,
    always: false,
    omitZero: false,
    required: false,
    patchStrategy: [],
  };
}

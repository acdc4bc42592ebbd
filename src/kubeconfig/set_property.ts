import type { JsonObject } from "../base/mod.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { type Contents, ENTRY_LISTS } from "./contents.ts";
import type { EntryList } from "./edit.ts";
import { KubeconfigError } from "./errors.ts";
import { ENTRY_FIELDS, type Field, PREFERENCES_FIELDS } from "./fields.ts";
import { toNormalForm } from "./normal_form.ts";

/** A value to set, or nothing to remove what is there. */
export type PropertyChange = { kind: "set"; value: string; isRaw: boolean } | { kind: "unset" };

/** Go's names of the entries' types, for the words of errors. */
const ENTRY_TYPES: Record<EntryList, string> = { clusters: "Cluster", users: "AuthInfo", contexts: "Context" };
const TOP_NAMES = [
  "kind",
  "apiVersion",
  "preferences",
  "clusters",
  "users",
  "contexts",
  "current-context",
  "extensions",
];

/**
 * Sets or removes one value by its path, `clusters.k8s.server`, as `kubectl config set` and `unset` do. The name of an entry
 * may have dots: it ends before the first part that is the name of a field.
 *
 * @throws {KubeconfigError} BAD_PROPERTY, in kubectl's words.
 * @see kubectl `pkg/cmd/config/set.go` and `navigation_step_parser.go` v0.36
 */
export function changeProperty(contents: Contents, path: string, change: PropertyChange): void {
  const [top = "", ...rest] = path.split(".");
  if (!TOP_NAMES.includes(top)) throw fault(`unable to parse ${path} after [] at api.Config`);
  const list = ENTRY_LISTS.find((name) => name === top);
  if (list !== undefined) changeList(contents, { list, path, rest, change });
  else if (top === "preferences") changePreferences(contents, { path, rest, change });
  else if (rest.length > 0) throw fault(`unable to parse one or more field values of ${path}`);
  else if (top === "current-context") contents.currentContext = change.kind === "set" ? change.value : "";
  else if (top === "extensions" && change.kind === "set") throw fault("can't set a map to a value: map[]");
  // What remains is never written: kind and version are what they are, and top-level extensions are left alone.
}

function fault(message: string): KubeconfigError {
  return new KubeconfigError("BAD_PROPERTY", message, "");
}

interface Place {
  path: string;
  rest: string[];
  change: PropertyChange;
}

function changeList(contents: Contents, { list, path, rest, change }: Place & { list: EntryList }): void {
  const entries = contents[list];
  if (rest.length === 0) {
    if (change.kind === "set") throw fault(`can't set a map to a value: map[${[...entries.keys()].join(" ")}]`);
    entries.clear();
    return;
  }
  const fields = ENTRY_FIELDS[list];
  const [, ...later] = rest;
  const at = later.findIndex((part) => fields.some((field) => pathNameOf(field) === part));
  const name = (at < 0 ? rest : rest.slice(0, at + 1)).join(".");
  const [fieldName, ...below] = at < 0 ? [] : rest.slice(at + 1);
  if (fieldName === undefined) {
    if (change.kind === "set") throw fault(`can't set a map to a value: map[${[...entries.keys()].join(" ")}]`);
    entries.delete(name);
    return;
  }
  const field = fields.find((candidate) => pathNameOf(candidate) === fieldName)!;
  if (below.length > 0) throw belowFault(field, path);
  const entry = entries.get(name);
  if (entry === undefined && change.kind === "unset") throw fault(`current map key \`${name}\` is invalid`);
  const value = entry?.value ?? {};
  changeField(value, field, change, ENTRY_TYPES[list]);
  entries.set(name, { ...entry, value: toNormalForm(value, fields) });
}

function pathNameOf({ name, pathName = name }: Field): string {
  return pathName;
}

function belowFault({ type }: Field, path: string): KubeconfigError {
  return fault(
    type === "stringLists" ? "string is not of type struct" : `unable to parse one or more field values of ${path}`,
  );
}

function changePreferences(contents: Contents, { path, rest, change }: Place): void {
  const [name, ...below] = rest;
  if (name === undefined) {
    if (change.kind === "set") {
      const shown = `{${contents.preferences.colors ?? false} map[]}`;
      const step = 'config.navigationStep{stepValue:"", stepType:reflect.Type(nil)}';
      throw fault(`unable to locate path ${step} under ${shown}`);
    }
    contents.preferences = {};
    return;
  }
  const field = PREFERENCES_FIELDS.find((candidate) => candidate.name === name);
  if (field === undefined) throw fault(`unable to parse ${path}: preferences have no "${name}"`);
  if (below.length > 0) throw belowFault(field, path);
  changeField(contents.preferences, field, change, "Preferences");
  contents.preferences = toNormalForm(contents.preferences, PREFERENCES_FIELDS);
}

function changeField(entry: JsonObject, { name, type }: Field, change: PropertyChange, owner: string): void {
  if (change.kind === "unset") {
    delete entry[name];
    return;
  }
  switch (type) {
    case "string":
      entry[name] = change.value;
      return;
    case "boolean":
      entry[name] = parseGoBoolean(change.value);
      return;
    case "bytes":
      entry[name] = change.isRaw ? encodeBase64(change.value) : normalBytes(change.value);
      return;
    case "strings":
      throw fault("unrecognized slice type. string");
    case "extensions":
    case "stringLists":
    case "stringMap":
      throw fault("can't set a map to a value: map[]");
    default:
      throw fault(`cannot set ${owner}.${name}: it holds several values`);
  }
}

function normalBytes(text: string): string {
  const bytes = decodeBase64(text);
  if (bytes instanceof Uint8Array) return encodeBase64(bytes);
  throw fault(`error decoding input value: illegal base64 data at input byte ${bytes.offset}`);
}

/** @throws {KubeconfigError} BAD_PROPERTY, in the words of Go's `strconv.ParseBool`. */
export function parseGoBoolean(text: string): boolean {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  throw fault(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

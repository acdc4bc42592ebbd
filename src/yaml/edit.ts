import { cloneJson, equalJson, isObject, type JsonObject, type JsonValue, setKey } from "../base/mod.ts";
import { YamlError } from "./errors.ts";
import { readYaml } from "./read.ts";

/** One change: a new value at a path, a new item before the one that is there, another name for a key, or a removal. */
export type YamlEdit =
  | { path: readonly (string | number)[]; value: JsonValue }
  | { path: readonly (string | number)[]; insert: JsonValue }
  | { path: readonly (string | number)[]; rename: string }
  | { path: readonly (string | number)[]; remove: true };

/**
 * Changes a YAML file that a person keeps: everything that an edit doesn't touch stays byte by byte, comments, order,
 * quoting and white space included.
 *
 * Missing objects on a path are created; an index equal to a list's length appends; removing what isn't there changes
 * nothing. The result is read again by the rules of sigs.k8s.io/yaml and compared with what the edits should make of the
 * value, so that a construct which the editor does not understand ends in an error, never in a damaged file.
 *
 * @param text One YAML document, or JSON. What follows a first document stays as it is.
 * @param file Name for errors.
 * @throws {YamlError} CANNOT_EDIT when an edit cannot be made in the text; others when the text is no YAML.
 */
export async function editYaml(text: string, edits: readonly YamlEdit[], file: string): Promise<string> {
  const { spliceEdit } = await import("./splice.ts");
  let edited = text;
  let value = readYaml(text, { file, rules: "sigs" });
  for (const edit of edits) {
    const wanted = applyEdit(value, edit, file);
    if (equalJson(wanted, value)) continue;
    edited = spliceEdit(edited, edit, wanted) ?? cannotEdit(edit, file);
    if (!equalJson(readEdited(edited, file), wanted)) cannotEdit(edit, file);
    value = wanted;
  }
  return edited;
}

/** All comments of a YAML text in its order, each from its `#` to the end of its line. */
export async function listComments(text: string): Promise<string[]> {
  const { findComments } = await import("./comments.ts");
  return findComments(text);
}

function readEdited(text: string, file: string): JsonValue | undefined {
  try {
    return readYaml(text, { file, rules: "sigs" });
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

function cannotEdit({ path }: YamlEdit, file: string): never {
  const where = path.length === 0 ? "its content" : `"${path.join(".")}"`;
  throw new YamlError("CANNOT_EDIT", `Cannot edit YAML: ${where} is written in a way that cannot be changed in place`, {
    place: { file },
    hint: "Write that part without anchors, aliases, merge keys and repeated keys",
  });
}

/** The value after an edit; the given one is not changed. */
function applyEdit(value: JsonValue, edit: YamlEdit, file: string): JsonValue {
  const copy = cloneJson(value);
  const last = edit.path.at(-1);
  if (last === undefined) return "value" in edit ? edit.value : null;
  const root = { value: copy };
  let parent: JsonObject | JsonValue[] = root;
  let step: string | number = "value";
  for (const next of edit.path) {
    let inner: JsonValue | undefined = valueAt(parent, step);
    if (inner === undefined || inner === null) {
      if (isAboutPresent(edit)) return copy;
      inner = typeof next === "number" ? [] : {};
      put(parent, step, inner);
    }
    if (isAboutPresent(edit) && (typeof inner !== "object" || valueAt(inner, next) === undefined)) return copy;
    if (Array.isArray(inner) ? typeof next !== "number" || next > inner.length : !isObject(inner)) {
      const what = typeof next === "number" ? "has no place in a list" : "is not in an object";
      const problem = `Cannot edit YAML: "${edit.path.join(".")}" ${what}`;
      throw new YamlError("CANNOT_EDIT", problem, { place: { file } });
    }
    parent = inner as JsonObject | JsonValue[];
    step = next;
  }
  if ("value" in edit) put(parent, step, edit.value);
  else if ("insert" in edit) insertItem(parent, edit, file);
  else if ("rename" in edit) renameKey(parent, edit, file);
  else if (Array.isArray(parent)) parent.splice(step as number, 1);
  else delete parent[step];
  return root.value;
}

/** Whether an edit changes nothing where nothing is. */
function isAboutPresent(edit: YamlEdit): boolean {
  return "remove" in edit || "rename" in edit;
}

function renameKey(parent: JsonObject | JsonValue[], edit: YamlEdit & { rename: string }, file: string): void {
  const key = String(edit.path.at(-1));
  if (Array.isArray(parent) || Object.hasOwn(parent, edit.rename)) {
    const problem = `Cannot edit YAML: "${edit.path.join(".")}" cannot become "${edit.rename}"`;
    throw new YamlError("CANNOT_EDIT", problem, { place: { file } });
  }
  setKey(parent, edit.rename, parent[key]!);
  delete parent[key];
}

function insertItem(parent: JsonObject | JsonValue[], edit: YamlEdit & { insert: JsonValue }, file: string): void {
  const index = edit.path.at(-1);
  if (Array.isArray(parent) && typeof index === "number") {
    parent.splice(index, 0, edit.insert);
    return;
  }
  const problem = `Cannot edit YAML: "${edit.path.join(".")}" is no place in a list`;
  throw new YamlError("CANNOT_EDIT", problem, { place: { file } });
}

function valueAt(parent: JsonObject | JsonValue[], step: string | number): JsonValue | undefined {
  return Object.hasOwn(parent, step) ? (parent as Record<string | number, JsonValue>)[step] : undefined;
}

function put(parent: JsonObject | JsonValue[], step: string | number, value: JsonValue): void {
  if (Array.isArray(parent)) parent[step as number] = value;
  else setKey(parent, String(step), value);
}

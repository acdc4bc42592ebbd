import { equalJson, isObject, type JsonObject, parseJson, stringifyJson } from "../base/mod.ts";
import { writeYaml } from "../yaml/mod.ts";
import { type Contents, fromContents } from "./contents.ts";
import { applyEdit, type KubeconfigEdit, renderKubeconfig } from "./edit.ts";
import { editDocument, type YamlLibrary } from "./edit_document.ts";
import { KubeconfigError } from "./errors.ts";
import { parseKubeconfigValue } from "./parse.ts";
import { patchValue } from "./patch_value.ts";

/** Changes the text of a kubeconfig. */
export type TextEditor = (text: string) => string;

/**
 * Prepares a change of a kubeconfig's text. Comments, order, quoting and keys that kstage doesn't know stay; only white
 * space may change. A text in JSON stays JSON. The result is read again and compared with what the change should make
 * of the value, so that a construct which the editor does not understand ends in an error, never in a damaged file.
 *
 * The editor is loaded here, so that the returned function is synchronous and fit for use under a lock.
 *
 * @param file Path for errors.
 * @returns A function that throws a {@link KubeconfigError} INVALID when the text is no kubeconfig.
 */
export async function prepareTextEdit(edit: KubeconfigEdit, file: string): Promise<TextEditor> {
  const yaml = await import("./yaml_library.ts");
  return (text) => {
    const value = parseKubeconfigValue(text, file);
    if (text.trim() === "") return renderKubeconfig(edit);
    return editValue(yaml, text, { before: value, after: applyEdit(value, edit), file });
  };
}

/** Changes a text whose contents were `before` so that they are `after`; see {@link prepareTextEdit}. */
export type ContentsEditor = (text: string, change: { before: Contents; after: Contents; file: string }) => string;

/** Loads what changes the contents of a text; what it gives is synchronous. */
export async function loadContentsEditor(): Promise<ContentsEditor> {
  const yaml = await import("./yaml_library.ts");
  return (text, { before, after, file }) => {
    const normal = fromContents(after);
    if (text.trim() === "") return writeYaml(normal);
    const value = parseKubeconfigValue(text, file);
    const wanted = patchValue(value, fromContents(before), normal) as JsonObject;
    if (!wanted.apiVersion) wanted.apiVersion = "v1";
    if (!wanted.kind) wanted.kind = "Config";
    return editValue(yaml, text, { before: value, after: wanted, file });
  };
}

function editValue(
  yaml: YamlLibrary,
  text: string,
  { before, after, file }: { before: JsonObject; after: JsonObject; file: string },
): string {
  if (equalJson(after, before)) return text;
  const edited = isJson(text) ? `${stringifyJson(after, 2)}\n` : text === writeYaml(before)
    // As kubectl wrote it: nothing but the value to keep, and no need for the slower way.
    ? writeYaml(after)
    : editDocument(yaml, text, before, after);
  if (edited === undefined || !equalJson(parseKubeconfigValue(edited, file), after)) throw cannotEdit(file);
  return edited;
}

function cannotEdit(file: string, hint = "Name another file with --kubeconfig"): KubeconfigError {
  return new KubeconfigError("INVALID", `Cannot edit kubeconfig "${file}": its YAML is too unusual`, file, { hint });
}

function isJson(text: string): boolean {
  try {
    return isObject(parseJson(text));
  } catch {
    return false;
  }
}

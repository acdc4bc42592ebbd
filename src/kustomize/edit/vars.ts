import { CodedError, isObject, joinPath, type JsonObject, type JsonValue, resolvePath } from "../../base/mod.ts";
import { readYaml, readYamlDocuments } from "../../yaml/mod.ts";
import { splitApiVersion } from "../kind_table.ts";
import type { PatchEntry, ReplacementEntry, SelectorEntry, VariableEntry } from "../load/config_types.ts";
import { type Kustomization, KUSTOMIZATION_NAMES } from "../load/kustomization.ts";
import type { EditedFile } from "./edit_kustomization.ts";
import { type EditContext, editError } from "./request.ts";

type Target = NonNullable<ReplacementEntry["targets"]>[number];

/** A place that names a variable, and which part of its text. */
interface Use {
  path: string;
  options?: { delimiter: string; index: number };
}

/**
 * Turns vars into replacements, and `$(NAME)` in the files that the kustomization uses into `NAME_PLACEHOLDER`
 * (`edit/fix/convert.go` v5.8.1). As in kustomize, replacements that were there before are dropped.
 *
 * @returns The files whose text changes.
 * @throws {KustomizeError} INVALID_EDIT where a text around a variable has no delimiter.
 */
export function convertVars(kustomization: Kustomization, context: EditContext): EditedFile[] {
  const { vars } = kustomization;
  if (vars === undefined) return [];
  const files = new TouchedFiles(kustomization, context);
  kustomization.replacements = vars.map((variable) => {
    const name = variable.name ?? "";
    const targets = files.paths.flatMap((path) => files.targetsIn(path, name));
    files.replaceAll(`$(${name})`, `${name}_PLACEHOLDER`);
    return { source: toSource(variable), ...(targets.length > 0 ? { targets } : {}) };
  });
  delete kustomization.vars;
  return files.changed();
}

function toSource({ objref = {}, fieldref = {} }: VariableEntry): ReplacementEntry["source"] {
  const { group, version } = splitApiVersion(objref.apiVersion ?? "");
  const { kind, name, namespace } = objref;
  return withoutBlank({ group, version, kind, name, namespace, fieldPath: fieldref.fieldPath });
}

/** The files that a kustomization and its bases use, as they are to be. */
class TouchedFiles {
  /** As kustomize finds them; what is no file is passed over. */
  readonly paths: string[];
  readonly #context: EditContext;
  readonly #patches = new Map<string, PatchEntry>();
  readonly #texts = new Map<string, { before: string; after: string }>();

  constructor(kustomization: Kustomization, context: EditContext) {
    this.#context = context;
    this.paths = this.#find(kustomization, "", 0);
  }

  targetsIn(path: string, variable: string): Target[] {
    const text = this.#read(path)?.after;
    if (text === undefined) return [];
    return readObjects(text, path).flatMap((object) =>
      findUses(object, variable, []).map((use) => this.#toTarget(path, object, use))
    );
  }

  replaceAll(from: string, to: string): void {
    for (const path of this.paths) {
      const content = this.#read(path);
      if (content !== undefined) content.after = content.after.replaceAll(from, () => to);
    }
  }

  changed(): EditedFile[] {
    return [...this.#texts].filter(([, { before, after }]) => before !== after)
      .map(([file, content]) => ({ file, ...content }));
  }

  /** kustomize looks for all directories from the kustomization's own, whatever names them. */
  #find({ resources = [], patches = [] }: Kustomization, directory: string, depth: number): string[] {
    const { fs, loader } = this.#context;
    if (depth > 100) throw editError("the bases of this kustomization form a cycle");
    const found = resources.flatMap((resource) => {
      const base = resolvePath(loader.root, resource);
      const names = fs.stat(base)?.kind === "directory" ? fs.readDir(base) : [];
      const inner = names.filter((name) => (KUSTOMIZATION_NAMES as readonly string[]).includes(name)).flatMap(
        (name) => {
          const value = readYaml(fs.readText(joinPath(base, name)), { file: joinPath(resource, name), rules: "sigs" });
          return this.#find((isObject(value) ? value : {}) as Kustomization, resource, depth + 1);
        },
      );
      return [...inner, joinPath(directory, resource)];
    });
    for (const patch of patches) {
      if (!patch.path) continue;
      const path = joinPath(directory, patch.path);
      this.#patches.set(path, patch);
      found.push(path);
    }
    return found;
  }

  #read(path: string): { before: string; after: string } | undefined {
    const { fs, loader } = this.#context;
    const file = resolvePath(loader.root, path);
    if (!this.#texts.has(file)) {
      if (fs.stat(file)?.kind !== "file") return undefined;
      const text = fs.readText(file);
      this.#texts.set(file, { before: text, after: text });
    }
    return this.#texts.get(file);
  }

  #toTarget(path: string, object: JsonObject, { path: fieldPath, options }: Use): Target {
    const metadata = isObject(object.metadata) ? object.metadata : {};
    const { name, namespace } = metadata as { name?: string; namespace?: string };
    const kind = object.kind as string | undefined;
    const fields = { fieldPaths: [fieldPath], ...(options === undefined ? {} : { options }) };
    const patch = this.#patches.get(path);
    if (patch !== undefined && !(patch.options?.allowNameChange && patch.options.allowKindChange)) {
      const select: SelectorEntry = { ...patch.target };
      if (patch.options?.allowNameChange) select.name = name;
      if (patch.options?.allowKindChange) select.kind = kind;
      if (namespace) select.namespace = namespace;
      return { select: withoutBlank(select), ...fields };
    }
    const { group, version } = splitApiVersion(typeof object.apiVersion === "string" ? object.apiVersion : "");
    return { select: withoutBlank({ group, version, kind, name, namespace }), ...fields };
  }
}

function readObjects(text: string, path: string): JsonObject[] {
  try {
    return readYamlDocuments(text, { file: path }).map(({ value }) => value).filter(isObject)
      .flatMap((object) => Array.isArray(object.items) && object.kind === "List" ? object.items : [object])
      .filter(isObject);
  } catch (error) {
    if (error instanceof CodedError) return [];
    throw error;
  }
}

function findUses(value: JsonValue, variable: string, path: readonly string[]): Use[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => findUses(item, variable, [...path, String(i)]));
  if (isObject(value)) {
    return Object.keys(value).flatMap((key) => {
      const step = key.includes(".") ? `[${key.trim()}]` : key.trim();
      return findUses(value[key]!, variable, [...path, step]);
    });
  }
  const reference = `$(${variable})`;
  if (typeof value !== "string" || !value.includes(reference)) return [];
  const options = value === reference ? undefined : delimit(value, reference);
  return [{ path: path.join("."), ...(options === undefined ? {} : { options }) }];
}

/** Which part of a text a reference is, when the text is split where the reference ends. */
function delimit(value: string, reference: string): { delimiter: string; index: number } {
  const at = value.indexOf(reference);
  const end = at + reference.length;
  if (at === 0) return { delimiter: value[end]!, index: 0 };
  const delimiter = value[at - 1]!;
  if (end >= value.length) return { delimiter, index: value.split(delimiter).length - 1 };
  if (delimiter !== value[end]) {
    throw editError(`cannot convert all vars to replacements; ${reference} is not delimited`);
  }
  return { delimiter, index: value.split(delimiter).indexOf(reference) };
}

function withoutBlank<T extends Record<string, unknown>>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== "")) as T;
}

import { baseName, getKey, isObject, type JsonObject, scalarTextAt, setKey } from "../../base/mod.ts";
import { readYaml } from "../../yaml/mod.ts";
import type { Target } from "../target.ts";
import { KustomizeError } from "../errors.ts";
import { count, type Decoded, listOf, record, text } from "../load/config_decoder.ts";
import { selector } from "../load/config_types.ts";
import { compileSelector } from "../patch/selector.ts";
import type { Resource } from "../resource.ts";
import { setUntypedText, splitPath } from "../transform/field_table.ts";
import { namespaceSetter } from "../transform/namespace.ts";
import type { ResourceSet } from "../resource_set.ts";
import type { Transformer } from "../transform/step.ts";
import { configurationError, decodeConfig } from "./plugin_configs.ts";

const valueTarget = record({ selector, fieldPath: text, filePathPosition: count });
type ValueTarget = Decoded<typeof valueTarget>;

/**
 * Puts a value, by default the name of the kustomization's directory, into fields or into file paths that they hold
 * (kustomize `api/internal/builtins/ValueAddTransformer.go`, `api/filters/valueadd/valueadd.go` v5.8.1).
 */
export async function valueAddTransformer(config: Resource, target: Target): Promise<Transformer> {
  const { value = "", targets = [], targetFilePath } = decodeConfig(config, {
    value: text,
    targets: listOf(valueTarget),
    targetFilePath: text,
  });
  const added = value.trim() || baseName(target.loader.root);
  const all = [...targets, ...(targetFilePath ? await readTargets(target, targetFilePath) : [])];
  if (all.length === 0) throw configurationError(config, "must specify at least one target");
  const steps = await Promise.all(all.map((entry) => configureTarget(config, entry, added)));
  return (resources) => {
    for (const step of steps) step(resources);
  };
}

async function readTargets({ loader }: Target, path: string): Promise<ValueTarget[]> {
  const file = loader.display(path);
  const value = readYaml(await loader.readText(path), { file, rules: "sigs" }) ?? {};
  const source = { what: "targets", ignoresUnknown: true, convertsScalars: true, placeOf: () => ({ file }) };
  return record({ targets: listOf(valueTarget) })(value, { source, steps: [] }).targets ?? [];
}

async function configureTarget(config: Resource, entry: ValueTarget, value: string) {
  const { fieldPath = "", filePathPosition = 0 } = entry;
  if (fieldPath === "") throw configurationError(config, "fieldPath cannot be empty");
  if (filePathPosition < 0) {
    throw configurationError(config, `value of FilePathPosition (${filePathPosition}) cannot be negative`);
  }
  const selected = entry.selector && await compileSelector(entry.selector);
  const steps = splitPath(`/${fieldPath}`);
  return (resources: ResourceSet) => {
    for (const resource of selected?.select(resources) ?? resources) {
      if (fieldPath === "metadata/namespace") namespaceSetter({ namespace: value, fields: [] })(resource);
      else addValue(resource, steps, value, filePathPosition);
      resources.reindex(resource);
    }
  };
}

function addValue(resource: Resource, steps: readonly string[], value: string, position: number): void {
  let container: JsonObject = resource.value;
  for (const step of steps.slice(0, -1)) {
    const present = getKey(container, step);
    // kustomize's filter goes no further where a null is written.
    if (present === null) return;
    const next = present ?? {};
    if (!isObject(next)) {
      throw new KustomizeError("INVALID_PATCH", `Cannot add a value at ${steps.join("/")}: ${step} is no object`);
    }
    setKey(container, step, next);
    container = next;
  }
  const last = steps.at(-1)!;
  const text = position > 0 ? insertPathPart(scalarTextAt(container, last), position - 1, value) : value;
  setUntypedText(container, last, text);
}

/** Inserts a part into a file path, at its end where it is shorter (`kyaml/filesys/util.go` InsertPathPart v5.8.1). */
export function insertPathPart(path: string, at: number, part: string): string {
  const isAbsolute = path.startsWith("/");
  const parts = path.split("/").filter((existing) => existing !== "");
  parts.splice(Math.min(at, parts.length), 0, part);
  return (isAbsolute ? "/" : "") + parts.join("/");
}

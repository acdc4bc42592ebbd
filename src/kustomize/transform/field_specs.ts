import { KustomizeError } from "../errors.ts";
import { type Gvk, isSelected } from "../gvk.ts";

/** A field of certain kinds of objects. */
export interface FieldSpec extends Gvk {
  /** Steps separated by `/`; lists are passed through, `\/` is a slash inside a step. */
  readonly path: string;
  /** Whether missing parts of the path are created. */
  readonly create: boolean;
}

/** Reads lines of `+path group/version/Kind`. */
export function parseFieldSpecs(table: string): FieldSpec[] {
  return table.split("\n").filter((line) => line !== "").map(parseFieldSpec);
}

function parseFieldSpec(line: string): FieldSpec {
  const create = line.startsWith("+");
  const space = line.indexOf(" ");
  const path = line.slice(create ? 1 : 0, space < 0 ? undefined : space);
  return { ...parseGvk(space < 0 ? "//" : line.slice(space + 1)), path, create };
}

/** Reads `group/version/Kind`. Groups may hold a slash, by mistake of the original. */
export function parseGvk(text: string): Gvk {
  const parts = text.split("/");
  const kind = parts.pop()!;
  const version = parts.pop()!;
  return { group: parts.join("/"), version, kind };
}

/**
 * Adds field specs that are not there yet (kustomize `types/fieldspec.go` v5.8.1: one is there when the incoming
 * kind selects the existing one and the paths are equal).
 *
 * @throws {KustomizeError} INVALID_CONFIG when one is there with another `create`.
 */
export function mergeFieldSpecs(existing: readonly FieldSpec[], incoming: readonly FieldSpec[]): readonly FieldSpec[] {
  if (existing === incoming || incoming.length === 0) return existing;
  const merged = [...existing];
  for (const spec of incoming) {
    const twin = merged.find((other) => other.path === spec.path && isSelected(other, spec));
    if (twin === undefined) merged.push(spec);
    else if (twin.create !== spec.create) {
      throw new KustomizeError("INVALID_CONFIG", `Cannot merge field specs: conflicting fieldspecs for ${spec.path}`);
    }
  }
  return merged.length === existing.length ? existing : merged;
}

/** A field spec as written in a configuration. */
export function toFieldSpec(entry: Partial<FieldSpec>): FieldSpec {
  const { group = "", version = "", kind = "", path = "", create = false } = entry;
  return { group, version, kind, path, create };
}

/** The labels of any object. */
export const METADATA_LABELS: FieldSpec = { group: "", version: "", kind: "", path: "metadata/labels", create: true };

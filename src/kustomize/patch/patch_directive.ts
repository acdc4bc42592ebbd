import { getKey, isObject, type JsonObject, type JsonValue, scalarTextAt } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { setElement } from "./list_elements.ts";

/** What a patch asks to be done with the value it meets. */
export type PatchDirective = "merge" | "replace" | "delete";

const DIRECTIVE_KEY = "$patch";

/**
 * Reads the directive of a patch's object or list, and removes it.
 *
 * @param patch An object with a `$patch` key, or a list with an item that holds nothing else. Changed in place.
 * @returns `merge` where there is none.
 * @throws {KustomizeError} INVALID_PATCH for a directive that isn't known.
 * @see kustomize `kyaml/yaml/merge2/smpdirective.go` v5.8.1
 */
export function takeDirective(patch: JsonValue | undefined): PatchDirective {
  if (Array.isArray(patch)) return takeListDirective(patch);
  if (!isObject(patch) || !Object.hasOwn(patch, DIRECTIVE_KEY)) return "merge";
  const directive = checkDirective(scalarTextAt(patch, DIRECTIVE_KEY));
  delete patch[DIRECTIVE_KEY];
  return directive;
}

function takeListDirective(patch: JsonValue[]): PatchDirective {
  const item = patch.find((each): each is JsonObject => isObject(each) && getKey(each, DIRECTIVE_KEY) !== undefined);
  // With other keys beside it, the directive is meant for the item itself.
  if (item === undefined || Object.keys(item).length > 1) return "merge";
  const directive = checkDirective(scalarTextAt(item, DIRECTIVE_KEY));
  setElement(patch, undefined, [DIRECTIVE_KEY], [directive]);
  return directive;
}

function checkDirective(text: string): PatchDirective {
  if (text === "merge" || text === "replace" || text === "delete") return text;
  throw new KustomizeError("INVALID_PATCH", `Cannot merge patch: unknown patch strategy '${text}'`, {
    hint: "Use merge, replace or delete as the value of $patch",
  });
}

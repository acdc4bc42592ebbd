import { getKey, setKey } from "../../base/mod.ts";
import type { LabelEntry } from "../load/config_types.ts";
import type { Kustomization } from "../load/kustomization.ts";
import { type EditCommand, editError, type EditFlags } from "./request.ts";

type MapField = "commonLabels" | "commonAnnotations";
type Pairs = Record<string, string>;

const ANNOTATION_KEY =
  /^([a-zA-Z](([-a-zA-Z0-9.]{0,251})[a-zA-Z0-9])?\/)?[a-zA-Z0-9]([-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?$/;

/**
 * Takes `key:value` words apart; a value may stand in double quotes, or be left out (`internal/util/util.go` v5.8.1).
 *
 * @throws {KustomizeError} INVALID_EDIT where the key is missing.
 */
export function parsePairs(words: readonly string[], noun: string): Pairs {
  const pairs: Pairs = {};
  for (const word of words) {
    const colon = word.indexOf(":");
    if (colon === 0) throw editError(`invalid ${noun}: '${word}' (need k:v pair where v may be quoted)`);
    const value = colon < 0 ? "" : word.slice(colon + 1);
    const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
    setKey(pairs, colon < 0 ? word : word.slice(0, colon), isQuoted ? value.slice(1, -1) : value);
  }
  return pairs;
}

/** `set label|annotation` (`edit/set/setlabel.go`, `setannotation.go` v5.8.1). */
export function setMetadata(field: MapField, noun: string): EditCommand {
  return (args) => {
    if (args.length < 1) throw editError(`must specify ${noun}`);
    const pairs = parsePairs(args, noun);
    if (field === "commonAnnotations" && !Object.keys(pairs).every((key) => ANNOTATION_KEY.test(key))) {
      const rules = "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/";
      throw editError(`invalid annotation key: see the syntax and character set rules at ${rules}`);
    }
    return (kustomization) => {
      const map = kustomization[field] ??= {};
      for (const key of Object.keys(pairs)) setKey(map, key, pairs[key]!);
    };
  };
}

/** `add label|annotation` (`edit/add/addmetadata.go` v5.8.1). */
export function addMetadata(field: MapField, noun: string): EditCommand {
  return (args, flags) => {
    if (args.length < 1) throw editError(`must specify ${noun}`);
    if (flags.includeTemplates && !flags.withoutSelector) {
      throw editError("--without-selector flag must be specified for --include-templates to work");
    }
    const pairs = parsePairs(args, noun);
    return (kustomization) => {
      if (field === "commonLabels" && flags.withoutSelector) return addToLabels(kustomization, pairs, flags);
      const map = kustomization[field] ??= {};
      for (const key of Object.keys(pairs)) addPair(map, key, pairs[key]!, noun, flags);
    };
  };
}

/** Labels without selectors go to the first entry of the same settings. */
function addToLabels(kustomization: Kustomization, pairs: Pairs, flags: EditFlags): void {
  const includeTemplates = flags.includeTemplates ?? false;
  const labels = kustomization.labels ??= [];
  for (const key of Object.keys(pairs)) {
    let entry: LabelEntry | undefined = labels.find((label) =>
      !label.includeSelectors && (label.includeTemplates ?? false) === includeTemplates
    );
    if (entry === undefined) {
      entry = includeTemplates ? { includeTemplates } : {};
      labels.push(entry);
    }
    addPair(entry.pairs ??= {}, key, pairs[key]!, "label", flags);
  }
}

function addPair(map: Pairs, key: string, value: string, noun: string, { force }: EditFlags): void {
  if (getKey(map, key) !== undefined && !force) {
    throw editError(`${noun} ${key} already in kustomization file. Use --force to override.`);
  }
  setKey(map, key, value);
}

/** `remove label|annotation` (`edit/remove/removemetadata.go` v5.8.1). */
export function removeMetadata(field: MapField, noun: string): EditCommand {
  return (args, { ignoreNonExistence }) => {
    // kustomize calls annotations labels here, too.
    if (args.length < 1) throw editError("must specify label");
    if (args.length > 1) throw editError("labels must be comma-separated, with no spaces");
    const keys = args[0]!.split(",");
    for (const key of keys) if (key === "") throw editError(`invalid label: '${key}' (name is empty)`);
    return (kustomization) => {
      const map = kustomization[field];
      if (map === undefined && !ignoreNonExistence) throw editError(`${field} is not defined in kustomization file`);
      for (const key of keys) {
        if (getKey(map ?? {}, key) === undefined && !ignoreNonExistence) {
          throw editError(`${noun} ${key} is not defined in kustomization file`);
        }
        delete map?.[key];
      }
    };
  };
}

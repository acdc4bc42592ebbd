import { isRecordedUntyped } from "../../base/mod.ts";
import type { ReplacementEntry } from "../load/config_types.ts";
import { KustomizeError } from "../errors.ts";
import type { Resource } from "../resource.ts";
import { hasHistory, hideHistory, historyAnnotations, showHistory } from "../resource_annotations.ts";
import { DEFAULT_NAMESPACE, formatId, type ResourceId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";
import type { Transformer } from "../transform/step.ts";
import { type FieldPlace, isItemPart, lookUp, splitFieldPath, splitItemPart, valueAt } from "./field_path.ts";
import { compileRegex, type TextMatcher } from "./regex.ts";
import { type ReplacementValue, splitValue } from "./replacement_value.ts";
import { candidates, type CompiledSelector, compileSelectorParts } from "./selector.ts";
import { writeToField } from "./write_field.ts";

type SourceEntry = NonNullable<ReplacementEntry["source"]>;
type TargetEntry = NonNullable<ReplacementEntry["targets"]>[number];
type SelectorEntry = NonNullable<TargetEntry["select"]>;

const DEFAULT_FIELD_PATH = "metadata.name";

/**
 * Copies values from fields of one resource to fields of others.
 *
 * @param entries What to copy; files that are named in them were read before.
 * @throws {KustomizeError} INVALID_CONFIG when a pattern is malformed. The transformer throws NO_MATCH or AMBIGUOUS for
 * its sources, NO_MATCH for missing fields, INVALID_CONFIG and INVALID_PATCH for what cannot be done.
 * @see kustomize `api/filters/replacement/replacement.go` v5.8.1
 */
export async function replacementTransformer(entries: readonly ReplacementEntry[]): Promise<Transformer> {
  const replacements: Replacement[] = [];
  for (const entry of entries) replacements.push(await compileReplacement(entry));
  return async (resources) => {
    for (const replacement of replacements) await apply(resources, replacement);
  };
}

interface Replacement {
  entry: ReplacementEntry;
  targets: readonly Target[];
}

interface Target {
  entry: TargetEntry;
  /** Undefined when the entry selects nothing; kustomize notices when it gets there. */
  select?: CompiledSelector;
  reject: readonly { entry: SelectorEntry; selector: CompiledSelector }[];
  patterns: ReadonlyMap<string, TextMatcher>;
}

async function compileReplacement(entry: ReplacementEntry): Promise<Replacement> {
  const targets: Target[] = [];
  for (const target of entry.targets ?? []) {
    const reject = [];
    for (const each of target.reject ?? []) reject.push({ entry: each, selector: await compileSelectorParts(each) });
    targets.push({
      entry: target,
      select: target.select && await compileSelectorParts(target.select),
      reject,
      patterns: await compilePatterns(fieldPaths(target)),
    });
  }
  return { entry, targets };
}

/** A pattern that is malformed is an error once it meets an item. */
async function compilePatterns(paths: readonly string[]): Promise<Map<string, TextMatcher>> {
  const patterns = new Map<string, TextMatcher>();
  for (const part of paths.flatMap((path) => splitFieldPath(path))) {
    if (!isItemPart(part) || !part.includes("=")) continue;
    const { value } = splitItemPart(part);
    try {
      patterns.set(value, await compileRegex(value, false));
    } catch (error) {
      patterns.set(value, () => {
        throw error;
      });
    }
  }
  return patterns;
}

function fieldPaths({ fieldPaths = [] }: TargetEntry): readonly string[] {
  return fieldPaths.length === 0 ? [DEFAULT_FIELD_PATH] : fieldPaths;
}

async function apply(resources: ResourceSet, { entry, targets }: Replacement): Promise<void> {
  if ((entry.source === undefined && entry.sourceValue === undefined) || targets.length === 0) {
    throw invalid("replacements must specify a source and at least one target");
  }
  const shown = new ShownHistories();
  const value = readSource(resources, entry, shown);
  for (const target of targets) {
    if (target.select === undefined) throw invalid("target must specify resources to select");
    for (const resource of candidates(resources, target.select)) {
      if (!isTarget(resource, target, target.select)) continue;
      for (const path of fieldPaths(target.entry)) {
        shown.showFor(path, resource);
        await writeToField(resource.value, path, value, { ...target.entry.options, patterns: target.patterns });
      }
      resources.reindex(resource);
    }
  }
  shown.hideAll(resources);
}

/** Resources whose history stands among their annotations, because a replacement reads or writes all of these. */
class ShownHistories {
  #resources = new Set<Resource>();

  /** Shows the history of a resource if a path leads to it. */
  showFor(path: string, resource: Resource): void {
    if (this.#resources.has(resource) || !leadsToHistory(splitFieldPath(path))) return;
    if (Object.keys(historyAnnotations(resource)).length === 0) return;
    showHistory(resource);
    this.#resources.add(resource);
  }

  /** Takes all of them back: who got other annotations has the history that came with them. */
  hideAll(resources: ResourceSet): void {
    for (const resource of this.#resources) {
      hideHistory(resource);
      resources.reindex(resource);
    }
  }
}

function leadsToHistory([first, second, name, ...rest]: readonly string[]): boolean {
  if (first !== "metadata" || rest.length > 0) return false;
  return second === undefined || second === "annotations" && (name === undefined || hasHistory({ [name]: "" }));
}

function readSource(
  resources: ResourceSet,
  { source, sourceValue }: ReplacementEntry,
  shown: ShownHistories,
): ReplacementValue {
  if (sourceValue !== undefined && source !== undefined) {
    throw invalid("value and resource selectors are mutually exclusive");
  }
  if (source === undefined) return { kind: "text", text: sourceValue! };
  const path = source.fieldPath || DEFAULT_FIELD_PATH;
  const resource = findSource(resources, source);
  shown.showFor(path, resource);
  const place = lookUp(resource.value, splitFieldPath(path));
  const value = place && valueAt(place);
  const isMissing = value === undefined || value === null
    ? !isUntyped(place)
    : typeof value === "object" && Object.keys(value).length === 0;
  if (place === undefined || isMissing) {
    throw new KustomizeError(
      "NO_MATCH",
      `fieldPath \`${path}\` is missing for replacement source ${formatId(fullId(source))}`,
    );
  }
  return source.options?.delimiter ? splitValue(place, source.options) : { kind: "field", place };
}

/** Whether there is a scalar without a type, which is no null even if it is empty. */
function isUntyped(place: FieldPlace | undefined): boolean {
  return place !== undefined && isRecordedUntyped(place.container, place.key);
}

function findSource(resources: ResourceSet, source: SourceEntry): Resource {
  const all = source.name ? resources.byAnyName(source.name) : resources.toArray();
  const matches = all.filter((resource) => allIds(resource).some((id) => isSelected(id, source)));
  if (matches.length === 1) return matches[0]!;
  const name = describeSource(source);
  if (matches.length === 0) throw new KustomizeError("NO_MATCH", `nothing selected by ${name}`);
  throw new KustomizeError("AMBIGUOUS", `multiple matches for selector ${name}`, {
    hint: "Say more of the source: group, version, kind, name, namespace",
  });
}

function allIds(resource: Resource): ResourceId[] {
  return [resource.id, ...resource.formerIds()];
}

/** The parts of a source are compared as they are, none is a pattern. */
function isSelected(id: ResourceId, { group, version, kind, name, namespace }: SourceEntry): boolean {
  return (!name || name === id.name) &&
    (!namespace || namespace === (id.namespace || DEFAULT_NAMESPACE)) &&
    (!group || group === id.group) && (!version || version === id.version) && (!kind || kind === id.kind);
}

function describeSource(source: SourceEntry): string {
  const { fieldPath, options } = source;
  const refined = options?.delimiter || options?.create
    ? `${options.delimiter ?? ""}(${options.index ?? 0}), create=${options.create ?? false}`
    : "";
  return [formatId(fullId(source)), fieldPath, refined].filter(Boolean).join(":");
}

function fullId({ group = "", version = "", kind = "", name = "", namespace = "" }: SourceEntry) {
  return { group, version, kind, name, namespace };
}

function isTarget(resource: Resource, { reject }: Target, select: CompiledSelector): boolean {
  if (!select.matchesMetadata(resource)) return false;
  for (const { entry, selector } of reject) {
    if ((entry.annotationSelector || entry.labelSelector) && selector.matchesMetadata(resource)) return false;
  }
  const ids = allIds(resource);
  const matches = (selector: CompiledSelector) =>
    ids.some((id) =>
      selector.matchesGvk(id) && selector.matchesName(id.name) && selector.matchesNamespace(id.namespace)
    );
  return !reject.some(({ entry, selector }) => !isEmptyId(entry) && matches(selector)) && matches(select);
}

function isEmptyId({ group, version, kind, name, namespace }: SelectorEntry): boolean {
  return !group && !version && !kind && !name && !namespace;
}

function invalid(message: string): KustomizeError {
  return new KustomizeError("INVALID_CONFIG", message);
}

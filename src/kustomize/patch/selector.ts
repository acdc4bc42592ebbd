import type { SelectorEntry } from "../load/config_types.ts";
import type { Resource } from "../resource.ts";
import type { ResourceId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";
import { type LabelMatcher, parseLabelSelector } from "./label_selector.ts";
import { compileRegex, isLiteral, type TextMatcher } from "./regex.ts";

/** A selector's conditions, ready for use. All of them hold for what the selector leaves open. */
export interface CompiledSelector {
  /** The name, where it is no pattern. */
  readonly literalName?: string;
  matchesGvk(id: Pick<ResourceId, "group" | "version" | "kind">): boolean;
  matchesName: TextMatcher;
  matchesNamespace: TextMatcher;
  /** @throws {KustomizeError} INVALID_CONFIG when the label or annotation selector is malformed. */
  matchesMetadata(resource: Resource): boolean;
}

/**
 * Compiles a selector. Group, version, kind, name and namespace are patterns that the whole text must match.
 *
 * @throws {KustomizeError} INVALID_CONFIG when a pattern is malformed.
 * @see kustomize `api/types/selector.go` v5.8.1
 */
export async function compileSelectorParts(selector: SelectorEntry): Promise<CompiledSelector> {
  const { name, labelSelector, annotationSelector } = selector;
  const group = await compilePattern(selector.group);
  const version = await compilePattern(selector.version);
  const kind = await compilePattern(selector.kind);
  const labels = lazyMatcher(labelSelector);
  const annotations = lazyMatcher(annotationSelector);
  return {
    literalName: name && isLiteral(name) ? name : undefined,
    matchesGvk: (id) => group(id.group) && version(id.version) && kind(id.kind),
    matchesName: await compilePattern(name),
    matchesNamespace: await compilePattern(selector.namespace),
    matchesMetadata: (resource) =>
      (!labelSelector || labels()(resource.labels())) && (!annotationSelector || annotations()(resource.annotations())),
  };
}

function compilePattern(pattern: string | undefined): Promise<TextMatcher> | TextMatcher {
  return pattern ? compileRegex(pattern, true) : () => true;
}

/** A malformed selector is an error only once a resource reaches it. */
function lazyMatcher(text = ""): () => LabelMatcher {
  let matcher: LabelMatcher | undefined;
  return () => matcher ??= parseLabelSelector(text);
}

/** Finds the resources that a patch's target means. */
export interface ResourceSelector {
  /** The selected resources, in order. */
  select(resources: ResourceSet): Resource[];
}

/**
 * Compiles the selector of a patch's target: a resource may match by the name and namespace that it had at first, or by
 * its present ones.
 *
 * @throws {KustomizeError} INVALID_CONFIG when a pattern is malformed.
 * @see kustomize `api/resmap/reswrangler.go` v5.8.1, `Select`
 */
export async function compileSelector(selector: SelectorEntry): Promise<ResourceSelector> {
  const parts = await compileSelectorParts(selector);
  const matches = (resource: Resource) => {
    const original = resource.originalId();
    const { id } = resource;
    return (parts.matchesNamespace(original.effectiveNamespace) || parts.matchesNamespace(id.effectiveNamespace)) &&
      (parts.matchesName(original.name) || parts.matchesName(id.name)) &&
      parts.matchesGvk(id) && parts.matchesMetadata(resource);
  };
  return { select: (resources) => candidates(resources, parts).filter(matches) };
}

/** All resources that a selector may mean, in order. */
export function candidates(resources: ResourceSet, selector: CompiledSelector): Resource[] {
  return selector.literalName === undefined ? resources.toArray() : resources.byAnyName(selector.literalName);
}

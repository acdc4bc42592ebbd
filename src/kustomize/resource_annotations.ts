/**
 * History as annotations, the form in which kustomize keeps it and in which functions and plugins see it
 * (kustomize `api/internal/utils/annotations.go`, `kyaml/kio/kioutil` v5.8.1).
 */
import { isObject, scalarTextAt } from "../base/mod.ts";
import {
  formatOrigin,
  formatTransformations,
  ORIGIN_ANNOTATION,
  parseOrigin,
  parseTransformations,
  TRANSFORMATIONS_ANNOTATION,
} from "./origin.ts";
import type { Resource } from "./resource.ts";

const DOMAIN = "internal.config.kubernetes.io/";

/** Annotations that only tell functions and readers where an object was; nothing is kept of them. */
const READER_ANNOTATIONS = [
  `${DOMAIN}path`,
  `${DOMAIN}index`,
  `${DOMAIN}seqindent`,
  `${DOMAIN}id`,
  `${DOMAIN}annotations-migration-resource-id`,
  `${DOMAIN}refBy`,
  "config.kubernetes.io/path",
  "config.kubernetes.io/index",
  "config.k8s.io/id",
];

/** Adds a resource's history to annotations. */
export function historyAnnotations(resource: Resource): Record<string, string> {
  const annotations: Record<string, string> = {};
  const set = (name: string, value: string) => {
    if (value !== "") annotations[DOMAIN + name] = value;
  };
  set("previousNames", resource.former.map(({ name }) => name).join(","));
  set("previousNamespaces", resource.former.map(({ namespace }) => namespace).join(","));
  set("previousKinds", resource.former.map(({ kind }) => kind).join(","));
  set("prefixes", resource.prefixes.join(","));
  set("suffixes", resource.suffixes.join(","));
  set("generatorBehavior", resource.behavior === "unspecified" ? "" : resource.behavior);
  set("needsHashSuffix", resource.needsHash ? "enabled" : "");
  set("helm-generated", resource.isHelmGenerated ? "true" : "");
  if (resource.origin !== undefined) annotations[ORIGIN_ANNOTATION] = formatOrigin(resource.origin);
  if (resource.transformations.length > 0) {
    annotations[TRANSFORMATIONS_ANNOTATION] = formatTransformations(resource.transformations);
  }
  return annotations;
}

/** Whether annotations hold any history; most don't. */
export function hasHistory(annotations: object): boolean {
  for (const name in annotations) {
    if (name.startsWith(DOMAIN) || name === ORIGIN_ANNOTATION || name === TRANSFORMATIONS_ANNOTATION) return true;
    if (READER_ANNOTATIONS.includes(name)) return true;
  }
  return false;
}

/**
 * Moves history from a resource's annotations to its fields; the other annotations stay as they are.
 *
 * @param keepsAnnotations Whether it stays in the annotations, too, as those of patches, which change history.
 */
export function takeHistory(resource: Resource, keepsAnnotations = false): void {
  const { metadata } = resource;
  const annotations = isObject(metadata?.annotations) ? metadata.annotations : {};
  const take = (name: string) => {
    if (!Object.hasOwn(annotations, name)) return undefined;
    const text = scalarTextAt(annotations, name);
    if (!keepsAnnotations) delete annotations[name];
    return text;
  };
  const list = (name: string) => take(DOMAIN + name)?.split(",") ?? [];
  const names = list("previousNames");
  const namespaces = list("previousNamespaces");
  const kinds = list("previousKinds");
  // Incomplete ids can only have been written by hand; they stand for nothing.
  const isComplete = names.length === namespaces.length && names.length === kinds.length;
  const former = names.map((name, i) => ({ name, namespace: namespaces[i] ?? "", kind: kinds[i] ?? "" }));
  resource.former = isComplete ? former : [];
  resource.prefixes = list("prefixes");
  resource.suffixes = list("suffixes");
  const behavior = take(`${DOMAIN}generatorBehavior`);
  if (behavior === "create" || behavior === "replace" || behavior === "merge") resource.behavior = behavior;
  resource.needsHash = take(`${DOMAIN}needsHashSuffix`) === "enabled";
  resource.isHelmGenerated = take(`${DOMAIN}helm-generated`) === "true";
  resource.allowsNameChange = take(`${DOMAIN}allowNameChange`) === "enabled";
  resource.allowsKindChange = take(`${DOMAIN}allowKindChange`) === "enabled";
  const origin = take(ORIGIN_ANNOTATION);
  if (origin !== undefined) resource.origin = parseOrigin(origin);
  const transformations = take(TRANSFORMATIONS_ANNOTATION);
  if (transformations !== undefined) resource.transformations = parseTransformations(transformations);
  for (const name of READER_ANNOTATIONS) take(name);
  if (!keepsAnnotations && Object.keys(annotations).length === 0) delete metadata?.annotations;
}

/** Adds history to a resource's annotations. */
export function showHistory(resource: Resource, history: Record<string, string> = historyAnnotations(resource)): void {
  if (Object.keys(history).length === 0) return;
  const annotations = resource.metadata?.annotations;
  if (isObject(annotations)) Object.assign(annotations, history);
  else resource.setAnnotations({ ...history });
}

/** Moves history that was shown back to the fields: what was done to the annotations meanwhile was done to it. */
export function hideHistory(resource: Resource): void {
  resource.origin = undefined;
  resource.transformations = [];
  takeHistory(resource);
}

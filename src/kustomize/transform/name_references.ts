import { isObject, type JsonObject, type JsonValue, scalarTextAt } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { type Gvk, isSelected } from "../gvk.ts";
import type { Kind } from "../kind_table.ts";
import type { Resource } from "../resource.ts";
import { CLUSTER_NAMESPACE, formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";
import type { FieldSpec } from "./field_specs.ts";
import { type CompiledField, compileField, setUntypedText, visitField } from "./field_table.ts";
import { type Reach, reachOf, ReferralIndex, refuseBlankSubjects } from "./referral_index.ts";
import type { NameReference } from "./transformer_config.ts";

/**
 * Brings names that resources hold of others up to date, after those were renamed
 * (kustomize `api/filters/nameref/nameref.go` v5.8.1).
 *
 * @throws {KustomizeError} AMBIGUOUS when a name may mean several resources.
 */
export function updateNameReferences(resources: ResourceSet, references: readonly NameReference[]): void {
  for (const resource of resources) refuseBlankSubjects(resource);
  const index = new ReferralIndex(resources);
  const table = new ReferrerTable(references);
  for (const resource of resources) {
    const fields = table.fieldsOf(resource);
    if (fields.length === 0) continue;
    const referrer = { resource, reach: reachOf(resource), index };
    for (const field of fields) updateField(referrer, field);
  }
}

/** A field that holds names, and of what. */
interface ReferrerField {
  readonly field: CompiledField;
  readonly target: Gvk;
}

/** The referring fields of each kind, put together once. */
class ReferrerTable {
  readonly #all: readonly { spec: FieldSpec; target: Gvk }[];
  readonly #byKind = new Map<Kind, readonly ReferrerField[]>();

  constructor(references: readonly NameReference[]) {
    this.#all = references.flatMap((target) => target.referrers.map((spec) => ({ spec, target })));
  }

  fieldsOf(resource: Resource): readonly ReferrerField[] {
    const { apiVersion, kind } = resource.gvk;
    // The original kind decides; the path is then followed whatever the kind is now.
    const original = resource.kinds.get(apiVersion, resource.former[0]?.kind ?? kind);
    let fields = this.#byKind.get(original);
    if (fields === undefined) {
      fields = this.#all.filter(({ spec }) => isSelected(original, spec))
        .map(({ spec, target }) => ({ field: compileField(spec), target }));
      this.#byKind.set(original, fields);
    }
    return fields;
  }
}

interface Referrer {
  readonly resource: Resource;
  readonly reach: Reach;
  readonly index: ReferralIndex;
}

function updateField(referrer: Referrer, { field, target }: ReferrerField): void {
  try {
    visitField(referrer.resource, field, undefined, (container, key) => {
      const value = (container as JsonObject)[key]!;
      if (Array.isArray(value)) value.forEach((item, i) => updateName(referrer, field, target, value, i, item));
      else updateName(referrer, field, target, container, key, value);
    });
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    const where = `'${field.spec.path}' field of '${formatId(referrer.resource.id)}'`;
    throw new KustomizeError(error.code, `updating name reference in ${where}: ${error.message}`, { cause: error });
  }
}

function updateName(
  referrer: Referrer,
  field: CompiledField,
  target: Gvk,
  container: JsonObject | JsonValue[],
  key: string | number,
  value: JsonValue,
): void {
  if (value === null) return;
  if (Array.isArray(value)) {
    throw new KustomizeError("INVALID_RESOURCE", "a reference is expected to be either a string or a map of string");
  }
  if (isObject(value)) return updateReference(referrer, field, target, value);
  const name = scalarTextAt(container, key);
  const candidates = referrer.index.candidates(name, referrer.reach);
  const referral = selectReferral(referrer, field, target, name, candidates, hasSameName);
  if (referral !== undefined && referral.name !== name) setUntypedText(container, key, referral.name);
}

/** Updates an object with a name and perhaps a namespace, such as a subject of a role binding. */
function updateReference(referrer: Referrer, field: CompiledField, target: Gvk, reference: JsonObject): void {
  if (reference.name === undefined) {
    throw new KustomizeError("INVALID_RESOURCE", "path config error; no 'name' field in node");
  }
  const name = scalarTextAt(reference, "name");
  let candidates = referrer.index.candidates(name, referrer.reach);
  if (reference.namespace !== undefined) {
    const namespace = scalarTextAt(reference, "namespace");
    const isOriginal = namespace !== CLUSTER_NAMESPACE &&
      referrer.index.hasOriginalNamespace(namespace, referrer.reach);
    candidates = candidates.filter((resource) => {
      const id = isOriginal ? resource.originalId() : resource.id;
      return id.effectiveNamespace === namespace && id.effectiveNamespace !== CLUSTER_NAMESPACE;
    });
  }
  const referral = selectReferral(referrer, field, target, name, candidates, hasSameNameAndNamespace);
  if (referral === undefined || (referral.name === name && referral.namespace === "")) return;
  setUntypedText(reference, "name", referral.name);
  if (referral.namespace !== "") setUntypedText(reference, "namespace", referral.namespace);
}

function selectReferral(
  { resource: referrer }: Referrer,
  field: CompiledField,
  target: Gvk,
  name: string,
  named: Resource[],
  areSame: (a: Resource, b: Resource) => boolean,
): Resource | undefined {
  if (named.length === 0) return undefined;
  const roleRef = field.spec.path.endsWith("roleRef/name") ? roleRefGvk(referrer) : undefined;
  let candidates = named.filter((candidate) =>
    hadKind(candidate, target) && (roleRef === undefined || hadKind(candidate, roleRef)) && isNear(referrer, candidate)
  );
  if (candidates.length === 1) return candidates[0];
  candidates = candidates.filter((candidate) => hasSameAffixes(referrer, candidate, true));
  if (candidates.length > 1) candidates = candidates.filter((candidate) => hasSameAffixes(referrer, candidate, false));
  const [first] = candidates;
  if (first === undefined || candidates.every((candidate) => areSame(first, candidate))) return first;
  const ids = candidates.map((candidate) => formatId(candidate.id)).join(", ");
  throw new KustomizeError("AMBIGUOUS", `found multiple possible referrals: ${ids}`, {
    hint: `"${name}" in ${formatId(referrer.id)} may mean any of them`,
  });
}

function hadKind(candidate: Resource, selector: Gvk): boolean {
  const { group, version } = candidate.gvk;
  return candidate.former.some(({ kind }) => isSelected({ group, version, kind }, selector));
}

/** In the referrer's namespace, or in none; service accounts are referred to across namespaces. */
function isNear(referrer: Resource, candidate: Resource): boolean {
  const near = referrer.id.effectiveNamespace;
  const { effectiveNamespace } = candidate.id;
  return near === CLUSTER_NAMESPACE || effectiveNamespace === CLUSTER_NAMESPACE || effectiveNamespace === near ||
    candidate.kind === "ServiceAccount";
}

function roleRefGvk(binding: Resource): Gvk | undefined {
  const { roleRef } = binding.value;
  if (!isObject(roleRef) || roleRef.apiGroup === undefined || roleRef.kind === undefined) return undefined;
  return { group: scalarTextAt(roleRef, "apiGroup"), version: "", kind: scalarTextAt(roleRef, "kind") };
}

/** Whether both were made in the same kustomization, as far as prefixes and suffixes tell. */
function hasSameAffixes(a: Resource, b: Resource, allowEmpty: boolean): boolean {
  return endsAlike(a.prefixes, b.prefixes, allowEmpty) && endsAlike(a.suffixes, b.suffixes, allowEmpty);
}

function endsAlike(a: readonly string[], b: readonly string[], allowEmpty: boolean): boolean {
  if (a.length === 0 || b.length === 0) return allowEmpty || a.length === b.length;
  const length = Math.min(a.length, b.length);
  for (let i = 1; i <= length; i++) if (a.at(-i) !== b.at(-i)) return false;
  return true;
}

function hasSameName(a: Resource, b: Resource): boolean {
  return a.name === b.name;
}

function hasSameNameAndNamespace(a: Resource, b: Resource): boolean {
  return a.name === b.name && a.namespace === b.namespace;
}

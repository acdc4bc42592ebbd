import { KustomizeError } from "../errors.ts";
import { type Resource, textMap } from "../resource.ts";
import { formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";

/**
 * Adds a generated resource, or merges it into the one that has or had its id, as its behavior says
 * (kustomize `api/resmap/reswrangler.go` appendReplaceOrMerge v5.8.1).
 *
 * @throws {KustomizeError} ID_CONFLICT, NO_MATCH or AMBIGUOUS when the behavior does not fit what is there.
 */
export function absorb(resources: ResourceSet, generated: Resource): void {
  const { id, behavior } = generated;
  const name = formatId(id);
  const matches = resources.byAnyId(id);
  if (matches.length > 1) {
    throw new KustomizeError("AMBIGUOUS", `found multiple objects that could accept merge of ${name}`);
  }
  const [old] = matches;
  if (old === undefined) {
    if (behavior === "merge" || behavior === "replace") {
      throw new KustomizeError("NO_MATCH", `id ${name} does not exist; cannot merge or replace`);
    }
    resources.append(generated);
    return;
  }
  if (behavior !== "merge" && behavior !== "replace") {
    throw new KustomizeError(
      "ID_CONFLICT",
      `id ${name} exists; can not use behavior: '${behavior}', behavior must be merge or replace`,
      { hint: "Give the generator another name, or behavior: merge" },
    );
  }
  const origin = old.origin;
  inheritMetadata(generated, old);
  if (behavior === "merge") {
    mergeTexts(generated, old, "data");
    mergeTexts(generated, old, "binaryData");
    generated.origin = origin ?? generated.origin;
  }
  resources.replace(old, generated);
}

/** Takes over name, namespace and history, and the labels and annotations that the generated one doesn't set. */
function inheritMetadata(generated: Resource, old: Resource): void {
  generated.setLabels({ ...old.labels(), ...generated.labels() });
  generated.setAnnotations({ ...old.annotations(), ...generated.annotations() });
  generated.name = old.name;
  generated.namespace = old.namespace;
  generated.inheritHistory(old);
}

function mergeTexts(generated: Resource, old: Resource, field: "data" | "binaryData"): void {
  const merged = { ...textMap(old.value[field]), ...textMap(generated.value[field]) };
  if (Object.keys(merged).length > 0) generated.value[field] = merged;
  else delete generated.value[field];
}

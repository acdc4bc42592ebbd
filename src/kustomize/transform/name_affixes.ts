import { type Gvk, isSelected } from "../gvk.ts";
import type { Resource } from "../resource.ts";
import { scalarTextAt } from "../../base/mod.ts";
import type { FieldSpec } from "./field_specs.ts";
import { compileField, setUntypedText, visitField } from "./field_table.ts";
import type { Transformer } from "./step.ts";

/** Kinds whose names mean something to the cluster and are never changed. */
const UNTOUCHED: readonly Gvk[] = [
  { group: "", version: "", kind: "CustomResourceDefinition" },
  { group: "apiregistration.k8s.io", version: "", kind: "APIService" },
  { group: "", version: "", kind: "Namespace" },
];

/** Adds a prefix to names (kustomize `api/internal/builtins/PrefixTransformer.go` v5.8.1). */
export function prefixTransformer(prefix: string, fields: readonly FieldSpec[]): Transformer {
  return affixTransformer(fields, prefix, (name) => prefix + name, (resource) => resource.prefixes.push(prefix));
}

/** Adds a suffix to names (kustomize `api/internal/builtins/SuffixTransformer.go` v5.8.1). */
export function suffixTransformer(suffix: string, fields: readonly FieldSpec[]): Transformer {
  return affixTransformer(fields, suffix, (name) => name + suffix, (resource) => resource.suffixes.push(suffix));
}

function affixTransformer(
  specs: readonly FieldSpec[],
  affix: string,
  rename: (name: string) => string,
  record: (resource: Resource) => void,
): Transformer {
  const fields = specs.map(compileField);
  return (resources) => {
    for (const resource of resources) {
      const id = resource.originalId();
      if (UNTOUCHED.some((gvk) => isSelected(id, gvk))) continue;
      for (const field of fields) {
        if (!isSelected(id, field.spec)) continue;
        if (field.spec.path === "metadata/name" && affix !== "") {
          record(resource);
          resource.rememberId();
        }
        // The original kind selected the field; a patch may have changed the kind since.
        if (!isSelected(resource.id, field.spec)) continue;
        visitField(resource, field, "scalar", (container, key) => {
          setUntypedText(container, key, rename(scalarTextAt(container, key)));
        });
      }
    }
    resources.reindexAll();
  };
}

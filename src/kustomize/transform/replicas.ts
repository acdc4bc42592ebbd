import type { JsonObject, JsonValue } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { isQuotedAt } from "../patch/yaml_scalars.ts";
import { formatGvk } from "../resource_id.ts";
import { isSelected } from "../gvk.ts";
import type { FieldSpec } from "./field_specs.ts";
import { compileField, setScalar, setText, visitField } from "./field_table.ts";
import type { Transformer } from "./step.ts";

/** Sets the number of replicas of what has or had a name (`api/internal/builtins/ReplicaCountTransformer.go` v5.8.1). */
export function replicasTransformer(
  replica: { name: string; count: number | bigint },
  specs: readonly FieldSpec[],
): Transformer {
  const fields = specs.map(compileField);
  return (resources) => {
    let found = false;
    for (const resource of resources.byAnyName(replica.name)) {
      for (const field of fields) {
        const ids = [...resource.formerIds(), resource.id];
        if (!ids.some((id) => id.name === replica.name && isSelected(id, field.spec))) continue;
        found = true;
        if (!isSelected(resource.id, field.spec)) continue;
        visitField(resource, field, "scalar", (container, key) => setCount(container, key, replica.count));
      }
    }
    if (found) return;
    const kinds = specs.map(formatGvk).join(" ");
    throw new KustomizeError(
      "NO_MATCH",
      `resource with name ${replica.name} does not match a config with the following GVK [${kinds}]`,
      { hint: "Check the name under replicas" },
    );
  };
}

/** As with any scalar that kustomize replaces, the quotes of the one before stay: `"3"` becomes `"2"`. */
function setCount(container: JsonObject | JsonValue[], key: string | number, count: number | bigint): void {
  if (isQuotedAt(container, key)) setText(container, key, String(count));
  else setScalar(container, key, count);
}

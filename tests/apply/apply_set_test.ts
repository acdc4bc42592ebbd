import { deepEqual, equal, throws } from "../assert.ts";
import { computeApplySetId, defineApplySet } from "../../src/apply/mod.ts";
// Not part of the folder's face: what is written to the parent is a promise to kubectl.
import {
  isAppliedMember,
  parentManifest,
  parseGroupKind,
  readScope,
  scopeOf,
  uniteScopes,
} from "../../src/apply/apply_set.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { manifest } from "./fake_cluster.ts";

const REF = { apiVersion: "v1", kind: "Secret", namespace: "default", name: "mine" };
/** What kubectl 1.36.3 gave `kubectl apply --prune --applyset=mine -n default`. */
const ID_BY_KUBECTL = "applyset-ys5EGYi_BUuUvnOWurgroZiPpCfcP_mpZ8wXIg4nomo-v1";

Deno.test("the id of a set is the one that kubectl computes for the same parent", async () => {
  equal(await computeApplySetId(REF), ID_BY_KUBECTL);
  equal((await defineApplySet({ namespace: "default", name: "mine" })).id, ID_BY_KUBECTL);
  const ids = await Promise.all([
    computeApplySetId({ ...REF, kind: "ConfigMap" }),
    computeApplySetId({ ...REF, namespace: "other" }),
    computeApplySetId({ ...REF, apiVersion: "example.com/v1" }),
  ]);
  equal(new Set([...ids, ID_BY_KUBECTL]).size, 4);
});

Deno.test("the parent names kinds and other namespaces as kubectl does", async () => {
  const set = await defineApplySet({ kind: "ConfigMap", namespace: "shop", name: "set" });
  const refs = [
    { apiVersion: "v1", kind: "Service", namespace: "shop", name: "a" },
    { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "a" },
    { apiVersion: "apps/v1", kind: "Deployment", namespace: "other", name: "a" },
    { apiVersion: "v1", kind: "Namespace", name: "other" },
    set.parent,
  ];
  const scope = scopeOf(set, refs);
  deepEqual(scope, { kinds: ["Deployment.apps", "Namespace", "Service"], namespaces: ["other"] });
  deepEqual(parentManifest(set, scope), {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "set",
      namespace: "shop",
      labels: { "applyset.kubernetes.io/id": set.id },
      annotations: {
        "applyset.kubernetes.io/tooling": "kstage/v1.0.0",
        "applyset.kubernetes.io/contains-group-kinds": "Deployment.apps,Namespace,Service",
        "applyset.kubernetes.io/additional-namespaces": "other",
      },
    },
  });
  deepEqual(readScope(set, parentManifest(set, scope)), scope);
  deepEqual(uniteScopes(scope, { kinds: ["Job.batch"], namespaces: ["a", "other"] }), {
    kinds: ["Deployment.apps", "Job.batch", "Namespace", "Service"],
    namespaces: ["a", "other"],
  });
  deepEqual(parseGroupKind("Widget.x.example.com"), { group: "x.example.com", kind: "Widget" });
  deepEqual(parseGroupKind("Secret"), { group: "", kind: "Secret" });
});

Deno.test("an object that is no inventory, another's or another tool's is not touched", async () => {
  const set = await defineApplySet({ namespace: "shop", name: "set" });
  const parent = (labels: Record<string, string>, annotations: Record<string, string>): Manifest => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "set", namespace: "shop", labels, annotations },
  });
  const id = "applyset.kubernetes.io/id";
  const tooling = "applyset.kubernetes.io/tooling";
  const cases: [Manifest, string][] = [
    [parent({}, {}), "the object is there, but no inventory of an ApplySet"],
    [parent({ [id]: "applyset-x-v1" }, {}), `its label ${id} is "applyset-x-v1", not "${set.id}"`],
    [parent({ [id]: set.id }, { [tooling]: "kubectl/v1.36.3" }), 'it is kept by "kubectl/v1.36.3"'],
    [parent({ [id]: set.id }, {}), "it is kept by an unknown tool"],
  ];
  for (const [object, state] of cases) {
    throws(() => readScope(set, object), {
      name: "ApplyError",
      code: "SET_FOREIGN",
      message: `Cannot use secret/set in namespace shop as inventory: ${state}`,
    });
  }
  deepEqual(readScope(set, parent({ [id]: set.id }, { [tooling]: "kstage/v2.0.0" })), { kinds: [], namespaces: [] });
});

Deno.test("a label that a controller copied makes no member", () => {
  const fields = { "f:metadata": { "f:labels": { "f:applyset.kubernetes.io/part-of": {} } } };
  const by = (operation: string) => {
    const object = manifest("v1", "Endpoints", "a");
    return { ...object, metadata: { ...object.metadata, managedFields: [{ operation, fieldsV1: fields }] } };
  };
  equal(isAppliedMember(by("Apply")), true);
  equal(isAppliedMember(by("Update")), false);
  equal(isAppliedMember(manifest("v1", "Endpoints", "a")), false);
});

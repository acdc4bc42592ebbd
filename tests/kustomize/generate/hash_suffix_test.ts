import { equal, rejects } from "../../assert.ts";
import { computeHash, goJson } from "../../../src/kustomize/generate/hash_suffix.ts";
import { wrappedBase64 } from "../../../src/kustomize/generate/object_generator.ts";
import { KindTable } from "../../../src/kustomize/kind_table.ts";
import { Resource } from "../../../src/kustomize/resource.ts";

const kinds = new KindTable({ isClusterScoped: () => false });

// What kustomize 5.8.1 appends to the name of a ConfigMap with `a: b`, and to that of a Secret.
Deno.test("computeHash() is kustomize's", async () => {
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cm" }, data: { a: "b" } };
  equal(await computeHash(new Resource(configMap, kinds)), "4h2mbtbbt6");
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, type: "Opaque", data: { a: "Yg==" } };
  equal(await computeHash(new Resource(secret, kinds)), "k695gkmbtk");
});

Deno.test("computeHash() heeds content and kind, not the name", async () => {
  const of = (name: string, data: Record<string, string>) =>
    computeHash(new Resource({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data }, kinds));
  equal(await of("x", { a: "1" }), await of("y", { a: "1" }));
  equal(await of("x", { a: "1" }) === await of("x", { a: "2" }), false);
});

Deno.test("computeHash() refuses kinds whose hash depends on where kustomize has read each line", async () => {
  const foo = { apiVersion: "v1", kind: "Foo", metadata: { name: "x" }, data: { a: "b" } };
  await rejects(computeHash(new Resource(foo, kinds)), {
    code: "UNSUPPORTED",
    message: "Cannot append a hash to Foo.v1.[noGrp]/x.[noNs]: only ConfigMaps and Secrets have one",
    hint: /disableNameSuffixHash/,
  });
});

Deno.test("goJson() writes as Go does: sorted keys, escaped HTML", () => {
  equal(
    goJson({ b: 1, a: "<&>\u2028", c: [null, true, 1.5] }),
    '{"a":"\\u003c\\u0026\\u003e\\u2028","b":1,"c":[null,true,1.5]}',
  );
});

Deno.test("wrappedBase64() breaks lines after 70 characters", () => {
  equal(wrappedBase64(new Uint8Array(3)), "AAAA");
  equal(wrappedBase64(new Uint8Array(51)), "A".repeat(68));
  equal(wrappedBase64(new Uint8Array(54)), `${"A".repeat(70)}\nAA\n`);
});

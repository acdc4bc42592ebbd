import { deepEqual, equal } from "../assert.ts";
import { builtinResource, builtinResources } from "../../src/kube/mod.ts";

Deno.test("builtinResource() knows plural and scope", () => {
  const facts = (apiVersion: string, kind: string) => {
    const resource = builtinResource(apiVersion, kind);
    return resource && [resource.plural, resource.namespaced];
  };
  deepEqual(facts("v1", "Endpoints"), ["endpoints", true]);
  deepEqual(facts("v1", "Namespace"), ["namespaces", false]);
  deepEqual(facts("networking.k8s.io/v1", "NetworkPolicy"), ["networkpolicies", true]);
  deepEqual(facts("storage.k8s.io/v1", "StorageClass"), ["storageclasses", false]);
  deepEqual(facts("apiextensions.k8s.io/v1", "CustomResourceDefinition"), ["customresourcedefinitions", false]);
  deepEqual(facts("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"), [
    "validatingadmissionpolicies",
    false,
  ]);
  equal(facts("extensions/v1beta1", "Ingress"), undefined);
  equal(facts("v1", "toString"), undefined);
  equal(facts("toString", "Pod"), undefined);
});

Deno.test("builtinResource() offers only create for what is not stored", () => {
  deepEqual(builtinResource("authorization.k8s.io/v1", "SelfSubjectAccessReview")?.verbs, ["create"]);
});

Deno.test("builtinResources() lists every kind once", () => {
  const keys = builtinResources().map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  equal(new Set(keys).size, keys.length);
  equal(keys.includes("apps/v1 Deployment"), true);
});

import { deepEqual, equal } from "../assert.ts";
import { isNamespaced, type SchemaNode, strategicMergeFacts } from "../../src/schema/mod.ts";

function at(apiVersion: string, kind: string, path: string): SchemaNode | undefined {
  let node = strategicMergeFacts(apiVersion, kind);
  for (const step of path.split(".")) node = step === "[]" ? node?.elements() : node?.field(step);
  return node;
}

Deno.test("strategicMergeFacts() knows how lists of built-in kinds merge", () => {
  const rows: [apiVersion: string, kind: string, path: string, strategy: string, key: string, mapKeys: string[]][] = [
    ["apps/v1", "Deployment", "spec.template.spec.containers", "merge", "name", []],
    ["apps/v1", "Deployment", "spec.template.spec.containers.[].ports", "merge", "containerPort", [
      "containerPort",
      "protocol",
    ]],
    ["v1", "Service", "spec.ports", "merge", "port", ["port", "protocol"]],
    ["v1", "Pod", "spec.volumes", "merge,retainKeys", "name", []],
    ["v1", "Pod", "metadata.finalizers", "merge", "", []],
    ["batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec.initContainers.[].env", "merge", "name", []],
    ["policy/v1", "PodDisruptionBudget", "spec.selector", "replace", "", []],
    ["apps/v1", "Deployment", "spec.strategy", "retainKeys", "", []],
    ["kustomize.config.k8s.io/v1beta1", "Kustomization", "configMapGenerator", "merge", "name", []],
  ];
  for (const [apiVersion, kind, path, strategy, key, mapKeys] of rows) {
    const node = at(apiVersion, kind, path);
    equal(node?.patchStrategy, strategy, path);
    equal(node?.patchMergeKey, key, path);
    deepEqual(node?.listMapKeys, mapKeys, path);
  }
  equal(at("v1", "Service", "spec.ports")?.listType, "map");
  equal(at("batch/v1", "Job", "status.conditions")?.listType, "atomic");
});

Deno.test("strategicMergeFacts() says nothing of what it does not know", () => {
  equal(strategicMergeFacts("example.com/v1", "Deployment"), undefined);
  equal(strategicMergeFacts("v1", "constructor"), undefined);
  equal(at("apps/v1", "Deployment", "spec.nothing"), undefined);
  equal(at("apps/v1", "Deployment", "spec.template.[]"), undefined);
  equal(at("apps/v1", "Deployment", "spec.toString"), undefined);
  const data = at("apps/v1", "ControllerRevision", "data");
  equal(data?.patchStrategy, "", "fields of any shape are known, without facts");
});

Deno.test("isNamespaced() is true, false, or unknown", () => {
  equal(isNamespaced("apps/v1", "Deployment"), true);
  equal(isNamespaced("v1", "Namespace"), false);
  equal(isNamespaced("v1", "NodeProxyOptions"), false);
  equal(isNamespaced("apiextensions.k8s.io/v1", "CustomResourceDefinition"), false);
  equal(isNamespaced("apps/v2", "Deployment"), undefined);
  equal(isNamespaced("v1", "toString"), undefined);
});

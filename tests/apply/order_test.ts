import { deepEqual, equal, ok } from "../assert.ts";
import { applyPlace, applyRank } from "../../src/apply/mod.ts";
import { builtinResources } from "../../src/kube/mod.ts";

/** From what is needed by others to what needs them; what stands in one line needs none of the others there. */
const STAGES = [
  [["v1", "Namespace"], ["apiextensions.k8s.io/v1", "CustomResourceDefinition"]],
  [["scheduling.k8s.io/v1", "PriorityClass"], ["v1", "ResourceQuota"]],
  [
    ["v1", "ServiceAccount"],
    ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["rbac.authorization.k8s.io/v1", "RoleBinding"],
    ["v1", "Secret"],
    ["v1", "Service"],
  ],
  [["apps/v1", "StatefulSet"], ["networking.k8s.io/v1", "Ingress"]],
  [["example.com/v1", "Widget"], ["autoscaling/v2", "HorizontalPodAutoscaler"]],
  [["apiregistration.k8s.io/v1", "APIService"]],
  [["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"]],
].map((stage) => stage.map(([apiVersion = "", kind = ""]) => ({ apiVersion, kind })));

Deno.test("applyRank() puts what is needed before what needs it, and nothing else", () => {
  deepEqual(STAGES.map((stage) => [...new Set(stage.map(applyRank))]), STAGES.map((_, rank) => [rank]));
});

Deno.test("applyPlace() is an order of all kinds, also inside a rank", () => {
  const places = STAGES.flat().map(applyPlace);
  deepEqual(places, [...new Set(places)].sort((a, b) => a - b));
});

Deno.test("applyRank() looks at the group, not at the kind alone", () => {
  const custom = applyRank({ apiVersion: "example.com/v1", kind: "Widget" });
  equal(applyRank({ apiVersion: "servicebus.azure.com/v1", kind: "Namespace" }), custom);
  ok(applyRank({ apiVersion: "v1", kind: "Namespace" }) < custom);
});

Deno.test("applyRank() is the same in every version of a group", () => {
  equal(
    applyRank({ apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler" }),
    applyRank({ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" }),
  );
});

Deno.test("every built-in kind that people apply has a place of its own", () => {
  const others = applyPlace({ apiVersion: "example.com/v1", kind: "Widget" });
  const unplaced = builtinResources()
    .filter(({ apiVersion, kind, verbs }) => verbs.includes("get") && applyPlace({ apiVersion, kind }) === others)
    .map(({ kind }) => kind);
  deepEqual([...new Set(unplaced)].sort(), [
    "CSINode",
    "CSIStorageCapacity",
    "CertificateSigningRequest",
    "ControllerRevision",
    "Event",
    "FlowSchema",
    "IPAddress",
    "Lease",
    "Node",
    "PriorityLevelConfiguration",
    "ServiceCIDR",
    "VolumeAttachment",
  ]);
});

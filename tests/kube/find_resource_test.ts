import { deepEqual, equal } from "../assert.ts";
import { findResource } from "../../src/kube/mod.ts";
import { createFakeClient, json, pageNotFound } from "./fake_transport.ts";

const group = {
  kind: "APIGroup",
  name: "example.com",
  versions: [{ groupVersion: "example.com/v1" }, { groupVersion: "example.com/v2" }],
  preferredVersion: { groupVersion: "example.com/v2" },
};
const widgets = {
  kind: "APIResourceList",
  resources: [{ name: "widgets", kind: "Widget", namespaced: true, verbs: ["list"] }],
};
const nothing = { kind: "APIResourceList", resources: [] };

Deno.test("findResource() knows built-in kinds in their newest version, without a request", async () => {
  const { client, transport } = createFakeClient([]);
  equal((await findResource(client, { group: "apps", kind: "Deployment" }))?.apiVersion, "apps/v1");
  const autoscaler = await findResource(client, { group: "autoscaling", kind: "HorizontalPodAutoscaler" });
  equal(autoscaler?.apiVersion, "autoscaling/v2");
  equal((await findResource(client, { group: "", kind: "Secret" }))?.apiVersion, "v1");
  equal(await findResource(client, { group: "", kind: "Widget" }), undefined);
  deepEqual(transport.log, []);
});

Deno.test("findResource() asks for others, the preferred version first", async () => {
  const { client, transport } = createFakeClient([json(group), json(nothing), json(widgets)]);
  equal((await findResource(client, { group: "example.com", kind: "Widget" }))?.apiVersion, "example.com/v1");
  deepEqual(transport.log, ["GET /apis/example.com", "GET /apis/example.com/v2", "GET /apis/example.com/v1"]);
});

Deno.test("findResource() finds nothing in a group that the server hasn't got", async () => {
  const { client } = createFakeClient([pageNotFound()]);
  equal(await findResource(client, { group: "example.com", kind: "Widget" }), undefined);
});

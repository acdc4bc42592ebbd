import { type Body, eventually, type World } from "./world.ts";

/** Defines a kind of its own, and waits until it is served. */
export async function defineWidgets(world: World): Promise<{ group: string; definition: string; resource: string }> {
  const group = `${world.uniqueName("widgets")}.kstage.dev`;
  const spec = {
    type: "object",
    required: ["size"],
    properties: {
      size: { type: "integer", minimum: 1 },
      colour: { type: "string", default: "red" },
      tags: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
      parts: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        items: {
          type: "object",
          required: ["name"],
          properties: { name: { type: "string" }, count: { type: "integer" } },
        },
      },
    },
  };
  const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  await world.expect(201, "POST", collection, {
    body: {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
        versions: [{
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec } } },
        }],
      },
    },
  });
  const definition = `${collection}/widgets.${group}`;
  const resource = `${group}/v1/widgets`;
  await eventually("Established", async () => {
    const { status } = await world.get(definition);
    return (status?.conditions ?? []).some(({ type, status }: Body) => type === "Established" && status === "True");
  });
  await eventually("served", async () => (await world.call("GET", world.path(resource))).status === 200);
  return { group, definition, resource };
}

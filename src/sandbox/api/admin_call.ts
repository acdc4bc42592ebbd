import { groupOf, type Manifest, versionOf } from "../../manifest/mod.ts";
import type { ResourceCall } from "./context.ts";
import type { ResourceRegistry } from "./resources.ts";
import { noSuchResource } from "./status.ts";

/**
 * The request with which an administrator would create an object, for objects that come from elsewhere.
 *
 * @throws {StatusError} NotFound when its kind is not served.
 */
export function adminCall(resources: ResourceRegistry, object: Manifest, signal: AbortSignal): ResourceCall {
  const group = groupOf(object.apiVersion);
  const resource = resources.ofKind(object.apiVersion, object.kind);
  if (resource === undefined) throw noSuchResource();
  const given = object.metadata.namespace;
  const namespace = resource.namespaced ? (typeof given === "string" ? given : "default") : "";
  const url = new URL(`https://sandbox/apis/${group}?fieldManager=sandbox&fieldValidation=Strict`);
  return {
    method: "POST",
    url,
    query: url.searchParams,
    headers: new Headers(),
    bytes: new Uint8Array(),
    body: "",
    info: {
      isResource: true,
      path: url.pathname,
      verb: "create",
      group,
      version: versionOf(object.apiVersion),
      namespace,
      resource: resource.plural,
      subresource: "",
      name: "",
      rest: [],
    },
    user: { name: "sandbox", groups: ["system:masters"] },
    warnings: [],
    signal,
    resource,
  };
}

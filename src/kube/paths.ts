import { type ObjectRef, refKey } from "../manifest/mod.ts";
import type { ApiRequest, ApiResource } from "./contract.ts";
import { KubeError } from "./kube_error.ts";

/** Path of an API version: `/api/v1`, `/apis/apps/v1`. */
export function versionPath(apiVersion: string): string {
  const segments = apiVersion.split("/").map(encodeURIComponent).join("/");
  return apiVersion.includes("/") ? `/apis/${segments}` : `/api/${segments}`;
}

/** Path of all objects of a type; of all namespaces when none is given. */
export function collectionPath(resource: ApiResource, namespace?: string): string {
  const base = versionPath(resource.apiVersion);
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${base}${scope}/${encodeURIComponent(resource.plural)}`;
}

/**
 * Path of one object. The namespace of a cluster-scoped kind is left out.
 *
 * @param subresource Such as `status`, `log`, `token`.
 * @throws {KubeError} NAMESPACE_MISSING for an object of a namespaced kind without one.
 */
export function objectPath(resource: ApiResource, ref: ObjectRef, subresource?: string): string {
  if (resource.namespaced && !ref.namespace) {
    throw new KubeError("NAMESPACE_MISSING", `Cannot address ${refKey(ref)}: ${ref.kind} objects live in a namespace`, {
      hint: "Give the object a metadata.namespace",
    });
  }
  const tail = subresource === undefined ? "" : `/${encodeURIComponent(subresource)}`;
  return `${collectionPath(resource, ref.namespace)}/${encodeURIComponent(ref.name)}${tail}`;
}

/** A request's path with its query, keys in the order given. */
export function formatTarget({ path, query = {} }: Pick<ApiRequest, "path" | "query">): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.append(name, value);
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

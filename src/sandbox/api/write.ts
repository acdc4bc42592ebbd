import type { Manifest } from "../../manifest/mod.ts";
import { type FieldManagers, type ManagerIdentity, writeManagers } from "../fields/managers.ts";
import { convertObject } from "../kinds/conversion.ts";
import type { ResourceCall } from "./context.ts";
import { type Resource, storageOf } from "./resources.ts";

/** The name under which a request owns what it writes: its `fieldManager`, else its program's name. */
export function managerOf(call: ResourceCall, operation: "Apply" | "Update", subresource = ""): ManagerIdentity {
  const asked = call.query.get("fieldManager") ?? "";
  const agent = (call.headers.get("user-agent") ?? "").split("/")[0]!.replace(/[^\x20-\x7e]/g, "").slice(0, 128);
  const identity: ManagerIdentity = {
    manager: asked || agent || "unknown",
    operation,
    apiVersion: call.resource.apiVersion,
  };
  if (subresource !== "") identity.subresource = subresource;
  return identity;
}

/** An object as the request's version shows it. */
export function toRequestVersion(object: Manifest, call: ResourceCall): Manifest {
  return convertObject(object, call.resource.apiVersion) ?? object;
}

/** An object as it is stored. */
export function toStorageForm(object: Manifest, resource: Resource): Manifest {
  return convertObject(object, storageOf(resource).apiVersion) ?? object;
}

/** Empty text for objects of the whole cluster. */
export function namespaceOf(object: Manifest): string {
  return typeof object.metadata.namespace === "string" ? object.metadata.namespace : "";
}

/** Writes who owns what. */
export function setManagers(object: Manifest, managers: FieldManagers): void {
  if (managers.size === 0) delete object.metadata.managedFields;
  else object.metadata.managedFields = writeManagers(managers);
}

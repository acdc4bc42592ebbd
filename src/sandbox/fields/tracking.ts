import { equalJson, type JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { Resource } from "../api/resources.ts";
import { ownershipType, unwrittenPaths } from "../kinds/strategy.ts";
import { type ManagerIdentity, readManagers, writeManagers } from "./managers.ts";
import { updateManagers, withoutManagedFields } from "./ownership.ts";

/** What a cluster's own controllers call themselves. */
const CONTROLLER_MANAGER = "kube-controller-manager";

/**
 * An object as a controller leaves it, with its managedFields: what a controller changes is its own from then on, and
 * nobody else's.
 *
 * @param live The object before; undefined when the controller creates it.
 * @param time Of the write, as managedFields has it.
 */
export function trackControllerWrite(
  live: Manifest | undefined,
  next: Manifest,
  resource: Resource,
  time: string,
): Manifest {
  if (live !== undefined && !equalJson(live.metadata.managedFields, next.metadata.managedFields)) return next;
  const self: ManagerIdentity = { manager: CONTROLLER_MANAGER, operation: "Update", apiVersion: next.apiVersion };
  if (live !== undefined && isStatusWrite(live, next)) self.subresource = "status";
  const before = readManagers(live?.metadata.managedFields) ?? new Map();
  const managers = updateManagers(live && withoutManagedFields(live), withoutManagedFields(next), before, {
    type: ownershipType(resource),
    self,
    time,
    ignored: unwrittenPaths(resource, self.subresource ?? ""),
  });
  if (managers === before) return next;
  const { managedFields: _managedFields, ...metadata } = next.metadata;
  const tracked = managers.size === 0 ? metadata : { ...metadata, managedFields: writeManagers(managers) };
  return { ...next, metadata: tracked as Manifest["metadata"] };
}

function isStatusWrite(live: Manifest, next: Manifest): boolean {
  const rest = ({ status: _status, ...object }: Manifest): JsonObject => object;
  return !equalJson(live.status, next.status) && equalJson(rest(live), rest(next));
}

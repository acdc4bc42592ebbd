import { getPath, isObject, type JsonValue } from "../base/mod.ts";
import { groupOf } from "../manifest/mod.ts";
import { ApiError } from "./api_error.ts";
import { builtinResources } from "./builtin_resources.ts";
import type { ApiResource, KubeClient } from "./contract.ts";

/**
 * The resource type of a kind whose version nobody told: for kinds that come with Kubernetes without asking, for others
 * in the version that the server prefers, or else in any that has the kind.
 *
 * @param group Empty for the core group.
 * @returns Undefined when the server hasn't got the kind.
 */
export async function findResource(
  client: KubeClient,
  { group, kind }: { group: string; kind: string },
  signal?: AbortSignal,
): Promise<ApiResource | undefined> {
  const builtin = builtinResources().findLast((resource) =>
    groupOf(resource.apiVersion) === group && resource.kind === kind
  );
  if (builtin !== undefined || group === "") return builtin;
  for (const apiVersion of await readVersions(client, group, signal)) {
    const resource = await client.resourceOf(apiVersion, kind, signal);
    if (resource !== undefined) return resource;
  }
  return undefined;
}

/** Versions of a group, the preferred one first; empty when the server hasn't got the group. */
async function readVersions(client: KubeClient, group: string, signal?: AbortSignal): Promise<string[]> {
  try {
    const value = await client.request({ method: "GET", path: `/apis/${encodeURIComponent(group)}` }, signal);
    const preferred = getPath(value, "preferredVersion", "groupVersion");
    const others = listOf(getPath(value, "versions")).map((version) => getPath(version, "groupVersion"));
    return [...new Set([preferred, ...others])].filter((version) => typeof version === "string");
  } catch (error) {
    if (error instanceof ApiError && error.code === "NOT_FOUND") return [];
    throw error;
  }
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

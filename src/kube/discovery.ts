import { getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { groupOf, type ObjectRef } from "../manifest/mod.ts";
import { ApiError } from "./api_error.ts";
import { builtinResource } from "./builtin_resources.ts";
import type { ApiResource } from "./contract.ts";
import type { Exchange } from "./exchange.ts";
import { type ApiVerb, describeFailure } from "./operation.ts";
import { versionPath } from "./paths.ts";

/** Resource types of one API version, by kind. */
type Kinds = Map<string, ApiResource>;

/** From this many API versions on, one answer with all groups is asked for instead of one each. */
const AGGREGATE_FROM = 3;

/** Source: KEP-3352; older servers answer with a plain list of groups. */
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/**
 * What an API server offers. Each API version is asked for once, when a kind is needed that the built-in table doesn't
 * have; what the server hasn't got is not remembered, because a CustomResourceDefinition may be on its way.
 */
export class Discovery {
  readonly #exchange: Exchange;
  readonly #versions = new Map<string, Promise<Kinds>>();
  /** API versions that are asked for in this turn, so that many of them become one request. */
  #gathering: Map<string, PromiseWithResolvers<Kinds>> | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** The resource type of a kind, from the table or the server. */
  async resourceOf(apiVersion: string, kind: string): Promise<ApiResource | undefined> {
    return builtinResource(apiVersion, kind) ?? await this.ask(apiVersion, kind);
  }

  /** The resource type of a kind as the server has it. */
  async ask(apiVersion: string, kind: string): Promise<ApiResource | undefined> {
    const known = this.#versions.get(apiVersion);
    const found = known === undefined ? undefined : (await known).get(kind);
    return found ?? (await this.#fetch(apiVersion)).get(kind);
  }

  /** Versions of a group that the server offers, the preferred one first; empty when it hasn't got the group. */
  async versionsOf(group: string): Promise<string[]> {
    const value = await this.#get(group === "" ? "/api" : `/apis/${encodeURIComponent(group)}`, group);
    if (group === "") return stringsOf(getPath(value, "versions"));
    const preferred = getPath(value, "preferredVersion", "groupVersion");
    const versions = getPath(value, "versions");
    const all = Array.isArray(versions) ? stringsOf(versions.map((item) => getPath(item, "groupVersion") ?? null)) : [];
    return all.sort((a, b) => Number(b === preferred) - Number(a === preferred));
  }

  /** Asks the server for an API version, or waits for the question that is under way. */
  #fetch(apiVersion: string): Promise<Kinds> {
    const gathering = this.#gathering ??= this.#startGathering();
    const waiting = gathering.get(apiVersion) ?? Promise.withResolvers<Kinds>();
    gathering.set(apiVersion, waiting);
    return waiting.promise;
  }

  #startGathering(): Map<string, PromiseWithResolvers<Kinds>> {
    const gathered = new Map<string, PromiseWithResolvers<Kinds>>();
    queueMicrotask(() => {
      this.#gathering = undefined;
      const many = gathered.size >= AGGREGATE_FROM;
      const aggregated = many ? this.#fetchAggregated() : Promise.resolve(new Map<string, Kinds>());
      for (const [apiVersion, { resolve }] of gathered) {
        const asked = aggregated.then((all) => all.get(apiVersion) ?? this.#fetchVersion(apiVersion));
        this.#remember(apiVersion, asked);
        resolve(asked);
      }
    });
    return gathered;
  }

  #remember(apiVersion: string, asked: Promise<Kinds>): void {
    this.#versions.set(apiVersion, asked);
    const forget = () => {
      if (this.#versions.get(apiVersion) === asked) this.#versions.delete(apiVersion);
    };
    asked.then((kinds) => kinds.size === 0 && forget(), forget);
  }

  async #fetchVersion(apiVersion: string): Promise<Kinds> {
    return parseResourceList(apiVersion, await this.#get(versionPath(apiVersion), apiVersion));
  }

  async #fetchAggregated(): Promise<Map<string, Kinds>> {
    return parseAggregated(await this.#get("/apis", "all groups", { Accept: AGGREGATED }));
  }

  /** The answer, or null for a 404. */
  async #get(path: string, subject: string, headers?: Record<string, string>): Promise<JsonValue> {
    try {
      const request = { method: "GET" as const, path, ...(headers === undefined ? {} : { headers }) };
      const operation = { verb: "discover" as const, subject: subject === "" ? "the core group" : subject };
      return (await this.#exchange.send({ operation, request, safety: { idempotent: true } })).value;
    } catch (error) {
      if (error instanceof ApiError && error.code === "NOT_FOUND") return null;
      throw error;
    }
  }
}

/** Reads an `APIResourceList`. */
function parseResourceList(apiVersion: string, value: JsonValue): Kinds {
  const kinds: Kinds = new Map();
  for (const item of listOf(getPath(value, "resources"))) {
    const { name, kind, namespaced } = item;
    // Subresources have a slash; some, such as scale, carry the kind of another group.
    if (typeof name !== "string" || typeof kind !== "string" || name.includes("/")) continue;
    const [verbs, shortNames] = [stringsOf(item.verbs), stringsOf(item.shortNames)];
    kinds.set(
      kind,
      withShortNames({ apiVersion, kind, plural: name, namespaced: namespaced === true, verbs }, shortNames),
    );
  }
  return kinds;
}

/** Reads an `APIGroupDiscoveryList`; versions that the server could not refresh are left out. */
function parseAggregated(value: JsonValue): Map<string, Kinds> {
  const all = new Map<string, Kinds>();
  if (getPath(value, "kind") !== "APIGroupDiscoveryList") return all;
  for (const group of listOf(getPath(value, "items"))) {
    const groupName = getPath(group, "metadata", "name");
    for (const version of listOf(group.versions)) {
      if (version.freshness === "Stale") continue;
      const apiVersion = groupName ? `${groupName}/${version.version}` : `${version.version}`;
      all.set(apiVersion, parseDiscoveredVersion(apiVersion, version));
    }
  }
  return all;
}

function parseDiscoveredVersion(apiVersion: string, version: JsonObject): Kinds {
  const kinds: Kinds = new Map();
  for (const item of listOf(version.resources)) {
    const kind = getPath(item, "responseKind", "kind");
    const plural = item.resource;
    if (typeof kind !== "string" || typeof plural !== "string") continue;
    const namespaced = item.scope === "Namespaced";
    const resource = { apiVersion, kind, plural, namespaced, verbs: stringsOf(item.verbs) };
    kinds.set(kind, withShortNames(resource, stringsOf(item.shortNames)));
  }
  return kinds;
}

function withShortNames(resource: ApiResource, shortNames: string[]): ApiResource {
  return shortNames.length === 0 ? resource : { ...resource, shortNames };
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function stringsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The error for a kind that the server hasn't got, with what it offers instead. */
export async function kindUnknown(
  discovery: Discovery,
  { apiVersion, kind, verb, ref, namespace }: {
    apiVersion: string;
    kind: string;
    verb: ApiVerb;
    ref?: ObjectRef;
    namespace?: string | undefined;
  },
): Promise<ApiError> {
  const group = groupOf(apiVersion);
  const versions = await discovery.versionsOf(group).catch(() => []);
  const others = versions.filter((version) => version !== apiVersion);
  const found = [];
  for (const version of others.slice(0, 3)) {
    if (await discovery.ask(version, kind).catch(() => undefined)) found.push(version);
  }
  const hint = found.length > 0
    ? `The server offers ${kind} as ${found.join(" and ")}: change the object's apiVersion`
    : "Check the spelling of apiVersion and kind, and that the CustomResourceDefinition is installed";
  const place = namespace === undefined ? {} : { namespace };
  const about = ref === undefined ? {} : { ref };
  const failure = describeFailure({ verb, subject: `${kind} objects`, ...about, ...place });
  const message = `${failure}: the server has no kind "${kind}" in "${apiVersion}"`;
  return new ApiError("KIND_UNKNOWN", message, { status: 404, verb, ...about }, { hint });
}

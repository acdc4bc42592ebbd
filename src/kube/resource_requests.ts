import { abortable, type JsonValue } from "../base/mod.ts";
import { groupOf, type ObjectRef } from "../manifest/mod.ts";
import { ApiError } from "./api_error.ts";
import { builtinResource } from "./builtin_resources.ts";
import type { ApiRequest, ApiResource } from "./contract.ts";
import { type Discovery, kindUnknown } from "./discovery.ts";
import type { Exchange, GoodAnswer } from "./exchange.ts";
import type { ApiVerb, Operation } from "./operation.ts";
import { secretValuesOf } from "./secret_values.ts";

/** How to make the request of one operation once the resource type is known. */
export interface RequestPlan {
  verb: ApiVerb;
  apiVersion: string;
  kind: string;
  namespace?: string | undefined;
  ref?: ObjectRef;
  idempotent: boolean;
  conditional?: boolean;
  expects?: "json" | "text";
  /** What is written, to keep a Secret's data out of messages. */
  written?: JsonValue;
  request(resource: ApiResource): ApiRequest;
}

/** Sends the requests of operations on resource types, which it makes sure of. */
export class ResourceRequests {
  readonly #exchange: Exchange;
  readonly #discovery: Discovery;

  constructor(exchange: Exchange, discovery: Discovery) {
    this.#exchange = exchange;
    this.#discovery = discovery;
  }

  /** Sends the request of a plan; a 404 that is about no object makes sure of the resource type first. */
  async send(plan: RequestPlan, signal?: AbortSignal): Promise<GoodAnswer> {
    const resource = await abortable(this.require(plan), signal);
    try {
      return await this.#sendTo(plan, resource, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "NOT_FOUND" || error.about !== undefined) throw error;
      const actual = await abortable(this.#discovery.ask(plan.apiVersion, plan.kind), signal);
      if (actual === undefined) throw await kindUnknown(this.#discovery, plan);
      if (actual.plural === resource.plural && actual.namespaced === resource.namespaced) throw error;
      return await this.#sendTo(plan, actual, signal);
    }
  }

  #sendTo(plan: RequestPlan, resource: ApiResource, signal: AbortSignal | undefined): Promise<GoodAnswer> {
    const { verb, ref, idempotent, conditional = false, expects = "json", written } = plan;
    const isSecret = written !== undefined && plan.kind === "Secret" && groupOf(plan.apiVersion) === "";
    const namespace = resource.namespaced ? plan.namespace : undefined;
    const operation: Operation = {
      verb,
      resource,
      ...(ref === undefined ? {} : { ref }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(isSecret ? { secrets: () => secretValuesOf(written) } : {}),
    };
    const request = plan.request(resource);
    return this.#exchange.send({ operation, request, safety: { idempotent, conditional }, expects }, signal);
  }

  /** The resource type, or the error that the server hasn't got it. */
  async require(wanted: Parameters<typeof kindUnknown>[1]): Promise<ApiResource> {
    const builtin = builtinResource(wanted.apiVersion, wanted.kind);
    if (builtin !== undefined) return builtin;
    const resource = await this.#discovery.ask(wanted.apiVersion, wanted.kind);
    if (resource === undefined) throw await kindUnknown(this.#discovery, wanted);
    return resource;
  }
}

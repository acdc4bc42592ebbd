import { type JsonObject, type JsonValue, stringifyJson } from "../../base/mod.ts";
import { writeYaml } from "../../yaml/mod.ts";
import { StatusError } from "./status.ts";

/** The form in which a client wants its answer. */
export interface Accepted {
  format: "json" | "yaml";
  /** `Table`, `PartialObjectMetadata`, `PartialObjectMetadataList`, `APIGroupDiscoveryList`; "" for the object itself. */
  as: string;
  /** Version of `as`. */
  version: string;
}

const AVAILABLE =
  "application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

/**
 * The first form of an Accept header that can be served.
 *
 * @param supported Names of `as=` that this endpoint can convert to.
 * @throws {StatusError} NotAcceptable.
 */
export function negotiate(accept: string | null, supported: readonly string[]): Accepted {
  const clauses = (accept ?? "").split(",").map((clause) => clause.trim()).filter((clause) => clause !== "");
  if (clauses.length === 0) return { format: "json", as: "", version: "" };
  for (const clause of clauses) {
    const [media = "", ...parameters] = clause.split(";").map((part) => part.trim());
    const values = new Map(parameters.map((part) => part.split("=") as [string, string]));
    const as = values.get("as") ?? "";
    if (as !== "" && !supported.includes(as)) continue;
    const version = values.get("v") ?? "";
    if (media === "application/json" || media === "*/*" || media === "application/*") {
      return { format: "json", as, version };
    }
    if (media === "application/yaml") return { format: "yaml", as, version };
  }
  throw new StatusError("NotAcceptable", `406: Not Acceptable\n\nAvailable representations: ${AVAILABLE}`, {});
}

/** A response with a JSON or YAML body. */
export function encodeBody(body: JsonValue, code: number, format: Accepted["format"], warnings: string[]): Response {
  const headers = new Headers({ "content-type": format === "yaml" ? "application/yaml" : "application/json" });
  for (const warning of warnings) headers.append("warning", formatWarning(warning));
  headers.set("cache-control", "no-cache, private");
  return new Response(format === "yaml" ? writeYaml(body) : stringifyJson(body) + "\n", { status: code, headers });
}

function formatWarning(text: string): string {
  const ascii = text.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&");
  return `299 - "${ascii}"`;
}

/** The metadata of an object alone. */
export function partialMetadata(object: JsonObject): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata ?? {} };
}

/** The plain page that paths outside of the API end at. */
export function notFoundPage(): Response {
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  return new Response("404 page not found\n", { status: 404, headers });
}

import type { JsonObject } from "../../base/mod.ts";
import { aggregatedDiscovery, coreVersions, groupDocument, groupList, resourceList } from "../discovery/discovery.ts";
import { openApiDocument, openApiIndex, swaggerDocument } from "../discovery/openapi.ts";
import { TOKEN_ISSUER } from "../auth/tokens.ts";
import type { ApiContext, Call, Reply } from "./context.ts";
import { negotiate, notFoundPage } from "./media.ts";
import { methodNotAllowed, noSuchResource } from "./status.ts";

/** What these paths need beside the API itself. */
export interface NonResourceContext extends ApiContext {
  version: JsonObject;
  jwks(): Promise<JsonObject>;
}

/** Answers paths that name no resource: discovery, OpenAPI, version, health. */
export async function handleNonResource(context: NonResourceContext, call: Call): Promise<Reply> {
  if (call.method !== "GET" && call.method !== "HEAD") throw methodNotAllowed();
  const path = call.url.pathname.replace(/\/+$/, "") || "/";
  switch (path) {
    case "/version":
      return { code: 200, body: context.version };
    case "/":
      return { code: 200, body: { paths: rootPaths(context) } };
    case "/api":
      return handleRoots(context, call, "core");
    case "/apis":
      return handleRoots(context, call, "groups");
    case "/openapi/v3":
      return { code: 200, body: openApiIndex(context.resources) };
    case "/openapi/v2":
      return { code: 200, body: swaggerDocument(context.resources) };
    case "/openid/v1/jwks":
      return { code: 200, body: await context.jwks() };
    case "/.well-known/openid-configuration":
      return { code: 200, body: issuerDocument() };
  }
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return plainText("ok");
  if (path.startsWith("/openapi/v3/")) return documentAt(context, path.slice("/openapi/v3/".length));
  return discoveryAt(context, path.slice(1).split("/"));
}

function plainText(text: string): Response {
  return new Response(text, { status: 200, headers: { "content-type": "text/plain; charset=utf-8" } });
}

function rootPaths({ resources }: ApiContext): string[] {
  const versions = resources.all().map(({ group, version }) =>
    group === "" ? `/api/${version}` : `/apis/${group}/${version}`
  );
  const groups = resources.all().filter(({ group }) => group !== "").map(({ group }) => `/apis/${group}`);
  const others = ["/api", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"];
  return [...new Set([...versions, ...groups, ...others])].sort();
}

function handleRoots(context: ApiContext, call: Call, scope: "core" | "groups"): Reply {
  const accepted = negotiate(call.headers.get("accept"), ["APIGroupDiscoveryList"]);
  if (accepted.as === "APIGroupDiscoveryList") {
    const body = aggregatedDiscovery(context.resources, scope, accepted.version);
    const type = `application/json;g=apidiscovery.k8s.io;v=${accepted.version};as=APIGroupDiscoveryList`;
    // Clients look at the content type to see whether they got the aggregated form.
    return new Response(JSON.stringify(body) + "\n", {
      status: 200,
      headers: { "content-type": type, vary: "Accept" },
    });
  }
  const body = scope === "core" ? coreVersions(call.url.host) : groupList(context.resources);
  return { code: 200, body };
}

function documentAt({ resources }: ApiContext, path: string): Reply {
  const body = openApiDocument(resources, path);
  return body === undefined ? new Response(null, { status: 404 }) : { code: 200, body };
}

function discoveryAt({ resources }: ApiContext, parts: string[]): Reply {
  const [root, first = "", second = ""] = parts;
  if (root === "api" && parts.length === 2) {
    const body = resourceList(resources, "", first);
    if (body === undefined) throw noSuchResource();
    return { code: 200, body };
  }
  if (root !== "apis" || parts.length > 3) return notFoundPage();
  const body = parts.length === 2 ? groupDocument(resources, first) : resourceList(resources, first, second);
  if (body !== undefined) return { code: 200, body };
  if (resources.hasGroup(first)) throw noSuchResource();
  return notFoundPage();
}

function issuerDocument(): JsonObject {
  return {
    issuer: TOKEN_ISSUER,
    jwks_uri: `${TOKEN_ISSUER}/openid/v1/jwks`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  };
}

/** What a path and method ask for, as the API server's `RequestInfoFactory` reads them. */
export interface RequestInfo {
  isResource: boolean;
  path: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; else the method in lower case. */
  verb: string;
  group: string;
  version: string;
  /** "" for cluster scope and for all namespaces. */
  namespace: string;
  resource: string;
  subresource: string;
  name: string;
  /** What follows the subresource. */
  rest: string[];
}

const VERBS: Record<string, string> = {
  POST: "create",
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Subresources of a namespace itself; any other second segment is a resource in the namespace. */
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

/**
 * Reads a request's path.
 *
 * @param method HTTP method.
 * @param url The whole URL; `watch` and `fieldSelector` of its query decide between get, list and watch.
 */
export function readRequestInfo(method: string, url: URL): RequestInfo {
  const info: RequestInfo = {
    isResource: false,
    path: url.pathname,
    verb: method.toLowerCase(),
    group: "",
    version: "",
    namespace: "",
    resource: "",
    subresource: "",
    name: "",
    rest: [],
  };
  const parts = url.pathname.split("/").filter((part) => part !== "").map(decodeURIComponent);
  const isCore = parts[0] === "api";
  if (!isCore && parts[0] !== "apis") return info;
  if (parts.length < (isCore ? 3 : 4)) return info;
  info.isResource = true;
  if (!isCore) info.group = parts[1]!;
  info.version = parts[isCore ? 1 : 2]!;
  info.verb = VERBS[method] ?? "";
  readSegments(info, parts.slice(isCore ? 2 : 3));
  return withCollectionVerb(info, url.searchParams);
}

function readSegments(info: RequestInfo, segments: string[]): void {
  let parts = segments;
  if (parts[0] === "watch" && parts.length > 1) {
    info.verb = "watch";
    parts = parts.slice(1);
  }
  if (parts[0] === "namespaces") {
    if (parts.length > 1) info.namespace = parts[1]!;
    if (parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2]!)) parts = parts.slice(2);
  }
  const [resource = "", name = "", subresource = "", ...rest] = parts;
  Object.assign(info, { resource, name, subresource, rest });
}

function withCollectionVerb(info: RequestInfo, query: URLSearchParams): RequestInfo {
  if (info.name === "" && info.verb === "get") {
    const isWatch = ["true", "1"].includes(query.get("watch") ?? "");
    info.verb = isWatch ? "watch" : "list";
    // A list of one name is authorized as that name.
    const [, name] = /^metadata\.name==?([^,]+)$/.exec(query.get("fieldSelector") ?? "") ?? [];
    if (name !== undefined) info.name = name;
  } else if (info.name === "" && info.verb === "delete") info.verb = "deletecollection";
  return info;
}

import { parseDuration } from "../../base/mod.ts";

/** A repository and a directory in it, as a URL names them (kustomize `api/internal/git/repospec.go` v5.8.1). */
export interface RepositoryUrl {
  /** The URL as written. */
  readonly raw: string;
  /** What `git fetch` takes. */
  readonly cloneUrl: string;
  /** The kustomization's directory in the repository; empty for its root. */
  readonly directory: string;
  /** Branch, tag or commit; empty for the default branch. */
  readonly ref: string;
  readonly submodules: boolean;
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 27_000;

/** Reads the URL of a repository; undefined when the text is none. */
export function parseRepositoryUrl(raw: string): RepositoryUrl | undefined {
  if (raw.startsWith("/")) return undefined;
  const question = raw.indexOf("?");
  const query = question < 0 ? "" : raw.slice(question + 1);
  const host = splitHost(question < 0 ? raw : raw.slice(0, question));
  if (host === undefined) return undefined;
  const parts = splitRepository(host.path, host.host.startsWith("file://"));
  if (parts === undefined || parts.repository === "") return undefined;
  const directory = parts.directory.replace(/^\//, "");
  if (leavesRepository(directory)) return undefined;
  return { raw, cloneUrl: host.host + parts.repository, directory, ...parseQuery(query) };
}

interface Host {
  /** Scheme, user and host up to and with the separator. */
  host: string;
  path: string;
}

function splitHost(url: string): Host | undefined {
  let rest = url.replace(/^git::/i, "");
  const scheme = /^(ssh|https|http|file):\/\//i.exec(rest)?.[0].toLowerCase() ?? "";
  rest = rest.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(rest)?.[0] ?? "";
  rest = rest.slice(user.length);
  const isGithub = /^github\.com[/:]/i.test(rest);
  const isScpStyle = scheme === "" && (user !== "" || isGithub);
  if (scheme === "" && !isScpStyle) return undefined;
  if (scheme === "file://") return { host: scheme, path: user + rest };
  const at = separatorIndex(rest, isScpStyle);
  const host = at < 0 ? rest : rest.slice(0, at + 1);
  const path = at < 0 ? "" : rest.slice(at + 1);
  // GitHub's URLs are written in one way, whatever was given.
  if (isGithub) {
    return scheme === "ssh://" || user !== ""
      ? { host: `${user}github.com:`, path }
      : { host: "https://github.com/", path };
  }
  return host === "" ? undefined : { host: scheme + user + host, path };
}

function separatorIndex(rest: string, isScpStyle: boolean): number {
  const slash = rest.indexOf("/");
  if (!isScpStyle) return slash;
  const colon = rest.indexOf(":");
  return slash < 0 || (colon > 0 && colon < slash) ? colon : slash;
}

/** Splits at `_git/<name>`, `//` or `.git`, or else after two parts. */
function splitRepository(path: string, takesAll: boolean): { repository: string; directory: string } | undefined {
  const azure = path.indexOf("_git/");
  if (azure >= 0) {
    const [name, ...directory] = path.slice(azure + 5).split("/");
    return { repository: path.slice(0, azure + 5) + name, directory: directory.join("/") };
  }
  const slashes = path.indexOf("//");
  if (slashes >= 0) return { repository: path.slice(0, slashes), directory: path.slice(slashes + 2) };
  const suffix = path.indexOf(".git");
  if (suffix >= 0) return { repository: path.slice(0, suffix + 4), directory: path.slice(suffix + 4) };
  if (takesAll) return { repository: path, directory: "" };
  const segments = path.split("/");
  if (segments.length < 2) return undefined;
  return { repository: segments.slice(0, 2).join("/"), directory: segments.slice(2).join("/") };
}

function leavesRepository(directory: string): boolean {
  let depth = 0;
  for (const part of directory.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return false;
}

function parseQuery(query: string): Pick<RepositoryUrl, "ref" | "submodules" | "timeoutMs"> {
  const values = new URLSearchParams(query);
  const submodules = values.get("submodules") ?? "";
  return {
    ref: values.get("ref") || values.get("version") || "",
    timeoutMs: parseTimeout(values.get("timeout") ?? ""),
    submodules: !/^(0|f|F|false|False|FALSE)$/.test(submodules),
  };
}

/** Seconds, or a duration as Go writes it. */
function parseTimeout(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  return ms !== undefined && ms > 0 ? ms : DEFAULT_TIMEOUT_MS;
}

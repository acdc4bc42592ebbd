import { type HttpClient, isObject, type JsonObject, type JsonValue, parseJson, stringifyJson } from "../base/mod.ts";
import { GitlabError, type GitlabErrorCode } from "./errors.ts";

/** How to speak to one GitLab. */
export interface GitlabApiOptions {
  /** Its URL: `https://gitlab.example.com`. */
  url: string;
  /** An access token with the scope `api`. */
  token: string;
  /** Carries the requests. */
  http: HttpClient;
}

/** A request below `/api/v4`. */
export interface GitlabRequest {
  /** What is done, for errors: `read the variables of group/project`. */
  action: string;
  /** The HTTP method. @default {"GET"} */
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Path below `/api/v4`, each segment encoded. */
  path: string;
  /** Query parameters. */
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: JsonObject;
}

/** GitLab's REST API, as far as kstage needs it. */
export interface GitlabApi {
  /** URL of the instance. */
  readonly url: string;
  /** The answer's JSON; null where there is none. */
  send(request: GitlabRequest): Promise<JsonValue>;
  /** All pages of a list. */
  list(request: GitlabRequest): Promise<JsonObject[]>;
}

const CODES: Record<number, GitlabErrorCode> = {
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
};

const HINTS: Partial<Record<GitlabErrorCode, string>> = {
  UNAUTHORIZED: "GITLAB_TOKEN must be an access token (personal, group or project) that has not expired; a job token " +
    "and a deploy token cannot do this",
  FORBIDDEN: "The token's owner needs the role Maintainer in the project, and the token the scope api",
  NOT_FOUND: "Check the project's path; GitLab also answers this for projects that the token may not see",
};

const MAX_PAGES = 200;

/**
 * Opens GitLab's API. Redirects are never followed, so that the token goes nowhere else.
 *
 * @see GitLab `doc/api/rest/_index.md` (pagination, status codes)
 */
export function openGitlabApi({ url, token, http }: GitlabApiOptions): GitlabApi {
  const base = url.replace(/\/+$/, "");
  const ask = async ({ action, method = "GET", path, query, body }: GitlabRequest) => {
    const search = query === undefined ? "" : `?${new URLSearchParams(query)}`;
    const response = await http.fetch(`${base}/api/v4${path}${search}`, {
      method,
      headers: {
        "PRIVATE-TOKEN": token,
        "Accept": "application/json",
        "User-Agent": "kstage",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: stringifyJson(body) }),
    });
    const text = await response.text();
    return { value: readAnswer({ action, status: response.status, text, base }), headers: response.headers };
  };
  return {
    url: base,
    send: async (request) => (await ask(request)).value,
    async list(request) {
      const items: JsonObject[] = [];
      let page = "1";
      for (let pages = 0; page !== "" && pages < MAX_PAGES; pages++) {
        const { value, headers } = await ask({ ...request, query: { ...request.query, per_page: "100", page } });
        if (Array.isArray(value)) items.push(...value.filter(isObject));
        page = headers.get("x-next-page") ?? "";
      }
      return items;
    },
  };
}

function readAnswer(
  { action, status, text, base }: { action: string; status: number; text: string; base: string },
): JsonValue {
  const value = tryParse(text);
  if (status >= 200 && status < 300) {
    if (value !== undefined) return value;
    throw new GitlabError("NOT_GITLAB", `Cannot ${action}: ${base} answered with something that is no JSON`, status, {
      hint: "Check the URL of GitLab: --gitlab-url or CI_SERVER_URL",
    });
  }
  if (value === undefined && status !== 401 && status !== 403) {
    throw new GitlabError("NOT_GITLAB", `Cannot ${action}: ${base} answered with HTTP status ${status}`, status, {
      hint: "Check the URL of GitLab: --gitlab-url or CI_SERVER_URL",
    });
  }
  const said = describeMessage(value);
  const isTaken = status === 400 && /already been taken/.test(said);
  const code = isTaken ? "CONFLICT" : CODES[status] ?? "INVALID";
  const hint = HINTS[code];
  throw new GitlabError(
    code,
    `Cannot ${action}: GitLab answers ${status}${said === "" ? "" : `, ${said}`}`,
    status,
    hint === undefined ? {} : { hint },
  );
}

function tryParse(text: string): JsonValue | undefined {
  if (text === "") return null;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** `message` is a text, or a list of texts for each field; `error` a text. Values are never in it. */
function describeMessage(value: JsonValue | undefined): string {
  if (!isObject(value)) return "";
  const message = value.message ?? value.error ?? "";
  if (!isObject(message)) return String(message);
  return Object.entries(message).map(([field, texts]) => `${field} ${[texts].flat().join(", ")}`).join("; ");
}

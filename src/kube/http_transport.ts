import type { HttpClient } from "../base/mod.ts";
import type { ApiRequest, Transport } from "./contract.ts";
import { KubeError } from "./kube_error.ts";
import { formatTarget } from "./paths.ts";

/**
 * Gives the bearer token for a request. `refresh` is set after the server refused the last one: a provider that can
 * get a newer token then should. Undefined where the client certificate alone authenticates.
 */
export type TokenProvider = (options: { refresh: boolean }) => Promise<string | undefined>;

/** How to reach an API server. */
export interface HttpTransportOptions {
  /** The server's URL; it may have a path, as Rancher's has: `https://rancher.example.com/k8s/clusters/c-1`. */
  server: string;
  /** Holds the TLS settings and the open connections. */
  http: HttpClient;
  /** A bearer token; without it the requests carry none. */
  token?: string | TokenProvider;
  /** What the token is. @default {"Bearer"} */
  scheme?: "Bearer" | "Basic";
  /** What the server's audit log shows. @default {"kstage"} */
  userAgent?: string;
}

/**
 * A transport over HTTP: adds the server's address, the bearer token and the agent's name.
 *
 * A 401 makes a {@link TokenProvider} be asked once more; a different token is tried once.
 *
 * @throws {KubeError} BAD_ADDRESS when `server` is no usable URL, BAD_TOKEN when a token can't stand in a header.
 */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  const { http, token, userAgent = "kstage", scheme = "Bearer" } = options;
  const base = parseServer(options.server);
  if (typeof token === "string") checkToken(token);
  const sendWith = (request: ApiRequest, bearer: string | undefined, signal?: AbortSignal) =>
    http.fetch(base + formatTarget(request), {
      method: request.method,
      headers: {
        "Accept": "application/json",
        ...request.headers,
        "User-Agent": userAgent,
        ...(bearer === undefined ? {} : { "Authorization": `${scheme} ${bearer}` }),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(signal === undefined ? {} : { signal }),
    });
  if (typeof token !== "function") return { send: (request, signal) => sendWith(request, token, signal) };
  return {
    async send(request, signal) {
      const bearer = checkToken(await token({ refresh: false }));
      const response = await sendWith(request, bearer, signal);
      if (response.status !== 401) return response;
      const renewed = checkToken(await token({ refresh: true }));
      if (renewed === bearer) return response;
      await response.body?.cancel();
      return sendWith(request, renewed, signal);
    },
  };
}

/** The server's URL without a trailing slash. Its text is never repeated: it may hold a password. */
function parseServer(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const problem = url === undefined || !/^https?:$/.test(url.protocol)
    ? "it is no http or https URL"
    : url.username !== "" || url.password !== ""
    ? "it holds a user name or a password"
    : url.search !== "" || url.hash !== ""
    ? "it has a query or a fragment"
    : undefined;
  if (url === undefined || problem !== undefined) {
    throw new KubeError("BAD_ADDRESS", `Cannot use the server's address: ${problem}`, {
      hint: "Give the API server's address as https://HOST[:PORT][/PATH]",
    });
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** A header with line breaks or other bytes would fail inside `fetch`, with the token in the error. */
function checkToken<T extends string | undefined>(token: T): T {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  const problem = token === "" ? "it is empty" : "it has white space or characters outside ASCII";
  throw new KubeError("BAD_TOKEN", `Cannot use the bearer token: ${problem}`, {
    hint: "Give the token alone, without quotes, line breaks or a leading Bearer",
  });
}

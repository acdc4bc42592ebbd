import { formatDuration, type HttpClient, isObject, type JsonValue, parseJson } from "../base/mod.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { encodeBasic, type Login } from "./docker_config.ts";
import { RegistryError } from "./errors.ts";
import { DEFAULT_REGISTRY } from "./image_reference.ts";

/** How to speak to one registry, and as whom. */
export interface RegistryOptions {
  /** Host and port. */
  registry: string;
  /** Carries the requests. */
  http: HttpClient;
  /** Without it, what everyone may read is read. */
  login?: Login;
  /** Speak http with a registry on loopback. @default {false} */
  allowHttp?: boolean;
  /** Hosts beside the registry's own domain that may be sent the login. @default {[]} */
  trustedHosts?: readonly string[];
  /** Is told each token that the registry gave, so that it stays out of all output. */
  onSecret?: (secret: string) => void;
  /** Gives it up. */
  signal?: AbortSignal;
}

/** A request below a registry's `/v2/`. */
export interface RegistryRequest {
  /** What is done, for errors: `read the manifest of …`. */
  action: string;
  /** The HTTP method. */
  method: "GET" | "HEAD";
  /** Path below the host. */
  path: string;
  /** Media types, comma-separated. */
  accept?: string;
  /** What the token must allow: `repository:group/api:pull`. */
  scope?: string;
}

/** The API's host of a registry: Docker Hub's differs from its name. */
export function apiOrigin(registry: string, allowHttp = false): string {
  if (registry === DEFAULT_REGISTRY) return "https://registry-1.docker.io";
  return `${allowHttp && isLoopback(registry) ? "http" : "https"}://${registry}`;
}

function isLoopback(registry: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(registry);
}

/**
 * Sends a request, logs in when the registry asks for it, and sends it once more.
 *
 * @returns The answer, whatever its status; a 401 only when the login changed nothing. `isLoggedIn` tells whether a login
 *   was accepted on the way.
 * @throws {RegistryError} UNAUTHORIZED, FOREIGN_REALM, NOT_A_REGISTRY and what the token's server says.
 * @see distribution `docs/content/spec/auth/token.md`
 */
export async function sendToRegistry(
  options: RegistryOptions,
  request: RegistryRequest,
): Promise<{ response: Response; isLoggedIn: boolean }> {
  const url = apiOrigin(options.registry, options.allowHttp) + request.path;
  const first = await follow(options, request, url);
  if (first.status !== 401) return { response: first, isLoggedIn: false };
  const challenges = parseChallenges(first.headers.get("www-authenticate") ?? "");
  await first.body?.cancel();
  const authorization = await answerChallenge(options, request, challenges);
  const response = await follow(options, request, url, authorization);
  // With Basic the registry itself is the judge of the login.
  const isLoggedIn = options.login !== undefined && (authorization.startsWith("Bearer ") || response.status !== 401);
  return { response, isLoggedIn };
}

const MAX_REDIRECTS = 5;

/** Follows redirects; credentials stay with the origin that they are for, and https never becomes http. */
async function follow(
  { http, signal }: RegistryOptions,
  { action, method, accept }: RegistryRequest,
  url: string,
  authorization?: string,
): Promise<Response> {
  const { origin } = new URL(url);
  let here = new URL(url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const isOwn = here.origin === origin;
    const response = await http.fetch(here.href, {
      method,
      headers: {
        "Accept": accept ?? "application/json",
        "User-Agent": "kstage",
        ...(authorization !== undefined && isOwn ? { "Authorization": authorization } : {}),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    const location = response.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, here.href)) break;
    const next = new URL(location, here.href);
    if (next.protocol !== here.protocol && next.protocol !== "https:") break;
    here = next;
  }
  throw new RegistryError(
    "NOT_A_REGISTRY",
    `Cannot ${action}: ${origin} redirects without end, or to no usable address`,
  );
}

async function answerChallenge(
  options: RegistryOptions,
  request: RegistryRequest,
  challenges: readonly Challenge[],
): Promise<string> {
  const { registry, login } = options;
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  if (bearer !== undefined) return `Bearer ${await fetchToken(options, request, bearer)}`;
  if (!challenges.some(({ scheme }) => scheme === "basic")) {
    throw new RegistryError(
      "NOT_A_REGISTRY",
      `Cannot ${request.action}: ${registry} asks for a login of an unknown kind`,
      401,
      { hint: "Check the registry's address: a registry asks for Bearer or Basic" },
    );
  }
  if (login === undefined) throw loginMissing(registry, request.action);
  return `Basic ${encodeBasic(login)}`;
}

function loginMissing(registry: string, action: string): RegistryError {
  return new RegistryError(
    "UNAUTHORIZED",
    `Cannot ${action}: ${registry} wants a login, and there is none for it`,
    401,
  );
}

async function fetchToken(
  options: RegistryOptions,
  { action, scope }: RegistryRequest,
  { parameters }: Challenge,
): Promise<string> {
  const { http, login, registry, signal } = options;
  const realm = readRealm(options, action, parameters.realm ?? "");
  const wanted = scope ?? parameters.scope;
  if (parameters.service !== undefined) realm.searchParams.set("service", parameters.service);
  if (wanted !== undefined) realm.searchParams.set("scope", wanted);
  realm.searchParams.set("client_id", "kstage");
  const response = await http.fetch(realm.href, {
    headers: {
      "Accept": "application/json",
      "User-Agent": "kstage",
      ...(login === undefined ? {} : { "Authorization": `Basic ${encodeBasic(login)}` }),
    },
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  if (response.status === 401 || response.status === 403) {
    if (login === undefined) throw loginMissing(registry, action);
    throw loginRefused(registry, action, login.username, response.status);
  }
  refuseStatus(response, action, realm.host);
  const token = readToken(text);
  if (token === undefined) {
    throw new RegistryError("NOT_A_REGISTRY", `Cannot ${action}: ${realm.host} gives no token`, response.status);
  }
  options.onSecret?.(token);
  return token;
}

/** The login was given to a judge, who does not accept it. */
export function loginRefused(registry: string, action: string, username: string, status: number): RegistryError {
  return new RegistryError(
    "UNAUTHORIZED",
    `Cannot ${action}: ${registry} refuses the login of "${username}" (HTTP status ${status})`,
    status,
    { hint: "The deploy token may be revoked, expired or mistyped: make a new one, then kstage pull-secret rotate" },
  );
}

/** @throws {RegistryError} For statuses that mean the same from a registry and from its token server. */
export function refuseStatus(response: Response, action: string, host: string): void {
  const { status } = response;
  if (status >= 200 && status < 300) return;
  if (status === 429) {
    const after = response.headers.get("retry-after");
    const wait = after === null ? "" : `, to be asked again after ${after}${/^\d+$/.test(after) ? " s" : ""}`;
    const limit = describeLimit(response.headers.get("ratelimit-limit"));
    throw new RegistryError(
      "RATE_LIMITED",
      `Cannot ${action}: ${host} takes no more requests for now${wait}${limit}`,
      status,
      {
        hint: "Wait, or log in: registries allow more to those who do",
      },
    );
  }
  const code = status >= 500 ? "SERVER_ERROR" : "NOT_A_REGISTRY";
  throw new RegistryError(code, `Cannot ${action}: ${host} answers with HTTP status ${status}`, status);
}

/** Docker Hub tells `100;w=21600`: how many pulls in how many seconds. */
function describeLimit(header: string | null): string {
  const [, pulls, seconds] = /^(\d+);w=(\d+)$/.exec(header ?? "") ?? [];
  return pulls === undefined ? "" : ` (it allows ${pulls} in ${formatDuration(Number(seconds) * 1000)})`;
}

/** The realm comes from the registry's answer: the login must go to nobody else. */
function readRealm(options: RegistryOptions, action: string, text: string): URL {
  const origin = new URL(apiOrigin(options.registry, options.allowHttp));
  const realm = URL.canParse(text) ? new URL(text) : undefined;
  const isFit = realm !== undefined && /^https?:$/.test(realm.protocol) && realm.username === "" &&
    realm.password === "";
  if (!isFit) {
    throw new RegistryError(
      "NOT_A_REGISTRY",
      `Cannot ${action}: ${options.registry} names no usable token server`,
      401,
    );
  }
  const isPlain = realm.protocol === "http:";
  const trusted = [...options.trustedHosts ?? [], origin.hostname].includes(realm.hostname) ||
    domainOf(realm.hostname) === domainOf(origin.hostname);
  if (trusted && (!isPlain || origin.protocol === "http:")) return realm;
  throw new RegistryError(
    "FOREIGN_REALM",
    `Cannot ${action}: ${options.registry} wants the login to be sent to ${realm.origin}`,
    401,
    {
      hint: isPlain
        ? "The token server must be reached over https"
        : `If that host is the registry's own, allow it: --auth-host ${realm.hostname}`,
    },
  );
}

/**
 * The domain that one party owns, by a rule of thumb: the last two labels, or three where they are as short as `co.uk`. An
 * address, or a name of fewer labels, belongs to itself alone.
 */
function domainOf(host: string): string {
  const labels = host.split(".");
  if (/^[\d.]+$|:/.test(host) || labels.length < 3) return host;
  const isShort = /^[a-z]{1,3}\.[a-z]{2}$/.test(labels.slice(-2).join("."));
  return labels.slice(isShort ? -3 : -2).join(".");
}

function readToken(text: string): string | undefined {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const token = value.token || value.access_token;
  return typeof token === "string" && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

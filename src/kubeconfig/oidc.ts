import {
  formatDuration,
  getKey,
  type Host,
  type HttpClient,
  isObject,
  type JsonValue,
  NetworkError,
  parseJson,
  withDeadline,
} from "../base/mod.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { KubeconfigError } from "./errors.ts";

/** The settings of kubectl's `oidc` auth-provider, as they stand in the kubeconfig. Holds secrets. */
export type OidcConfig = Readonly<Record<string, string>>;

/** What a refresh changes in the settings: `id-token`, and `refresh-token` where the issuer gave another. */
export type OidcTokens = Record<string, string>;

/** What keeps new tokens, and knows those that others have kept meanwhile. */
export interface OidcStore {
  /** Writes new tokens into the kubeconfig. */
  save(tokens: OidcTokens): Promise<void>;
  /** The settings as they are in the kubeconfig now. */
  read(): OidcConfig;
}

/** The world, as far as it is needed here. */
export type OidcHost = Pick<Host, "network" | "clock" | "fs">;

/** A token that runs out within this time is not used any more. @see client-go `oidc.go` (`expiryDelta`) */
const EXPIRY_MARGIN_MS = 10_000;

/** How long the issuer may take for an answer, in milliseconds. */
const LIMIT_MS = 30_000;

/**
 * Gives the ID token of an `oidc` auth-provider, and a new one from the issuer's token endpoint when it has run out. New
 * tokens are kept in the kubeconfig, as client-go keeps them. Where a refresh fails because another program was faster
 * (many issuers take a refresh token once only), what that one has kept is used.
 *
 * @param name Of the context, for messages.
 * @returns A function that gives the token; `refresh` asks for a new one although the old one has not run out.
 * @throws {KubeconfigError} OIDC_FAILED, from the function: without a token or what a refresh needs, or when the issuer
 *   refuses.
 * @see client-go `plugin/pkg/client/auth/oidc/oidc.go` v0.36
 */
export function openOidcProvider(
  name: string,
  initial: OidcConfig,
  host: OidcHost,
  store: OidcStore,
): (options?: { refresh?: boolean; signal?: AbortSignal }) => Promise<string> {
  const fail = (state: string, hint?: string): never => {
    throw new KubeconfigError("OIDC_FAILED", `Cannot get credentials for context "${name}": ${state}`, "", { hint });
  };
  let config = initial;
  const fresh = ({ "id-token": token = "" }: OidcConfig): string | undefined => {
    if (token === "") return undefined;
    const expiresAtMs = expiryOf(token) ?? fail("its id-token is no JWT with an expiry", LOGIN_HINT);
    return host.clock.now() + EXPIRY_MARGIN_MS < expiresAtMs ? token : undefined;
  };
  const renew = async (signal: AbortSignal | undefined): Promise<string> => {
    const before = config["id-token"];
    try {
      const onTimeout = () => timedOut(name, config);
      const tokens = await withDeadline(
        { clock: host.clock, limitMs: LIMIT_MS, signal, onTimeout },
        (limited) => refreshTokens(config, host, limited, fail),
      );
      config = { ...config, ...tokens };
      await store.save(tokens);
    } catch (error) {
      if (!(error instanceof KubeconfigError)) throw error;
      const current = store.read();
      if (current["id-token"] === before || fresh(current) === undefined) throw error;
      config = current;
    }
    return config["id-token"]!;
  };
  let renewing: Promise<string> | undefined;
  return async ({ refresh = false, signal } = {}) => {
    const token = fresh(config);
    if (token !== undefined && !(refresh && config["refresh-token"])) return token;
    // Requests that start together share one refresh: the refresh token may be good for one alone.
    renewing ??= renew(signal).finally(() => renewing = undefined);
    return await renewing;
  };
}

function timedOut(name: string, { "idp-issuer-url": issuer }: OidcConfig): KubeconfigError {
  const state = `${issuer} did not answer within ${formatDuration(LIMIT_MS)}`;
  return new KubeconfigError("OIDC_FAILED", `Cannot get credentials for context "${name}": ${state}`, "");
}

const LOGIN_HINT = "Log in again with the program that wrote this user into the kubeconfig";

type Fail = (state: string, hint?: string) => never;

async function refreshTokens(
  config: OidcConfig,
  host: OidcHost,
  signal: AbortSignal,
  fail: Fail,
): Promise<OidcTokens> {
  const { "idp-issuer-url": issuer = "", "client-id": clientId = "", "refresh-token": refreshToken = "" } = config;
  if (issuer === "") fail("Must provide idp-issuer-url");
  if (clientId === "") fail("Must provide client-id");
  if (refreshToken === "") fail("No valid id-token, and cannot refresh without refresh-token", LOGIN_HINT);
  if (!/^https:\/\//.test(issuer)) fail("the idp-issuer-url is no https URL: tokens are never sent unencrypted");
  const http = host.network.open({ ...readIssuerCa(config, host, fail) });
  try {
    const endpoint = await discoverTokenEndpoint(http, issuer, signal, fail);
    const answer = await askForTokens(http, endpoint, { ...config, refreshToken, clientId }, signal, fail);
    const idToken = getKey(answer, "id_token");
    if (typeof idToken !== "string" || idToken === "") {
      return fail(
        'token response did not contain an id_token, either the scope "openid" wasn\'t requested upon login, or the ' +
          "provider doesn't support id_tokens as part of the refresh response",
        LOGIN_HINT,
      );
    }
    const next = getKey(answer, "refresh_token");
    const isNew = typeof next === "string" && next !== "" && next !== refreshToken;
    return { "id-token": idToken, ...(isNew ? { "refresh-token": next } : {}) };
  } catch (error) {
    if (error instanceof NetworkError) return fail(`failed to refresh token: ${error.message}`, error.hint);
    throw error;
  } finally {
    http.close();
  }
}

function readIssuerCa(config: OidcConfig, { fs }: OidcHost, fail: Fail): { caPem?: string } {
  const { "idp-certificate-authority": path, "idp-certificate-authority-data": data } = config;
  if (data) {
    const bytes = decodeBase64(data);
    if (!(bytes instanceof Uint8Array)) return fail("the idp-certificate-authority-data is no base64");
    return { caPem: new TextDecoder().decode(bytes) };
  }
  // Unlike other paths of a kubeconfig, client-go takes this one as it is.
  return path ? { caPem: fs.readText(path) } : {};
}

async function discoverTokenEndpoint(
  http: HttpClient,
  issuer: string,
  signal: AbortSignal,
  fail: Fail,
): Promise<string> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await http.fetch(url, { headers: { Accept: "application/json" }, signal });
  const value = parseLoosely(await response.text());
  if (response.status !== 200) fail(`oidc: failed to query metadata endpoint ${response.status}: ${url}`);
  const endpoint = isObject(value) ? getKey(value, "token_endpoint") : undefined;
  if (typeof endpoint !== "string" || endpoint === "") {
    return fail("oidc: discovery object doesn't contain a token_endpoint");
  }
  if (!/^https:\/\//.test(endpoint)) fail("oidc: the token_endpoint is no https URL");
  return endpoint;
}

interface Grant {
  refreshToken: string;
  clientId: string;
  "client-secret"?: string;
}

/** First with the client's secret in a header, then in the body: issuers take the one or the other, as Go's oauth2 tries. */
async function askForTokens(
  http: HttpClient,
  endpoint: string,
  { refreshToken, clientId, "client-secret": secret = "" }: Grant & OidcConfig,
  signal: AbortSignal,
  fail: Fail,
): Promise<Record<string, JsonValue>> {
  const grant = { grant_type: "refresh_token", refresh_token: refreshToken };
  const basic = `Basic ${encodeBase64(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`)}`;
  const attempts: { headers: Record<string, string>; form: Record<string, string> }[] = [
    { headers: { Authorization: basic }, form: grant },
    { headers: {}, form: { ...grant, client_id: clientId, ...(secret === "" ? {} : { client_secret: secret }) } },
  ];
  let refusal = "";
  for (const { headers, form } of attempts) {
    const response = await http.fetch(endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json", ...headers },
      body: new URLSearchParams(form).toString(),
      signal,
    });
    const value = parseLoosely(await response.text());
    if (response.status < 300 && isObject(value)) return value as Record<string, JsonValue>;
    refusal = describeRefusal(response.status, value);
    // The client is known then: the refresh token is what is wrong.
    if (response.status >= 500 || refusal.includes("invalid_grant")) break;
  }
  return fail(`failed to refresh token: oauth2: ${refusal}`, LOGIN_HINT);
}

/** The issuer's own words only where they are an error code: others may repeat what was sent. */
function describeRefusal(status: number, value: JsonValue | undefined): string {
  const code = isObject(value) ? getKey(value, "error") : undefined;
  const shown = typeof code === "string" && /^[a-z_]{1,40}$/.test(code) ? `"${code}"` : "no error code";
  return `the issuer answered with status ${status} and ${shown}`;
}

function parseLoosely(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** When a JWT runs out, in milliseconds since 1970; undefined when it does not say. */
export function expiryOf(token: string): number | undefined {
  const payload = decodeBase64(
    (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/").padEnd(
      Math.ceil((token.split(".")[1] ?? "").length / 4) * 4,
      "=",
    ),
  );
  if (!(payload instanceof Uint8Array)) return undefined;
  const claims = parseLoosely(new TextDecoder().decode(payload));
  const expiry = isObject(claims) ? getKey(claims, "exp") : undefined;
  return typeof expiry === "number" || typeof expiry === "bigint" ? Number(expiry) * 1000 : undefined;
}

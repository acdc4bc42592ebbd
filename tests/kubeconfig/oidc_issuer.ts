/** An OpenID Connect issuer in memory: discovery and the refresh grant. */
const encode = (value: unknown) =>
  btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** An unsigned ID token that runs out at a time, in milliseconds since 1970. */
export function idToken(expiresAtMs: number, name = "jane"): string {
  return `${encode({ alg: "none" })}.${encode({ sub: name, exp: Math.floor(expiresAtMs / 1000) })}.c2ln`;
}

/** What an issuer is like. */
export interface IssuerOptions {
  url: string;
  now: () => number;
  clientId: string;
  clientSecret?: string;
  /** Whether it reads the client's secret from a header or from the body. @default {"header"} */
  reads?: "header" | "body";
  /** Whether a refresh token is good for one refresh only. @default {false} */
  rotates?: boolean;
  /** Leaves this out of its answers. */
  omits?: "id_token" | "token_endpoint";
}

/** An issuer that notes what it gave. */
export function createIssuer(options: IssuerOptions) {
  const { url, now, clientId, clientSecret = "", reads = "header", rotates = false, omits } = options;
  let refreshToken = "refresh-token-1";
  let refreshes = 0;
  const isClient = (request: Request, form: URLSearchParams): boolean => {
    if (reads === "body") {
      return form.get("client_id") === clientId && (form.get("client_secret") ?? "") === clientSecret;
    }
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    return request.headers.get("authorization") === `Basic ${btoa(pair)}`;
  };
  const handle = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/.well-known/openid-configuration")) {
      return Response.json({ issuer: url, ...(omits === "token_endpoint" ? {} : { token_endpoint: `${url}/token` }) });
    }
    if (!pathname.endsWith("/token") || request.method !== "POST") return new Response("?", { status: 404 });
    const form = new URLSearchParams(await request.text());
    if (!isClient(request, form)) return Response.json({ error: "invalid_client" }, { status: 401 });
    if (form.get("grant_type") !== "refresh_token" || form.get("refresh_token") !== refreshToken) {
      const said = `refresh token ${form.get("refresh_token")} is not good`;
      return Response.json({ error: "invalid_grant", error_description: said }, { status: 400 });
    }
    refreshes++;
    if (rotates) refreshToken = `refresh-token-${refreshes + 1}`;
    return Response.json({
      access_token: "access",
      token_type: "Bearer",
      ...(omits === "id_token" ? {} : { id_token: idToken(now() + 3_600_000, `jane-${refreshes}`) }),
      ...(rotates ? { refresh_token: refreshToken } : {}),
    });
  };
  return {
    handle,
    get refreshes() {
      return refreshes;
    },
  };
}

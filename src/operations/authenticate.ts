import type { HttpClient } from "../base/mod.ts";
import { createRedactor } from "../credentials/mod.ts";
import type { TokenProvider, Transport } from "../kube/mod.ts";
import {
  type CredentialSource,
  impersonationHeaders,
  openCredentialSource,
  openOidcStore,
  type RequestCredential,
  type ResolvedContext,
} from "../kubeconfig/mod.ts";
import type { ProtectedHost } from "./protect.ts";

/** A context's credential, with its secrets kept out of all output. */
export function openCredential(host: ProtectedHost, resolved: ResolvedContext): CredentialSource {
  const { authentication, userName } = resolved;
  registerSecrets(host, resolved);
  const oidcStore = authentication.kind === "oidc"
    ? { oidcStore: saveOrWarn(host, openOidcStore(host, { file: authentication.file, userName })) }
    : {};
  const source = openCredentialSource(resolved, host, oidcStore);
  return {
    async get(signal) {
      const credential = await source.get(signal);
      const [, secret] = credential.authorization?.split(" ") ?? [];
      host.registerSecrets(createRedactor, secret, credential.keyPem);
      return credential;
    },
    forget: () => source.forget(),
  };
}

/** Tokens that can't be kept are good for this run still, but the next one has to log in again: the user should know. */
function saveOrWarn(host: ProtectedHost, store: ReturnType<typeof openOidcStore>): ReturnType<typeof openOidcStore> {
  return {
    read: () => store.read(),
    async save(tokens) {
      host.registerSecrets(createRedactor, ...Object.values(tokens));
      try {
        await store.save(tokens);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        host.stderr.write(`warning: could not persist new tokens: ${reason}\n`);
      }
    },
  };
}

/** The credential for the transport's `Authorization` header. */
export function provideToken(credential: CredentialSource): TokenProvider {
  return async ({ refresh }) => {
    if (refresh) credential.forget();
    return (await credential.get()).authorization?.replace(/^(Bearer|Basic) /, "");
  };
}

/**
 * The HTTP client of a context. The client certificate of an exec plugin may change while it is in use: connections with
 * the former one are then given up, and a certificate that the server refuses is asked for anew once.
 */
export function openContextHttp(
  host: ProtectedHost,
  { tls, authentication }: ResolvedContext,
  credential: CredentialSource,
): HttpClient {
  if (authentication.kind !== "exec") return host.network.open({ ...tls, isBusy: true });
  let current: { http: HttpClient; certificatePem: string | undefined } | undefined;
  const clientFor = ({ certificatePem, keyPem }: RequestCredential): HttpClient => {
    if (current !== undefined && current.certificatePem === certificatePem) return current.http;
    current?.http.close();
    const http = host.network.open(
      certificatePem === undefined ? { ...tls, isBusy: true } : { ...tls, certificatePem, keyPem },
    );
    current = { http, certificatePem };
    return http;
  };
  return {
    async fetch(url, init) {
      const first = await credential.get(init?.signal);
      const response = await clientFor(first).fetch(url, init);
      if (response.status !== 401 || first.certificatePem === undefined || first.authorization !== undefined) {
        return response;
      }
      credential.forget();
      const next = await credential.get(init?.signal);
      if (next.certificatePem === first.certificatePem) return response;
      await response.body?.cancel();
      return await clientFor(next).fetch(url, init);
    },
    close: () => current?.http.close(),
  };
}

function registerSecrets(host: ProtectedHost, { authentication, tls }: ResolvedContext): void {
  const secrets: (string | undefined)[] = [tls.keyPem, ...proxyPasswords(host, tls.proxyUrl)];
  if (authentication.kind === "token") secrets.push(authentication.token);
  if (authentication.kind === "basic") secrets.push(authentication.password);
  if (authentication.kind === "oidc") {
    const { config } = authentication;
    secrets.push(config["id-token"], config["refresh-token"], config["client-secret"]);
  }
  if (authentication.kind === "exec") secrets.push(...secretsAmong(authentication.exec.env ?? []));
  host.registerSecrets(createRedactor, ...secrets);
}

/** Values of a plugin's variables whose names say that they are secret; short ones are mostly settings. */
function secretsAmong(variables: readonly { name: string; value: string }[]): string[] {
  return variables.filter(({ name }) => /token|secret|password|key/i.test(name)).map(({ value }) => value)
    .filter((value) => value.length >= 8);
}

/** Passwords within the URLs of proxies, as they stand there and as they are meant. */
function proxyPasswords({ env }: Pick<ProtectedHost, "env">, proxyUrl: string | undefined): string[] {
  const variables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].map((name) => env.get(name));
  return [proxyUrl, ...variables].flatMap((text) => {
    const password = /^(?:[a-z0-9]+:\/\/)?[^/@:]*:([^/@]+)@/i.exec(text ?? "")?.[1];
    if (password === undefined) return [];
    try {
      return [password, decodeURIComponent(password)];
    } catch {
      return [password];
    }
  });
}

/** Adds the headers of `kubectl --as`, when the context has them. */
export function impersonate(transport: Transport, { impersonation }: ResolvedContext): Transport {
  if (impersonation === undefined) return transport;
  const headers = impersonationHeaders(impersonation);
  return {
    send: (request, signal) => transport.send({ ...request, headers: { ...request.headers, ...headers } }, signal),
  };
}

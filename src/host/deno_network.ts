import type { Env, HttpClient, HttpRequestInit, Network, TlsSettings } from "../base/mod.ts";
import { toNetworkError } from "./network_errors.ts";
import { mayUseProxy } from "./proxy_choice.ts";

/**
 * HTTP over Deno's `fetch`, HTTP/1.1 with keep-alive: over HTTP/2 each body of 2 KB or more stalls 40 ms.
 * Another server name and skipped verification are beyond `fetch`, so these two go over `node:https`.
 */
export function createDenoNetwork(env: Env): Network {
  return {
    open(tls) {
      bypassProxyForLoopback(env);
      return tls.serverName !== undefined || tls.insecure ? createNodeClient(tls) : createFetchClient(tls);
    },
    async readPeerCertificates(text, tls, signal) {
      const url = new URL(text);
      const host = url.hostname.replace(/^\[|\]$/g, "");
      if (url.protocol !== "https:" || tls.proxyUrl !== undefined || mayUseProxy(env, host)) return [];
      // Loaded only here, for it costs time at the start.
      const { readPeerCertificates } = await import("./peer_certificates.ts");
      const isAddress = /^[\d.]+$|:/.test(host);
      const serverName = tls.serverName ?? (isAddress ? "" : host);
      return await readPeerCertificates({ host, port: Number(url.port || 443), serverName }, signal);
    },
  };
}

const LOOPBACK = "localhost,127.0.0.0/8,127.0.0.1,::1";

/** Unlike Go, Deno sends requests for loopback through the environment's proxy unless NO_PROXY says otherwise. */
function bypassProxyForLoopback(env: Env): void {
  const hasProxy = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    .some((name) => env.get(name));
  const current = env.get("NO_PROXY") ?? env.get("no_proxy") ?? "";
  if (!hasProxy || current.includes(LOOPBACK)) return;
  const value = current === "" ? LOOPBACK : `${current},${LOOPBACK}`;
  Deno.env.set("NO_PROXY", value);
  Deno.env.set("no_proxy", value);
}

function createFetchClient(tls: TlsSettings): HttpClient {
  let client: Deno.HttpClient | undefined;
  let fallback: HttpClient | undefined;
  const open = () =>
    client ??= Deno.createHttpClient({
      http2: false,
      poolMaxIdlePerHost: 100,
      ...(tls.caPem === undefined ? {} : { caCerts: [tls.caPem] }),
      ...(tls.certificatePem === undefined ? {} : { cert: tls.certificatePem, key: tls.keyPem }),
      ...(tls.proxyUrl === undefined ? {} : { proxy: { url: tls.proxyUrl } }),
    } as Deno.CreateHttpClientOptions);
  return {
    async fetch(url, init: HttpRequestInit = {}) {
      try {
        return await fetch(url, { ...init, body: init.body as BodyInit, redirect: "manual", client: open() });
      } catch (error) {
        if (init.signal?.aborted) throw init.signal.reason;
        if (isBlockedPort(error)) return await (fallback ??= createNodeClient(tls)).fetch(url, init);
        throw toNetworkError(url, error);
      }
    },
    close() {
      client?.close();
      client = undefined;
      fallback?.close();
      fallback = undefined;
    },
  };
}

/** As browsers do, `fetch` refuses some ports, such as 6000 and 10080, which a cluster behind a tunnel may well have. */
function isBlockedPort(error: unknown): boolean {
  const text = error instanceof Error ? `${error.message} ${error.cause}` : "";
  return /Requests to port \d+ are blocked/.test(text);
}

function createNodeClient(tls: TlsSettings): HttpClient {
  let client: Promise<HttpClient> | undefined;
  return {
    async fetch(url, init) {
      client ??= import("./node_https.ts").then(({ createNodeHttpsClient }) => createNodeHttpsClient(tls));
      return await (await client).fetch(url, init);
    },
    close() {
      void client?.then((opened) => opened.close());
      client = undefined;
    },
  };
}

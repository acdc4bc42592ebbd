import type { Env, HttpClient, HttpRequestInit, Network, TlsSettings } from "../base/mod.ts";
import { createDirectClient } from "./direct_client.ts";
import { toNetworkError } from "./network_errors.ts";
import { chooseProxy, type ProxyChoice } from "./proxy_choice.ts";
import type { Relay } from "./relay.ts";

/**
 * HTTP over Deno's `fetch`, HTTP/1.1 with keep-alive: over HTTP/2 each body of 2 KB or more stalls 40 ms.
 * What `fetch` has no option for (another server name, no verification, ports that browsers block) goes by way of a
 * relay within this process. Where many requests go to one server directly, they go over connections of our own.
 */
export function createDenoNetwork(env: Env): Network {
  return {
    open: (tls) => tls.isBusy ? preferDirect(env, tls, createHttpClient(env, tls)) : createHttpClient(env, tls),
    async readPeerCertificates(text, tls, signal) {
      const url = new URL(text);
      if (url.protocol !== "https:" || chooseProxy(env, url, tls.proxyUrl) !== undefined) return [];
      const host = url.hostname.replace(/^\[|\]$/g, "");
      // Loaded only here, for it costs time at the start.
      const { readPeerCertificates } = await import("./peer_certificates.ts");
      const isAddress = /^[\d.]+$|:/.test(host);
      const serverName = tls.serverName ?? (isAddress ? "" : host);
      return await readPeerCertificates({ host, port: Number(url.port || 443), serverName }, signal);
    },
  };
}

/** How requests for one server go. */
interface Route {
  client: Deno.HttpClient;
  /** Stands in for scheme, host and port of the requests' URLs. */
  origin: string;
  /** The header that the server has to see where `origin` is another. */
  hostHeader?: string;
  proxy?: ProxyChoice;
  /** Why the last connection could not be made, where that is known better than `fetch` tells. */
  failure?(): unknown;
  close(): void;
}

/** Connections of our own to servers that no proxy stands before. */
function preferDirect(env: Env, tls: TlsSettings, fallback: HttpClient): HttpClient {
  const { caPem, proxyUrl, certificatePem, serverName, insecure } = tls;
  const isUsual = certificatePem === undefined && serverName === undefined && !insecure;
  if (!isUsual) return fallback;
  const direct = createDirectClient({ caPem, fallback });
  const isDirect = (text: string) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url?.protocol === "https:" && chooseProxy(env, url, proxyUrl) === undefined;
  };
  // Hardly more than one, and asked for with each request.
  const direction = new Map<string, boolean>();
  const isKnownDirect = (url: string) => {
    const origin = /^https:\/\/[^/?#]*/i.exec(url)?.[0];
    if (origin === undefined) return false;
    const known = direction.get(origin) ?? isDirect(url);
    direction.set(origin, known);
    return known;
  };
  return {
    fetch: (url, init) => (isKnownDirect(url) ? direct : fallback).fetch(url, init),
    async prepare(url, connections) {
      if (isDirect(url)) await direct.prepare?.(url, connections);
    },
    close: () => direct.close(),
  };
}

function createHttpClient(env: Env, tls: TlsSettings): HttpClient {
  const routes = new Map<string, Promise<Route>>();
  // One client for every server that is reached in the same way shares its connections.
  const openOnce = (key: string, open: () => Route | Promise<Route>): Promise<Route> => {
    const route = routes.get(key) ?? Promise.resolve(open());
    routes.set(key, route);
    return route;
  };
  const findRoute = (target: URL): Promise<Route> => {
    const proxy = chooseProxy(env, target, tls.proxyUrl);
    const needsRelay = target.protocol === "https:" && (tls.serverName !== undefined || tls.insecure);
    if (needsRelay || isBlockedPort(target.port)) {
      return openOnce(target.origin, () => openRelayedRoute(target, tls, proxy));
    }
    return openOnce(proxy?.url.href ?? "", () => openPlainRoute(tls, proxy));
  };
  return {
    async fetch(url, init = {}) {
      init.signal?.throwIfAborted();
      const target = new URL(url);
      let route: Route | undefined;
      try {
        route = await findRoute(target);
        return await send(route, target, init);
      } catch (error) {
        if (init.signal?.aborted) throw init.signal.reason;
        throw toNetworkError(url, route?.failure?.() ?? error, route?.proxy);
      }
    },
    close() {
      for (const route of routes.values()) void route.then(({ close }) => close(), () => {});
      routes.clear();
    },
  };
}

async function send({ client, origin, hostHeader }: Route, target: URL, init: HttpRequestInit): Promise<Response> {
  const url = origin === "" ? target.href : origin + target.pathname + target.search;
  // Pairs, not a `Headers`: that would join the values of one name by commas, and thereby two groups into one.
  const headers = Object.entries(init.headers ?? {}).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : value.map((item) => [name, item])
  ) as [string, string][];
  if (hostHeader !== undefined) headers.push(["host", hostHeader]);
  return await fetch(url, { ...init, headers, body: init.body as BodyInit, redirect: "manual", client });
}

function openPlainRoute(tls: TlsSettings, proxy: ProxyChoice | undefined): Route {
  const client = createClient(tls, proxy && { url: withPort(proxy.url) });
  return { client, origin: "", ...(proxy === undefined ? {} : { proxy }), close: () => client.close() };
}

/** Deno takes port 80 for every kind of proxy. */
function withPort(url: URL): string {
  const isSocks = url.protocol.startsWith("socks5");
  if (!isSocks || url.port !== "") return url.href;
  const copy = new URL(url.href);
  copy.port = "1080";
  return copy.href;
}

/** What is loaded here costs time at the start, so it is loaded for these rare cases alone. */
async function openRelayedRoute(target: URL, tls: TlsSettings, proxy: ProxyChoice | undefined): Promise<Route> {
  const [{ dial }, { openPlainRelay, openTunnelRelay }] = await Promise.all([
    import("./dial.ts"),
    import("./relay.ts"),
  ]);
  const isPlain = target.protocol === "http:";
  const hostname = target.hostname.replace(/^\[|\]$/g, "");
  const address = { hostname, port: Number(target.port || (isPlain ? 80 : 443)) };
  const options = { ...(proxy === undefined ? {} : { proxy: proxy.url }), ...(tls.caPem === undefined ? {} : tls) };
  const relays: Relay[] = [];
  const add = (relay: Relay): Relay => {
    relays.push(relay);
    return relay;
  };
  if (isPlain) add(openPlainRelay(() => dial(address, options)));
  else if (!tls.insecure) add(openTunnelRelay(() => dial(address, options)));
  else {
    const { connectUnverified } = await import("./unverified_tls.ts");
    const tunnel = proxy === undefined ? undefined : add(openTunnelRelay(() => dial(address, options)));
    add(openPlainRelay(() => connectUnverified(address, tls, tunnel)));
  }
  const client = createClient(tls.insecure ? {} : tls, relays.at(-1)!.proxy);
  return {
    client,
    origin: originFor(target, tls),
    hostHeader: target.host,
    ...(proxy === undefined ? {} : { proxy }),
    failure: () => relays.map((relay) => relay.failure).find((failure) => failure !== undefined),
    close() {
      client.close();
      for (const relay of relays) relay.close();
    },
  };
}

/**
 * To a plain relay `fetch` writes the whole URL into the request line, as to a proxy, and that must name the server then.
 * Every HTTP/1.1 server takes it (RFC 9112, 3.2.2), with the URL's host in place of the header's.
 */
function originFor({ protocol, hostname, host, port }: URL, tls: TlsSettings): string {
  if (protocol === "http:" || tls.insecure) return `http://${isBlockedPort(port) ? hostname : host}`;
  const name = tls.serverName ?? hostname;
  return `https://${name.includes(":") && !name.startsWith("[") ? `[${name}]` : name}`;
}

function createClient(tls: TlsSettings, proxy: Deno.Proxy | undefined): Deno.HttpClient {
  return withoutProxyVariables(() =>
    Deno.createHttpClient({
      http2: false,
      poolMaxIdlePerHost: 100,
      allowHost: true,
      ...(tls.caPem === undefined ? {} : { caCerts: [tls.caPem] }),
      ...(tls.certificatePem === undefined ? {} : { cert: tls.certificatePem, key: tls.keyPem }),
      ...(proxy === undefined ? {} : { proxy }),
    } as Deno.CreateHttpClientOptions)
  );
}

const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/**
 * Deno reads these variables while a client is made, and by rules of its own: proxies for loopback, and NO_PROXY even for a
 * proxy that is given. Which proxy is used has been decided by then.
 */
function withoutProxyVariables<T>(create: () => T): T {
  const values = PROXY_VARIABLES.map((name) => [name, Deno.env.get(name)] as const)
    .filter((entry): entry is [string, string] => entry[1] !== undefined);
  for (const [name] of values) Deno.env.delete(name);
  try {
    return create();
  } finally {
    for (const [name, value] of values) Deno.env.set(name, value);
  }
}

/** As browsers do, `fetch` refuses some ports, which a cluster behind a tunnel may well have. @see fetch.spec.whatwg.org */
const BLOCKED_PORTS = new Set(
  ("1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 " +
    "137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 " +
    "1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080").split(" "),
);

function isBlockedPort(port: string): boolean {
  return BLOCKED_PORTS.has(port);
}

import type { Env } from "../base/mod.ts";

/** A proxy that a request has to go through. */
export interface ProxyChoice {
  /** With `http`, `https`, `socks5` or `socks5h`; may hold user and password. */
  url: URL;
  /** Who named it: a variable, or `proxy-url`. */
  source: string;
}

/** A proxy was named that can't be used; the message never repeats its URL, which may hold a password. */
export class ProxyAddressError extends Error {
  override name = "ProxyAddressError";
}

const SCHEMES: Record<string, number> = { "http:": 80, "https:": 443, "socks5:": 1080, "socks5h:": 1080 };

/**
 * The proxy for a request, by Go's rules: a cluster's own `proxy-url` counts for every address; without it HTTPS_PROXY or
 * HTTP_PROXY counts (upper case first, no ALL_PROXY), but never for this machine, nor for what NO_PROXY names.
 *
 * @param proxyUrl The cluster's `proxy-url`.
 * @throws {ProxyAddressError}
 * @see golang.org/x/net `http/httpproxy/proxy.go` v0.55; client-go `tools/clientcmd/client_config.go` v0.36
 */
export function chooseProxy(env: Env, target: URL, proxyUrl: string | undefined): ProxyChoice | undefined {
  if (proxyUrl !== undefined) return parseProxy(proxyUrl, "proxy-url");
  const names = target.protocol === "https:" ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"];
  const source = names.find((name) => env.get(name));
  if (source === undefined) return undefined;
  const exceptions = env.get("NO_PROXY") || env.get("no_proxy") || "";
  return isExcepted(target, exceptions) ? undefined : parseProxy(env.get(source)!, source);
}

/** The port that a proxy listens on, or the usual one of its kind. */
export function portOf(url: URL): number {
  return Number(url.port) || SCHEMES[url.protocol]!;
}

function parseProxy(text: string, source: string): ProxyChoice {
  // As in Go, `proxy:3128` is an http proxy.
  const hasScheme = /^(https?|socks5h?):\/\//i.test(text);
  const full = hasScheme || text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url !== undefined && url.protocol in SCHEMES && url.hostname !== "") return { url, source };
  throw new ProxyAddressError(`${source} is no address such as http://proxy:3128 or socks5://proxy:1080`);
}

function isExcepted(target: URL, exceptions: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "").toLowerCase();
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  const address = toAddress(host);
  if (host === "localhost" || address !== undefined && isLoopback(address)) return true;
  return exceptions.split(",").map((entry) => entry.trim().toLowerCase()).filter(Boolean)
    .some((entry) => matches(entry, { host, port, address }));
}

interface Target {
  host: string;
  port: string;
  address: Uint8Array | undefined;
}

function matches(entry: string, { host, port, address }: Target): boolean {
  if (entry === "*") return true;
  const network = parseNetwork(entry);
  if (network !== undefined) return address !== undefined && isWithin(address, network);
  const [name, wantedPort] = splitPort(entry);
  if (name === "" || wantedPort !== "" && wantedPort !== port) return false;
  const wanted = toAddress(name);
  if (wanted !== undefined) return address !== undefined && sameBytes(wanted, address);
  if (name.startsWith("*.") || name.startsWith(".")) return host.endsWith(name.replace(/^\*/, ""));
  return host === name || host.endsWith(`.${name}`);
}

/** `host:port`, `[address]:port` or either without a port. */
function splitPort(entry: string): [host: string, port: string] {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*)):(\d*)$/.exec(entry) ?? [];
  if (port !== undefined) return [bracketed ?? plain ?? "", port];
  return [entry.replace(/^\[|\]$/g, ""), ""];
}

interface AddressRange {
  base: Uint8Array;
  bits: number;
}

function parseNetwork(entry: string): AddressRange | undefined {
  const [, name = "", bits = ""] = /^(.+)\/(\d+)$/.exec(entry) ?? [];
  const base = toAddress(name);
  return base !== undefined && Number(bits) <= base.length * 8 ? { base, bits: Number(bits) } : undefined;
}

function isWithin(address: Uint8Array, { base, bits }: AddressRange): boolean {
  if (address.length !== base.length) return false;
  return base.every((byte, i) => {
    const mask = (0xff << Math.max(0, 8 - Math.max(0, bits - i * 8))) & 0xff;
    return (byte & mask) === (address[i]! & mask);
  });
}

function isLoopback(address: Uint8Array): boolean {
  return address.length === 4 ? address[0] === 127 : address.every((byte, i) => byte === (i === 15 ? 1 : 0));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The bytes of an IP address, 4 or 16; undefined for a name. An IPv4 address in IPv6's clothes counts as IPv4. */
export function toAddress(host: string): Uint8Array | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) {
    const bytes = host.split(".").map(Number);
    return bytes.every((byte) => byte < 256) ? Uint8Array.from(bytes) : undefined;
  }
  if (!host.includes(":") || !URL.canParse(`http://[${host}]`)) return undefined;
  const [head = "", tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split("::");
  const groups = (text = "") => text.split(":").filter(Boolean).map((group) => parseInt(group, 16));
  const [front, back] = [groups(head), groups(tail)];
  const all = [...front, ...Array(8 - front.length - back.length).fill(0), ...back];
  const bytes = Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12) : bytes;
}

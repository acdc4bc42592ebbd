import { isLoopback } from "../kubeconfig/mod.ts";
import { classifyValue } from "./classify.ts";
import { type Normalized, refusal, tidyValue, type ValueSource } from "./raw_value.ts";

/** How to judge an address. */
export interface AddressOptions extends ValueSource {
  /** Accept `http://` on loopback. @default {false} */
  allowHttp?: boolean;
}

const EXAMPLE = "It must be the API server's URL, such as https://k8s.example.com:6443";

/**
 * Makes a server URL of what was stored: without quotes, white space and slashes around it, with `https://` where there
 * is no scheme (kubectl would then speak plain http, without the token). A path stays, as Rancher's addresses have one.
 *
 * @returns `value` is a URL without a slash at its end.
 * @throws {CredentialsError} EMPTY, UNEXPANDED, REDACTED, TOO_LARGE, BAD_ADDRESS, HTTP_REFUSED. The message shows no more of the value
 *   than its host, and that only when it is a URL: what stands in the wrong variable may be a secret.
 */
export function normalizeAddress(raw: string, options: AddressOptions = {}): Normalized {
  const { text, repairs } = tidyValue(raw, options);
  refuseOtherKinds(text, options);
  const withScheme = addScheme(text, options);
  if (withScheme !== text) repairs.push("added https://");
  const url = parseUrl(withScheme, options);
  checkScheme(url, options);
  const value = withScheme.replace(/\/+$/, "");
  if (value !== withScheme) repairs.push("removed the slash at its end");
  return { value, repairs, notes: describeAddress(url) };
}

function refuseOtherKinds(text: string, source: ValueSource): void {
  const exchanged: Partial<Record<ReturnType<typeof classifyValue>, string>> = {
    "JWT": "It is a token: were the address and the token exchanged?",
    "GitLab token": "It is a token of GitLab",
    "GitHub token": "It is a token of GitHub",
    "certificate": "It is a certificate: were the address and the CA exchanged?",
    "private key": "It is a private key: replace it, as whoever could read this has it",
    "kubeconfig": "It is a kubeconfig: take the server of its cluster",
  };
  const hint = exchanged[classifyValue(text)];
  if (hint !== undefined) throw refusal("BAD_ADDRESS", source, "it is no URL", hint);
  const inner = /[\s\p{Cc}]|\\[nrt]/u.exec(text);
  if (inner === null) return;
  const what = /[\r\n\\]/.test(inner[0]) ? "a line break" : inner[0] === " " ? "a space" : "a control character";
  throw refusal("BAD_ADDRESS", source, `it has ${what} at position ${inner.index + 1}`, EXAMPLE);
}

const HOST_AND_PORT = /^(\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?)(:\d{1,5})?(\/.*)?$/;

function addScheme(text: string, source: ValueSource): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  const host = HOST_AND_PORT.exec(text);
  // A single word without dot or port is rather a mistake than a host.
  const isHost = host !== null && (/[.\]]/.test(host[1]!) || host[3] !== undefined || host[1] === "localhost");
  if (isHost) return `https://${text}`;
  const hint = /^[0-9a-f:]+$/i.test(text) && text.split(":").length > 2
    ? "Write an IPv6 address in brackets: https://[fd00::1]:6443"
    : EXAMPLE;
  throw refusal("BAD_ADDRESS", source, "it is no URL", hint);
}

function parseUrl(text: string, source: ValueSource): URL {
  if (!URL.canParse(text)) {
    const hint = /^https?:\/\/[0-9a-f]*:[0-9a-f:]+/i.test(text)
      ? "Write an IPv6 address in brackets: https://[fd00::1]:6443"
      : EXAMPLE;
    throw refusal("BAD_ADDRESS", source, "it is no valid URL", hint);
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    const hint = "Remove all before the @; the cluster is asked with the token";
    throw refusal("BAD_ADDRESS", source, "it holds a user name or a password", hint);
  }
  if (url.search !== "" || url.hash !== "") {
    throw refusal("BAD_ADDRESS", source, "it has a query or a fragment", EXAMPLE);
  }
  return url;
}

function checkScheme(url: URL, options: AddressOptions): void {
  if (url.protocol === "https:") return;
  if (url.protocol !== "http:") {
    throw refusal("BAD_ADDRESS", options, `its scheme is ${url.protocol.slice(0, -1)}, not https`, EXAMPLE);
  }
  if (!isLoopback(url.hostname)) {
    const hint = `Write https://${url.host}: over http everybody on the way could read the token`;
    throw refusal("HTTP_REFUSED", options, `${url.host} would be spoken to over plain http`, hint);
  }
  if (!options.allowHttp) {
    const hint = "Write https://, or pass --allow-http, which is for this machine alone";
    throw refusal("HTTP_REFUSED", options, `${url.host} would be spoken to over plain http`, hint);
  }
}

/** Paths below which an API server answers: an address that ends in one is taken from a request. */
const API_PATH = /^\/(api|apis|version|healthz|livez|readyz|openapi)(\/|$)/;

function describeAddress(url: URL): string[] {
  const notes: string[] = [];
  if (API_PATH.test(url.pathname)) {
    notes.push(`has the path ${url.pathname}, which is usually left out: kubectl adds it itself`);
  }
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") {
    notes.push(`names ${url.hostname}, which is no address of a server`);
  }
  return notes;
}

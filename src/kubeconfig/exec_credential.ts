import { getKey, getPath, isObject, parseJson } from "../base/mod.ts";

/** What an exec credential plugin gave. Holds secrets. */
export interface ExecCredential {
  /** A bearer token. */
  token?: string;
  /** A client certificate; always with its key. */
  certificatePem?: string;
  /** The client certificate's key. */
  keyPem?: string;
  /** Milliseconds since 1970 after which the plugin must be asked again; absent: only after a 401. */
  expiresAtMs?: number;
}

/** Checks a plugin's output. @param fail Throws, with the problem in client-go's words. */
export function parseExecCredential(text: string, apiVersion: string, fail: (state: string) => never): ExecCredential {
  let value;
  try {
    value = parseJson(text);
  } catch {
    return fail("decoding stdout: it is no JSON");
  }
  if (!isObject(value)) return fail("decoding stdout: it is no JSON object");
  const kind = getKey(value, "kind") ?? "";
  if (kind !== "ExecCredential") fail(`decoding stdout: no kind "${kind}" is registered, ExecCredential is wanted`);
  const returned = getKey(value, "apiVersion") ?? "";
  if (returned !== apiVersion) {
    fail(`exec plugin is configured to use API version ${apiVersion}, plugin returned version ${returned}`);
  }
  const status = getKey(value, "status");
  if (!isObject(status)) return fail("exec plugin didn't return a status field");
  const [token, certificatePem, keyPem] = ["token", "clientCertificateData", "clientKeyData"].map((key) => {
    const field = getPath(status, key) ?? "";
    return typeof field === "string" ? field : fail(`decoding stdout: status.${key} is no string`);
  });
  if (!token && !certificatePem && !keyPem) fail("exec plugin didn't return a token or cert/key pair");
  if (!certificatePem !== !keyPem) fail("exec plugin returned only certificate or key, not both");
  const credential: ExecCredential = {};
  if (token) credential.token = token;
  if (certificatePem) Object.assign(credential, { certificatePem, keyPem });
  const expires = getKey(status, "expirationTimestamp");
  if (expires !== undefined && expires !== null) credential.expiresAtMs = parseTimestamp(expires, fail);
  return credential;
}

function parseTimestamp(value: unknown, fail: (state: string) => never): number {
  const isRfc3339 = typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  const ms = isRfc3339 ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? fail("decoding stdout: status.expirationTimestamp is no RFC 3339 time") : ms;
}

import type { TlsSettings } from "../base/mod.ts";
import { KubeconfigError } from "./errors.ts";
import { parsePem } from "./pem.ts";

/**
 * Refuses a client certificate that cannot work. Deno 2.7 aborts the process when the key does not fit the certificate,
 * so this is asked before a connection is opened.
 *
 * @param owner What the certificate belongs to, for the message: `context "kind"`.
 * @throws {KubeconfigError} INVALID_CONTEXT.
 */
export async function assertClientKeyFits(tls: TlsSettings, owner: string, file: string): Promise<void> {
  const fail = (state: string): never => {
    throw new KubeconfigError("INVALID_CONTEXT", `Cannot use ${owner}: ${state}`, file);
  };
  const certificate = parsePem(tls.certificatePem ?? "").find(({ label }) => label === "CERTIFICATE");
  if (certificate?.der === undefined) return fail("the client certificate is no PEM certificate");
  if (parsePem(tls.keyPem ?? "").every(({ label }) => !label.endsWith("PRIVATE KEY"))) {
    return fail("the client key is no PEM private key");
  }
  const { createPrivateKey, X509Certificate } = await import("node:crypto");
  let fits: boolean;
  try {
    fits = new X509Certificate(certificate.der).checkPrivateKey(createPrivateKey(tls.keyPem!));
  } catch {
    // The parser's own words may quote the key.
    return fail("the client certificate or its key cannot be parsed");
  }
  if (!fits) fail("the client key does not belong to the client certificate");
}

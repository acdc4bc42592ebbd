/** What a certificate says. */
export interface CertificateInfo {
  /** Distinguished name, most general part first: `O=Example, CN=kubernetes`. */
  subject: string;
  /** Distinguished name of who signed it. */
  issuer: string;
  /** Hexadecimal, without colons. */
  sha256: string;
  /** Milliseconds since 1970. */
  notBeforeMs: number;
  /** Milliseconds since 1970. */
  notAfterMs: number;
  /** Whether it may sign other certificates. */
  isCa: boolean;
  /** Host names and IP addresses that a server with this certificate may have. */
  names: string[];
}

/**
 * Parses one certificate.
 *
 * @param der Its DER bytes.
 * @returns Undefined when it is no X.509 certificate.
 */
export async function parseCertificate(der: Uint8Array): Promise<CertificateInfo | undefined> {
  const { X509Certificate } = await import("node:crypto");
  try {
    const certificate = new X509Certificate(der);
    return {
      subject: formatName(certificate.subject),
      issuer: formatName(certificate.issuer),
      sha256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
      notBeforeMs: Date.parse(certificate.validFrom),
      notAfterMs: Date.parse(certificate.validTo),
      isCa: certificate.ca,
      names: parseNames(certificate.subjectAltName ?? ""),
    };
  } catch {
    // The parser's message says nothing that a user could act on.
    return undefined;
  }
}

/** Node writes one part of a name per line. */
function formatName(name: string | undefined): string {
  return (name ?? "").split("\n").join(", ");
}

/** `DNS:a, IP Address:1.2.3.4`. */
function parseNames(text: string): string[] {
  return [...text.matchAll(/(?:DNS|IP Address|IP):([^,\s]+)/g)].map(([, name]) => name!);
}

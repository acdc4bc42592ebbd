/** Certificates made while a test runs. */
const metadata = new WeakMap<object, Map<string, unknown>>();

const getMetadata = (key: string, target: object) => metadata.get(target)?.get(key);

// The library's dependency container insists on these functions of a proposal that no engine has.
Object.assign(Reflect, {
  getMetadata,
  getOwnMetadata: getMetadata,
  defineMetadata: (key: string, value: unknown, target: object) =>
    metadata.set(target, (metadata.get(target) ?? new Map()).set(key, value)),
});

const { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509Certificate, X509CertificateGenerator } =
  await import("@peculiar/x509");

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate and its key. */
export interface ThrowawayCertificate {
  pem: string;
  /** PKCS #8. */
  keyPem: string;
  keys: CryptoKeyPair;
}

/** What to make. */
export interface ThrowawayOptions {
  /** Such as `CN=kubernetes`. */
  subject: string;
  /** Who signs; itself by default. */
  issuer?: ThrowawayCertificate;
  ca?: boolean;
  names?: { type: "dns" | "ip"; value: string }[];
  notBefore?: Date;
  notAfter?: Date;
}

/** Makes a key and a certificate for it. */
export async function makeCertificate(options: ThrowawayOptions): Promise<ThrowawayCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as CryptoKeyPair;
  const issuer = options.issuer === undefined ? undefined : new X509Certificate(options.issuer.pem);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: Array.from(
      crypto.getRandomValues(new Uint8Array(8)),
      (byte) => (byte & 0x7f).toString(16).padStart(2, "0"),
    )
      .join(""),
    subject: options.subject,
    // The name itself, not its text: names are compared byte by byte, and a text may be encoded in several ways.
    issuer: issuer?.subjectName ?? options.subject,
    notBefore: options.notBefore ?? new Date("2025-01-01T00:00:00Z"),
    notAfter: options.notAfter ?? new Date("2125-01-01T00:00:00Z"),
    publicKey: keys.publicKey,
    signingKey: options.issuer?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(options.ca ?? false, undefined, true),
      ...(options.names ? [new SubjectAlternativeNameExtension(options.names)] : []),
    ],
  });
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { pem: `${certificate.toString("pem")}\n`, keyPem: toPem("PRIVATE KEY", der), keys };
}

function toPem(label: string, der: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g)!;
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

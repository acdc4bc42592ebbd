import { formatPem, parsePem } from "../kubeconfig/mod.ts";
import { type CertificateInfo, parseCertificate } from "./certificate.ts";
import { classifyValue, decodeLoosely, decodeTextLoosely, MAX_BASE64_LAYERS, type ValueKind } from "./classify.ts";
import { type Normalized, refusal, tidyValue, type ValueSource } from "./raw_value.ts";

/** A CA to trust. `value` is PEM. */
export interface NormalizedCa extends Normalized {
  /** All certificates of the PEM, in order. */
  certificates: CertificateInfo[];
}

/**
 * Makes PEM of a cluster CA in whatever shape it was stored: PEM, base64 of it (what a Secret and a kubeconfig hold, so
 * that is no repair), base64 in lines or several times, PEM whose line breaks became spaces or `\n`, base64 of DER,
 * quoted, with CRLF, or a path to any of these. A PEM that is well formed keeps its bytes.
 *
 * Every certificate is parsed: Deno ignores a CA that it cannot read, and then trusts nobody.
 *
 * @throws {CredentialsError} EMPTY, UNEXPANDED, REDACTED, TOO_LARGE, UNREADABLE, PRIVATE_KEY, NOT_A_CA.
 */
export async function normalizeCa(raw: string, source: ValueSource = {}): Promise<NormalizedCa> {
  // A line break at the end of a certificate is nothing to speak of, wherever it comes from.
  const { text, repairs } = tidyValue(raw, { ...source, fromFile: true });
  const { pem, ...decoded } = await decodeToPem(text, source);
  repairs.push(...decoded.repairs);
  refuseOtherBlocks(pem, source);
  const ders = parsePem(pem).map(({ der }) => der);
  const certificates: CertificateInfo[] = [];
  for (const [i, der] of ders.entries()) {
    const certificate = der && await parseCertificate(der);
    if (!certificate) {
      const which = ders.length > 1 ? `certificate ${i + 1} of ${ders.length}` : "its certificate";
      throw refusal("NOT_A_CA", source, `${which} cannot be parsed`, "It may have been cut off when it was copied");
    }
    certificates.push(certificate);
  }
  const value = isWellFormed(pem) ? pem : ders.map((der) => formatPem("CERTIFICATE", der!)).join("");
  if (value !== pem) repairs.push("restored the line breaks of the PEM");
  return { value, repairs, notes: describeCertificates(certificates), certificates };
}

async function decodeToPem(text: string, source: ValueSource): Promise<{ pem: string; repairs: string[] }> {
  let current = text;
  const repairs: string[] = [];
  for (let layers = 0; layers <= MAX_BASE64_LAYERS; layers++) {
    if (current.includes("-----BEGIN")) {
      if (layers > 1) repairs.push(`decoded base64 ${layers === 2 ? "twice" : `${layers} times`}`);
      const plain = current.replace(/\\r|\\n/g, "\n");
      return { pem: withLineEnd(plain.replace(/-----(BEGIN|END) *([A-Z0-9]+) *-----/g, "-----$1 $2-----")), repairs };
    }
    const kind = classifyValue(current);
    if (kind !== "other") throw notACa(kind, source);
    if (layers === 0 && /\s|\\n/.test(current)) repairs.push("joined the lines of the base64");
    const next = decodeTextLoosely(current);
    if (next === undefined) return await decodeDer(current, source, repairs);
    current = next;
  }
  throw notACa("other", source);
}

/** The body of a PEM without its first and last line is base64 of DER. */
async function decodeDer(text: string, source: ValueSource, repairs: string[]) {
  const der = decodeLoosely(text);
  if (der === undefined || await parseCertificate(der) === undefined) throw notACa("other", source);
  return { pem: formatPem("CERTIFICATE", der), repairs: [...repairs, "added the BEGIN and END lines of a PEM"] };
}

function notACa(kind: ValueKind, source: ValueSource) {
  const hints: Partial<Record<ValueKind, string>> = {
    "JWT": "It looks like a token: were the CA and the token exchanged?",
    "GitLab token": "It looks like a token of GitLab",
    "GitHub token": "It looks like a token of GitHub",
    "URL": "It looks like an address: were the CA and the address exchanged?",
    "kubeconfig": "It looks like a kubeconfig: take the certificate-authority-data of its cluster",
    "Secret": "It looks like a whole Secret: take its data's ca.crt",
  };
  const hint = hints[kind] ??
    "It must be a PEM certificate or base64 of one, such as the ca.crt of the token's Secret; " +
      "it may have been cut off when it was copied";
  return refusal("NOT_A_CA", source, "it holds no certificate", hint);
}

function refuseOtherBlocks(pem: string, source: ValueSource): void {
  if (classifyValue(pem) === "private key") {
    const hint = "Take the certificate instead, and replace the key: whoever could read this variable has it";
    throw refusal("PRIVATE_KEY", source, "it holds a private key", hint);
  }
  const labels = parsePem(pem).map(({ label }) => label);
  const begun = pem.match(/-----BEGIN /g)?.length ?? 0;
  if (labels.length < begun) {
    throw refusal("NOT_A_CA", source, "a PEM block has no END line", "It was cut off when it was copied");
  }
  const other = labels.find((label) => label !== "CERTIFICATE");
  if (other !== undefined) throw refusal("NOT_A_CA", source, `it holds a PEM block ${other}, not CERTIFICATE`);
}

/** Blocks as OpenSSL writes them, whatever stands between. */
function isWellFormed(pem: string): boolean {
  if (pem.includes("\r")) return false;
  const blocks = pem.match(/^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----$/gm) ?? [];
  return blocks.length === pem.match(/-----BEGIN /g)?.length;
}

function withLineEnd(pem: string): string {
  return pem.endsWith("\n") ? pem : `${pem}\n`;
}

function describeCertificates(certificates: CertificateInfo[]): string[] {
  if (certificates.some(({ isCa }) => isCa)) return [];
  return ["holds no CA but a server's own certificate, which is trusted only as long as the server has just that one"];
}

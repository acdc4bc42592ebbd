/**
 * Certificates of a sandbox: a CA of its own, and a certificate for loopback signed by it.
 *
 * Written by hand: the X.509 package is slow to load, and wants `Reflect` to be patched before.
 *
 * @see RFC 5280
 */
import {
  bitString,
  boolean,
  type Der,
  explicit,
  implicit,
  octetString,
  oid,
  sequence,
  set,
  time,
  unsignedInteger,
  utf8String,
} from "./der.ts";

/** Certificates and key as PEM. */
export interface ServerCertificate {
  caPem: string;
  /** The CA's own key, for making further certificates. */
  caKeyPem: string;
  certificatePem: string;
  keyPem: string;
}

const KEYS = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;
const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
const DAY_MS = 86_400_000;

/** Names that the server certificate is valid for. */
const DNS_NAMES = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"];
const IP_ADDRESSES = [Uint8Array.of(127, 0, 0, 1), Uint8Array.from({ length: 16 }, (_, i) => i === 15 ? 1 : 0)];

/**
 * Makes a CA and a server certificate for `localhost`, `127.0.0.1`, `::1` and the names of the cluster's service.
 *
 * @param nowMs Both are valid from a day before this on, for ten years.
 */
export async function makeCertificates(nowMs: number): Promise<ServerCertificate> {
  const caKeys = await crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
  const serverKeys = await crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
  const caKeyId = await keyId(caKeys.publicKey);
  const ca = await makeCertificate({
    subject: "kubernetes",
    issuer: "kubernetes",
    publicKey: caKeys.publicKey,
    signingKey: caKeys.privateKey,
    nowMs,
    extensions: [
      extension("2.5.29.19", sequence(boolean(true)), true),
      // keyCertSign and digitalSignature.
      extension("2.5.29.15", bitString(Uint8Array.of(0b1000_0100), 2), true),
      extension("2.5.29.14", octetString(caKeyId)),
    ],
  });
  const certificate = await makeCertificate({
    subject: "kube-apiserver",
    issuer: "kubernetes",
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    nowMs,
    extensions: [
      extension("2.5.29.19", sequence(), true),
      extension("2.5.29.15", bitString(Uint8Array.of(0b1000_0000), 7), true),
      extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.17", alternativeNames()),
      extension("2.5.29.35", sequence(implicit(0, caKeyId))),
    ],
  });
  const [caKey, serverKey] = await Promise.all(
    [caKeys, serverKeys].map(async ({ privateKey }) =>
      toPem(new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)), "PRIVATE KEY")
    ),
  );
  return {
    caPem: toPem(ca, "CERTIFICATE"),
    certificatePem: toPem(certificate, "CERTIFICATE"),
    caKeyPem: caKey!,
    keyPem: serverKey!,
  };
}

interface CertificateContent {
  /** Common names. */
  subject: string;
  issuer: string;
  publicKey: CryptoKey;
  signingKey: CryptoKey;
  nowMs: number;
  extensions: Der[];
}

async function makeCertificate(content: CertificateContent): Promise<Der> {
  const { subject, issuer, publicKey, signingKey, nowMs, extensions } = content;
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = serial[0]! & 0x7f | 0x40;
  const toBeSigned = sequence(
    explicit(0, unsignedInteger(Uint8Array.of(2))), // version 3
    unsignedInteger(serial),
    ECDSA_WITH_SHA256,
    commonName(issuer),
    sequence(time(nowMs - DAY_MS), time(nowMs + 3650 * DAY_MS)),
    commonName(subject),
    new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
    explicit(3, sequence(...extensions)),
  );
  const signature = new Uint8Array(await crypto.subtle.sign(SIGNATURE, signingKey, toBeSigned));
  return sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(derSignature(signature)));
}

/** Web Crypto writes both numbers of a signature side by side, X.509 a sequence of two integers. */
function derSignature(raw: Uint8Array): Der {
  const half = raw.length / 2;
  return sequence(unsignedInteger(raw.slice(0, half)), unsignedInteger(raw.slice(half)));
}

function commonName(name: string): Der {
  return sequence(set(sequence(oid("2.5.4.3"), utf8String(name))));
}

function extension(id: string, value: Der, isCritical = false): Der {
  return isCritical ? sequence(oid(id), boolean(true), octetString(value)) : sequence(oid(id), octetString(value));
}

function alternativeNames(): Der {
  return sequence(
    ...DNS_NAMES.map((name) => implicit(2, new TextEncoder().encode(name))),
    ...IP_ADDRESSES.map((address) => implicit(7, address)),
  );
}

async function keyId(key: CryptoKey): Promise<Uint8Array> {
  const raw = await crypto.subtle.exportKey("raw", key);
  return new Uint8Array(await crypto.subtle.digest("SHA-1", raw));
}

function toPem(bytes: Uint8Array, label: string): string {
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g)!.join("\n")}\n-----END ${label}-----\n`;
}

import { getPath, isObject, type JsonValue } from "../base/mod.ts";
import { type CertificateInfo, decodeTokenClaims, fingerprint, parseCertificate } from "../credentials/mod.ts";
import { ApiError } from "../kube/mod.ts";
import { type Impersonation, parsePem } from "../kubeconfig/mod.ts";
import type { Connection, ConnectionCredential, ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { withConnection } from "./with_connection.ts";

/** What a credential says of itself; nothing of it is verified, and nothing is secret. */
export interface CredentialFacts {
  /** What the context authenticates with. */
  kind: ConnectionCredential["kind"];
  /** First digits of the token's SHA-256: tells two tokens apart. */
  fingerprint?: string;
  /** Who issued the token. */
  issuer?: string;
  /** Whom the token is about. */
  subject?: string;
  /** Whom the token is for. */
  audiences?: string[];
  /** When the token was issued, in milliseconds since 1970. */
  issuedAtMs?: number;
  /** When token or certificate run out, in milliseconds since 1970; absent: never, or unknown. */
  expiresAtMs?: number;
  /** The client certificate's subject, such as `O=group, CN=jane`. */
  certificateSubject?: string;
  /** Who issued the client certificate. */
  certificateIssuer?: string;
}

/** Who a cluster takes the user for. */
export interface Identity {
  /** Name of the user. */
  username: string;
  /** The user's UID, where the server tells one. */
  uid?: string;
  /** The groups that the user is in. */
  groups: string[];
  /** What else the server knows of the user, by key. */
  extra: Record<string, string[]>;
  /** Who says so: the server, or, where it can't be asked, the credential itself. */
  source: "server" | "token" | "certificate" | "unknown";
  /** Name of the context. */
  context: string;
  /** URL of the API server. */
  server: string;
  /** Where objects go that name no namespace. */
  namespace: string;
  /** How the user authenticates. */
  credential: CredentialFacts;
  /** Who is acted as, where that is asked for. */
  impersonating?: Impersonation;
  /** What the user should know, a sentence each. */
  notes: string[];
}

/**
 * Asks the server who it takes the user for, by a SelfSubjectReview. Servers before 1.27 have none: then the credential
 * tells for itself, and a note says so.
 *
 * @throws {ConnectionError} When the cluster can't be reached or refuses the credential, with the reason.
 */
export async function whoAmI(
  host: ProtectedHost,
  options: ConnectOptions & { signal?: AbortSignal },
): Promise<Identity> {
  return await withConnection(host, options, async (connection) => {
    const [userInfo, secret] = await Promise.all([
      reviewSelf(connection, options.signal),
      connection.readCredential(),
    ]);
    const certificate = await readCertificate(secret.certificatePem);
    const credential = await describeCredential(secret, certificate);
    const { context, server, namespace, notes } = connection;
    return {
      ...(isObject(userInfo) ? toUser(userInfo) : guessUser(credential, secret)),
      context,
      server,
      namespace,
      credential,
      ...(secret.impersonation === undefined ? {} : { impersonating: secret.impersonation }),
      notes: [...notes, ...describeDoubts(userInfo, secret)],
    };
  });
}

const REVIEW_VERSIONS = ["authentication.k8s.io/v1", "authentication.k8s.io/v1beta1"];

/** What the server says of the user; or why it says nothing. */
async function reviewSelf(
  { client }: Connection,
  signal: AbortSignal | undefined,
): Promise<JsonValue | "NOT_SERVED" | "FORBIDDEN"> {
  for (const apiVersion of REVIEW_VERSIONS) {
    const path = `/apis/${apiVersion}/selfsubjectreviews`;
    const body = JSON.stringify({ apiVersion, kind: "SelfSubjectReview" });
    const headers = { "Content-Type": "application/json" };
    try {
      const review = await client.request({ method: "POST", path, headers, body }, signal);
      return getPath(review, "status", "userInfo") ?? "NOT_SERVED";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Who impersonates without being allowed to has to know that, and not who the credential is about.
      if (error.code === "FORBIDDEN" && !/impersonate/.test(error.message)) return "FORBIDDEN";
      if (error.code !== "NOT_FOUND") throw error;
    }
  }
  return "NOT_SERVED";
}

type User = Pick<Identity, "username" | "uid" | "groups" | "extra" | "source">;

function toUser(userInfo: JsonValue): User {
  const uid = getPath(userInfo, "uid");
  const extra = getPath(userInfo, "extra");
  return {
    username: String(getPath(userInfo, "username") ?? ""),
    ...(typeof uid === "string" && uid !== "" ? { uid } : {}),
    groups: textsOf(getPath(userInfo, "groups")),
    extra: isObject(extra) ? Object.fromEntries(Object.entries(extra).map(([key, list]) => [key, textsOf(list)])) : {},
    source: "server",
  };
}

function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** As the API server would derive them, where it can: from a ServiceAccount's token, or from a certificate's subject. */
function guessUser({ subject, certificateSubject }: CredentialFacts, { token }: ConnectionCredential): User {
  const account = /^system:serviceaccount:([^:]+):/.exec(subject ?? "");
  if (token !== undefined && subject !== undefined) {
    const groups = account === null ? [] : ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`];
    return { username: subject, groups: [...groups, "system:authenticated"], extra: {}, source: "token" };
  }
  const parts = (certificateSubject ?? "").split(", ").map((part) => part.split("="));
  const valuesOf = (name: string) => parts.filter(([key]) => key === name).map(([, ...value]) => value.join("="));
  const [commonName] = valuesOf("CN");
  if (commonName === undefined) return { username: "", groups: [], extra: {}, source: "unknown" };
  return {
    username: commonName,
    groups: [...valuesOf("O"), "system:authenticated"],
    extra: {},
    source: "certificate",
  };
}

async function readCertificate(pem: string | undefined): Promise<CertificateInfo | undefined> {
  const der = parsePem(pem ?? "").find(({ label }) => label === "CERTIFICATE")?.der;
  return der === undefined ? undefined : await parseCertificate(der);
}

async function describeCredential(
  { kind, token }: ConnectionCredential,
  certificate: CertificateInfo | undefined,
): Promise<CredentialFacts> {
  const facts: CredentialFacts = { kind };
  if (certificate !== undefined) {
    facts.certificateSubject = certificate.subject;
    facts.certificateIssuer = certificate.issuer;
    facts.expiresAtMs = certificate.notAfterMs;
  }
  if (token === undefined) return facts;
  const { issuer, subject, audiences = [], issuedAtMs, expiresAtMs } = decodeTokenClaims(token) ?? {};
  const claims = { issuer, subject, issuedAtMs, expiresAtMs, ...(audiences.length > 0 ? { audiences } : {}) };
  delete facts.expiresAtMs;
  const known = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return { ...facts, fingerprint: await fingerprint(token), ...known };
}

function describeDoubts(userInfo: JsonValue, { kind, impersonation }: ConnectionCredential): string[] {
  if (typeof userInfo === "string") {
    const why = userInfo === "FORBIDDEN"
      ? "The server does not let this user ask who it is (the ClusterRoleBinding system:basic-user is missing)"
      : "This server has no SelfSubjectReview (Kubernetes before 1.27)";
    const acting = impersonation === undefined ? "" : `, acting as "${impersonation.user}" was not tried`;
    return [`${why}: this is what the credential says of itself${acting}`];
  }
  if (getPath(userInfo, "username") !== "system:anonymous" || impersonation !== undefined) return [];
  return [
    kind === "none"
      ? "No credential was sent: the server takes this user for anybody"
      : "The server did not accept the credential: it takes this user for anybody",
  ];
}

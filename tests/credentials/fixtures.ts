/** Values that the tests of credentials share. */
import { encodeBase64 } from "../../src/kubeconfig/mod.ts";

/** The text of a certificate of testdata. */
export function readCertificate(name: string): string {
  return Deno.readTextFileSync(new URL(`../testdata/credentials/${name}.crt`, import.meta.url));
}

/** A JWT with these claims and a signature that nothing verifies. */
export function makeJwt(claims: Record<string, unknown>): string {
  const segment = (value: unknown) =>
    encodeBase64(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `${segment({ alg: "RS256", kid: "k1" })}.${segment(claims)}.c2lnbmF0dXJlLXRoYXQtbm9ib2R5LXZlcmlmaWVz`;
}

/** The claims of a token in a Secret. */
export const LEGACY_CLAIMS = {
  iss: "kubernetes/serviceaccount",
  "kubernetes.io/serviceaccount/namespace": "my-service",
  "kubernetes.io/serviceaccount/secret.name": "gitlab-token",
  "kubernetes.io/serviceaccount/service-account.name": "gitlab-service-account",
  "kubernetes.io/serviceaccount/service-account.uid": "4a1b",
  sub: "system:serviceaccount:my-service:gitlab-service-account",
};

/** The claims of a requested token: valid on 2026-01-01 from 00:00 to 01:00 UTC. */
export const BOUND_CLAIMS = {
  iss: "https://kubernetes.default.svc.cluster.local",
  aud: ["https://kubernetes.default.svc.cluster.local"],
  sub: "system:serviceaccount:my-service:gitlab-service-account",
  iat: Date.UTC(2026, 0, 1) / 1000,
  nbf: Date.UTC(2026, 0, 1) / 1000,
  exp: Date.UTC(2026, 0, 1, 1) / 1000,
  "kubernetes.io": {
    namespace: "my-service",
    serviceaccount: { name: "gitlab-service-account", uid: "4a1b" },
    secret: { name: "anchor", uid: "9f" },
  },
};

/** A token as it stands in a Secret. */
export const TOKEN = makeJwt(LEGACY_CLAIMS);

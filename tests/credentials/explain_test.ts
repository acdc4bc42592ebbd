import { deepEqual, equal, match, ok } from "../assert.ts";
import { NetworkError, type NetworkErrorCode } from "../../src/base/mod.ts";
import {
  type CertificateInfo,
  type ConnectionFacts,
  decodeTokenClaims,
  explainConnectionError,
  type ExplanationCode,
  formatExplanation,
  parseCertificate,
} from "../../src/credentials/mod.ts";
import { ApiError, type ApiErrorCode, type ApiErrorFacts } from "../../src/kube/mod.ts";
import { parsePem } from "../../src/kubeconfig/mod.ts";
import { BOUND_CLAIMS, LEGACY_CLAIMS, makeJwt, readCertificate } from "./fixtures.ts";

const NOW = Date.UTC(2026, 0, 1, 0, 30);
const ADDRESS = "https://k8s.example.com:6443";

async function certificate(name: string): Promise<CertificateInfo> {
  return (await parseCertificate(parsePem(readCertificate(name))[0]!.der!))!;
}

const CA = await certificate("ca");
const OTHER_CA = await certificate("ca_other");
const ROTATED_CA = await certificate("ca_rotated");
const SERVER = await certificate("server");
const env = (values: Record<string, string>) => ({ get: (name: string) => values[name] });

function network(code: NetworkErrorCode, detail = "detail"): NetworkError {
  return new NetworkError(code, `Cannot reach ${ADDRESS}: ${detail}`, ADDRESS);
}

function refusal(code: ApiErrorCode, status: number, facts: Partial<ApiErrorFacts> = {}): ApiError {
  const message = `Cannot apply deployment/web: ${facts.serverMessage ?? "no"}`;
  return new ApiError(code, message, { status, verb: "apply", ...facts });
}

const token = (claims: Record<string, unknown>) => ({
  fingerprint: "ab12cd34",
  claims: decodeTokenClaims(makeJwt(claims))!,
});

const FORBIDDEN = (namespace: string, where = ` in the namespace "${namespace}"`) => ({
  serverMessage:
    'deployments.apps "web" is forbidden: User "system:serviceaccount:my-service:gitlab-service-account" ' +
    `cannot patch resource "deployments" in API group "apps"${where}`,
  missingRules: [{
    apiGroups: ["apps"],
    resources: ["deployments"],
    verbs: ["get", "create", "patch"],
    ...(where.includes("scope") ? {} : { namespace }),
  }],
});

interface Row {
  error: Error;
  facts?: Partial<ConnectionFacts>;
  code: ExplanationCode;
  /** What the text must say, in any of its parts. */
  says: RegExp[];
}

/** Row of the table of symptoms → what must be said. */
const ROWS: Record<string, Row> = {
  "an unknown name": {
    error: network("DNS"),
    code: "DNS",
    says: [/k8s\.example\.com is not known/, /typing error/],
  },
  "a name that only the cluster knows": {
    error: network("DNS"),
    facts: { address: "https://kubernetes.default.svc" },
    code: "DNS",
    says: [/exists within a cluster alone/],
  },
  "a closed port": {
    error: network("REFUSED"),
    code: "REFUSED",
    says: [/Nothing listens on k8s\.example\.com:6443/, /6443 and 443/],
  },
  "a port that was forgotten": {
    error: network("REFUSED"),
    facts: { address: "https://k8s.example.com" },
    code: "REFUSED",
    says: [/many API servers listen on 6443/],
  },
  "a firewall": {
    error: network("TIMEOUT"),
    facts: { env: env({ CI_RUNNER_DESCRIPTION: "shared-1" }) },
    code: "TIMEOUT",
    says: [/does not answer/, /the runner "shared-1"/],
  },
  "a connection that was cut": { error: network("RESET"), code: "RESET", says: [/closed the connection/] },
  "a proxy that refuses": {
    error: network("PROXY"),
    facts: { env: env({ HTTPS_PROXY: "http://me:hunter2@proxy.example.com:3128" }) },
    code: "PROXY",
    says: [/HTTPS_PROXY is set: traffic goes through proxy\.example\.com:3128/, /NO_PROXY/],
  },
  "no CA": { error: network("TLS_UNKNOWN_ISSUER"), code: "NO_CA", says: [/Set CA_AUTH_DATA to the cluster's CA/] },
  "another CA": {
    error: network("TLS_UNKNOWN_ISSUER"),
    facts: { ca: [OTHER_CA], peer: [SERVER] },
    code: "WRONG_CA",
    says: [/issued by CN=kubernetes/, /holds O=Example, Inc\., CN=Example TLS Inspection CA \(sha256/, /same cluster/],
  },
  "another CA, when the server's chain is unknown": {
    error: network("TLS_UNKNOWN_ISSUER"),
    facts: { ca: [OTHER_CA] },
    code: "WRONG_CA",
    says: [/CA_AUTH_DATA is not the CA that signed/],
  },
  "a proxy that inspects TLS": {
    error: network("TLS_UNKNOWN_ISSUER"),
    facts: { ca: [CA], peer: [{ ...SERVER, issuer: OTHER_CA.subject }] },
    code: "WRONG_CA",
    says: [/If O=Example, Inc\., CN=Example TLS Inspection CA is a TLS-inspecting proxy/],
  },
  "a CA that was replaced": {
    error: network("TLS_UNKNOWN_ISSUER"),
    facts: { ca: [ROTATED_CA], peer: [SERVER] },
    code: "ROTATED_CA",
    says: [/same name .* another key/, /set up anew or its CA was replaced/],
  },
  "the server's certificate as its CA": {
    error: network("TLS_CA_AS_LEAF"),
    facts: { ca: [SERVER] },
    code: "LEAF_AS_CA",
    says: [/only kubectl accepts/, /CN=kube-apiserver/],
  },
  "another name": {
    error: network("TLS_WRONG_NAME"),
    facts: { address: "https://198.51.100.1:6443", peer: [SERVER] },
    code: "WRONG_NAME",
    says: [
      /is not for 198\.51\.100\.1/,
      /It is for: kubernetes, .*203\.0\.113\.7/,
      /Use k8s\.example\.com/,
      /certSANs/,
    ],
  },
  "another name, as rustls says it": {
    error: network(
      "TLS_WRONG_NAME",
      'invalid peer certificate: certificate not valid for name "x"; certificate is only valid for DnsName("a.example.com"), ' +
        'DnsName("b") or IpAddress(10.96.0.1)',
    ),
    code: "WRONG_NAME",
    says: [/It is for: a\.example\.com, b, 10\.96\.0\.1/],
  },
  "another name, as node says it": {
    error: network(
      "TLS_WRONG_NAME",
      "Hostname/IP does not match certificate's altnames: Host: x. is not in the cert's altnames: DNS:a.example.com, IP Address:10.0.0.1 (ERR_TLS_CERT_ALTNAME_INVALID)",
    ),
    code: "WRONG_NAME",
    says: [/It is for: a\.example\.com, 10\.0\.0\.1/],
  },
  "a certificate without names": {
    error: network("TLS_WRONG_NAME"),
    facts: { peer: [await certificate("server_without_names")] },
    code: "NO_NAMES",
    says: [/names no host at all/, /subject alternative names/],
  },
  "a certificate that expired": {
    error: network("TLS_EXPIRED"),
    facts: { peer: [await certificate("server_expired")] },
    code: "CERTIFICATE_EXPIRED",
    says: [/has expired/, /to 2025-01-01 00:00 UTC/, /clock says 2026-01-01 00:30 UTC/, /kubeadm certs renew/],
  },
  "a certificate that is not valid yet": {
    error: network("TLS_EXPIRED", "certificate not valid yet: verification time 1"),
    code: "CERTIFICATE_EXPIRED",
    says: [/is not valid yet/],
  },
  "a slow clock, by the job's start": {
    error: network("TLS_EXPIRED"),
    facts: { nowMs: Date.UTC(2020, 0, 1), peer: [SERVER], env: env({ CI_JOB_STARTED_AT: "2026-01-01T00:29:00Z" }) },
    code: "CLOCK_WRONG",
    says: [/clock is wrong/, /GitLab started this job at 2026-01-01 00:29 UTC/],
  },
  "a fast clock, by the server's": {
    error: network("TLS_EXPIRED"),
    facts: { serverDateMs: NOW - 3_600_000 },
    code: "CLOCK_WRONG",
    says: [/server's clock says 2025-12-31 23:30 UTC, 1h earlier/],
  },
  "a plain http port": { error: network("TLS_NOT_TLS"), code: "NOT_TLS", says: [/does not speak TLS/, /6443 or 443/] },
  "something else about TLS": { error: network("TLS_OTHER"), code: "TLS_OTHER", says: [/No secure connection/] },
  "something else": { error: network("OTHER"), code: "NO_ANSWER", says: [/No answer came/] },
  "http to a TLS port": {
    error: refusal("BAD_REQUEST", 400, { serverMessage: "Client sent an HTTP request to an HTTPS server." }),
    code: "PLAIN_HTTP",
    says: [/Write https:\/\/ in CLUSTER_ADDRESS/],
  },
  "a web server": {
    error: refusal("NOT_KUBERNETES", 200),
    code: "NOT_KUBERNETES",
    says: [/no Kubernetes API server/, /login page/],
  },
  "an address with /api": {
    error: refusal("NOT_FOUND", 404),
    facts: { address: "https://k8s.example.com/api" },
    code: "NOT_KUBERNETES",
    says: [/without \/api: clients add it/],
  },
  "an address with another path": {
    error: refusal("NOT_KUBERNETES", 404),
    facts: { address: "https://k8s.example.com/cluster" },
    code: "NOT_KUBERNETES",
    says: [/without \/cluster, or check the path/],
  },
  "a redirect": { error: refusal("REDIRECT", 302), code: "REDIRECT", says: [/never does/] },
  "a load balancer without a server behind": {
    error: refusal("SERVER_ERROR", 503),
    code: "SERVER_DOWN",
    says: [/the API server itself does not/],
  },
  "401 without a token": { error: refusal("UNAUTHORIZED", 401), code: "NO_TOKEN", says: [/Set K8S_TOKEN/] },
  "401 for a token that is no JWT": {
    error: refusal("UNAUTHORIZED", 401),
    facts: { token: { fingerprint: "ab12cd34" } },
    code: "TOKEN_OPAQUE",
    says: [/Token ab12cd34/, /no JWT/, /Rancher, OpenShift/],
  },
  "401 for a token that expired": {
    error: refusal("UNAUTHORIZED", 401),
    facts: { token: token(BOUND_CLAIMS), nowMs: Date.UTC(2026, 0, 2) },
    code: "TOKEN_EXPIRED",
    says: [
      /expired 2026-01-01 01:00 UTC; it was valid for 1h/,
      /kubectl create token gitlab-service-account -n my-service/,
    ],
  },
  "401 for GitLab's ID token": {
    error: refusal("UNAUTHORIZED", 401),
    facts: { token: token({ iss: "https://gitlab.example.com", aud: "https://k8s", project_path: "g/p" }) },
    code: "TOKEN_OF_GITLAB",
    says: [/issuer is https:\/\/gitlab\.example\.com, its audience https:\/\/k8s/, /AuthenticationConfiguration/],
  },
  "401 for a token from the future": {
    error: refusal("UNAUTHORIZED", 401),
    facts: { token: token(BOUND_CLAIMS), nowMs: NOW, serverDateMs: Date.UTC(2025, 11, 31) },
    code: "TOKEN_TOO_NEW",
    says: [/valid from 2026-01-01 00:00 UTC/, /server's clock says 2025-12-31/],
  },
  "401 for a token that looks fine": {
    error: refusal("UNAUTHORIZED", 401),
    facts: { token: token(LEGACY_CLAIMS) },
    code: "TOKEN_REJECTED",
    says: [
      /Token ab12cd34 is of ServiceAccount my-service\/gitlab-service-account/,
      /well formed and has not expired/,
      /kubectl -n my-service get sa\/gitlab-service-account secret\/gitlab-token/,
    ],
  },
  "403 for nobody": {
    error: refusal("FORBIDDEN", 403, { serverMessage: 'User "system:anonymous" cannot get path "/api"' }),
    code: "NO_TOKEN",
    says: [/saw no token/, /over plain http no token is sent/],
  },
  "403 for a rule that is missing": {
    error: refusal("FORBIDDEN", 403, FORBIDDEN("my-service")),
    code: "RULE_MISSING",
    says: [
      /a Role in namespace my-service, bound to system:serviceaccount:my-service:gitlab-service-account/,
      /- apiGroups: \["apps"\]\n\s+resources: \["deployments"\]\n\s+verbs: \["get", "create", "patch"\]/,
    ],
  },
  "403 in another namespace": {
    error: refusal("FORBIDDEN", 403, FORBIDDEN("production")),
    code: "WRONG_NAMESPACE",
    says: [/has no rights in namespace production/, /the RoleBinding must be in it, not in my-service/],
  },
  "403 at the cluster scope": {
    error: refusal("FORBIDDEN", 403, FORBIDDEN("", " at the cluster scope")),
    code: "RULE_MISSING",
    says: [/a ClusterRole, bound to/],
  },
};

for (const [name, { error, facts, code, says }] of Object.entries(ROWS)) {
  Deno.test(`explainConnectionError() tells ${name}`, () => {
    const explanation = explainConnectionError(error, { address: ADDRESS, nowMs: NOW, ...facts })!;
    equal(explanation.code, code);
    const text = formatExplanation(explanation);
    for (const pattern of says) match(text, pattern);
    ok(!text.includes("hunter2"));
    ok(!/\.$/.test(explanation.cause) && !/\.$/.test(explanation.remedy), text);
  });
}

Deno.test("explainConnectionError() leaves alone what is not about the connection", () => {
  const facts = { address: ADDRESS, nowMs: NOW };
  for (
    const error of [
      refusal("INVALID", 422),
      refusal("CONFLICT", 409),
      refusal("BAD_REQUEST", 400),
      refusal("NOT_FOUND", 404),
      refusal("SERVER_ERROR", 500),
      new Error("bug"),
      undefined,
    ]
  ) equal(explainConnectionError(error, facts), undefined);
});

Deno.test("explainConnectionError() names where the values came from", () => {
  const sources = { address: "--server", ca: "--ca-file", token: "--token-file" };
  const { remedy } = explainConnectionError(network("TLS_UNKNOWN_ISSUER"), { address: ADDRESS, nowMs: NOW, sources })!;
  match(remedy, /^Set --ca-file to/);
});

Deno.test("formatExplanation() shows cause, evidence and remedy, in that order", () => {
  deepEqual(
    formatExplanation({ code: "DNS", cause: "It broke", evidence: ["seen", "heard"], remedy: "Do this:\n- a" }),
    "It broke\n  seen\n  heard\n  → Do this:\n    - a",
  );
});

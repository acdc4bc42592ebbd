import { formatDuration, type NetworkError } from "../base/mod.ts";
import type { CertificateInfo } from "./certificate.ts";
import { type ConnectionFacts, type Explanation, hostNameOf, hostOf, type NamedFacts } from "./explanation.ts";
import { formatDate } from "./token.ts";

/** The server's certificate is signed by nobody who is trusted. */
export function explainUnknownIssuer(facts: NamedFacts, error: NetworkError): Explanation {
  const { ca = [], peer = [], sources } = facts;
  const issuer = peer.at(-1)?.issuer;
  const evidence = [
    ...(issuer === undefined ? [error.message] : [`The server's certificate was issued by ${issuer}`]),
    ...ca.map(({ subject, sha256 }) => `${sources.ca} holds ${subject} (sha256 ${sha256.slice(0, 16)}…)`),
  ];
  if (ca.length === 0) {
    return {
      code: "NO_CA",
      cause: `${hostOf(facts)} has no certificate of a public CA, and no other CA is given`,
      evidence,
      remedy:
        `Set ${sources.ca} to the cluster's CA: certificate-authority-data of a kubeconfig that works, or ca.crt of ` +
        "the token's Secret",
    };
  }
  // Every kubeadm cluster's CA is called CN=kubernetes, so an equal name does not mean the same CA.
  if (issuer !== undefined && ca.some(({ subject }) => subject === issuer)) {
    return {
      code: "ROTATED_CA",
      cause: `${sources.ca} holds a CA of the same name as the server's, with another key`,
      evidence,
      remedy:
        "The cluster was set up anew or its CA was replaced, or the CA is another cluster's: take it from the cluster " +
        "again",
    };
  }
  const inspects = issuer !== undefined && !/kube|k8s|k3s|rancher|openshift|etcd/i.test(issuer);
  return {
    code: "WRONG_CA",
    cause: `${sources.ca} is not the CA that signed the certificate of ${hostOf(facts)}`,
    evidence,
    remedy: inspects
      ? `If ${issuer} is a TLS-inspecting proxy of your company, bypass it for this host; if a load balancer stands before ` +
        `the API server, put its CA into ${sources.ca}; else the address or the CA is another cluster's`
      : `Check that ${sources.ca} and ${sources.address} belong to the same cluster, and take the CA from there again`,
  };
}

/** The certificate is for other names. */
export function explainWrongName(facts: NamedFacts, error: NetworkError): Explanation {
  const names = facts.peer?.[0]?.names ?? parseNames(error.message);
  const host = facts.serverName ?? hostNameOf(facts);
  if (names.length === 0) {
    const isSure = facts.peer?.[0] !== undefined;
    return {
      code: isSure ? "NO_NAMES" : "WRONG_NAME",
      cause: `The certificate of ${hostOf(facts)} ${isSure ? "names no host at all" : `is not for ${host}`}`,
      evidence: [error.message],
      remedy: isSure
        ? "Make the API server's certificate anew with subject alternative names (kubeadm: certSANs)"
        : `Use a name that the certificate has, or add ${host} to it (kubeadm: certSANs)`,
    };
  }
  const usable = names.find((name) => name.includes(".") && !/^10\.|\.local$|^kubernetes\./.test(name));
  const suggestion = usable === undefined
    ? ""
    : `Use ${usable} in ${facts.sources.address} if it is reachable; else set `;
  return {
    code: "WRONG_NAME",
    cause: `The certificate of ${hostOf(facts)} is not for ${host}`,
    evidence: [`It is for: ${names.join(", ")}`],
    remedy: `${suggestion || "Set "}tls-server-name: ${names[0]} in a kubeconfig, or add ${host} to the certificate ` +
      "(kubeadm: certSANs)",
  };
}

/** `certificate is only valid for DnsName("a"), DnsName("b") or IpAddress(1.2.3.4)`: rustls; node lists `DNS:a, IP Address:b`. */
function parseNames(message: string): string[] {
  const rustls = /only valid for (.*)$/s.exec(message)?.[1];
  const matches = rustls === undefined
    ? message.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)
    : rustls.matchAll(/(?:DnsName|IpAddress)\("?([^")]+)"?\)/g);
  return [...matches].map(([, name]) => name!);
}

/** A certificate's dates and this machine's clock do not fit; one of the two is wrong. */
export function explainExpiredCertificate(facts: NamedFacts, error: NetworkError): Explanation {
  const { peer, nowMs } = facts;
  const late = peer?.find(({ notAfterMs }) => nowMs > notAfterMs);
  const early = peer?.find(({ notBeforeMs }) => nowMs < notBeforeMs);
  const isEarly = early !== undefined || (peer === undefined && /not valid yet|NOT_YET_VALID/.test(error.message));
  const clock = findClockFault(facts);
  const evidence = [
    ...describeValidity(late ?? early, error),
    `This machine's clock says ${formatDate(nowMs)}`,
    ...(clock === undefined ? [] : [clock]),
  ];
  if (clock !== undefined) {
    return {
      code: "CLOCK_WRONG",
      cause: "This machine's clock is wrong, so the server's certificate does not seem valid",
      evidence,
      remedy: "Set the clock of the machine that the job runs on",
    };
  }
  return {
    code: "CERTIFICATE_EXPIRED",
    cause: `The certificate of ${hostOf(facts)} ${isEarly ? "is not valid yet" : "has expired"}`,
    evidence,
    remedy:
      "Renew the API server's certificate (kubeadm certs renew all; k3s: restart it), unless the clock above is wrong",
  };
}

function describeValidity(certificate: CertificateInfo | undefined, error: NetworkError): string[] {
  if (certificate === undefined) return [error.message];
  const { subject, notBeforeMs, notAfterMs } = certificate;
  return [`${subject} is valid from ${formatDate(notBeforeMs)} to ${formatDate(notAfterMs)}`];
}

/** Clocks of servers differ by less than this. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** What tells clocks apart. */
type ClockFacts = Pick<ConnectionFacts, "nowMs" | "serverDateMs" | "env">;

/** How it shows that this machine's clock is wrong; undefined when nothing says so. */
export function findClockFault({ nowMs, serverDateMs, env }: ClockFacts): string | undefined {
  if (serverDateMs !== undefined && Math.abs(serverDateMs - nowMs) > CLOCK_TOLERANCE_MS) {
    return `The server's clock says ${formatDate(serverDateMs)}, ${formatDuration(Math.abs(serverDateMs - nowMs))} ` +
      (serverDateMs > nowMs ? "later" : "earlier");
  }
  const startedMs = Date.parse(env?.get("CI_JOB_STARTED_AT") ?? "");
  const timeoutMs = Number(env?.get("CI_JOB_TIMEOUT") ?? 86_400) * 1000;
  const isPossible = Number.isNaN(startedMs) ||
    (nowMs > startedMs - CLOCK_TOLERANCE_MS && nowMs < startedMs + timeoutMs + CLOCK_TOLERANCE_MS);
  return isPossible ? undefined : `GitLab started this job at ${formatDate(startedMs)} by its own clock`;
}

/** The server's own certificate was given as the CA: Go accepts that, rustls does not. */
export function explainLeafAsCa(facts: NamedFacts, error: NetworkError): Explanation {
  const subjects = facts.ca?.map(({ subject }) => subject).join("; ");
  return {
    code: "LEAF_AS_CA",
    cause: `The certificate of ${hostOf(facts)} is its own CA, which only kubectl accepts`,
    evidence: [error.message, ...(subjects ? [`${facts.sources.ca} holds ${subjects}`] : [])],
    remedy: `Put the CA that signed the server's certificate into ${facts.sources.ca}`,
  };
}

/** Anything else about TLS. */
export function explainOtherTls(facts: NamedFacts, error: NetworkError): Explanation {
  return {
    code: "TLS_OTHER",
    cause: `No secure connection to ${hostOf(facts)} came about`,
    evidence: [error.message],
    remedy:
      "Check that the address is an API server's own, and that nothing in between (proxy, load balancer) ends TLS",
  };
}

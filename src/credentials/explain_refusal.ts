import { formatDuration } from "../base/mod.ts";
import { type ApiError, type ApiErrorCode, formatRule } from "../kube/mod.ts";
import type { TokenClaims } from "./claims.ts";
import type { CertificateInfo } from "./certificate.ts";
import { type Explanation, hostOf, type NamedFacts } from "./explanation.ts";
import { findClockFault } from "./explain_tls.ts";
import { formatDate } from "./token.ts";

type Explain = (facts: NamedFacts, error: ApiError) => Explanation | undefined;

/** What an answer says about the connection; other refusals are about the objects. */
export const REFUSAL_EXPLANATIONS: Partial<Record<ApiErrorCode, Explain>> = {
  UNAUTHORIZED: explainUnauthorized,
  FORBIDDEN: explainForbidden,
  NOT_KUBERNETES: explainForeignServer,
  NOT_FOUND: (facts, error) =>
    hasPath(facts) && error.ref === undefined ? explainForeignServer(facts, error) : undefined,
  BAD_REQUEST: (facts, error) =>
    /HTTP request to an HTTPS server/.test(error.serverMessage)
      ? {
        code: "PLAIN_HTTP",
        cause: `${hostOf(facts)} was spoken to over plain http, but wants TLS`,
        evidence: [error.serverMessage],
        remedy: `Write https:// in ${facts.sources.address}; kubectl does not even send the token over http`,
      }
      : undefined,
  REDIRECT: (facts, error) => ({
    code: "REDIRECT",
    cause: `${hostOf(facts)} redirects, which an API server never does`,
    evidence: [error.message],
    remedy: `A login page or a load balancer answers: check host and path in ${facts.sources.address}`,
  }),
  SERVER_ERROR: (facts, error) =>
    [502, 503, 504].includes(error.status)
      ? {
        code: "SERVER_DOWN",
        cause: `What stands before the API server of ${hostOf(facts)} answers, the API server itself does not`,
        evidence: [error.message],
        remedy: "Wait until the control plane is up again, or ask who runs it",
      }
      : undefined,
};

function hasPath({ address }: NamedFacts): boolean {
  return URL.canParse(address) && new URL(address).pathname.replace(/\/+$/, "") !== "";
}

function explainForeignServer(facts: NamedFacts, error: ApiError): Explanation {
  const path = URL.canParse(facts.address) ? new URL(facts.address).pathname.replace(/\/+$/, "") : "";
  const withoutPath = `Try ${facts.sources.address} without ${path}`;
  return {
    code: "NOT_KUBERNETES",
    cause: `What answers on ${hostOf(facts)}${path} is no Kubernetes API server`,
    evidence: [error.message],
    remedy: path === ""
      ? `A web server, a proxy or a login page answered: check host and port in ${facts.sources.address}`
      : /^\/apis?(\/|$)/.test(path)
      ? `${withoutPath}: clients add it themselves`
      : `${withoutPath}, or check the path: only some (Rancher's /k8s/clusters/…) lead to an API server`,
  };
}

/** 401: the server does not know who asks. The first of the reasons that fits is given. */
function explainUnauthorized(facts: NamedFacts, error: ApiError): Explanation {
  const { token, sources } = facts;
  const cause = `${hostOf(facts)} does not accept the token`;
  if (token === undefined && facts.clientCertificate !== undefined) {
    return explainRejectedCertificate(facts, facts.clientCertificate);
  }
  if (token === undefined) {
    return {
      code: "NO_TOKEN",
      cause: `${hostOf(facts)} wants a token, and none was sent`,
      evidence: [error.message],
      remedy: `Set ${sources.token}, or choose a context with a user that has a credential`,
    };
  }
  const { claims } = token;
  const evidence = [`Token ${token.fingerprint}${describeOwner(facts)}`];
  if (claims === undefined) {
    return {
      code: "TOKEN_OPAQUE",
      cause,
      evidence: [...evidence, "It is no JWT, so it says neither whose it is nor when it expires"],
      remedy:
        "Ask whoever issued it (Rancher, OpenShift …) whether it still holds and is for this cluster, or use the " +
        "token of a ServiceAccount",
    };
  }
  return explainRejectedJwt(facts, claims, cause, evidence);
}

function explainRejectedCertificate(facts: NamedFacts, certificate: CertificateInfo): Explanation {
  const { subject, issuer, notBeforeMs, notAfterMs } = certificate;
  const serverMs = facts.serverDateMs ?? facts.nowMs;
  const isOver = notAfterMs < serverMs;
  return {
    code: "CERTIFICATE_REJECTED",
    cause: isOver ? "The client certificate has expired" : `${hostOf(facts)} does not accept the client certificate`,
    evidence: [
      `It is of ${subject}, issued by ${issuer}`,
      `It is valid from ${formatDate(notBeforeMs)} to ${formatDate(notAfterMs)}`,
    ],
    remedy: isOver
      ? "Get a new one from whoever issued it"
      : "It must be issued by the CA that this cluster's API server trusts for clients (--client-ca-file): is it of another cluster?",
  };
}

function explainRejectedJwt(facts: NamedFacts, claims: TokenClaims, cause: string, evidence: string[]): Explanation {
  const serverMs = facts.serverDateMs ?? facts.nowMs;
  if (claims.expiresAtMs !== undefined && claims.expiresAtMs < serverMs) {
    const lifetime = claims.issuedAtMs === undefined ? undefined : claims.expiresAtMs - claims.issuedAtMs;
    const valid = lifetime === undefined ? "" : `; it was valid for ${formatDuration(lifetime)}`;
    return {
      code: "TOKEN_EXPIRED",
      cause: "The token has expired",
      evidence: [...evidence, `It expired ${formatDate(claims.expiresAtMs)}${valid}`],
      remedy: renewalOf(facts),
    };
  }
  const isOfGithub = claims.issuer?.startsWith("https://token.actions.githubusercontent.com");
  if (isOfGithub || claims.gitlabProject !== undefined) {
    return {
      code: isOfGithub ? "TOKEN_OF_GITHUB" : "TOKEN_OF_GITLAB",
      cause: `${hostOf(facts)} does not accept ${isOfGithub ? "GitHub" : "GitLab"}'s ID token`,
      evidence: [...evidence, `Its issuer is ${claims.issuer}, its audience ${claims.audiences.join(", ") || "empty"}`],
      remedy: "The API server must trust that issuer for exactly that audience (AuthenticationConfiguration, or " +
        "--oidc-issuer-url and --oidc-client-id)",
    };
  }
  const validFromMs = claims.notBeforeMs ?? claims.issuedAtMs;
  if (validFromMs !== undefined && validFromMs > serverMs + 60_000) {
    const clock = findClockFault(facts);
    return {
      code: "TOKEN_TOO_NEW",
      cause: "The token is not valid yet",
      evidence: [...evidence, `It is valid from ${formatDate(validFromMs)}`, ...(clock ? [clock] : [])],
      remedy: "A clock is wrong: that of the server, or that of the machine which issued the token",
    };
  }
  return {
    code: "TOKEN_REJECTED",
    cause,
    evidence: [
      ...evidence,
      ...(claims.issuer ? [`Its issuer is ${claims.issuer}`] : []),
      "It is well formed and has not expired",
    ],
    remedy: rejectionRemedy(facts),
  };
}

function describeOwner({ token }: NamedFacts): string {
  const { namespace, serviceAccount, subject } = token?.claims ?? {};
  if (serviceAccount !== undefined) return ` is of ServiceAccount ${namespace}/${serviceAccount}`;
  return subject === undefined ? "" : ` is of ${subject}`;
}

function renewalOf({ token, sources }: NamedFacts): string {
  const { namespace, serviceAccount } = token?.claims ?? {};
  const command = serviceAccount === undefined ? "" : `: kubectl create token ${serviceAccount} -n ${namespace}`;
  return `Put a new token into ${sources.token}${command}; EKS, GKE and AKS cap its lifetime at 24 or 48 hours, a token ` +
    "Secret does not expire";
}

function rejectionRemedy({ token, sources }: NamedFacts): string {
  const { namespace, serviceAccount, secret } = token?.claims ?? {};
  if (serviceAccount === undefined) {
    return `Check that ${sources.token} and ${sources.address} belong to the same cluster`;
  }
  const objects = `sa/${serviceAccount}${secret === undefined ? "" : ` secret/${secret}`}`;
  return `Either it is another cluster's, or its ServiceAccount or Secret was deleted (and perhaps made anew), or the ` +
    `cluster's signing key was replaced; an admin can look: kubectl -n ${namespace} get ${objects}`;
}

/** 403: the server knows who asks, and does not allow it. */
function explainForbidden(facts: NamedFacts, error: ApiError): Explanation {
  const user = /User "([^"]+)"/.exec(error.serverMessage)?.[1];
  if (user === "system:anonymous") {
    return {
      code: "NO_TOKEN",
      cause: `${hostOf(facts)} saw no token`,
      evidence: [error.message],
      remedy: `Set ${facts.sources.token}; over plain http no token is sent, and some proxies remove it`,
    };
  }
  const rule = error.missingRule;
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user ?? "");
  const evidence = [error.message];
  const role = rule?.namespace === undefined ? "a ClusterRole" : `a Role in namespace ${rule.namespace}`;
  const grant = rule === undefined
    ? ""
    : `Add this rule to ${role}, bound to ${user ?? "the token's owner"}:\n${formatRule(rule)}`;
  if (account !== null && rule?.namespace !== undefined && rule.namespace !== account[1]) {
    return {
      code: "WRONG_NAMESPACE",
      cause: `ServiceAccount ${account[2]} of namespace ${account[1]} has no rights in namespace ${rule.namespace}`,
      evidence,
      remedy: `If ${rule.namespace} is the right namespace, the RoleBinding must be in it, not in ${
        account[1]
      }. ${grant}`,
    };
  }
  return {
    code: "RULE_MISSING",
    cause: `${user ?? "The token's owner"} may not do that`,
    evidence,
    remedy: grant || `Ask for the permission for ${user ?? "the token's owner"}`,
  };
}

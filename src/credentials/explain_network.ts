import type { NetworkError, NetworkErrorCode } from "../base/mod.ts";
import { type Explanation, hostNameOf, hostOf, type NamedFacts } from "./explanation.ts";
import {
  explainExpiredCertificate,
  explainLeafAsCa,
  explainOtherTls,
  explainUnknownIssuer,
  explainWrongName,
} from "./explain_tls.ts";

type Explain = (facts: NamedFacts, error: NetworkError) => Explanation;

/** Why no answer came. */
export const NETWORK_EXPLANATIONS: Record<NetworkErrorCode, Explain> = {
  DNS: (facts, error) => {
    const inCluster = /\.svc(\.|$)|^kubernetes\.default/.test(hostNameOf(facts));
    return {
      code: "DNS",
      cause: `The name ${hostNameOf(facts)} is not known where this runs`,
      evidence: [error.message],
      remedy: inCluster
        ? `That name exists within a cluster alone: set ${facts.sources.address} to the address that is reachable from here`
        : `Check ${facts.sources.address} for a typing error; a private name needs the network (or the runner) that knows it`,
    };
  },
  REFUSED: (facts, error) => ({
    code: "REFUSED",
    cause: `Nothing listens on ${hostOf(facts)}`,
    evidence: [error.message, ...describeProxy(facts)],
    remedy: describePort(facts),
  }),
  TIMEOUT: (facts, error) => ({
    code: "TIMEOUT",
    cause: `${hostOf(facts)} does not answer`,
    evidence: [error.message, ...describeProxy(facts)],
    remedy:
      `A firewall, or a private endpoint that ${
        describeRunner(facts)
      } is outside of: allow it to connect, or run the ` +
      "job where the cluster is",
  }),
  RESET: (facts, error) => ({
    code: "RESET",
    cause: `${hostOf(facts)} closed the connection`,
    evidence: [error.message, ...describeProxy(facts)],
    remedy:
      "A load balancer or a firewall in between cut the connection: try again, then look at what stands in between",
  }),
  PROXY: (facts, error) => ({
    code: "PROXY",
    cause: `The proxy did not connect to ${hostOf(facts)}`,
    evidence: [error.message, ...(error.message.includes("through the proxy") ? [] : describeProxy(facts))],
    remedy: remedyForProxy(facts, error.message),
  }),
  TLS_UNKNOWN_ISSUER: explainUnknownIssuer,
  TLS_WRONG_NAME: explainWrongName,
  TLS_EXPIRED: explainExpiredCertificate,
  TLS_CA_AS_LEAF: explainLeafAsCa,
  TLS_NOT_TLS: (facts, error) => ({
    code: "NOT_TLS",
    cause: `${hostOf(facts)} does not speak TLS`,
    evidence: [error.message],
    remedy:
      `Check the port in ${facts.sources.address}: an API server speaks TLS, mostly on 6443 or 443; a plain http ` +
      "port is often a proxy's or kubectl proxy's",
  }),
  TLS_OTHER: explainOtherTls,
  OTHER: (facts, error) => ({
    code: "NO_ANSWER",
    cause: `No answer came from ${hostOf(facts)}`,
    evidence: [error.message, ...describeProxy(facts)],
    remedy: `Check ${facts.sources.address}, and that it is reachable from ${describeRunner(facts)}`,
  }),
};

/** The message names the proxy and who named it. */
function remedyForProxy(facts: NamedFacts, message: string): string {
  const isOfCluster = message.includes("proxy-url");
  if (/authentication required|auth methods/.test(message)) {
    const where = isOfCluster ? "the cluster's proxy-url" : "the variable that names it";
    return `Put user and password into ${where}, percent-encoded: http://USER:PASSWORD@HOST:PORT`;
  }
  if (isOfCluster) return "Check the cluster's proxy-url, and that the proxy lets the connection through";
  return `Add ${hostNameOf(facts)} to NO_PROXY if the cluster is reachable without the proxy, or allow it in the proxy`;
}

const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy"];

/** Which proxy the traffic goes through, its password left out. */
function describeProxy({ env }: NamedFacts): string[] {
  const name = PROXY_VARIABLES.find((name) => env?.get(name));
  if (name === undefined) return [];
  const value = env!.get(name)!;
  const host = URL.canParse(value) ? new URL(value).host : "a proxy";
  return [`${name} is set: traffic goes through ${host || "a proxy"} unless NO_PROXY names the server`];
}

function describePort(facts: NamedFacts): string {
  const port = URL.canParse(facts.address) ? new URL(facts.address).port : "";
  const usual = port === ""
    ? "without a port it is 443, but many API servers listen on 6443"
    : "usual ones are 6443 and 443";
  return `Check host and port in ${facts.sources.address}: ${usual}`;
}

function describeRunner({ env }: NamedFacts): string {
  const runner = env?.get("CI_RUNNER_DESCRIPTION");
  return runner ? `the runner "${runner}"` : "this machine";
}

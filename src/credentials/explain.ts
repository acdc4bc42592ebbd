import { NetworkError } from "../base/mod.ts";
import { ApiError } from "../kube/mod.ts";
import type { ConnectionFacts, Explanation, NamedFacts } from "./explanation.ts";
import { NETWORK_EXPLANATIONS } from "./explain_network.ts";
import { REFUSAL_EXPLANATIONS } from "./explain_refusal.ts";

const DEFAULT_SOURCES = { address: "CLUSTER_ADDRESS", ca: "CA_AUTH_DATA", token: "K8S_TOKEN" };

/**
 * Says why a cluster could not be talked to, from an error and from what is known of address, CA and token. A function of
 * its arguments: nothing is asked.
 *
 * @param error What a request threw.
 * @returns Undefined when the error is not about the connection: the server refused the objects, or it is a bug.
 */
export function explainConnectionError(error: unknown, facts: ConnectionFacts): Explanation | undefined {
  const named: NamedFacts = { ...facts, sources: facts.sources ?? DEFAULT_SOURCES };
  if (error instanceof NetworkError) return NETWORK_EXPLANATIONS[error.code](named, error);
  if (error instanceof ApiError) return REFUSAL_EXPLANATIONS[error.code]?.(named, error);
  return undefined;
}

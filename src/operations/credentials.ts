import type { Host } from "../base/mod.ts";
import {
  createRedactor,
  type CredentialFlags,
  decodeTokenClaims,
  explainMissingVariable,
  readCredentials,
} from "../credentials/mod.ts";
import { type ContextSpec, KubeconfigError } from "../kubeconfig/mod.ts";
import type { ProtectedHost } from "./protect.ts";

/** The variables that carry a cluster's credentials into a job, each with a `…_FILE` twin. */
export const CREDENTIAL_VARIABLES = ["CLUSTER_ADDRESS", "CA_AUTH_DATA", "K8S_TOKEN"] as const;

/** A context made of the three variables, and what to tell about it. */
export interface VariablesContext {
  spec: ContextSpec & { namespace: string };
  /** What was repaired and noticed, a sentence each. */
  notes: string[];
  /** Which variable, file or flag each value came from. */
  sources: { address: string; ca: string; token: string };
}

/** Whether any of the variables or flags says that the variables are meant, be it with an empty value. */
export function hasCredentialVariables(host: Pick<Host, "env">, flags: CredentialFlags): boolean {
  const isSet = (name: string) => host.env.get(name) !== undefined || host.env.get(`${name}_FILE`) !== undefined;
  return CREDENTIAL_VARIABLES.some(isSet) ||
    [flags.server, flags.caFile, flags.tokenFile].some((flag) => flag !== undefined);
}

/** In a CI job, and in a pod, that there is no context has the reasons that a missing variable has. */
export function explainNoContext({ env }: Pick<Host, "env">, error: unknown): unknown {
  const isInJob = ["GITLAB_CI", "GITHUB_ACTIONS", "KUBERNETES_SERVICE_HOST"].some((name) => env.get(name));
  if (!isInJob || !(error instanceof KubeconfigError) || error.code !== "NO_CONTEXT") return error;
  const hint = [error.hint, explainMissingVariable(env)].join("; ");
  return new KubeconfigError(error.code, error.message, error.file, { hint, cause: error });
}

/**
 * Reads address, CA and token, repairs what can be repaired and registers the token as a secret.
 *
 * @throws {CredentialsError} With all that can't be repaired.
 */
export async function readVariablesContext(
  host: ProtectedHost,
  flags: CredentialFlags & { namespace?: string; contextName?: string },
): Promise<VariablesContext> {
  // Before anything can fail and quote it.
  host.registerSecrets(createRedactor, host.env.get("K8S_TOKEN"), host.env.get(flags.tokenEnv ?? "K8S_TOKEN"));
  const { address, ca, token, repairs, notes, sources } = await readCredentials(host, flags);
  host.registerSecrets(createRedactor, token.value);
  const claims = decodeTokenClaims(token.value);
  return {
    spec: {
      contextName: flags.contextName ?? "default",
      clusterName: "k8s",
      userName: claims?.serviceAccount ?? "kstage",
      server: address.value,
      token: token.value,
      namespace: flags.namespace ?? claims?.namespace ?? "default",
      ...(ca === undefined ? {} : { caPem: ca.value }),
      ...readWay(host),
    },
    notes: [...(repairs.length > 0 ? [`repaired ${repairs.join("; ")}`] : []), ...notes],
    sources,
  };
}

/** What the address alone does not tell of the way to the server; resolving the context checks both. */
function readWay({ env }: Pick<Host, "env">): { tlsServerName?: string; proxyUrl?: string } {
  const [tlsServerName = "", proxyUrl = ""] = ["CLUSTER_TLS_SERVER_NAME", "CLUSTER_PROXY_URL"]
    .map((name) => env.get(name)?.trim());
  return { ...(tlsServerName === "" ? {} : { tlsServerName }), ...(proxyUrl === "" ? {} : { proxyUrl }) };
}

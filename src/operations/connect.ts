import { CodedError } from "../base/mod.ts";
import type { ConnectionFacts, CredentialFlags } from "../credentials/mod.ts";
import { createHttpTransport, createKubeClient, type KubeClient } from "../kube/mod.ts";
import {
  type Impersonation,
  type ImpersonationFlags,
  loadKubeconfig,
  parseKubeconfig,
  renderContext,
  resolveContext,
  type ResolvedContext,
  validateImpersonation,
} from "../kubeconfig/mod.ts";
import { impersonate, openContextHttp, openCredential, provideToken } from "./authenticate.ts";
import { readConnectionFacts, watchServerClock } from "./connection_facts.ts";
import { explainNoContext, hasCredentialVariables, readVariablesContext } from "./credentials.ts";
import { readInClusterContext } from "./in_cluster.ts";
import type { ProtectedHost } from "./protect.ts";

/** Which cluster, and as whom. */
export interface ConnectOptions extends CredentialFlags {
  /** A kubeconfig to use in place of the variables. */
  kubeconfig?: string;
  /** A context of the kubeconfig. */
  context?: string;
  /** For objects that name none. */
  namespace?: string;
  /** Use the ServiceAccount of the pod that kstage runs in. Never done unasked. @default {false} */
  inCluster?: boolean;
  /** Whom to act as. */
  impersonation?: ImpersonationFlags;
}

/** A client for one cluster, until it is disposed of. */
export interface Connection extends Disposable {
  /** Speaks to the cluster. */
  client: KubeClient;
  /** URL of the API server. */
  server: string;
  /** Where objects go that name no namespace. */
  namespace: string;
  /**
   * Says how many requests will soon come at the same time, so that connections can be opened meanwhile. Resolves as soon
   * as these are under way.
   */
  expectRequests(count: number): Promise<void>;
  /** Which context, for people. */
  context: string;
  /** What was repaired or noticed on the way, a sentence each. */
  notes: string[];
  /** What the next request authenticates with. Holds secrets: not to be printed. */
  readCredential(): Promise<ConnectionCredential>;
  /**
   * What is known for explaining why the cluster can't be talked to; gathered only when that is asked. When the error is
   * about TLS, the server is asked once more for its certificates, without the token.
   */
  readFacts(error?: unknown): Promise<ConnectionFacts>;
}

/** How a connection authenticates. Holds secrets. */
export interface ConnectionCredential {
  /** What the context says. */
  kind: "none" | "token" | "tokenFile" | "certificate" | "basic" | "exec" | "oidc";
  /** A bearer token. */
  token?: string;
  /** The client certificate. */
  certificatePem?: string;
  /** Who is acted as. */
  impersonation?: Impersonation;
}

/** The words of the command line contradict one another. */
export class ConnectError extends CodedError<"UNSUPPORTED"> {
  /** For `error.name`. */
  override name = "UsageError";
}

/**
 * Opens a client. `--in-cluster`, `--kubeconfig` and `--context` say what is meant; otherwise the variables
 * CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN count as soon as one of them is set, be it to nothing, and the kubeconfig
 * of KUBECONFIG or ~/.kube/config without them. Nothing is asked of the cluster yet.
 *
 * @throws {CredentialsError} And KubeconfigError, KubeError.
 */
export async function connect(host: ProtectedHost, options: ConnectOptions): Promise<Connection> {
  if (options.inCluster) refuseStrayImpersonation(options);
  if (options.inCluster) return await open(host, await readInClusterContext(host, options), { notes: [] });
  const wantsKubeconfig = options.kubeconfig !== undefined || options.context !== undefined;
  if (!wantsKubeconfig && hasCredentialVariables(host, options)) return await connectByVariables(host, options);
  const config = loadKubeconfig(host, options.kubeconfig);
  const resolved = await resolveContext(config, host.fs, options).catch((error) => {
    throw wantsKubeconfig ? error : explainNoContext(host, error);
  });
  return await open(host, resolved, { notes: resolved.warnings });
}

/**
 * Through a kubeconfig that only this run knows of, so that nothing of the job's environment can interfere. It is in memory:
 * a file would outlive a run that is killed, with the token in it.
 */
async function connectByVariables(host: ProtectedHost, options: ConnectOptions): Promise<Connection> {
  const { spec, notes, sources } = await readVariablesContext(host, options);
  const { allowHttp, impersonation } = options;
  const config = parseKubeconfig(renderContext(spec), "the variables");
  const resolved = await resolveContext(config, host.fs, { allowHttp, impersonation });
  return open(host, resolved, { notes, sources });
}

interface Origin {
  notes: string[];
  /** Which variables or flags the values came from. */
  sources?: ConnectionFacts["sources"];
}

function open(host: ProtectedHost, resolved: ResolvedContext, origin: Origin): Connection {
  const { authentication: { kind }, tls, server } = resolved;
  const credential = openCredential(host, resolved);
  const http = watchServerClock(openContextHttp(host, resolved, credential), host.clock);
  const authorization = kind === "none" ? {} : { token: provideToken(credential) };
  const scheme = kind === "basic" ? { scheme: "Basic" as const } : {};
  const transport = impersonate(createHttpTransport({ server, http, ...authorization, ...scheme }), resolved);
  const readCredential = async (): Promise<ConnectionCredential> => {
    const { authorization, certificatePem = tls.certificatePem } = await credential.get();
    const token = kind === "basic" ? undefined : authorization?.replace(/^Bearer /, "");
    return {
      kind: kind === "none" && certificatePem !== undefined ? "certificate" : kind,
      ...(token === undefined ? {} : { token }),
      ...(certificatePem === undefined ? {} : { certificatePem }),
      ...(resolved.impersonation === undefined ? {} : { impersonation: resolved.impersonation }),
    };
  };
  return {
    client: createKubeClient(transport, { clock: host.clock, random: host.random }),
    server,
    namespace: resolved.namespace,
    expectRequests: async (count) => await http.prepare?.(server, count),
    context: resolved.name,
    notes: [...origin.notes, ...(kind === "basic" ? [BASIC_NOTE] : [])],
    readCredential,
    async readFacts(error) {
      const { sources } = origin;
      const credential = await readCredential().catch(() => undefined);
      const known = { ...(sources === undefined ? {} : { sources }), clockSkewMs: http.clockSkewMs, credential };
      return await readConnectionFacts(host, resolved, known, error);
    },
    [Symbol.dispose]() {
      http.close();
    },
  };
}

const BASIC_NOTE = "Kubernetes has not accepted user name and password since 1.19: only a proxy before it may";

/** Where no kubeconfig can name the user, groups alone are a mistake. */
function refuseStrayImpersonation({ impersonation }: ConnectOptions): void {
  const [problem] = validateImpersonation("this pod", {}, impersonation);
  if (problem !== undefined) {
    throw new ConnectError("UNSUPPORTED", `Cannot use --in-cluster: ${problem}`, { hint: "Name the user with --as" });
  }
}

import { CodedError } from "../base/mod.ts";
import { type ConnectionFacts, createRedactor, type CredentialFlags } from "../credentials/mod.ts";
import {
  createHttpTransport,
  createKubeClient,
  type KubeClient,
  type TokenProvider,
  type Transport,
} from "../kube/mod.ts";
import {
  createPrivateKubeconfig,
  type CredentialSource,
  type ImpersonationFlags,
  impersonationHeaders,
  loadKubeconfig,
  openCredentialSource,
  renderContext,
  resolveContext,
  type ResolvedContext,
  validateImpersonation,
} from "../kubeconfig/mod.ts";
import { readConnectionFacts, watchServerClock } from "./connection_facts.ts";
import { hasCredentialVariables, readVariablesContext } from "./credentials.ts";
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
  /** Which context, for people. */
  context: string;
  /** What was repaired or noticed on the way, a sentence each. */
  notes: string[];
  /**
   * What is known for explaining why the cluster can't be talked to; gathered only when that is asked. When the error is
   * about TLS, the server is asked once more for its certificates, without the token.
   */
  readFacts(error?: unknown): Promise<ConnectionFacts>;
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
  const resolved = await resolveContext(config, host.fs, options);
  return await open(host, resolved, { notes: resolved.warnings });
}

/** Through a kubeconfig that only this run knows of, so that nothing of the job's environment can interfere. */
async function connectByVariables(host: ProtectedHost, options: ConnectOptions): Promise<Connection> {
  const { spec, notes, sources } = await readVariablesContext(host, options);
  const file = createPrivateKubeconfig(host.fs, renderContext(spec));
  try {
    const { allowHttp, impersonation } = options;
    const config = loadKubeconfig(host, file.file);
    const resolved = await resolveContext(config, host.fs, { allowHttp, impersonation });
    return await open(host, resolved, { notes, sources, dispose: file.dispose });
  } catch (error) {
    file.dispose();
    throw error;
  }
}

interface Origin {
  notes: string[];
  /** Which variables or flags the values came from. */
  sources?: ConnectionFacts["sources"];
  /** Removes what was written for this connection. */
  dispose?: () => void;
}

async function open(host: ProtectedHost, resolved: ResolvedContext, origin: Origin): Promise<Connection> {
  refuseBasicAuthentication(resolved);
  registerSecrets(host, resolved);
  const credential = openCredentialSource(resolved, host);
  const { kind } = resolved.authentication;
  const first = kind === "exec" ? await credential.get() : {};
  const { certificatePem = resolved.tls.certificatePem, keyPem = resolved.tls.keyPem } = first;
  const http = watchServerClock(host.network.open({ ...resolved.tls, certificatePem, keyPem }), host.clock);
  const hasBearer = kind === "token" || kind === "tokenFile" || first.authorization !== undefined;
  const token = hasBearer ? { token: provideToken(host, credential) } : {};
  const transport = impersonate(createHttpTransport({ server: resolved.server, http, ...token }), resolved);
  return {
    client: createKubeClient(transport, { clock: host.clock, random: host.random }),
    server: resolved.server,
    namespace: resolved.namespace,
    context: resolved.name,
    notes: origin.notes,
    readFacts: (error) => {
      const { sources } = origin;
      const known = { ...(sources === undefined ? {} : { sources }), clockSkewMs: http.clockSkewMs };
      return readConnectionFacts(host, resolved, known, error);
    },
    [Symbol.dispose]() {
      http.close();
      origin.dispose?.();
    },
  };
}

/** Where no kubeconfig can name the user, groups alone are a mistake. */
function refuseStrayImpersonation({ impersonation }: ConnectOptions): void {
  const [problem] = validateImpersonation("this pod", {}, impersonation);
  if (problem !== undefined) {
    throw new ConnectError("UNSUPPORTED", `Cannot use --in-cluster: ${problem}`, { hint: "Name the user with --as" });
  }
}

function refuseBasicAuthentication({ authentication, name }: ResolvedContext): void {
  if (authentication.kind !== "basic") return;
  throw new ConnectError(
    "UNSUPPORTED",
    `Cannot use context "${name}": it authenticates with a user name and password`,
    {
      hint: "Kubernetes has not accepted these since 1.19: use a token or a client certificate",
    },
  );
}

function provideToken(host: ProtectedHost, credential: CredentialSource): TokenProvider {
  return async ({ refresh }) => {
    if (refresh) credential.forget();
    const token = ((await credential.get()).authorization ?? "").replace(/^Bearer /, "");
    host.registerSecrets(createRedactor, token);
    return token;
  };
}

function registerSecrets(host: ProtectedHost, { authentication, tls }: ResolvedContext): void {
  const token = authentication.kind === "token" ? authentication.token : undefined;
  const password = authentication.kind === "basic" ? authentication.password : undefined;
  host.registerSecrets(createRedactor, tls.keyPem, token, password, ...proxyPasswords(host, tls.proxyUrl));
}

/** Passwords within the URLs of proxies, as they stand there and as they are meant. */
function proxyPasswords({ env }: Pick<ProtectedHost, "env">, proxyUrl: string | undefined): string[] {
  const variables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].map((name) => env.get(name));
  return [proxyUrl, ...variables].flatMap((text) => {
    const password = /^(?:[a-z0-9]+:\/\/)?[^/@:]*:([^/@]+)@/i.exec(text ?? "")?.[1];
    if (password === undefined) return [];
    try {
      return [password, decodeURIComponent(password)];
    } catch {
      return [password];
    }
  });
}

/** Adds the headers of `kubectl --as`, when the context has them. */
function impersonate(transport: Transport, { impersonation }: ResolvedContext): Transport {
  if (impersonation === undefined) return transport;
  const headers = impersonationHeaders(impersonation);
  return {
    send: (request, signal) => transport.send({ ...request, headers: { ...request.headers, ...headers } }, signal),
  };
}

import type { FileSystem, TlsSettings } from "../base/mod.ts";
import { assertClientKeyFits } from "./client_certificate.ts";
import type { Cluster, Context, ExecConfig, Kubeconfig, Located, User } from "./config.ts";
import { KubeconfigError } from "./errors.ts";
import type { OidcConfig } from "./oidc.ts";
import {
  type Impersonation,
  type ImpersonationFlags,
  mergeImpersonation,
  validateImpersonation,
} from "./impersonation.ts";
import { locatePath, readPem, validateCluster, validateReferences, validateUser } from "./validate.ts";

/** How a user authenticates, beside the client certificate that stands in {@link ResolvedContext.tls}. */
export type Authentication =
  | { kind: "none" }
  | { kind: "token"; token: string }
  /** An absolute path; the file is read again while it is in use, for tokens that are rotated. */
  | { kind: "tokenFile"; path: string }
  | { kind: "basic"; username: string; password: string }
  /** A program; a `command` with a separator is an absolute path already. */
  | { kind: "exec"; exec: ExecConfig }
  /** The settings of the `oidc` auth-provider, and the file that they stand in. */
  | { kind: "oidc"; config: OidcConfig; file: string };

/** All that is needed to talk to a cluster. Holds secrets: not to be printed. */
export interface ResolvedContext {
  /** Name of the context. */
  name: string;
  /** Name of its cluster. */
  clusterName: string;
  /** Name of its user. */
  userName: string;
  /** URL without a slash at its end. */
  server: string;
  /** Whom to trust and which client certificate to show. */
  tls: TlsSettings;
  /** How the user authenticates. */
  authentication: Authentication;
  /** Who to act as, where that is someone else. */
  impersonation?: Impersonation;
  /** `default` where the context names none. */
  namespace: string;
  /** The cluster entry itself, for exec plugins that ask for it. */
  cluster: Cluster;
  /** What the user should know, one sentence each. */
  warnings: string[];
}

/** Which context, and what to put in place of its own. */
export interface ResolveContextOptions {
  /** Name of a context. @default the current context */
  context?: string;
  /** In place of the context's. */
  namespace?: string;
  /** Accept `http://` on loopback. @default {false} */
  allowHttp?: boolean;
  /** Whom to act as, before what the user's entry says. */
  impersonation?: ImpersonationFlags;
}

/**
 * Finds a context and everything that it refers to. Unlike kubectl, nothing is guessed: without a context there is no
 * fall-back to `localhost:8080` or to the cluster that the program runs in.
 *
 * @param fs Where certificate files are read.
 * @throws {KubeconfigError} NO_CONTEXT, CONTEXT_MISSING, CLUSTER_MISSING, USER_MISSING, INVALID_CONTEXT, HTTP_REFUSED,
 *   UNSUPPORTED.
 */
export async function resolveContext(
  config: Kubeconfig,
  fs: FileSystem,
  options: ResolveContextOptions = {},
): Promise<ResolvedContext> {
  const name = chooseContext(config, options.context);
  const { context, cluster, user } = findEntries(config, name);
  const problems = [
    ...validateCluster(fs, context.value.cluster!, cluster),
    ...validateUser(fs, context.value.user!, user),
    ...validateImpersonation(context.value.user!, user.value, options.impersonation),
  ];
  if (problems.length > 0) throw invalid(name, context.file, problems.join("; "));
  refuseUnsupported(name, user);
  const server = checkServer(name, cluster, options.allowHttp ?? false);
  const tls = readTls(fs, cluster, user);
  const impersonation = mergeImpersonation(user.value, options.impersonation);
  if (tls.certificatePem !== undefined) await assertClientKeyFits(tls, `context "${name}"`, user.file);
  return {
    name,
    clusterName: context.value.cluster!,
    userName: context.value.user!,
    server,
    tls,
    authentication: toAuthentication(fs, user),
    ...(impersonation === undefined ? {} : { impersonation }),
    namespace: checkNamespace(name, context, options.namespace),
    cluster: cluster.value,
    warnings: listWarnings(context.value.cluster!, cluster.value),
  };
}

function chooseContext(config: Kubeconfig, wanted: string | undefined): string {
  const name = wanted || config.currentContext;
  const known = [...config.contexts.keys()];
  if (name === "") {
    const files = config.files.join(", ") || "nowhere, as neither KUBECONFIG nor HOME is set";
    const hint = known.length > 0
      ? `Choose one with --context: ${known.join(", ")}`
      : "Name a kubeconfig with --kubeconfig, or set CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN";
    const state = known.length > 0 ? "no current-context is set" : `there is none (looked in ${files})`;
    throw new KubeconfigError("NO_CONTEXT", `Cannot choose a context: ${state}`, config.files[0] ?? "", { hint });
  }
  if (!config.contexts.has(name)) {
    throw new KubeconfigError(
      "CONTEXT_MISSING",
      `Cannot use context "${name}": context was not found for specified context: ${name}`,
      config.files[0] ?? "",
      { hint: known.length > 0 ? `Known contexts: ${known.join(", ")}` : "The kubeconfig defines no context" },
    );
  }
  return name;
}

function findEntries(config: Kubeconfig, name: string) {
  const context = config.contexts.get(name)!;
  const cluster = config.clusters.get(context.value.cluster ?? "");
  const user = config.users.get(context.value.user ?? "");
  const problems = validateReferences(name, context.value, user !== undefined, cluster !== undefined);
  if (problems.length > 0 || !cluster || !user) {
    const code = cluster ? "USER_MISSING" : "CLUSTER_MISSING";
    throw new KubeconfigError(code, `Cannot use context "${name}": ${problems.join("; ")}`, context.file);
  }
  return { context, cluster, user };
}

const REMOVED_PROVIDERS: Record<string, string> = {
  gcp: 'The gcp auth plugin has been removed: use the "gke-gcloud-auth-plugin" exec plugin instead',
  azure: "The azure auth plugin has been removed: use the kubelogin exec plugin instead",
};

function refuseUnsupported(name: string, user: Located<User>): void {
  const provider = user.value["auth-provider"]?.name;
  if (provider === undefined || provider === "oidc") return;
  throw new KubeconfigError(
    "UNSUPPORTED",
    `Cannot use context "${name}": no Auth Provider found for name "${provider}"`,
    user.file,
    { hint: REMOVED_PROVIDERS[provider] ?? "Use oidc, an exec plugin or a token" },
  );
}

function checkServer(name: string, { value, file }: Located<Cluster>, allowHttp: boolean): string {
  const server = value.server!;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(server);
  let url: URL;
  try {
    // A scheme that is missing means http, as in client-go.
    url = new URL(hasScheme ? server : `http://${server}`);
  } catch {
    throw invalid(name, file, "the server is no URL such as https://host:6443");
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid(name, file, "the server's URL holds a user or password");
  }
  if (url.protocol === "https:") return server.replace(/\/+$/, "");
  if (url.protocol !== "http:") throw invalid(name, file, `the server has the scheme "${url.protocol}", not https`);
  if (isLoopback(url.hostname) && allowHttp) return (hasScheme ? server : `http://${server}`).replace(/\/+$/, "");
  throw new KubeconfigError(
    "HTTP_REFUSED",
    `Cannot use context "${name}": its server ${url.host} would be spoken to over plain http`,
    file,
    {
      hint: isLoopback(url.hostname)
        ? "Write https:// before the address, or pass --allow-http"
        : "Write https:// before the address; a token is never sent unencrypted",
    },
  );
}

/** Whether a host name of a URL is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
    /^127(\.\d+){3}$/.test(hostname);
}

function readTls(fs: FileSystem, cluster: Located<Cluster>, user: Located<User>): TlsSettings {
  const { value: c } = cluster;
  const { value: u } = user;
  const tls: TlsSettings = {
    caPem: readPem(fs, cluster, c["certificate-authority-data"], c["certificate-authority"]),
    certificatePem: readPem(fs, user, u["client-certificate-data"], u["client-certificate"]),
    serverName: c["tls-server-name"] || undefined,
    insecure: c["insecure-skip-tls-verify"] || undefined,
    proxyUrl: c["proxy-url"] || undefined,
  };
  if (tls.certificatePem !== undefined) tls.keyPem = readPem(fs, user, u["client-key-data"], u["client-key"]);
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}

function toAuthentication(fs: FileSystem, user: Located<User>): Authentication {
  const { token, tokenFile, username, password, exec, "auth-provider": provider } = user.value;
  if (tokenFile) return { kind: "tokenFile", path: locatePath(fs, user, tokenFile) };
  if (token) return { kind: "token", token };
  if (username || password) return { kind: "basic", username: username ?? "", password: password ?? "" };
  if (provider) return { kind: "oidc", config: provider.config ?? {}, file: user.file };
  if (!exec) return { kind: "none" };
  const command = exec.command!.includes("/") ? locatePath(fs, user, exec.command!) : exec.command!;
  return { kind: "exec", exec: { ...exec, command } };
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function checkNamespace(name: string, { value, file }: Located<Context>, wanted: string | undefined): string {
  const namespace = wanted || value.namespace || "default";
  if (DNS_LABEL.test(namespace)) return namespace;
  throw invalid(name, file, `the namespace "${namespace}" is not a DNS-1123 label (a-z, 0-9 and "-", at most 63)`);
}

function listWarnings(name: string, cluster: Cluster): string[] {
  return cluster["insecure-skip-tls-verify"]
    ? [`Cluster "${name}" has insecure-skip-tls-verify: the server's certificate is not checked`]
    : [];
}

function invalid(name: string, file: string, state: string): KubeconfigError {
  return new KubeconfigError("INVALID_CONTEXT", `Cannot use context "${name}": ${state}`, file);
}

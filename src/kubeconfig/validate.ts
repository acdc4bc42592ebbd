import { dirName, FileError, type FileSystem, resolvePath } from "../base/mod.ts";
import { decodeBase64 } from "./base64.ts";
import type { Cluster, Context, ExecConfig, Located, User } from "./config.ts";
import { parsePem } from "./pem.ts";

/** A path of an entry as an absolute one: relative ones start at the directory of the kubeconfig. */
export function locatePath(fs: FileSystem, entry: Located<unknown>, path: string): string {
  return resolvePath(dirName(resolvePath(fs.cwd(), entry.file)), path);
}

/**
 * What is wrong with a context's references, in client-go's words.
 *
 * @see client-go `tools/clientcmd/validation.go` v0.36
 */
export function validateReferences(name: string, context: Context, hasUser: boolean, hasCluster: boolean): string[] {
  const problems: string[] = [];
  if (!context.user) problems.push(`user was not specified for context "${name}"`);
  else if (!hasUser) problems.push(`user "${context.user}" was not found for context "${name}"`);
  if (!context.cluster) problems.push(`cluster was not specified for context "${name}"`);
  else if (!hasCluster) problems.push(`cluster "${context.cluster}" was not found for context "${name}"`);
  return problems;
}

/** What is wrong with a cluster, in client-go's words. Certificate files are read. */
export function validateCluster(fs: FileSystem, name: string, entry: Located<Cluster>): string[] {
  const { value: cluster } = entry;
  const problems: string[] = [];
  const { "certificate-authority": path, "certificate-authority-data": data } = cluster;
  if (!cluster.server) problems.push(`no server found for cluster "${name}"`);
  const scheme = /^(\w+):\/\//.exec(cluster["proxy-url"] ?? "")?.[1] ?? "";
  if (cluster["proxy-url"] && !["http", "https", "socks5"].includes(scheme)) {
    problems.push(
      `invalid 'proxy-url' for cluster "${name}": unsupported scheme "${scheme}", must be http, https, or socks5`,
    );
  }
  if (path && data) {
    problems.push(
      `certificate-authority-data and certificate-authority are both specified for ${name}. ` +
        "certificate-authority-data will override.",
    );
  }
  if (cluster["insecure-skip-tls-verify"] && (path || data)) {
    problems.push("specifying a root certificates file with the insecure flag is not allowed");
  }
  if (path) problems.push(...findReadFault(fs, entry, path, `certificate-authority`, name));
  if (problems.length === 0) problems.push(...findCaFault(readPem(fs, entry, data, path)));
  return problems;
}

function findCaFault(pem: string | undefined): string[] {
  if (pem === undefined) return [];
  const blocks = parsePem(pem);
  if (blocks.length === 0) return ["unable to load root certificates: unable to parse bytes as PEM block"];
  const certificates = blocks.filter(({ label }) => label === "CERTIFICATE");
  if (certificates.length === 0) {
    return ["unable to load root certificates: no valid certificate authority data seen"];
  }
  return certificates.every(({ der }) => der) ? [] : ["unable to load root certificates: a certificate is damaged"];
}

/** What is wrong with a user, in client-go's words. Certificate files are read. */
export function validateUser(fs: FileSystem, name: string, entry: Located<User>): string[] {
  const { value: user } = entry;
  const methods = [...(user.token ? ["token"] : []), ...(user.username || user.password ? ["basicAuth"] : [])];
  const problems = validateClientCertificate(fs, name, entry);
  if (user.exec) problems.push(...validateExec(name, user.exec, user["auth-provider"] !== undefined));
  if (methods.length > 1) {
    problems.push(
      `more than one authentication method found for ${name}; found [${methods.join(" ")}], ` +
        "only one is allowed",
    );
  }
  return problems;
}

function validateClientCertificate(fs: FileSystem, name: string, entry: Located<User>): string[] {
  const { value: user } = entry;
  const { "client-certificate": path, "client-certificate-data": data } = user;
  const { "client-key": keyPath, "client-key-data": keyData } = user;
  if (!path && !data) return [];
  const problems: string[] = [];
  if (path && data) {
    problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`);
  }
  if (keyPath && keyData) {
    problems.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`);
  }
  if (!keyPath && !keyData) {
    problems.push(
      `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
    );
  }
  if (path) problems.push(...findReadFault(fs, entry, path, "client-cert", name));
  if (keyPath) problems.push(...findReadFault(fs, entry, keyPath, "client-key", name));
  return problems;
}

function validateExec(name: string, exec: ExecConfig, hasAuthProvider: boolean): string[] {
  const use = `must be specified for ${name} to use exec authentication plugin`;
  const problems: string[] = [];
  if (hasAuthProvider) {
    problems.push(`authProvider cannot be provided in combination with an exec plugin for ${name}`);
  }
  if (!exec.command) problems.push(`command ${use}`);
  if (!exec.apiVersion) problems.push(`apiVersion ${use}`);
  if (exec.env?.some((variable) => !variable.name)) problems.push(`env variable name ${use}`);
  const mode = exec.interactiveMode ?? "";
  // Before v1 the field did not exist, so its absence means IfAvailable there.
  if (mode === "" && !exec.apiVersion?.endsWith("/v1beta1")) problems.push(`interactiveMode ${use}`);
  else if (!["", "Never", "IfAvailable", "Always"].includes(mode)) {
    problems.push(`invalid interactiveMode for ${name}: "${mode}"`);
  }
  return problems;
}

function findReadFault(fs: FileSystem, entry: Located<unknown>, path: string, what: string, name: string): string[] {
  const full = locatePath(fs, entry, path);
  try {
    fs.readFile(full);
    return [];
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const reason = error.message.slice(error.message.lastIndexOf(": ") + 2);
    return [`unable to read ${what} ${full} for ${name} due to open ${full}: ${reason}`];
  }
}

/** The PEM text of a `…-data` field or of the file that its twin names; data goes first. */
export function readPem(
  fs: FileSystem,
  entry: Located<unknown>,
  data: string | undefined,
  path: string | undefined,
): string | undefined {
  if (data) {
    const bytes = decodeBase64(data);
    return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : "";
  }
  return path ? fs.readText(locatePath(fs, entry, path)) : undefined;
}

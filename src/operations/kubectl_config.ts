import { type Host, isObject, type JsonObject, type JsonValue, resolvePath } from "../base/mod.ts";
import {
  CLUSTER_FIELDS,
  CONTEXT_FIELDS,
  encodeBase64,
  type Field,
  KubeconfigError,
  toNormalForm,
  USER_FIELDS,
} from "../kubeconfig/mod.ts";

/** Values of flags that were given; what was not given is absent. */
export type GivenFlags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** The flags of `set-cluster` and the fields that they set. */
const CLUSTER_FLAGS = { "tls-server-name": "tls-server-name", "proxy-url": "proxy-url" } as const;

function fault(message: string): KubeconfigError {
  return new KubeconfigError("BAD_PROPERTY", message, "");
}

/** Checks that a file to embed is there. */
function assertFile(host: Pick<Host, "fs">, flag: string, path: string): void {
  if (host.fs.stat(path) !== undefined) return;
  throw fault(`could not stat ${flag} file ${path}: stat ${path}: no such file or directory`);
}

/** What of `set-cluster` makes no sense, in kubectl's words. @see kubectl `pkg/cmd/config/set_cluster.go` v0.36 */
export function checkClusterFlags(host: Pick<Host, "fs">, name: string, flags: GivenFlags): void {
  if (name === "") throw fault("you must specify a non-empty cluster name");
  const ca = String(flags["certificate-authority"] ?? "");
  if (flags["insecure-skip-tls-verify"] === true && ca !== "") {
    throw fault("you cannot specify a certificate authority and insecure mode at the same time");
  }
  if (flags["embed-certs"] !== true) return;
  if (ca === "") throw fault("you must specify a --certificate-authority to embed");
  assertFile(host, "certificate-authority", ca);
}

/** A cluster after `set-cluster`. */
export function changeCluster(host: Pick<Host, "fs">, old: JsonObject, flags: GivenFlags): JsonObject {
  const cluster = { ...old };
  if (flags.server !== undefined) Object.assign(cluster, { server: flags.server, "tls-server-name": "" });
  for (const [flag, field] of Object.entries(CLUSTER_FLAGS)) {
    if (flags[flag] !== undefined) cluster[field] = flags[flag] as string;
  }
  // Without the flag kubectl takes its default for given: each call makes a cluster secure again.
  const isInsecure = flags["insecure-skip-tls-verify"] === true;
  cluster["insecure-skip-tls-verify"] = isInsecure;
  if (isInsecure) Object.assign(cluster, { "certificate-authority": "", "certificate-authority-data": "" });
  if (flags["certificate-authority"] !== undefined) {
    setFile(host, cluster, "certificate-authority", flags);
    cluster["insecure-skip-tls-verify"] = false;
  }
  return toNormalForm(cluster, CLUSTER_FIELDS);
}

function setFile(host: Pick<Host, "fs">, entry: JsonObject, field: string, flags: GivenFlags): void {
  const path = String(flags[field]);
  if (flags["embed-certs"] === true) {
    // A directory has been let pass: it holds nothing to embed.
    const data = host.fs.stat(path)?.kind === "file" ? encodeBase64(host.fs.readFile(path)) : "";
    Object.assign(entry, { [field]: "", [`${field}-data`]: data });
  } else Object.assign(entry, { [field]: resolvePath(host.fs.cwd(), path), [`${field}-data`]: "" });
}

/** What of `set-credentials` makes no sense. @see kubectl `pkg/cmd/config/set_credentials.go` v0.36 */
export function checkUserFlags(host: Pick<Host, "fs">, name: string, flags: GivenFlags): void {
  if (name === "") throw fault("you must specify a non-empty user name");
  if (flags.token && (flags.username || flags.password)) {
    throw fault(
      "you cannot specify more than one authentication method at the same time: --token, --username/--password",
    );
  }
  if (flags["embed-certs"] === true) {
    const paths = ["client-certificate", "client-key"].filter((flag) => flags[flag]);
    if (paths.length === 0) throw fault("you must specify a --client-certificate or --client-key to embed");
    for (const flag of paths) assertFile(host, flag, String(flags[flag]));
  }
  const mode = flags["exec-interactive-mode"];
  if (mode !== undefined && !["IfAvailable", "Never", "Always"].includes(String(mode))) {
    throw fault("invalid interactive mode type, can be only IfAvailable, Never, Always");
  }
}

/** A user after `set-credentials`. */
export function changeUser(host: Pick<Host, "fs">, old: JsonObject, flags: GivenFlags): JsonObject {
  const user = { ...old };
  for (const field of ["client-certificate", "client-key"]) {
    if (flags[field] !== undefined) setFile(host, user, field, flags);
  }
  for (const field of ["token", "username", "password"]) {
    if (flags[field] !== undefined) user[field] = flags[field] as string;
  }
  changeProvider(user, flags);
  changeExec(user, flags);
  const setsBasic = Boolean(flags.username || flags.password);
  if (flags.token && !setsBasic) Object.assign(user, { username: "", password: "" });
  if (setsBasic && !flags.token) user.token = "";
  return toNormalForm(user, USER_FIELDS);
}

function changeProvider(user: JsonObject, flags: GivenFlags): void {
  const name = flags["auth-provider"];
  const old = user["auth-provider"];
  if (name !== undefined && (!isObject(old) || old.name !== name)) user["auth-provider"] = { name: name as string };
  const provider = user["auth-provider"];
  if (!isObject(provider)) return;
  const { set, remove } = parsePairs("auth-provider-arg", flags);
  const config = isObject(provider.config) ? { ...provider.config } : {};
  for (const key of remove) delete config[key];
  for (const [key, value] of set) config[key] = value;
  user["auth-provider"] = { ...provider, config };
}

const EXEC_FLAGS = {
  "exec-api-version": "apiVersion",
  "exec-arg": "args",
  "exec-interactive-mode": "interactiveMode",
  "exec-provide-cluster-info": "provideClusterInfo",
} as const;

function changeExec(user: JsonObject, flags: GivenFlags): void {
  const command = flags["exec-command"];
  // A program that is another one takes other arguments.
  if (command !== undefined) {
    user.exec = isObject(user.exec)
      ? { ...user.exec, command: command as string, args: null }
      : { command: command as string };
  }
  if (!isObject(user.exec)) return;
  const exec: JsonObject = { ...user.exec };
  for (const [flag, field] of Object.entries(EXEC_FLAGS)) {
    const value = flags[flag];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) exec[field] = value as JsonValue;
  }
  if (Array.isArray(flags["exec-env"]) && flags["exec-env"].length > 0) exec.env = changeVariables(exec.env, flags);
  user.exec = exec;
}

function changeVariables(old: JsonValue | undefined, flags: GivenFlags): JsonValue {
  const { set, remove } = parsePairs("exec-env", flags);
  const kept = (Array.isArray(old) ? old as JsonObject[] : []).filter(({ name }) => !remove.includes(String(name)));
  const changed = kept.map((item) => {
    const value = set.get(String(item.name));
    const isFirst = kept.find(({ name }) => name === item.name) === item;
    return value === undefined || !isFirst ? item : { ...item, value };
  });
  const names = new Set(kept.map(({ name }) => name));
  return [...changed, ...[...set].filter(([name]) => !names.has(name)).map(([name, value]) => ({ name, value }))];
}

/**
 * Pairs of a flag that may be given several times: `key=value` sets, `key-` removes.
 *
 * @throws {KubeconfigError} BAD_PROPERTY, in kubectl's words.
 */
export function parsePairs(flag: string, flags: GivenFlags): { set: Map<string, string>; remove: string[] } {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const invalid: string[] = [];
  for (const pair of (flags[flag] ?? []) as readonly string[]) {
    const at = pair.indexOf("=");
    if (at > 0) set.set(pair.slice(0, at), pair.slice(at + 1));
    else if (at < 0 && pair.endsWith("-") && pair !== "-") remove.push(pair.slice(0, -1));
    else invalid.push(pair);
  }
  if (invalid.length > 0) throw fault(`invalid ${flag} format: ${invalid.join(", ")}`);
  return { set, remove };
}

/** A context after `set-context`. */
export function changeContext(old: JsonObject, flags: GivenFlags): JsonObject {
  const context = { ...old };
  for (const field of ["cluster", "user", "namespace"]) {
    if (flags[field] !== undefined) context[field] = flags[field] as string;
  }
  return toNormalForm(context, CONTEXT_FIELDS as readonly Field[]);
}

import { dirName, type Host, type JsonObject } from "../base/mod.ts";
import { encodeBase64 } from "./base64.ts";
import type { Cluster, ExecConfig, Kubeconfig, User } from "./config.ts";
import { type KubeconfigEdit, renderKubeconfig } from "./edit.ts";
import { prepareTextEdit, type TextEditor } from "./edit_text.ts";
import { KubeconfigError } from "./errors.ts";
import { locateKubeconfigs } from "./locate.ts";
import { type LockOptions, withLocks } from "./lock.ts";
import { parseKubeconfig } from "./parse.ts";
import { replaceFile, resolveTarget, type StoredFile } from "./store.ts";

/** A context with its cluster and user, to be written. Holds a secret. */
export interface ContextSpec {
  /** Name of the context. */
  contextName: string;
  /** Name of the cluster. */
  clusterName: string;
  /** Name of the user. */
  userName: string;
  /** URL of the API server. */
  server: string;
  /** PEM certificates of the cluster's CA; absent: the server has a public certificate. */
  caPem?: string;
  /** Name to verify in place of the server's. */
  tlsServerName?: string;
  /** Proxy for this cluster: `http`, `https` or `socks5`. */
  proxyUrl?: string;
  /** The user's bearer token. */
  token: string;
  /** A program that gives the token: the token itself is not written then. */
  exec?: ExecConfig;
  /** Absent: an existing context keeps its own, a new one has none. */
  namespace?: string;
  /** Whether to make it the current context. @default {true} */
  makeCurrent?: boolean;
}

/** What was written. */
export interface WrittenContext {
  /** As it was named. */
  file: string;
  /** Whether there was no such file before. */
  created: boolean;
  /** Whether the content differs from before. */
  changed: boolean;
  /** What the user should know, one sentence each, without secrets. */
  notes: string[];
}

/**
 * Writes a context with its cluster and user, and makes it the current one: what kubectl does by `config set-cluster`,
 * `set clusters.….certificate-authority-data`, `set-credentials --token`, `set-context` and `use-context`, in one step.
 *
 * An existing file keeps everything else: other entries, unknown keys, comments, extensions. Of the three entries
 * themselves, what would contradict the new values goes (and is named in the notes): kubectl leaves a `tokenFile` or a
 * `certificate-authority` in place, and then the context does not work or is someone else's.
 *
 * The file is replaced as a whole under client-go's lock, readable by its owner alone.
 *
 * @throws {KubeconfigError} INVALID (what is there is no kubeconfig; it is left alone), LOCKED, NOT_FOUND.
 * @throws {FileError} When the file cannot be read or written.
 */
export async function writeContext(
  host: Pick<Host, "fs" | "clock">,
  file: string,
  spec: ContextSpec,
  options: LockOptions = {},
): Promise<WrittenContext> {
  const { fs } = host;
  const edit = toEdit(spec);
  const editText = rememberLast(await prepareTextEdit(edit, file));
  // The edit is done before the lock is taken, so that others wait for the writing alone; it is done again if need be.
  if (fs.stat(file) !== undefined) editText(fs.readText(file));
  // kubectl locks by the name that it was given; a link's target may be given to others by its own.
  return await withLocks(host, [file, resolveTarget(fs, file)], () => {
    const target = resolveTarget(fs, file);
    if (fs.stat(target) === undefined) {
      fs.makeDir(dirName(target), { mode: 0o755 });
      replaceFile(fs, target, renderKubeconfig(edit));
      return { file, created: true, changed: true, notes: [] };
    }
    const before = fs.readText(target);
    const after = editText(before);
    const notes = describeReplaced(parseKubeconfig(before, file), spec);
    notes.push(...describeModes(file, replaceFile(fs, target, after)));
    return { file, created: false, changed: after !== before, notes };
  }, options);
}

/** Gives the last answer again when it is asked the same again. */
function rememberLast(edit: TextEditor): TextEditor {
  let last: { text: string; result: string } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: edit(text) };
    return last.result;
  };
}

/** The text of a kubeconfig that holds nothing but a context, as kubectl writes it. */
export function renderContext(spec: ContextSpec): string {
  return renderKubeconfig(toEdit(spec));
}

/**
 * The file that a new context goes to: `--kubeconfig`, else the first of the KUBECONFIG list that exists, else the last
 * of the list, else `~/.kube/config`.
 *
 * @throws {KubeconfigError} NOT_FOUND when there is neither flag nor KUBECONFIG nor HOME.
 * @see client-go `tools/clientcmd/config.go` (`GetDefaultFilename`) v0.36
 */
export function chooseWriteTarget({ fs, env }: Pick<Host, "fs" | "env">, explicit?: string): string {
  const { files } = locateKubeconfigs(env, explicit);
  const target = files.find((file) => fs.stat(file) !== undefined) ?? files.at(-1);
  if (target !== undefined) return target;
  throw new KubeconfigError("NOT_FOUND", "Cannot choose a kubeconfig: neither KUBECONFIG nor HOME is set", "", {
    hint: "Name a file with --kubeconfig",
  });
}

/** Fields of a cluster that say whom to trust: all of them are decided anew. */
const TRUST_FIELDS = [
  "tls-server-name",
  "insecure-skip-tls-verify",
  "certificate-authority",
  "certificate-authority-data",
] as const satisfies (keyof Cluster)[];

/** Fields of a user that say who it is. */
const USER_FIELDS = [
  "token",
  "tokenFile",
  "username",
  "password",
  "client-certificate",
  "client-certificate-data",
  "client-key",
  "client-key-data",
  "exec",
  "auth-provider",
] as const satisfies (keyof User)[];

function toEdit(spec: ContextSpec): KubeconfigEdit {
  const cluster: JsonObject = { server: spec.server };
  if (spec.caPem !== undefined) cluster["certificate-authority-data"] = encodeBase64(spec.caPem);
  if (spec.tlsServerName) cluster["tls-server-name"] = spec.tlsServerName;
  if (spec.proxyUrl) cluster["proxy-url"] = spec.proxyUrl;
  const context: JsonObject = { cluster: spec.clusterName, user: spec.userName };
  if (spec.namespace) context.namespace = spec.namespace;
  return {
    entries: [
      { list: "clusters", name: spec.clusterName, set: cluster, remove: missingFrom(TRUST_FIELDS, cluster) },
      { list: "users", name: spec.userName, set: toUser(spec), remove: missingFrom(USER_FIELDS, toUser(spec)) },
      { list: "contexts", name: spec.contextName, set: context },
    ],
    ...(spec.makeCurrent === false ? {} : { currentContext: spec.contextName }),
  };
}

function toUser({ token, exec }: ContextSpec): JsonObject {
  if (exec === undefined) return { token };
  const { command = "", args = [], installHint, interactiveMode = "Never", provideClusterInfo = false } = exec;
  return {
    exec: {
      apiVersion: exec.apiVersion ?? "client.authentication.k8s.io/v1",
      args,
      command,
      // As kubectl writes it where there is none.
      env: null,
      ...(installHint === undefined ? {} : { installHint }),
      interactiveMode,
      provideClusterInfo,
    },
  };
}

function missingFrom(fields: readonly string[], set: JsonObject): string[] {
  return fields.filter((field) => !(field in set));
}

function describeReplaced(before: Kubeconfig, spec: ContextSpec): string[] {
  const notes: string[] = [];
  const cluster = before.clusters.get(spec.clusterName)?.value;
  if (cluster?.server && cluster.server.replace(/\/+$/, "") !== spec.server) {
    const others = [...before.contexts].filter(([name, { value }]) =>
      name !== spec.contextName && value.cluster === spec.clusterName
    );
    const shared = others.length > 0 ? `, which ${others.map(([name]) => `"${name}"`).join(", ")} also uses,` : "";
    notes.push(`Cluster "${spec.clusterName}"${shared} pointed to another server before`);
  }
  if (cluster?.["insecure-skip-tls-verify"]) {
    notes.push(`Removed insecure-skip-tls-verify of cluster "${spec.clusterName}"`);
  }
  const user = before.users.get(spec.userName)?.value;
  const removed = missingFrom(USER_FIELDS, toUser(spec)).filter((field) => user !== undefined && field in user);
  const heir = spec.exec === undefined ? "the token takes" : "the exec plugin takes";
  if (removed.length > 0) notes.push(`Removed ${removed.join(", ")} of user "${spec.userName}": ${heir} over`);
  if (user?.as) notes.push(`User "${spec.userName}" still acts as "${user.as}"`);
  return notes;
}

function describeModes(file: string, { modeBefore = 0, mode }: StoredFile): string[] {
  if ((modeBefore & 0o077) === 0) return [];
  const [was, is] = [modeBefore, mode].map((bits) => `0${bits.toString(8)}`);
  return [`"${file}" was open to other users (mode ${was}): it is ${is} now`];
}

import { dirName, FileError, type FileSystem, isObject, type JsonObject, resolvePath } from "../base/mod.ts";
import { encodeBase64 } from "./base64.ts";
import { type Contents, ENTRY_LISTS } from "./contents.ts";
import { KubeconfigError } from "./errors.ts";
import { ENTRY_FIELDS } from "./fields.ts";

function fault(message: string): KubeconfigError {
  return new KubeconfigError("BAD_PROPERTY", message, "");
}

/**
 * Keeps of the contents what the current context needs.
 *
 * @throws {KubeconfigError} BAD_PROPERTY, in kubectl's words.
 * @see client-go `tools/clientcmd/api/helpers.go` v0.36, for this and the functions below
 */
export function minifyContents(contents: Contents): void {
  const name = contents.currentContext;
  if (name === "") throw fault("current-context must exist in order to minify");
  const context = contents.contexts.get(name);
  if (context === undefined) throw fault(`cannot locate context ${name}`);
  const { cluster, user } = context.value as { cluster: string; user: string };
  if (cluster !== "" && !contents.clusters.has(cluster)) throw fault(`cannot locate cluster ${cluster}`);
  if (user !== "" && !contents.users.has(user)) throw fault(`cannot locate user ${user}`);
  const kept = { clusters: cluster, users: user, contexts: name };
  for (const list of ENTRY_LISTS) {
    for (const key of [...contents[list].keys()]) if (key !== kept[list] || key === "") contents[list].delete(key);
  }
}

const FILE_FIELDS = [
  ["users", "client-certificate"],
  ["users", "client-key"],
  ["clusters", "certificate-authority"],
] as const;

/**
 * Puts the certificates and keys that files hold into the contents themselves.
 *
 * @throws {KubeconfigError} BAD_PROPERTY, in kubectl's words.
 */
export function flattenContents(fs: FileSystem, contents: Contents): void {
  for (const [list, field] of FILE_FIELDS) {
    for (const entry of contents[list].values()) {
      const path = entry.value[field];
      if (typeof path !== "string" || path === "") continue;
      if (entry.value[`${field}-data`]) throw fault("cannot have values for both path and contents");
      const full = resolvePath(dirName(resolvePath(fs.cwd(), entry.origin ?? ".")), path);
      const data = encodeBase64(readFlat(fs, full));
      delete entry.value[field];
      const fields = { ...entry.value, ...(data === "" ? {} : { [`${field}-data`]: data }) };
      entry.value = Object.fromEntries(
        ENTRY_FIELDS[list].filter(({ name }) => name in fields).map((
          { name },
        ) => [name, (fields as JsonObject)[name]!]),
      );
    }
  }
}

function readFlat(fs: FileSystem, path: string): Uint8Array {
  try {
    return fs.readFile(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw fault(`open ${path}: ${error.code === "DENIED" ? "permission denied" : "no such file or directory"}`);
  }
}

/** Hides tokens, passwords, keys and certificates, with the words that kubectl uses. */
export function redactContents(contents: Contents): void {
  for (const list of ENTRY_LISTS) {
    for (const { value } of contents[list].values()) {
      for (const { name, type, secret } of ENTRY_FIELDS[list]) {
        if (!value[name]) continue;
        if (type === "bytes") value[name] = "DATA+OMITTED";
        else if (secret) value[name] = "REDACTED";
      }
    }
  }
}

/** Hides, beyond what kubectl hides, what auth providers and exec plugins are given: it may be secret too. */
export function redactProviders(contents: Contents): void {
  for (const { value } of contents.users.values()) {
    const provider = value["auth-provider"];
    if (isObject(provider) && isObject(provider.config)) {
      for (const key of Object.keys(provider.config)) {
        if (/token|secret|password/.test(key)) provider.config[key] = "REDACTED";
      }
    }
    if (isObject(value.exec) && Array.isArray(value.exec.env)) {
      for (const variable of value.exec.env) if (isObject(variable)) variable.value = "REDACTED";
    }
  }
}

/**
 * The fields of a kubeconfig as client-go declares them: what it reads, what it writes even when it is empty, and in which
 * order. One table for reading, writing and for the paths of `config set`.
 *
 * @see client-go `tools/clientcmd/api/v1/types.go` and `api/types.go` v0.36
 */
export interface Field {
  name: string;
  type: FieldType;
  /** Written even when it holds nothing. @default {false} */
  always?: boolean;
  /** The name that a path of `config set` uses, where it is another one. */
  pathName?: string;
  /** Never shown, unless raw data are asked for. @default {false} */
  secret?: boolean;
}

/** What a field holds. */
export type FieldType =
  | "string"
  | "boolean"
  /** Base64 in the file. */
  | "bytes"
  | "strings"
  /** Lists of strings by key. */
  | "stringLists"
  /** Strings by key. */
  | "stringMap"
  /** Data of other programs by name. */
  | "extensions"
  /** Names and values. */
  | "variables"
  /** A record that may be absent. */
  | { record: readonly Field[] };

const EXTENSIONS: Field = { name: "extensions", type: "extensions" };

/** A cluster. */
export const CLUSTER_FIELDS: readonly Field[] = [
  { name: "server", type: "string", always: true },
  { name: "tls-server-name", type: "string" },
  { name: "insecure-skip-tls-verify", type: "boolean" },
  { name: "certificate-authority", type: "string" },
  { name: "certificate-authority-data", type: "bytes" },
  { name: "proxy-url", type: "string" },
  { name: "disable-compression", type: "boolean" },
  EXTENSIONS,
];

const AUTH_PROVIDER_FIELDS: readonly Field[] = [
  { name: "name", type: "string", always: true },
  { name: "config", type: "stringMap", always: true },
];

const EXEC_FIELDS: readonly Field[] = [
  { name: "command", type: "string", always: true },
  { name: "args", type: "strings", always: true },
  { name: "env", type: "variables", always: true },
  { name: "apiVersion", type: "string" },
  { name: "installHint", type: "string" },
  { name: "provideClusterInfo", type: "boolean", always: true },
  { name: "interactiveMode", type: "string" },
];

/** A user. */
export const USER_FIELDS: readonly Field[] = [
  { name: "client-certificate", type: "string" },
  { name: "client-certificate-data", type: "bytes" },
  { name: "client-key", type: "string" },
  { name: "client-key-data", type: "bytes", secret: true },
  { name: "token", type: "string", secret: true },
  { name: "tokenFile", type: "string" },
  { name: "as", type: "string", pathName: "act-as" },
  { name: "as-uid", type: "string", pathName: "act-as-uid" },
  { name: "as-groups", type: "strings", pathName: "act-as-groups" },
  { name: "as-user-extra", type: "stringLists", pathName: "act-as-user-extra" },
  { name: "username", type: "string" },
  { name: "password", type: "string", secret: true },
  { name: "auth-provider", type: { record: AUTH_PROVIDER_FIELDS } },
  { name: "exec", type: { record: EXEC_FIELDS } },
  EXTENSIONS,
];

/** A context. */
export const CONTEXT_FIELDS: readonly Field[] = [
  { name: "cluster", type: "string", always: true },
  { name: "user", type: "string", always: true },
  { name: "namespace", type: "string" },
  EXTENSIONS,
];

/** The preferences that kubectl once had. */
export const PREFERENCES_FIELDS: readonly Field[] = [{ name: "colors", type: "boolean" }, EXTENSIONS];

/** The fields of an entry by its list. */
export const ENTRY_FIELDS = { clusters: CLUSTER_FIELDS, users: USER_FIELDS, contexts: CONTEXT_FIELDS } as const;

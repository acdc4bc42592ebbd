import type { JsonValue } from "../base/mod.ts";

/**
 * A cluster, as a kubeconfig spells it. Keys that client-go does not know are kept at run time.
 *
 * @see client-go `tools/clientcmd/api/v1/types.go` v0.36
 */
export interface Cluster {
  server?: string;
  "tls-server-name"?: string;
  "insecure-skip-tls-verify"?: boolean;
  /** Path of a PEM file, relative to the kubeconfig's directory. */
  "certificate-authority"?: string;
  /** Base64 of PEM. */
  "certificate-authority-data"?: string;
  "proxy-url"?: string;
  "disable-compression"?: boolean;
  extensions?: NamedExtension[];
}

/** A user: how to authenticate, as a kubeconfig spells it. Paths are relative to the kubeconfig's directory. */
export interface User {
  "client-certificate"?: string;
  "client-certificate-data"?: string;
  "client-key"?: string;
  "client-key-data"?: string;
  token?: string;
  tokenFile?: string;
  as?: string;
  "as-uid"?: string;
  "as-groups"?: string[];
  "as-user-extra"?: Record<string, string[]>;
  username?: string;
  password?: string;
  "auth-provider"?: { name: string; config?: Record<string, string> };
  exec?: ExecConfig;
  extensions?: NamedExtension[];
}

/** A program that prints a credential. */
export interface ExecConfig {
  /** Looked up on PATH, or relative to the kubeconfig's directory when it holds a `/`. */
  command?: string;
  args?: string[];
  env?: { name: string; value: string }[];
  /** `client.authentication.k8s.io/v1` or `…/v1beta1`. */
  apiVersion?: string;
  /** Shown when the program is not there. */
  installHint?: string;
  provideClusterInfo?: boolean;
  interactiveMode?: string;
}

/** A context: which user on which cluster, in which namespace. */
export interface Context {
  cluster?: string;
  user?: string;
  namespace?: string;
  extensions?: NamedExtension[];
}

/** Data of other programs. */
export interface NamedExtension {
  name: string;
  extension: JsonValue;
}

/** An entry and the file that it stands in. */
export interface Located<T> {
  value: T;
  /** Path of the kubeconfig; relative paths of the entry start at its directory. */
  file: string;
}

/** What kstage reads of one kubeconfig, or of several merged. */
export interface Kubeconfig {
  clusters: Map<string, Located<Cluster>>;
  users: Map<string, Located<User>>;
  contexts: Map<string, Located<Context>>;
  /** Name of the current context; empty when none is set. */
  currentContext: string;
  /** The files that were looked for, existing or not, in order of precedence. */
  files: string[];
}

/** A kubeconfig without entries. */
export function emptyKubeconfig(files: string[] = []): Kubeconfig {
  return { clusters: new Map(), users: new Map(), contexts: new Map(), currentContext: "", files };
}

import type { JsonValue } from "../base/mod.ts";

/**
 * A cluster, as a kubeconfig spells it. Keys that client-go does not know are kept at run time.
 *
 * @see client-go `tools/clientcmd/api/v1/types.go` v0.36
 */
export interface Cluster {
  /** URL of the API server. */
  server?: string;
  /** Name to verify in place of the server's. */
  "tls-server-name"?: string;
  /** Accept any certificate. */
  "insecure-skip-tls-verify"?: boolean;
  /** Path of a PEM file, relative to the kubeconfig's directory. */
  "certificate-authority"?: string;
  /** Base64 of PEM. */
  "certificate-authority-data"?: string;
  /** `http`, `https` or `socks5`. */
  "proxy-url"?: string;
  /** Ask for answers that are not compressed. */
  "disable-compression"?: boolean;
  /** Data of other programs. */
  extensions?: NamedExtension[];
}

/** A user: how to authenticate, as a kubeconfig spells it. Paths are relative to the kubeconfig's directory. */
export interface User {
  /** Path of a PEM file. */
  "client-certificate"?: string;
  /** Base64 of PEM. */
  "client-certificate-data"?: string;
  /** Path of a PEM file. */
  "client-key"?: string;
  /** Base64 of PEM. */
  "client-key-data"?: string;
  /** A bearer token. */
  token?: string;
  /** Path of a file with a bearer token; it goes before `token`. */
  tokenFile?: string;
  /** User to act as. */
  as?: string;
  /** UID to act as. */
  "as-uid"?: string;
  /** Groups to act as. */
  "as-groups"?: string[];
  /** More about the user to act as. */
  "as-user-extra"?: Record<string, string[]>;
  /** For basic authentication, which Kubernetes dropped in 1.19. */
  username?: string;
  /** See `username`. */
  password?: string;
  /** A way to authenticate that was built into kubectl; see `exec` for its successor. */
  "auth-provider"?: { name: string; config?: Record<string, string> };
  /** A program that gives the credential. */
  exec?: ExecConfig;
  /** Data of other programs. */
  extensions?: NamedExtension[];
}

/** A program that prints a credential. */
export interface ExecConfig {
  /** Looked up on PATH, or relative to the kubeconfig's directory when it holds a `/`. */
  command?: string;
  /** The program's arguments. */
  args?: string[];
  /** Variables for the program, beside the environment's own. */
  env?: { name: string; value: string }[];
  /** `client.authentication.k8s.io/v1` or `…/v1beta1`. */
  apiVersion?: string;
  /** Shown when the program is not there. */
  installHint?: string;
  /** Whether the program is told address and CA of the cluster. */
  provideClusterInfo?: boolean;
  /** `Never`, `IfAvailable` or `Always`: whether the program may ask the user. */
  interactiveMode?: string;
}

/** A context: which user on which cluster, in which namespace. */
export interface Context {
  /** Name of a cluster. */
  cluster?: string;
  /** Name of a user. */
  user?: string;
  /** Namespace for requests that name none. */
  namespace?: string;
  /** Data of other programs. */
  extensions?: NamedExtension[];
}

/** Data of other programs. */
export interface NamedExtension {
  /** Name of the extension, a domain by custom. */
  name: string;
  /** Any value. */
  extension: JsonValue;
}

/** An entry and the file that it stands in. */
export interface Located<T> {
  /** The entry as it stands in the file. */
  value: T;
  /** Path of the kubeconfig; relative paths of the entry start at its directory. */
  file: string;
}

/** What kstage reads of one kubeconfig, or of several merged. */
export interface Kubeconfig {
  /** Clusters by name. */
  clusters: Map<string, Located<Cluster>>;
  /** Users by name. */
  users: Map<string, Located<User>>;
  /** Contexts by name. */
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

import type { Env, FileSystem, Network, Processes } from "../base/mod.ts";

/** How to build, and with what. */
export interface BuildOptions {
  /** Where kustomizations and their files are. */
  fs: FileSystem;
  /**
   * Output order where the kustomization has no `sortOptions`: `legacy` as `kubectl kustomize` prints (Namespaces and
   * CRDs first, webhooks last), `none` as accumulated. Set explicitly it warns beside `sortOptions`, as kustomize does.
   */
  reorder?: "legacy" | "none";
  /** Whether files must lie in or below the kustomization that names them. @default {"rootOnly"} */
  loadRestrictor?: "rootOnly" | "none";
  /** Receives deprecation warnings and the like, one text without line end per call, as kustomize prints on stderr. */
  warn?: (message: string) => void;
  /** Starts git, helm and exec functions; without it, none can be used. */
  processes?: Processes;
  /** Fetches remote files and repositories; without it, none can be used. */
  network?: Network;
  /** Environment variables, for env entries without a value and for the programs above. */
  env?: Env;
  /** `--enable-helm`; alpha plugins enable it, too. @default {false} */
  enableHelm?: boolean;
  /** `--helm-command`. @default {"helm"} */
  helmCommand?: string;
  /** `--helm-api-versions`. */
  helmApiVersions?: string[];
  /** `--helm-kube-version`. */
  helmKubeVersion?: string;
  /** `--helm-debug`. @default {false} */
  helmDebug?: boolean;
  /** `--enable-alpha-plugins`: functions and exec plugins. @default {false} */
  enableAlphaPlugins?: boolean;
  /** `--enable-exec`: functions that are local programs. @default {false} */
  enableExec?: boolean;
  /** `--network`: container functions may use the network. @default {false} */
  functionNetwork?: boolean;
  /** `--mount` of container functions. */
  functionMounts?: string[];
  /** `--env` of container functions: `NAME` or `NAME=value`. */
  functionEnv?: string[];
  /** `--as-current-user` of container functions. @default {false} */
  functionAsCurrentUser?: boolean;
  /** `uid:gid` of the user that runs the build, for the option above. */
  functionUser?: string;
  /** `--enable-managedby-label`. @default {false} */
  managedByLabel?: boolean;
}

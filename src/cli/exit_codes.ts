import { CodedError } from "../base/mod.ts";

/** What the process's exit code means; a promise to scripts, so numbers are never reused. */
export const EXIT_CODES = {
  /** Done, and healthy. */
  ok: 0,
  /** An unexpected failure: a bug. */
  unexpected: 1,
  /** Flags, kustomization, kubeconfig or variables. */
  usage: 2,
  /** The cluster could not be reached: DNS, TCP, TLS, proxy, or something else answered. */
  unreachable: 3,
  /** Not authenticated. */
  unauthenticated: 4,
  /** Not permitted. */
  forbidden: 5,
  /** The server refused the objects. */
  refused: 6,
  /** Applied, but the rollout failed. */
  rolloutFailed: 7,
  /** Applied, but the rollout did not finish in time. */
  rolloutTimedOut: 8,
  /** Another deploy holds the lock, or this one is outdated. */
  locked: 9,
  /** Changes were found by `--exit-code`. */
  changesFound: 10,
  /** SIGINT. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const;

/** One of {@link EXIT_CODES}'s values. */
export type ExitCode = typeof EXIT_CODES[keyof typeof EXIT_CODES];

/** Error class → exit code; where a class means several things, its codes are told apart first. */
const BY_CLASS: Record<string, ExitCode | { default: ExitCode; [code: string]: ExitCode }> = {
  UsageError: EXIT_CODES.usage,
  FileError: EXIT_CODES.usage,
  YamlError: EXIT_CODES.usage,
  KustomizeError: EXIT_CODES.usage,
  KubeconfigError: { default: EXIT_CODES.usage, OIDC_FAILED: EXIT_CODES.unauthenticated },
  CredentialsError: { default: EXIT_CODES.usage, EXPIRED: EXIT_CODES.unauthenticated },
  KubeError: EXIT_CODES.usage,
  NetworkError: EXIT_CODES.unreachable,
  ConnectionError: {
    default: EXIT_CODES.unreachable,
    NO_TOKEN: EXIT_CODES.unauthenticated,
    TOKEN_OPAQUE: EXIT_CODES.unauthenticated,
    TOKEN_OF_GITLAB: EXIT_CODES.unauthenticated,
    TOKEN_OF_GITHUB: EXIT_CODES.unauthenticated,
    TOKEN_EXPIRED: EXIT_CODES.unauthenticated,
    TOKEN_TOO_NEW: EXIT_CODES.unauthenticated,
    TOKEN_REJECTED: EXIT_CODES.unauthenticated,
    CERTIFICATE_REJECTED: EXIT_CODES.unauthenticated,
    WRONG_NAMESPACE: EXIT_CODES.forbidden,
    RULE_MISSING: EXIT_CODES.forbidden,
  },
  ApiError: {
    default: EXIT_CODES.refused,
    UNAUTHORIZED: EXIT_CODES.unauthenticated,
    FORBIDDEN: EXIT_CODES.forbidden,
    NOT_KUBERNETES: EXIT_CODES.unreachable,
    REDIRECT: EXIT_CODES.unreachable,
    SERVER_ERROR: EXIT_CODES.unreachable,
  },
  ApplyError: {
    default: EXIT_CODES.refused,
    MANIFEST_INVALID: EXIT_CODES.usage,
    DUPLICATE: EXIT_CODES.usage,
    NAMESPACE_MISMATCH: EXIT_CODES.usage,
    DEPENDENCY_CYCLE: EXIT_CODES.usage,
    PLAN_INVALID: EXIT_CODES.usage,
    PLAN_INCOMPLETE: EXIT_CODES.usage,
  },
  PermissionError: EXIT_CODES.forbidden,
  DependencyError: { default: EXIT_CODES.rolloutFailed, TIMED_OUT: EXIT_CODES.rolloutTimedOut },
  ReleaseError: {
    default: EXIT_CODES.usage,
    LOCKED: EXIT_CODES.locked,
    LOCK_LOST: EXIT_CODES.locked,
    OUTDATED: EXIT_CODES.locked,
  },
  RolloutError: {
    default: EXIT_CODES.usage,
    PAUSED: EXIT_CODES.refused,
    NOT_FOUND: EXIT_CODES.refused,
    ALREADY_PAUSED: EXIT_CODES.refused,
    NOT_PAUSED: EXIT_CODES.refused,
    REVISION_NOT_FOUND: EXIT_CODES.refused,
  },
  FaultError: EXIT_CODES.usage,
  BootstrapError: {
    default: EXIT_CODES.usage,
    ACCOUNT_MISSING: EXIT_CODES.refused,
    PULL_SECRET_MISSING: EXIT_CODES.refused,
    PULL_SECRET_UNUSED: EXIT_CODES.refused,
    TOKEN_NOT_FILLED: EXIT_CODES.refused,
    WRONG_IDENTITY: EXIT_CODES.unauthenticated,
  },
  GitlabError: {
    default: EXIT_CODES.refused,
    UNAUTHORIZED: EXIT_CODES.unauthenticated,
    FORBIDDEN: EXIT_CODES.forbidden,
    NOT_GITLAB: EXIT_CODES.unreachable,
  },
  RegistryError: {
    default: EXIT_CODES.refused,
    BAD_REFERENCE: EXIT_CODES.usage,
    BAD_CONFIG: EXIT_CODES.usage,
    FOREIGN_REALM: EXIT_CODES.usage,
    UNAUTHORIZED: EXIT_CODES.unauthenticated,
    DENIED: EXIT_CODES.forbidden,
    RATE_LIMITED: EXIT_CODES.unreachable,
    NOT_A_REGISTRY: EXIT_CODES.unreachable,
    SERVER_ERROR: EXIT_CODES.unreachable,
  },
  InClusterError: EXIT_CODES.usage,
};

/** The exit code for something thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof CodedError)) return EXIT_CODES.unexpected;
  if (error.name === "InterruptedError") {
    return error.code === "SIGTERM" ? EXIT_CODES.terminated : EXIT_CODES.interrupted;
  }
  const entry = BY_CLASS[error.name];
  if (entry === undefined) return EXIT_CODES.unexpected;
  return typeof entry === "number" ? entry : entry[error.code] ?? entry.default;
}

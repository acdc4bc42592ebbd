import type { CodedError } from "../base/mod.ts";
import type { LoginSource } from "../operations/pull_secret_login.ts";
import type { ProtectedHost } from "../operations/protect.ts";
import type { ImageVerdict, RegistryAccess } from "../operations/registry_access.ts";
import type { FlagSpec, FlagValues } from "./command.ts";
import { EXIT_CODES, type ExitCode, exitCodeOf } from "./exit_codes.ts";
import { presentError } from "./present_error.ts";

/** Where the new login of a pull secret comes from. The password is in a variable or a file, never in an argument. */
export const LOGIN_FLAGS = {
  registry: { type: "string", placeholder: "HOST", help: "The registry, in place of CI_REGISTRY" },
  username: { type: "string", placeholder: "NAME", help: "Who logs in, in place of CI_DEPLOY_USER" },
  passwordFile: { type: "string", placeholder: "FILE", help: "File with the password, in place of CI_DEPLOY_PASSWORD" },
  email: { type: "string", placeholder: "ADDRESS", help: "Stored with the login, as kubectl's --docker-email" },
  allowJobToken: { type: "boolean", help: "Accept the job's own login, which ends with the job" },
} as const satisfies Record<string, FlagSpec>;

/** The flags as the operations want them. */
export function toLoginSource(flags: FlagValues<typeof LOGIN_FLAGS>): LoginSource {
  const { registry, username, passwordFile, email, allowJobToken } = flags;
  return { registry, username, passwordFile, email, allowJobToken };
}

/** How registries are reached. */
export const REGISTRY_FLAGS = {
  registryCaFile: {
    type: "string",
    placeholder: "FILE",
    help: "File with a CA that registries' certificates may be of",
  },
  authHost: {
    type: "list",
    placeholder: "HOST",
    help: "A token server outside the registry's own domain that may be sent the login",
  },
} as const satisfies Record<string, FlagSpec>;

/** The flags as the operations want them. */
export function toRegistryAccess(
  { registryCaFile, authHost, allowHttp }: FlagValues<typeof REGISTRY_FLAGS> & { allowHttp: boolean },
): RegistryAccess {
  return { registryCaFile, authHosts: authHost, allowHttp };
}

/** Tells what was tried, a line each on standard output, and each failure on standard error. @returns The first's exit code. */
export function presentVerdicts(verdicts: readonly ImageVerdict[], host: ProtectedHost): ExitCode {
  let exitCode: ExitCode = EXIT_CODES.ok;
  for (const verdict of verdicts) {
    const { image, error } = verdict;
    host.stdout.write(`${image}\t${error === undefined ? describeSuccess(verdict) : `failed: ${error.code}`}\n`);
    if (error === undefined) continue;
    presentError(error, host);
    if (exitCode === EXIT_CODES.ok) exitCode = exitCodeOf(error);
  }
  return exitCode;
}

function describeSuccess({ digest, login, note }: ImageVerdict): string {
  if (digest !== undefined) return `ok ${digest}${login === undefined ? " (public)" : ""}`;
  return note === undefined ? "ok, the login is accepted" : `not tried: ${note}`;
}

/** A verdict with stable names. */
export function verdictToJson({ image, digest, mediaType, login, note, error }: ImageVerdict) {
  return { image, ok: error === undefined, digest, mediaType, login, note, ...errorToJson(error) };
}

/** An error as JSON, under `error`. */
export function errorToJson(error: CodedError | undefined) {
  return error === undefined ? {} : { error: { code: error.code, message: error.message, hint: error.hint } };
}

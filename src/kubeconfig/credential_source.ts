import { FileError, type Host } from "../base/mod.ts";
import { assertClientKeyFits } from "./client_certificate.ts";
import { encodeBase64 } from "./base64.ts";
import type { ExecConfig } from "./config.ts";
import { KubeconfigError } from "./errors.ts";
import { type ExecCredential, runExecPlugin } from "./exec_plugin.ts";
import type { ResolvedContext } from "./resolve.ts";

/** What a request needs to authenticate, at the moment of asking. */
export interface RequestCredential {
  /** Value of the `Authorization` header; absent where the client certificate alone authenticates. */
  authorization?: string;
  /** The client certificate and key of an exec plugin. */
  certificatePem?: string;
  /** The client certificate's key. */
  keyPem?: string;
}

/** Gives a context's credential as long as a program runs: files are read again, plugins asked again when due. */
export interface CredentialSource {
  /**
   * The credential for a request that is sent now.
   *
   * @throws {KubeconfigError} EXEC_FAILED, INVALID_CONTEXT.
   * @throws {FileError} When a token file cannot be read.
   */
  get(signal?: AbortSignal): Promise<RequestCredential>;
  /** Forgets what is remembered: to be called after a 401. */
  forget(): void;
}

/** How long a token file's content is used before the file is read again. @see client-go `transport/token_source.go` */
const TOKEN_FILE_MS = 60_000;

/** A credential that expires within this time is not used for a new request any more. */
const EXPIRY_MARGIN_MS = 10_000;

/** The source of a resolved context's credential. */
export function openCredentialSource(
  context: ResolvedContext,
  host: Pick<Host, "fs" | "clock" | "processes">,
): CredentialSource {
  const { authentication } = context;
  switch (authentication.kind) {
    case "none":
      return fixed({});
    case "token":
      return fixed({ authorization: `Bearer ${authentication.token}` });
    case "basic": {
      const pair = `${authentication.username}:${authentication.password}`;
      return fixed({ authorization: `Basic ${encodeBase64(pair)}` });
    }
    case "tokenFile":
      return fromTokenFile(authentication.path, host);
    case "exec":
      return fromPlugin(authentication.exec, context, host);
  }
}

function fixed(credential: RequestCredential): CredentialSource {
  return { get: () => Promise.resolve(credential), forget: () => {} };
}

function fromTokenFile(path: string, { fs, clock }: Pick<Host, "fs" | "clock">): CredentialSource {
  let known: { token: string; readAtMs: number } | undefined;
  const read = (): string => {
    const token = fs.readText(path).trim();
    if (token !== "") return token;
    throw new KubeconfigError("INVALID_CONTEXT", `Cannot use token file "${path}": it is empty`, path);
  };
  return {
    // deno-lint-ignore require-await -- a failure must be a rejection, not a throw
    async get() {
      const now = clock.now();
      if (known === undefined || now - known.readAtMs >= TOKEN_FILE_MS) {
        try {
          known = { token: read(), readAtMs: now };
        } catch (error) {
          // The file is missing for a moment while it is rotated: the token of a minute ago is still good.
          if (known === undefined || !(error instanceof FileError)) throw error;
        }
      }
      return { authorization: `Bearer ${known.token}` };
    },
    forget: () => known = undefined,
  };
}

function fromPlugin(
  exec: ExecConfig,
  context: ResolvedContext,
  host: Pick<Host, "clock" | "processes">,
): CredentialSource {
  let known: ExecCredential | undefined;
  let running: Promise<ExecCredential> | undefined;
  const isFresh = ({ expiresAtMs = Infinity }: ExecCredential) => host.clock.now() < expiresAtMs - EXPIRY_MARGIN_MS;
  const ask = async (signal?: AbortSignal): Promise<ExecCredential> => {
    const credential = await runExecPlugin(host, exec, context, signal);
    if (credential.certificatePem !== undefined) {
      await assertClientKeyFits(credential, `the credential of "${exec.command}"`, "");
    }
    return credential;
  };
  return {
    async get(signal) {
      if (known === undefined || !isFresh(known)) {
        // Requests that start together share one run.
        running ??= ask(signal).finally(() => running = undefined);
        known = await running;
      }
      const { token, certificatePem, keyPem } = known;
      return {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(certificatePem === undefined ? {} : { certificatePem, keyPem }),
      };
    },
    forget: () => known = undefined,
  };
}

/**
 * A context's bearer token for the API client: read again or asked for again when it is due, or when the server refused
 * the last one.
 *
 * @returns Undefined where the client certificate alone authenticates.
 * @throws {KubeconfigError} UNSUPPORTED for user name and password, which Kubernetes dropped in 1.19, and for plugins that
 *   give a client certificate.
 */
export function openTokenProvider(
  context: ResolvedContext,
  host: Pick<Host, "fs" | "clock" | "processes">,
): ((options: { refresh: boolean }) => Promise<string>) | undefined {
  const { kind } = context.authentication;
  if (kind === "none") return undefined;
  if (kind === "basic") throw unsupported(context, "its user has a user name and a password");
  const source = openCredentialSource(context, host);
  return async ({ refresh }) => {
    if (refresh) source.forget();
    const { authorization } = await source.get();
    if (authorization === undefined) throw unsupported(context, "its exec plugin gives a client certificate");
    return authorization.slice("Bearer ".length);
  };
}

function unsupported({ name }: ResolvedContext, state: string): KubeconfigError {
  return new KubeconfigError("UNSUPPORTED", `Cannot use context "${name}": ${state}`, "", { hint: "Use a token" });
}

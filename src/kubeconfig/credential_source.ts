import { FileError, type Host } from "../base/mod.ts";
import { assertClientKeyFits } from "./client_certificate.ts";
import { encodeBase64 } from "./base64.ts";
import type { ExecConfig } from "./config.ts";
import { KubeconfigError } from "./errors.ts";
import type { ExecCredential } from "./exec_credential.ts";
import { type ExecPluginHost, runExecPlugin } from "./exec_plugin.ts";
import { type OidcHost, type OidcStore, openOidcProvider } from "./oidc.ts";
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
   * @throws {KubeconfigError} EXEC_FAILED, OIDC_FAILED, INVALID_CONTEXT.
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

/** The world, as far as credentials need it. */
export type CredentialHost = ExecPluginHost & OidcHost;

/** What a source may keep between runs. */
export interface CredentialSourceOptions {
  /** Where new tokens of the `oidc` auth-provider are kept. @default nowhere */
  oidcStore?: OidcStore;
}

const FORGETFUL: OidcStore = { save: () => Promise.resolve(), read: () => ({}) };

/** The source of a resolved context's credential. */
export function openCredentialSource(
  context: ResolvedContext,
  host: CredentialHost,
  { oidcStore = FORGETFUL }: CredentialSourceOptions = {},
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
    case "oidc":
      return fromOidc(openOidcProvider(context.name, authentication.config, host, oidcStore));
  }
}

function fixed(credential: RequestCredential): CredentialSource {
  return { get: () => Promise.resolve(credential), forget: () => {} };
}

function fromOidc(provide: ReturnType<typeof openOidcProvider>): CredentialSource {
  let refresh = false;
  return {
    async get(signal) {
      const token = await provide({ refresh, ...(signal === undefined ? {} : { signal }) });
      refresh = false;
      return { authorization: `Bearer ${token}` };
    },
    forget: () => refresh = true,
  };
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
  host: ExecPluginHost,
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

import { CodedError, NetworkError, withDeadline } from "../base/mod.ts";
import { createRedactor } from "../credentials/mod.ts";
import {
  checkLogin,
  findLogin,
  type ImageReference,
  parseImageReference,
  type RegistryEntry,
  RegistryError,
  registryOfKey,
  type RegistryOptions,
  resolveImage,
} from "../registry/mod.ts";
import type { ProtectedHost } from "./protect.ts";

/** How registries may be spoken to. */
export interface RegistryAccess {
  /** PEM file with a CA to trust beside the system's. */
  registryCaFile?: string | undefined;
  /** Hosts outside the registry's domain that may be sent the login. @default {[]} */
  authHosts?: readonly string[];
  /** Speak http with registries on loopback. @default {false} */
  allowHttp?: boolean | undefined;
  /** Gives it up. */
  signal?: AbortSignal;
}

/** What came of asking for an image's manifest, or, where no image is known, of logging in. */
export interface ImageVerdict {
  /** The reference as it was given; a registry where only the login was tried. */
  image: string;
  /** `sha256:…`; absent where it failed, or no image was asked for. */
  digest?: string;
  /** Of the manifest. */
  mediaType?: string;
  /** Key of the login that was used; absent where the image was read without one. */
  login?: string;
  /** What is to be known about it beside. */
  note?: string;
  /** Why it failed. */
  error?: CodedError;
}

const LIMIT_MS = 30_000;

type Ask = <T>(registry: string, ask: (options: RegistryOptions) => Promise<T>) => Promise<T>;

/** Asks registries, each request under a time limit; connections are closed at the end. */
async function withRegistries<T>(host: ProtectedHost, access: RegistryAccess, action: (ask: Ask) => Promise<T>) {
  const { registryCaFile, authHosts = [], allowHttp = false, signal } = access;
  const http = host.network.open(registryCaFile === undefined ? {} : { caPem: host.fs.readText(registryCaFile) });
  // A job's registry may send the login to its own GitLab, whatever that is called.
  const gitlab = host.env.get("CI_SERVER_HOST");
  const ownRegistry = host.env.get("CI_REGISTRY");
  const onSecret = (secret: string) => host.registerSecrets(createRedactor, secret);
  try {
    return await action((registry, ask) => {
      const trustedHosts = [...authHosts, ...(gitlab && registry === ownRegistry ? [gitlab] : [])];
      const onTimeout = () =>
        new NetworkError("TIMEOUT", `Cannot reach ${registry}: no answer within ${LIMIT_MS / 1000} s`, registry);
      return withDeadline(
        { clock: host.clock, limitMs: LIMIT_MS, signal, onTimeout },
        (limited) => ask({ registry, http, allowHttp, trustedHosts, onSecret, signal: limited }),
      );
    });
  } finally {
    http.close();
  }
}

/** Asks for each image's manifest with the login that a node would use. Failures are told, not thrown. */
export async function verifyImages(
  host: ProtectedHost,
  entries: readonly RegistryEntry[],
  images: readonly string[],
  access: RegistryAccess,
): Promise<ImageVerdict[]> {
  return await withRegistries(host, access, async (ask) => {
    return await Promise.all([...new Set(images)].map((image) => verifyImage(ask, entries, image)));
  });
}

async function verifyImage(ask: Ask, entries: readonly RegistryEntry[], image: string): Promise<ImageVerdict> {
  let login: RegistryEntry | undefined;
  try {
    const reference = parseImageReference(image);
    login = findLogin(entries, reference);
    const given = login === undefined ? {} : { login };
    const found = await ask(reference.registry, (options) => resolveImage(reference, { ...options, ...given }));
    return { image, ...found, ...(login === undefined ? {} : { login: login.key }) };
  } catch (error) {
    if (!(error instanceof CodedError) || error.name === "InterruptedError") throw error;
    return {
      image,
      ...(login === undefined ? { error: explainNoLogin(entries, error) } : { login: login.key, error }),
    };
  }
}

/** That a private image has no login is the secret's fault, not the registry's. */
function explainNoLogin(entries: readonly RegistryEntry[], error: CodedError): CodedError {
  if (!(error instanceof RegistryError) || error.code !== "UNAUTHORIZED" || entries.length === 0) return error;
  return new RegistryError(error.code, error.message, error.status, {
    hint: `The pull secret has logins for ${entries.map(({ key }) => key).join(", ")} alone`,
    cause: error,
  });
}

/** Tries each login without an image. Failures are told, not thrown. */
export async function verifyLogins(
  host: ProtectedHost,
  entries: readonly RegistryEntry[],
  access: RegistryAccess,
): Promise<ImageVerdict[]> {
  return await withRegistries(host, access, async (ask) => {
    const verdicts: ImageVerdict[] = [];
    for (const login of entries) {
      const verdict = { image: registryOfKey(login.key), login: login.key };
      try {
        const isKnown = await ask(verdict.image, (options) => checkLogin({ ...options, login }));
        verdicts.push({ ...verdict, ...(isKnown ? {} : { note: "it asks for no login here: try an image" }) });
      } catch (error) {
        if (!(error instanceof CodedError) || error.name === "InterruptedError") throw error;
        verdicts.push({ ...verdict, error });
      }
    }
    return verdicts;
  });
}

/** Whether an image is pulled with the login of a key, given all logins of its secret. */
export function isPulledWith(entries: readonly RegistryEntry[], key: string, image: string): boolean {
  let reference: ImageReference;
  try {
    reference = parseImageReference(image);
  } catch {
    return false;
  }
  return findLogin(entries, reference)?.key === key;
}

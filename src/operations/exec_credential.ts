import { CodedError, getKey, isObject, type JsonObject, type JsonValue, parseJson } from "../base/mod.ts";
import { createRedactor, decodeTokenClaims, readToken, type TokenFlags } from "../credentials/mod.ts";
import type { ProtectedHost } from "./protect.ts";

/** kstage was not called as an exec credential plugin is. */
export class ExecCredentialError extends CodedError<"BAD_EXEC_INFO" | "NO_CALLER"> {
  /** For `error.name`. */
  override name = "UsageError";
}

/** What a client of an exec plugin gets. */
export interface GivenCredential {
  /** The `ExecCredential`. Holds a secret. */
  credential: JsonObject;
  /** What was repaired, a sentence each. */
  notes: string[];
}

const VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/**
 * Gives a token as an exec credential plugin does: from a variable or a file, read anew each time, with the time until
 * which the client may use it, as the token says it.
 *
 * @throws {ExecCredentialError} When the client wants another version of the interface, or nobody but a person is there.
 * @throws {CredentialsError} When there is no token, or one that can't be used or has expired.
 * @see client-go `pkg/apis/clientauthentication/v1/types.go` v0.36
 */
export async function giveCredential(host: ProtectedHost, flags: TokenFlags): Promise<GivenCredential> {
  const apiVersion = readVersion(host);
  host.registerSecrets(createRedactor, host.env.get(flags.tokenEnv ?? "K8S_TOKEN"));
  const { value, repairs, source } = await readToken(host, flags);
  host.registerSecrets(createRedactor, value);
  const expiresAtMs = decodeTokenClaims(value)?.expiresAtMs;
  const expiry: JsonObject = expiresAtMs === undefined
    ? {}
    : { expirationTimestamp: new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, "Z") };
  return {
    credential: { apiVersion, kind: "ExecCredential", status: { ...expiry, token: value } },
    // What is worth knowing of the token itself would be shown at each call: whoami tells it.
    notes: repairs.length > 0 ? [`repaired ${source} (${repairs.join(", ")})`] : [],
  };
}

function readVersion({ env, stdout }: ProtectedHost): string {
  const text = env.get("KUBERNETES_EXEC_INFO") ?? "";
  if (text === "") {
    if (!stdout.isTerminal()) return VERSIONS[0]!;
    throw new ExecCredentialError("NO_CALLER", "Cannot show the token: this is for kubectl and other clients to call", {
      hint: "kstage context --exec writes a kubeconfig context that calls it; kstage whoami tells about the token",
    });
  }
  const info = parseInfo(text);
  const apiVersion = isObject(info) ? getKey(info, "apiVersion") : undefined;
  if (typeof apiVersion === "string" && VERSIONS.includes(apiVersion)) return apiVersion;
  const shown = typeof apiVersion === "string" ? `"${apiVersion}"` : "no apiVersion";
  throw new ExecCredentialError("BAD_EXEC_INFO", `Cannot answer KUBERNETES_EXEC_INFO: it has ${shown}`, {
    hint: `Write apiVersion: ${VERSIONS[0]} into the kubeconfig's exec section`,
  });
}

function parseInfo(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

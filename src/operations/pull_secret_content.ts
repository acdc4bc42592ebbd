import { isObject, type JsonObject, type JsonValue, parseJson } from "../base/mod.ts";
import { createRedactor } from "../credentials/mod.ts";
import type { KubeClient } from "../kube/mod.ts";
import { decodeBase64, encodeBase64 } from "../kubeconfig/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { encodeBasic, isSameKey, parseDockerConfig, type RegistryEntry } from "../registry/mod.ts";
import { readYamlDocuments } from "../yaml/mod.ts";
import { BootstrapError } from "./bootstrap_objects.ts";
import type { ProtectedHost } from "./protect.ts";
import type { RegistryLogin } from "./pull_secret_login.ts";

const TYPE = "kubernetes.io/dockerconfigjson";
const KEY = ".dockerconfigjson";

/**
 * The Secret that `kubectl create secret docker-registry` makes, byte for byte.
 *
 * @param existing Text of a pull secret whose logins for other registries are kept. @default none
 * @see kubectl `pkg/cmd/create/create_secret_docker.go` v1.36
 */
export function pullSecretManifest(
  name: string,
  namespace: string | undefined,
  login: RegistryLogin,
  existing?: string,
): Manifest {
  const { registry, username, password, email } = login;
  const entry = {
    username,
    password,
    ...(email === undefined || email === "" ? {} : { email }),
    auth: encodeBasic(login),
  };
  const auths: JsonObject = { ...otherLogins(existing, registry), [registry]: entry };
  const data: JsonObject = { [KEY]: encodeBase64(escapeAsGo(JSON.stringify({ auths }))) };
  const metadata: Manifest["metadata"] = namespace === undefined ? { name } : { name, namespace };
  return { apiVersion: "v1", data, kind: "Secret", metadata, type: TYPE };
}

function otherLogins(existing: string | undefined, registry: string): JsonObject {
  const config = existing === undefined ? undefined : parseJson(existing);
  const auths = isObject(config) && isObject(config.auths) ? config.auths : {};
  return Object.fromEntries(Object.entries(auths).filter(([key]) => !isSameKey(key, registry)));
}

const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/** Go's encoder escapes what is special in HTML. */
function escapeAsGo(json: string): string {
  return json.replace(GO_ESCAPES, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The JSON text of a pull secret in the cluster.
 *
 * @throws {BootstrapError} PULL_SECRET_MISSING, PULL_SECRET_INVALID.
 */
export async function readClusterSecret(client: KubeClient, namespace: string, name: string): Promise<string> {
  const secret = await client.get({ apiVersion: "v1", kind: "Secret", namespace, name });
  if (secret !== undefined) return decodeSecretText(secret, `secret "${name}"`);
  throw new BootstrapError(
    "PULL_SECRET_MISSING",
    `Cannot read the pull secret: there is no secret "${name}" in namespace "${namespace}"`,
    { hint: `kstage pull-secret create ${name} -n ${namespace} makes it; it must be in the namespace of the pods` },
  );
}

/** The JSON text of a pull secret in a file: a Secret's manifest, or Docker's own `config.json`. */
export function readSecretFile({ fs }: ProtectedHost, file: string): string {
  const text = fs.readText(file);
  const value = parseEither(text, file);
  return isObject(value) && value.kind !== undefined ? decodeSecretText(value, `"${file}"`) : text;
}

/** Docker indents by tabs, which YAML does not allow. What a parser says of a damaged file could repeat what is in it. */
function parseEither(text: string, file: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    try {
      return readYamlDocuments(text, { file })[0]?.value;
    } catch {
      return undefined;
    }
  }
}

/** The JSON text in a Secret. @throws {BootstrapError} PULL_SECRET_INVALID. */
export function decodeSecretText({ data, stringData, type }: JsonObject, what: string): string {
  const invalid = (state: string) =>
    new BootstrapError("PULL_SECRET_INVALID", `Cannot use ${what} as a pull secret: ${state}`, {
      hint: "A Secret's type cannot change: delete it, then kstage pull-secret create",
    });
  if (type !== TYPE) throw invalid(`its type is ${type === undefined ? "not set" : `"${type}"`}, not ${TYPE}`);
  const plain = isObject(stringData) ? stringData[KEY] : undefined;
  if (typeof plain === "string") return plain;
  const encoded = isObject(data) ? data[KEY] : undefined;
  if (typeof encoded !== "string") throw invalid(`it has no ${KEY}`);
  const bytes = decodeBase64(encoded);
  if (!(bytes instanceof Uint8Array)) throw invalid(`${KEY} is no base64`);
  return new TextDecoder().decode(bytes);
}

/** The logins of a pull secret, none of which is shown from now on. @throws {RegistryError} BAD_CONFIG. */
export function readLogins(host: ProtectedHost, text: string): RegistryEntry[] {
  const entries = parseDockerConfig(text);
  for (const entry of entries) host.registerSecrets(createRedactor, entry.password, encodeBasic(entry));
  return entries;
}

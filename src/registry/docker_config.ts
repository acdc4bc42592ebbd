import { isObject, type JsonObject, type JsonValue, parseJson } from "../base/mod.ts";
import { RegistryError } from "./errors.ts";
import { DEFAULT_REGISTRY, type ImageReference } from "./image_reference.ts";

/** A user name and a password. Holds a secret. */
export interface Login {
  /** Who logs in. */
  username: string;
  /** With what. */
  password: string;
}

/** A login of a pull secret, and what it is for. Holds a secret. */
export interface RegistryEntry extends Login {
  /** The key as it is written: `registry.example.com/group`, `https://index.docker.io/v1/`. */
  key: string;
}

/**
 * The logins of a `.dockerconfigjson`. Where `auth` and the user name with its password are both given they must agree;
 * either is enough.
 *
 * @throws {RegistryError} BAD_CONFIG, which never repeats a value.
 * @see kubernetes `pkg/credentialprovider/config.go` (`DockerConfigEntry`)
 */
export function parseDockerConfig(text: string): RegistryEntry[] {
  const value = tryParse(text);
  if (isObject(value)) refuseHelpers(value);
  if (!isObject(value) || !isObject(value.auths)) throw badConfig("it is no JSON object with auths");
  return Object.entries(value.auths).map(([key, entry]) => ({ key, ...readEntry(key, entry) }));
}

/**
 * Docker keeps logins with a credential helper and leaves empty entries behind: a node has no such program.
 *
 * @see docker/cli `cli/config/configfile/file.go` (`credsStore`, `credHelpers`)
 */
function refuseHelpers({ auths, credsStore, credHelpers }: JsonObject): void {
  const entries = isObject(auths) ? Object.values(auths) : [];
  const hasLogins = entries.length > 0 && entries.every((entry) => isObject(entry) && Object.keys(entry).length > 0);
  const helpers = [credsStore, ...(isObject(credHelpers) ? Object.values(credHelpers) : [])];
  const helper = helpers.find((name) => typeof name === "string" && name !== "");
  if (helper === undefined || hasLogins) return;
  const name = /^[\w.-]{1,40}$/.test(String(helper)) ? ` "${String(helper)}"` : "";
  throw new RegistryError(
    "BAD_CONFIG",
    `Cannot read the pull secret: its logins are kept by the credential helper${name}, which no node has`,
    0,
    { hint: "Use a login that is a user name and a password, such as a deploy token: kstage pull-secret create" },
  );
}

function readEntry(key: string, entry: JsonValue | undefined): Login {
  if (!isObject(entry)) throw badConfig(`the entry "${key}" is no object`);
  const { username = "", password = "", auth = "" } = entry;
  if (auth === "" && password === "" && (entry.identitytoken || entry.registrytoken)) {
    throw badConfig(`the entry "${key}" has a token in place of a password, which nodes don't use`);
  }
  if (typeof username !== "string" || typeof password !== "string" || typeof auth !== "string") {
    throw badConfig(`the entry "${key}" has a value that is no text`);
  }
  if (auth === "") {
    if (username !== "" && password !== "") return { username, password };
    throw badConfig(`the entry "${key}" has neither auth nor a user name with its password`);
  }
  const decoded = decodeBasic(auth);
  if (decoded === undefined) throw badConfig(`auth of "${key}" is not the base64 of USER:PASSWORD`);
  const agrees = (username === "" || username === decoded.username) &&
    (password === "" || password === decoded.password);
  if (!agrees) throw badConfig(`auth of "${key}" and its user name or password say different things`);
  return decoded;
}

/** What stands behind `Basic` in a header: base64 of the UTF-8 bytes. */
export function encodeBasic({ username, password }: Login): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function decodeBasic(auth: string): Login | undefined {
  try {
    const bytes = Uint8Array.from(atob(auth.trim()), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const colon = text.indexOf(":");
    // Some tools pad with NUL bytes, which a kubelet takes off.
    return colon < 1
      ? undefined
      : { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
  } catch {
    return undefined;
  }
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function badConfig(state: string): RegistryError {
  return new RegistryError("BAD_CONFIG", `Cannot read the pull secret: ${state}`, 0, {
    hint: "kstage pull-secret rotate writes it anew",
  });
}

/**
 * The login that a kubelet takes for an image: the entry with the longest path that fits, or none.
 *
 * A key may have a scheme, a port and a path; `*` in a part of the host stands for any text without a dot.
 *
 * @see kubernetes `pkg/credentialprovider/keyring.go` (`URLsMatch`)
 */
export function findLogin(entries: readonly RegistryEntry[], image: ImageReference): RegistryEntry | undefined {
  const fitting = entries.filter(({ key }) => fits(parseKey(key), image));
  return fitting.sort((a, b) => parseKey(b.key).path.length - parseKey(a.key).path.length)[0];
}

/** Whether two keys are for the same registry and path. */
export function isSameKey(a: string, b: string): boolean {
  const [left, right] = [parseKey(a), parseKey(b)];
  return left.host === right.host && left.path === right.path;
}

/** The host of a key, as image references name it. */
export function registryOfKey(key: string): string {
  return parseKey(key).host;
}

function parseKey(key: string): { host: string; path: string } {
  const [host = "", ...path] = key.replace(/^https?:\/\//, "").replace(/\/+$/, "").split("/");
  const isDockerHub = host === "index.docker.io" || host === DEFAULT_REGISTRY;
  // `/v1` and `/v2` are the API's, not a part of images' names.
  const named = path[0] === "v1" || path[0] === "v2" ? path.slice(1) : path;
  return { host: isDockerHub ? DEFAULT_REGISTRY : host, path: named.join("/") };
}

function fits({ host, path }: { host: string; path: string }, { registry, repository }: ImageReference): boolean {
  const pattern = host.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^.]*");
  if (!new RegExp(`^${pattern}$`).test(registry)) return false;
  return path === "" || repository === path || repository.startsWith(`${path}/`);
}

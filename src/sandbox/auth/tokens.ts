import { isObject, type JsonObject, type JsonValue, parseJson, stringifyJson } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { TokenOptions, User } from "../api/context.ts";
import type { ObjectStore } from "../store.ts";

/** Who issues tokens: `iss` and the audience of tokens that ask for none. */
export const TOKEN_ISSUER = "https://kubernetes.default.svc.cluster.local";

/** `iss` of the tokens in Secrets of type `kubernetes.io/service-account-token`. */
const LEGACY_ISSUER = "kubernetes/serviceaccount";
const LEGACY_PREFIX = "kubernetes.io/serviceaccount";

const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/** What a token authority needs of the world. */
export interface TokenAuthorityOptions {
  store: ObjectStore;
  /** Milliseconds since 1970. */
  now(): number;
  uuid(): string;
}

/**
 * Makes and checks ServiceAccount tokens: JWTs signed by ES256, with the claims of a real API server.
 *
 * @see Kubernetes `pkg/serviceaccount/claims.go`, `legacy.go` v1.36
 */
export class TokenAuthority {
  readonly #options: TokenAuthorityOptions;
  #keys: Promise<{ pair: CryptoKeyPair; id: string }> | undefined;

  constructor(options: TokenAuthorityOptions) {
    this.#options = options;
  }

  /** Signs a token for a ServiceAccount. */
  issue(options: TokenOptions): Promise<string> {
    return this.#sign(options.expirationSeconds === undefined ? legacyClaims(options) : this.#boundClaims(options));
  }

  /**
   * The user of a token.
   *
   * @returns undefined when it is none of ours, is expired, or ended with what it was bound to.
   */
  async authenticate(token: string): Promise<User | undefined> {
    const claims = await this.#verify(token);
    if (claims === undefined) return undefined;
    return claims.iss === LEGACY_ISSUER ? this.#legacyUser(claims, token) : this.#boundUser(claims);
  }

  /** The public key as a JSON Web Key Set. */
  async jwks(): Promise<JsonObject> {
    const { pair, id } = await this.#keyPair();
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    return { keys: [{ use: "sig", kty: kty!, kid: id, alg: "ES256", crv: crv!, x: x!, y: y! }] };
  }

  #keyPair(): Promise<{ pair: CryptoKeyPair; id: string }> {
    this.#keys ??= (async () => {
      const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
      const spki = await crypto.subtle.exportKey("spki", pair.publicKey);
      return { pair, id: encodeBytes(new Uint8Array(await crypto.subtle.digest("SHA-256", spki))) };
    })();
    return this.#keys;
  }

  async #sign(claims: JsonObject): Promise<string> {
    const { pair, id } = await this.#keyPair();
    const text = `${encodeJson({ alg: "ES256", kid: id })}.${encodeJson(claims)}`;
    const signature = await crypto.subtle.sign(SIGNATURE, pair.privateKey, new TextEncoder().encode(text));
    return `${text}.${encodeBytes(new Uint8Array(signature))}`;
  }

  async #verify(token: string): Promise<JsonObject | undefined> {
    const [header, payload, signature] = token.split(".");
    if (header === undefined || payload === undefined || signature === undefined) return undefined;
    try {
      const { pair } = await this.#keyPair();
      const text = new TextEncoder().encode(`${header}.${payload}`);
      if (!await crypto.subtle.verify(SIGNATURE, pair.publicKey, decodeBytes(signature), text)) return undefined;
      const claims = parseJson(new TextDecoder().decode(decodeBytes(payload)));
      return isObject(claims) ? claims : undefined;
    } catch {
      return undefined;
    }
  }

  #boundClaims({ serviceAccount, audiences, expirationSeconds, boundTo }: TokenOptions): JsonObject {
    const now = Math.floor(this.#options.now() / 1000);
    const { name, namespace } = serviceAccount.metadata;
    const own: JsonObject = { namespace: String(namespace) };
    if (boundTo !== undefined) own[boundTo.kind.toLowerCase()] = identityOf(boundTo);
    own.serviceaccount = identityOf(serviceAccount);
    return {
      aud: [...audiences],
      exp: now + expirationSeconds!,
      iat: now,
      iss: TOKEN_ISSUER,
      jti: this.#options.uuid(),
      "kubernetes.io": own,
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
  }

  #boundUser(claims: JsonObject): User | undefined {
    const now = this.#options.now() / 1000;
    const audiences = Array.isArray(claims.aud) ? claims.aud : [];
    if (claims.iss !== TOKEN_ISSUER || !audiences.includes(TOKEN_ISSUER)) return undefined;
    // The leeway of the JWT library that the API server uses: none for the end, one minute for the start.
    if (Number(claims.exp) < now || Number(claims.nbf) > now + 60) return undefined;
    const own = claims["kubernetes.io"];
    if (!isObject(own)) return undefined;
    const namespace = String(own.namespace);
    if (!this.#isAlive("ServiceAccount", namespace, own.serviceaccount)) return undefined;
    for (const kind of ["Secret", "Pod"]) {
      const bound = own[kind.toLowerCase()];
      if (bound !== undefined && !this.#isAlive(kind, namespace, bound)) return undefined;
    }
    const account = own.serviceaccount as JsonObject;
    const extra: Record<string, string[]> = { "authentication.kubernetes.io/credential-id": [`JTI=${claims.jti}`] };
    if (isObject(own.pod)) {
      extra["authentication.kubernetes.io/pod-name"] = [String(own.pod.name)];
      extra["authentication.kubernetes.io/pod-uid"] = [String(own.pod.uid)];
    }
    return { ...serviceAccountUser(namespace, String(account.name), String(account.uid)), extra };
  }

  #legacyUser(claims: JsonObject, token: string): User | undefined {
    const claim = (name: string): string => String(claims[`${LEGACY_PREFIX}/${name}`] ?? "");
    const namespace = claim("namespace");
    const account = { name: claim("service-account.name"), uid: claim("service-account.uid") };
    if (!this.#isAlive("ServiceAccount", namespace, account)) return undefined;
    const secret = this.#options.store.get({ apiVersion: "v1", kind: "Secret", namespace, name: claim("secret.name") });
    const data = secret?.data;
    // A Secret whose token was removed, or made again, ends the old one.
    if (secret === undefined || !isObject(data) || data.token !== btoa(token)) return undefined;
    if (secret.metadata.deletionTimestamp !== undefined) return undefined;
    return serviceAccountUser(namespace, account.name, account.uid);
  }

  #isAlive(kind: string, namespace: string, identity: JsonValue | undefined): boolean {
    if (!isObject(identity)) return false;
    const found = this.#options.store.get({ apiVersion: "v1", kind, namespace, name: String(identity.name) });
    return found !== undefined && found.metadata.uid === identity.uid;
  }
}

/** The user that a ServiceAccount is. */
function serviceAccountUser(namespace: string, name: string, uid: string): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
  };
}

function identityOf({ metadata }: Manifest): JsonObject {
  return { name: metadata.name, uid: metadata.uid! };
}

function legacyClaims({ serviceAccount, boundTo }: TokenOptions): JsonObject {
  const { name, namespace, uid } = serviceAccount.metadata;
  return {
    iss: LEGACY_ISSUER,
    [`${LEGACY_PREFIX}/namespace`]: String(namespace),
    [`${LEGACY_PREFIX}/secret.name`]: boundTo!.metadata.name,
    [`${LEGACY_PREFIX}/service-account.name`]: name,
    [`${LEGACY_PREFIX}/service-account.uid`]: String(uid),
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
}

function encodeJson(value: JsonObject): string {
  return encodeBytes(new TextEncoder().encode(stringifyJson(value)));
}

function encodeBytes(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decodeBytes(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

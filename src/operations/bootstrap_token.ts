import { type Clock, type Host, isObject, stringifyJson } from "../base/mod.ts";
import { createRedactor, decodeTokenClaims, fingerprint } from "../credentials/mod.ts";
import { ApiError, createHttpTransport, createKubeClient, type KubeClient } from "../kube/mod.ts";
import { decodeBase64, type ResolvedContext } from "../kubeconfig/mod.ts";
import { formatRef, type Manifest, type ObjectRef, refOf } from "../manifest/mod.ts";
import { BootstrapError, type Deployer, MANAGED_BY, TOKEN_LABEL, tokenSecret } from "./bootstrap_objects.ts";
import type { ProtectedHost } from "./protect.ts";

/** A Secret that a token ends with. */
export interface TokenSecret {
  /** The Secret's name. */
  name: string;
  /** Counts the rotations, from 1. */
  generation: number;
  /** Whether the token itself stands in it. */
  longLived: boolean;
}

/** A token of a deployer. Holds a secret. */
export interface DeployerToken {
  /** The bearer token. */
  token: string;
  /** Tells it from others without telling it. */
  fingerprint: string;
  /** The Secret that it ends with. */
  secret: TokenSecret;
  /** Who issued it. */
  issuer: string;
  /** Milliseconds since 1970; absent: it does not expire. */
  expiresAtMs?: number;
}

/** The Secrets of a deployer's tokens, oldest first. */
export async function listTokenSecrets(client: KubeClient, deployer: Deployer): Promise<TokenSecret[]> {
  const { namespace, serviceAccount } = deployer;
  const labelSelector = `${TOKEN_LABEL}=${serviceAccount}`;
  const { items } = await client.list({ apiVersion: "v1", kind: "Secret", namespace, labelSelector });
  return items.flatMap(({ metadata: { name }, type }) => {
    const generation = Number(name.slice(`${serviceAccount}-token-`.length));
    const isOurs = name === `${serviceAccount}-token-${generation}` && Number.isInteger(generation);
    return isOurs ? [{ name, generation, longLived: type === "kubernetes.io/service-account-token" }] : [];
  }).sort((a, b) => a.generation - b.generation);
}

/** Creates the Secret of the next token. */
export async function createTokenSecret(
  client: KubeClient,
  deployer: Deployer,
  generation: number,
  longLived: boolean,
): Promise<TokenSecret> {
  const { metadata } = await client.create(tokenSecret(deployer, generation, longLived));
  return { name: metadata.name, generation, longLived };
}

/**
 * A token that ends with a Secret: asked for, or read where the cluster put it.
 *
 * @param expiresMs Wanted lifetime; the cluster may shorten it, and `expiresAtMs` tells what it made of it.
 * @throws {BootstrapError} ACCOUNT_MISSING, TOKEN_NOT_FILLED.
 */
export async function obtainToken(
  host: ProtectedHost,
  client: KubeClient,
  { deployer, secret, expiresMs }: { deployer: Deployer; secret: TokenSecret; expiresMs: number },
): Promise<DeployerToken> {
  const token = secret.longLived
    ? await readFilledToken(host.clock, client, deployer, secret.name)
    : await requestToken(client, deployer, secret.name, Math.round(expiresMs / 1000));
  host.registerSecrets(createRedactor, token);
  const { expiresAtMs, issuer = "" } = decodeTokenClaims(token) ?? {};
  return {
    token,
    secret,
    issuer,
    fingerprint: await fingerprint(token),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

async function requestToken(
  client: KubeClient,
  { namespace, serviceAccount }: Deployer,
  anchor: string,
  expirationSeconds: number,
): Promise<string> {
  const boundObjectRef = { apiVersion: "v1", kind: "Secret", name: anchor };
  const answer = await client.request({
    method: "POST",
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${
      encodeURIComponent(serviceAccount)
    }/token`,
    headers: { "Content-Type": "application/json" },
    body: stringifyJson({
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences: [], expirationSeconds, boundObjectRef },
    }),
  });
  const status = isObject(answer) && isObject(answer.status) ? answer.status : {};
  return String(status.token ?? "");
}

/** How long the token controller gets. */
const FILL_LIMIT_MS = 10_000;

async function readFilledToken(clock: Clock, client: KubeClient, deployer: Deployer, name: string): Promise<string> {
  const { namespace, serviceAccount } = deployer;
  const ref: ObjectRef = { apiVersion: "v1", kind: "Secret", namespace, name };
  const end = clock.now() + FILL_LIMIT_MS;
  for (let waitMs = 100;; waitMs *= 1.5) {
    const secret = await client.get(ref);
    if (secret === undefined) {
      // The controller deletes token Secrets of ServiceAccounts that don't exist.
      throw new BootstrapError("ACCOUNT_MISSING", `Cannot get a token: the cluster removed ${formatRef(ref)}`, {
        hint: `The ServiceAccount ${namespace}/${serviceAccount} is missing: run kstage bootstrap again`,
      });
    }
    const data = isObject(secret.data) ? secret.data : {};
    const bytes = typeof data.token === "string" ? decodeBase64(data.token) : undefined;
    if (bytes instanceof Uint8Array && bytes.length > 0) return new TextDecoder().decode(bytes);
    if (clock.now() >= end) {
      throw new BootstrapError(
        "TOKEN_NOT_FILLED",
        `Cannot get a token: the cluster put none into ${formatRef(ref)} in 10s`,
        {
          hint: "Its token controller may be off (kube-controller-manager --controllers): leave out --long-lived",
        },
      );
    }
    await clock.sleep(waitMs);
  }
}

/**
 * Asks the cluster who a token is.
 *
 * @throws {BootstrapError} WRONG_IDENTITY when it is another than the deployer.
 */
export async function verifyToken(
  host: Host,
  { server, tls }: ResolvedContext,
  deployer: Deployer,
  token: string,
): Promise<void> {
  const { certificatePem: _certificate, keyPem: _key, ...trust } = tls;
  const http = host.network.open(trust);
  try {
    const client = createKubeClient(createHttpTransport({ server, http, token }), host);
    const answer = await client.request({
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      headers: { "Content-Type": "application/json" },
      body: stringifyJson({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }),
    });
    const status = isObject(answer) && isObject(answer.status) ? answer.status : {};
    const username = isObject(status.userInfo) ? status.userInfo.username : undefined;
    const wanted = `system:serviceaccount:${deployer.namespace}:${deployer.serviceAccount}`;
    if (username === wanted) return;
    throw new BootstrapError(
      "WRONG_IDENTITY",
      `Cannot use the new token: the cluster takes it for ${username}, not ${wanted}`,
    );
  } finally {
    http.close();
  }
}

/** Deletes the Secrets of tokens, which ends the tokens. @returns Their names. */
export async function revokeTokens(
  client: KubeClient,
  { namespace }: Deployer,
  secrets: readonly TokenSecret[],
): Promise<string[]> {
  for (const { name } of secrets) await deleteIfThere(client, { apiVersion: "v1", kind: "Secret", namespace, name });
  return secrets.map(({ name }) => name);
}

/** @returns Whether there was one. */
export async function deleteIfThere(client: KubeClient, ref: ObjectRef): Promise<boolean> {
  try {
    await client.delete(ref);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

/**
 * Deletes an object that bootstrap made.
 *
 * @returns Whether there was one.
 * @throws {BootstrapError} FOREIGN_OBJECT when somebody else made it.
 */
export async function deleteOwn(client: KubeClient, manifest: Manifest): Promise<boolean> {
  const ref = refOf(manifest);
  const live = await client.get(ref);
  if (live === undefined) return false;
  const labels = isObject(live.metadata.labels) ? live.metadata.labels : {};
  const [label, value] = Object.entries(MANAGED_BY)[0]!;
  if (labels[label] === value) return await deleteIfThere(client, ref);
  throw new BootstrapError("FOREIGN_OBJECT", `Cannot delete ${formatRef(ref)}: kstage bootstrap did not make it`, {
    hint: `It lacks the label ${label}=${value}; delete it by hand if nothing else uses it`,
  });
}

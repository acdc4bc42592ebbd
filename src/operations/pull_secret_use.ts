import { ApiError, type KubeClient } from "../kube/mod.ts";
import { isObject } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { findLogin, parseImageReference, type RegistryEntry, RegistryError } from "../registry/mod.ts";
import { BootstrapError } from "./bootstrap_objects.ts";
import { findPodPulls, type PodPulls, pullSecretNames } from "./pulled_images.ts";

/** Who owns what the pull-secret commands write. */
export const PULL_SECRET_MANAGER = "kstage-pull-secret";

const ATTEMPTS = 5;

/**
 * Lets a ServiceAccount's pods pull with a secret. Its other pull secrets stay; twice is once.
 *
 * The list has no key that server-side apply could merge by, so the whole list is written, and only over the state that
 * it was read from.
 *
 * @returns Whether it was there already.
 * @throws {BootstrapError} ACCOUNT_MISSING.
 */
export async function attachPullSecret(
  client: KubeClient,
  { namespace, serviceAccount, secret }: { namespace: string; serviceAccount: string; secret: string },
): Promise<"attached" | "unchanged"> {
  const ref = { apiVersion: "v1", kind: "ServiceAccount", namespace, name: serviceAccount };
  for (let attempt = 1;; attempt++) {
    const account = await client.get(ref);
    if (account === undefined) {
      throw new BootstrapError(
        "ACCOUNT_MISSING",
        `Cannot attach the pull secret: there is no ServiceAccount "${serviceAccount}" in namespace "${namespace}"`,
        { hint: "Apply the overlay that has it first, or name another with --service-account" },
      );
    }
    if (pullSecretNames(account).includes(secret)) return "unchanged";
    const kept = Array.isArray(account.imagePullSecrets) ? account.imagePullSecrets.filter(isObject) : [];
    const body = {
      metadata: { resourceVersion: account.metadata.resourceVersion ?? null },
      imagePullSecrets: [...kept, { name: secret }],
    };
    try {
      await client.patch(ref, "merge", body, { fieldManager: PULL_SECRET_MANAGER });
      return "attached";
    } catch (error) {
      const isOutrun = error instanceof ApiError && error.code === "CONFLICT";
      if (!isOutrun || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Pods that pull with a secret's logins, and neither name it nor run as a ServiceAccount that does. */
export async function findPodsWithoutSecret(
  client: KubeClient | undefined,
  manifests: readonly Manifest[],
  { namespace, secret, entries }: { namespace: string; secret: string; entries: readonly RegistryEntry[] },
): Promise<PodPulls[]> {
  const accounts = new Map<string, Promise<string[]>>();
  const secretsOf = (name: string) => {
    const found = accounts.get(name) ?? readAccount(client, manifests, namespace, name);
    accounts.set(name, found);
    return found;
  };
  const without: PodPulls[] = [];
  for (const pulls of findPodPulls(manifests)) {
    if (!pulls.images.some((image) => needsLogin(entries, image)) || pulls.secrets.includes(secret)) continue;
    // A pod spec that names secrets of its own does not get the ServiceAccount's.
    const inherited = pulls.secrets.length === 0 ? await secretsOf(pulls.serviceAccount) : [];
    if (!inherited.includes(secret)) without.push(pulls);
  }
  return without;
}

/**
 * The pull secrets of an object's pods: those of the pod spec, or, where it names none, those of its ServiceAccount.
 *
 * @throws {ApiError} When the ServiceAccount may not be read.
 */
export async function secretsOfPods(
  client: KubeClient | undefined,
  manifests: readonly Manifest[],
  namespace: string,
  { secrets, serviceAccount }: PodPulls,
): Promise<string[]> {
  return secrets.length > 0 ? secrets : await readAccount(client, manifests, namespace, serviceAccount);
}

async function readAccount(
  client: KubeClient | undefined,
  manifests: readonly Manifest[],
  namespace: string,
  name: string,
): Promise<string[]> {
  const built = manifests.find(({ kind, metadata }) => kind === "ServiceAccount" && metadata.name === name);
  const named = built === undefined ? [] : pullSecretNames(built);
  if (named.length > 0) return named;
  const live = await client?.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
  return live === undefined ? [] : pullSecretNames(live);
}

function needsLogin(entries: readonly RegistryEntry[], image: string): boolean {
  try {
    return findLogin(entries, parseImageReference(image)) !== undefined;
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}

/** The error for pods that could not pull. */
export function podsWithoutSecret(secret: string, pods: readonly PodPulls[]): BootstrapError {
  const accounts = [...new Set(pods.map(({ serviceAccount }) => serviceAccount))];
  return new BootstrapError(
    "PULL_SECRET_UNUSED",
    `Cannot pull with secret "${secret}": neither ${pods.map(({ owner }) => owner).join(", ")} nor ServiceAccount ${
      accounts.join(", ")
    } names it`,
    { hint: `Name it in the pod spec's imagePullSecrets, or attach it with --service-account ${accounts[0]}` },
  );
}

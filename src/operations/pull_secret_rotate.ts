import { buildManifests } from "./apply_input.ts";
import type { ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { findPodPulls } from "./pulled_images.ts";
import { decodeSecretText, pullSecretManifest, readClusterSecret, readLogins } from "./pull_secret_content.ts";
import type { RegistryLogin } from "./pull_secret_login.ts";
import { attachPullSecret, findPodsWithoutSecret, podsWithoutSecret, PULL_SECRET_MANAGER } from "./pull_secret_use.ts";
import { namespaceOf } from "./pull_secret_verify.ts";
import { type ImageVerdict, isPulledWith, type RegistryAccess, verifyImages, verifyLogins } from "./registry_access.ts";
import { withConnection } from "./with_connection.ts";

/** Which pull secret gets which login. */
export interface RotatePullSecretOptions extends ConnectOptions, RegistryAccess {
  /** Its name. */
  secret: string;
  /** The new login; those for other registries stay. */
  login: RegistryLogin;
  /** Images to try it on. @default the overlay's; without any, only the login is tried */
  images: readonly string[];
  /** A directory with a kustomization file: its images, and whether its pods use the secret. */
  overlay?: string | undefined;
  /** A ServiceAccount whose pods shall use it. */
  serviceAccount?: string | undefined;
}

/** What a rotation did. */
export interface RotatedPullSecret {
  /** Where it is. */
  namespace: string;
  /** What the new login was tried on. When one has an error, nothing was written. */
  verdicts: ImageVerdict[];
  /** What became of the ServiceAccount, where one was named and the Secret written. */
  attached?: "attached" | "unchanged";
}

/**
 * Puts a new login into a pull secret, after it was tried: what nodes pull with is never replaced by what doesn't work.
 *
 * @throws {BootstrapError} PULL_SECRET_MISSING, PULL_SECRET_INVALID, ACCOUNT_MISSING; PULL_SECRET_UNUSED after writing,
 *   when the overlay's pods do not use the secret.
 */
export async function rotatePullSecret(
  host: ProtectedHost,
  options: RotatePullSecretOptions,
): Promise<RotatedPullSecret> {
  const { secret, login, serviceAccount, overlay } = options;
  const manifests = overlay === undefined ? [] : await buildManifests(host, overlay);
  const target = { ...options, namespace: options.namespace ?? namespaceOf(manifests) };
  const { namespace, existing } = await withConnection(host, target, async ({ client, namespace }) => {
    const existing = await readClusterSecret(client, namespace, secret);
    readLogins(host, existing);
    return { namespace, existing };
  });
  const manifest = pullSecretManifest(secret, namespace, login, existing);
  const entries = readLogins(host, decodeSecretText(manifest, `secret "${secret}"`));
  const images = [...options.images, ...findPodPulls(manifests).flatMap((pulls) => pulls.images)]
    .filter((image) => options.images.includes(image) || isPulledWith(entries, login.registry, image));
  const verdicts = images.length > 0
    ? await verifyImages(host, entries, images, options)
    : await verifyLogins(host, entries.filter(({ key }) => key === login.registry), options);
  if (verdicts.some(({ error }) => error !== undefined)) return { namespace, verdicts };
  return await withConnection(host, target, async ({ client }) => {
    await client.apply(manifest, { fieldManager: PULL_SECRET_MANAGER, force: true });
    const attached = serviceAccount === undefined
      ? {}
      : { attached: await attachPullSecret(client, { namespace, serviceAccount, secret }) };
    const pods = await findPodsWithoutSecret(client, manifests, { namespace, secret, entries });
    if (pods.length > 0) throw podsWithoutSecret(secret, pods);
    return { namespace, verdicts, ...attached };
  });
}

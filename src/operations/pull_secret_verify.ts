import type { CodedError } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { RegistryEntry } from "../registry/mod.ts";
import { buildManifests } from "./apply_input.ts";
import { BootstrapError } from "./bootstrap_objects.ts";
import type { ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { findPodPulls } from "./pulled_images.ts";
import { readClusterSecret, readLogins, readSecretFile } from "./pull_secret_content.ts";
import { findPodsWithoutSecret, podsWithoutSecret } from "./pull_secret_use.ts";
import { type ImageVerdict, type RegistryAccess, verifyImages, verifyLogins } from "./registry_access.ts";
import { withConnection } from "./with_connection.ts";

/** Which pull secret to try, and on what. */
export interface VerifyPullSecretOptions extends ConnectOptions, RegistryAccess {
  /** Its name in the cluster. @default the one that the overlay's pod specs name */
  secret?: string | undefined;
  /** A Secret's manifest or Docker's `config.json`, in place of the cluster's Secret. */
  fromFile?: string | undefined;
  /** Images to ask for. @default the overlay's; without one, only the logins are tried */
  images: readonly string[];
  /** A directory with a kustomization file: its images, and whether its pods would use the secret. */
  overlay?: string | undefined;
}

/** What came of it. */
export interface PullSecretReport {
  /** The secret's name, or the file's. */
  secret: string;
  /** An entry for each image, or for each registry where no image is known. */
  verdicts: ImageVerdict[];
  /** Why the pods would not use the secret, where they would not. */
  error?: CodedError;
}

/**
 * Does what a node would do with a pull secret: takes the login that fits, and asks for the image's manifest.
 *
 * @throws {BootstrapError} PULL_SECRET_MISSING, PULL_SECRET_INVALID, PULL_SECRET_UNNAMED.
 * @throws {RegistryError} BAD_CONFIG. What registries refuse is in the report.
 */
export async function verifyPullSecret(
  host: ProtectedHost,
  options: VerifyPullSecretOptions,
): Promise<PullSecretReport> {
  const { overlay } = options;
  const manifests = overlay === undefined ? [] : await buildManifests(host, overlay);
  const { secret, entries, error } = await readSecret(host, options, manifests);
  const images = [...options.images, ...findPodPulls(manifests).flatMap((pulls) => pulls.images)];
  const isAboutImages = images.length > 0 || overlay !== undefined;
  const verdicts = isAboutImages
    ? await verifyImages(host, entries, images, options)
    : await verifyLogins(host, entries, options);
  return { secret, verdicts, ...(error === undefined ? {} : { error }) };
}

async function readSecret(
  host: ProtectedHost,
  options: VerifyPullSecretOptions,
  manifests: readonly Manifest[],
): Promise<{ secret: string; entries: RegistryEntry[]; error?: CodedError }> {
  const { fromFile } = options;
  if (fromFile !== undefined) {
    return { secret: fromFile, entries: readLogins(host, readSecretFile(host, fromFile)) };
  }
  const secret = options.secret ?? namedSecret(manifests);
  const namespace = options.namespace ?? namespaceOf(manifests);
  return await withConnection(host, { ...options, namespace }, async ({ client, namespace }) => {
    const entries = readLogins(host, await readClusterSecret(client, namespace, secret));
    const pods = await findPodsWithoutSecret(client, manifests, { namespace, secret, entries });
    return { secret, entries, ...(pods.length === 0 ? {} : { error: podsWithoutSecret(secret, pods) }) };
  });
}

function namedSecret(manifests: readonly Manifest[]): string {
  const names = [...new Set(findPodPulls(manifests).flatMap(({ secrets }) => secrets))];
  if (names.length === 1) return names[0]!;
  const state = names.length === 0 ? "none is named" : `the pod specs name ${names.join(", ")}`;
  throw new BootstrapError("PULL_SECRET_UNNAMED", `Cannot choose a pull secret: ${state}`, {
    hint: "Name it: kstage pull-secret verify SECRET, or --from-file FILE",
  });
}

/** Where an overlay's pods are, when all are in one namespace. */
export function namespaceOf(manifests: readonly Manifest[]): string | undefined {
  const owners = manifests.filter((manifest) => findPodPulls([manifest]).length > 0);
  const [name, ...others] = new Set(owners.map(({ metadata }) => metadata.namespace));
  return others.length === 0 && typeof name === "string" ? name : undefined;
}

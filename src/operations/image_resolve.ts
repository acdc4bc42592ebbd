import { formatImageReference, parseImageReference } from "../registry/mod.ts";
import { buildManifests } from "./apply_input.ts";
import type { ProtectedHost } from "./protect.ts";
import { readLogins, readSecretFile } from "./pull_secret_content.ts";
import { type LoginSource, readRegistryLogin } from "./pull_secret_login.ts";
import { findPodPulls } from "./pulled_images.ts";
import { type ImageVerdict, type RegistryAccess, verifyImages } from "./registry_access.ts";

/** What to resolve, and with which logins. */
export interface ResolveImagesOptions extends RegistryAccess, LoginSource {
  /** Image references, and directories with kustomization files, which mean all of their images. */
  targets: readonly string[];
  /** A Secret's manifest or Docker's `config.json`. @default CI_REGISTRY's login, where the variables have one */
  fromFile?: string | undefined;
}

/** An image, and what its tag stands for now. */
export interface ResolvedTag extends ImageVerdict {
  /** The reference with the digest, as a pod spec may name it; absent where it failed. */
  pinned?: string;
}

/** The digests of images. Failures are told, not thrown. */
export async function resolveImages(host: ProtectedHost, options: ResolveImagesOptions): Promise<ResolvedTag[]> {
  const images: string[] = [];
  for (const target of options.targets) {
    const isOverlay = host.fs.stat(target)?.kind === "directory";
    images.push(
      ...isOverlay ? findPodPulls(await buildManifests(host, target)).flatMap((pulls) => pulls.images) : [target],
    );
  }
  const verdicts = await verifyImages(host, readEntries(host, options), images, options);
  return verdicts.map((verdict) => verdict.digest === undefined ? verdict : { ...verdict, pinned: pin(verdict) });
}

function pin({ image, digest }: ImageVerdict): string {
  return formatImageReference({ ...parseImageReference(image), digest: digest! });
}

function readEntries(host: ProtectedHost, options: ResolveImagesOptions) {
  if (options.fromFile !== undefined) return readLogins(host, readSecretFile(host, options.fromFile));
  const { env } = host;
  const isGiven = [
    options.registry ?? env.get("CI_REGISTRY"),
    options.username ?? (env.get("CI_DEPLOY_USER") || env.get("CI_REGISTRY_USER")),
    env.get("CI_DEPLOY_PASSWORD") || env.get("CI_REGISTRY_PASSWORD"),
  ].every(Boolean);
  if (!isGiven && options.passwordFile === undefined) return [];
  // Asking takes a moment: the job's own login will do.
  const login = readRegistryLogin(host, { ...options, allowJobToken: true });
  return [{ key: login.registry, username: login.username, password: login.password }];
}

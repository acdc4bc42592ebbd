import { RegistryError } from "./errors.ts";
import { formatImageReference, type ImageReference } from "./image_reference.ts";
import { loginRefused, refuseStatus, type RegistryOptions, type RegistryRequest, sendToRegistry } from "./session.ts";

/** What a registry has under a reference. */
export interface ResolvedImage {
  /** `sha256:…`. */
  digest: string;
  /** `application/vnd.oci.image.index.v1+json` and the like. */
  mediaType: string;
}

/** Indexes first: without them a registry answers with one platform's digest. */
const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/**
 * The digest of an image's manifest, by HEAD; of a registry that does not tell it there, by reading the manifest.
 *
 * @throws {RegistryError} And NetworkError.
 * @see opencontainers/distribution-spec `spec.md` ("Pulling manifests")
 */
export async function resolveImage(
  image: ImageReference,
  options: Omit<RegistryOptions, "registry">,
): Promise<ResolvedImage> {
  const { registry, repository } = image;
  const request: RegistryRequest = {
    action: `read the manifest of ${formatImageReference(image)}`,
    method: "HEAD",
    path: `/v2/${repository}/manifests/${image.digest ?? image.tag ?? "latest"}`,
    accept: MANIFEST_TYPES.join(", "),
    scope: `repository:${repository}:pull`,
  };
  const all = { ...options, registry };
  const head = await askManifest(image, all, request);
  const told = head.headers.get("docker-content-digest");
  if (told !== null && /^\w+:[0-9a-f]{32,}$/.test(told)) return checkDigest(image, told, head);
  const response = await askManifest(image, all, { ...request, method: "GET" });
  const body = new Uint8Array(await response.arrayBuffer());
  return checkDigest(image, await sha256(body), response);
}

async function askManifest(image: ImageReference, options: RegistryOptions, request: RegistryRequest) {
  const { action } = request;
  const { registry, login } = options;
  const { response, isLoggedIn } = await sendToRegistry(options, request);
  const { status } = response;
  if (status === 200) {
    const type = response.headers.get("content-type") ?? "";
    if (!/^text\/html/.test(type)) return response;
    await response.body?.cancel();
    throw new RegistryError("NOT_A_REGISTRY", `Cannot ${action}: ${registry} answers with a web page`, status);
  }
  await response.body?.cancel();
  if (status === 401 && login !== undefined && !isLoggedIn) {
    throw loginRefused(registry, action, login.username, status);
  }
  if (status === 401 || status === 403) throw pullDenied(image, action, login?.username, status);
  if (status === 404) {
    const what = image.digest ?? `tag ${image.tag ?? "latest"}`;
    throw new RegistryError(
      "NOT_FOUND",
      `Cannot ${action}: ${registry} has no ${what} of ${image.repository}`,
      status,
      {
        hint:
          "Check the name and the tag; some registries also answer this for repositories that the login may not see",
      },
    );
  }
  refuseStatus(response, action, registry);
  return response;
}

function pullDenied(image: ImageReference, action: string, user: string | undefined, status: number): RegistryError {
  const { registry, repository } = image;
  if (user === undefined) {
    return new RegistryError(
      "UNAUTHORIZED",
      `Cannot ${action}: ${registry} does not show ${repository} without a login`,
      status,
      { hint: "It is private, or does not exist: give a login for the registry" },
    );
  }
  return new RegistryError(
    "DENIED",
    `Cannot ${action}: ${registry} accepts the login of "${user}", but it may not pull ${repository}`,
    status,
    { hint: "A deploy token needs read_registry, in the project of the image or a group above it" },
  );
}

function checkDigest(image: ImageReference, digest: string, response: Response): ResolvedImage {
  if (image.digest !== undefined && image.digest !== digest) {
    throw new RegistryError(
      "DIGEST_MISMATCH",
      `Cannot trust ${formatImageReference(image)}: ${image.registry} has ${digest} under it`,
      response.status,
    );
  }
  return { digest, mediaType: (response.headers.get("content-type") ?? "").replace(/\s*;.*$/, "") };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Whether a registry accepts a login, without naming an image.
 *
 * @throws {RegistryError} UNAUTHORIZED when it does not, and as {@link resolveImage}.
 * @returns False when the registry asks for no login at all, so that nothing is known.
 */
export async function checkLogin(options: RegistryOptions): Promise<boolean> {
  const action = `log in to ${options.registry}`;
  const { response, isLoggedIn } = await sendToRegistry(options, { action, method: "GET", path: "/v2/" });
  await response.body?.cancel();
  if (isLoggedIn) return true;
  if (response.status === 401) throw loginRefused(options.registry, action, options.login?.username ?? "", 401);
  refuseStatus(response, action, options.registry);
  return false;
}

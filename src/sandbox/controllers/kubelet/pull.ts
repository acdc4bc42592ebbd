/**
 * Getting a container's image.
 *
 * @see kubernetes `pkg/kubelet/images/image_manager.go` v1.36; containerd `core/remotes/docker` for the registry's words
 */
import type { PullFault } from "../../faults.ts";
import { longHex } from "../hash.ts";
import { fullImageName, type ImageName, parseImageName } from "../image_name.ts";
import { type ContainerRuntime, faultContainer, type PodWork, tell } from "./runtime.ts";

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;
/** How long a failed pull shows as ErrImagePull before it shows as ImagePullBackOff. */
const SHOW_ERROR_MS = 2000;

/** Begins a container: its image is there, is being pulled, or can't be. */
export function beginContainer(work: PodWork, container: ContainerRuntime): void {
  const image = container.spec.image ?? "";
  const name = parseImageName(image);
  const fault = pullFault(work, container);
  if (name === undefined || fault?.fail === "image-invalid-name") {
    const message =
      `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    refuse(work, container, "InvalidImageName", message, "InspectFailed");
    return;
  }
  noteMissingSecrets(work);
  const policy = container.spec.imagePullPolicy ?? "IfNotPresent";
  if (fault?.fail === "image-never-present") {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    refuse(work, container, "ErrImageNeverPull", message, "ErrImageNeverPull");
    return;
  }
  const isPresent = work.images.has(fullImageName(name));
  if (policy === "Never" || (policy !== "Always" && isPresent && fault === undefined)) {
    tell(
      work,
      "Normal",
      "Pulled",
      `Container image "${image}" already present on machine and can be accessed by the pod`,
      container,
    );
    container.step = { do: "create", atMs: work.now };
    return;
  }
  tell(work, "Normal", "Pulling", `Pulling image "${image}"`, container);
  const slow = work.world.faults.find("slow", work.subject, work.now, faultContainer(container));
  const extra = slow?.phase === "pull" && !isPresent ? slow.delaySeconds : 0;
  const seconds = isPresent && fault === undefined ? 0 : work.world.settings.pullSeconds + extra;
  container.step = { do: "endPull", atMs: work.now + seconds * 1000, beganMs: work.now };
}

/** The end of a pull: the image is there, or the registry said no. */
export function endPull(work: PodWork, container: ContainerRuntime, beganMs: number): void {
  const image = container.spec.image ?? "";
  const name = parseImageName(image)!;
  const fault = pullFault(work, container);
  if (fault === undefined) {
    work.images.add(fullImageName(name));
    const took = formatPullTime(work.now - beganMs);
    const size = 20_000_000 + parseInt(longHex(image).slice(0, 6), 16);
    const message =
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${size} bytes.`;
    tell(work, "Normal", "Pulled", message, container);
    container.step = { do: "create", atMs: work.now };
    return;
  }
  const error = fault.message ?? REGISTRY_WORDS[fault.fail](name);
  container.pullFailures++;
  const delay = Math.min(FIRST_BACKOFF_MS * 2 ** (container.pullFailures - 1), LONGEST_BACKOFF_MS);
  container.view = { at: "waiting", reason: "ErrImagePull", message: error };
  container.step = { do: "backOffPull", atMs: work.now + SHOW_ERROR_MS, retryMs: work.now + delay, error };
  tell(work, "Warning", "Failed", `Failed to pull image "${image}": ${error}`, container);
  tell(work, "Warning", "Failed", "Error: ErrImagePull", container);
}

/** Shows that the next pull has to wait. Since 1.32 the message carries the error of the last one. */
export function backOffPull(work: PodWork, container: ContainerRuntime, error: string, retryMs: number): void {
  const message = `Back-off pulling image "${container.spec.image}"`;
  container.view = { at: "waiting", reason: "ImagePullBackOff", message: `${message}: ErrImagePull: ${error}` };
  container.step = { do: "begin", atMs: retryMs };
  tell(work, "Normal", "BackOff", message, container);
  tell(work, "Warning", "Failed", "Error: ImagePullBackOff", container);
}

/** The digest that a runtime reports for an image. */
export function imageId(name: ImageName): string {
  const digest = name.digest ?? `sha256:${longHex(`${name.host}/${name.repository}:${name.tag ?? "latest"}`)}`;
  return `${name.host}/${name.repository}@${digest}`;
}

function pullFault(work: PodWork, container: ContainerRuntime): PullFault | undefined {
  return work.world.faults.find("pull", work.subject, work.now, faultContainer(container), container.pullFailures);
}

function refuse(work: PodWork, container: ContainerRuntime, reason: string, message: string, event: string): void {
  container.view = { at: "waiting", reason, message };
  container.step = { do: "begin", atMs: work.now + work.world.settings.syncSeconds * 1000 };
  tell(work, "Warning", event, message, container);
  tell(work, "Warning", "Failed", `Error: ${reason}`, container);
}

function noteMissingSecrets(work: PodWork): void {
  const { namespace } = work.pod.metadata;
  const missing = (work.pod.spec?.imagePullSecrets ?? []).flatMap(({ name = "" }) =>
    work.world.store.get({ apiVersion: "v1", kind: "Secret", name, namespace }) === undefined ? [name] : []
  );
  if (missing.length === 0) return;
  const names = missing.join(", ");
  const message =
    `Unable to retrieve some image pull secrets (${names}); attempting to pull the image may not succeed.`;
  tell(work, "Warning", "FailedToRetrieveImagePullSecret", message);
}

function formatPullTime(ms: number): string {
  return ms >= 1000 ? `${ms / 1000}s` : `${ms}ms`;
}

type Words = (image: ImageName) => string;

const fullName: Words = fullImageName;
const registryHost = (host: string): string => host === "docker.io" ? "registry-1.docker.io" : host;
const manifestUrl: Words = (image) =>
  `https://${registryHost(image.host)}/v2/${image.repository}/manifests/${image.digest ?? image.tag ?? "latest"}`;
const unpackError = (code: string, image: ImageName, cause: string): string =>
  `rpc error: code = ${code} desc = failed to pull and unpack image "${fullName(image)}": ${cause}`;
const resolveError = (code: string, image: ImageName, cause: string): string =>
  unpackError(code, image, `failed to resolve reference "${fullName(image)}": ${cause}`);

/** What containerd reports for each fault. */
const REGISTRY_WORDS: Record<PullFault["fail"], Words> = {
  "image-not-found": (image) => resolveError("NotFound", image, `${fullName(image)}: not found`),
  "image-denied": (image) =>
    resolveError(
      "Unknown",
      image,
      "pull access denied, repository does not exist or may require authorization: " +
        "server message: insufficient_scope: authorization failed",
    ),
  "image-unauthorized": (image) =>
    resolveError("Unknown", image, `unexpected status from HEAD request to ${manifestUrl(image)}: 401 Unauthorized`),
  "image-rate-limited": (image) =>
    unpackError(
      "Unknown",
      image,
      `failed to copy: httpReadSeeker: failed open: unexpected status code ${
        manifestUrl(image)
      }: 429 Too Many Requests - ` +
        "Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. " +
        "https://www.docker.com/increase-rate-limit",
    ),
  "image-wrong-platform": (image) => unpackError("NotFound", image, "no match for platform in manifest: not found"),
  "registry-unavailable": (image) =>
    resolveError(
      "Unknown",
      image,
      `unexpected status from HEAD request to ${manifestUrl(image)}: 503 Service Unavailable`,
    ),
  "registry-timeout": (image) =>
    resolveError(
      "Unknown",
      image,
      `failed to do request: Head "${manifestUrl(image)}": dial tcp 203.0.113.10:443: i/o timeout`,
    ),
  "registry-unknown-host": (image) =>
    resolveError(
      "Unknown",
      image,
      `failed to do request: Head "${manifestUrl(image)}": dial tcp: lookup ${
        registryHost(image.host).replace(/:\d+$/, "")
      } on 10.96.0.10:53: no such host`,
    ),
  "registry-bad-certificate": (image) =>
    resolveError(
      "Unknown",
      image,
      `failed to do request: Head "${manifestUrl(image)}": tls: failed to verify certificate: ` +
        "x509: certificate signed by unknown authority",
    ),
  // These two never reach a registry.
  "image-invalid-name": () => "",
  "image-never-present": () => "",
};

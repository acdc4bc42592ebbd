/** What goes wrong with pods, by the tag that asks for it: the words of kubelet and containerd. */
import { resolveError, terminated, unpackError } from "./kubelet_templates.ts";

/** What a registry answers, as a Go template over the container `$c`. */
export const PULL_ERRORS: Readonly<Record<string, string>> = {
  "does-not-exist": resolveError("NotFound", "{{ $c.image }}: not found"),
  "sandbox-image-not-found": resolveError("NotFound", "{{ $c.image }}: not found"),
  "sandbox-image-unauthorized": resolveError(
    "Unknown",
    "unexpected status from HEAD request to https://{{ $c.image }}: 401 Unauthorized",
  ),
  "sandbox-image-denied": resolveError(
    "Unknown",
    "pull access denied, repository does not exist or may require authorization: " +
      "server message: insufficient_scope: authorization failed",
  ),
  "sandbox-image-wrong-platform": unpackError("NotFound", "no match for platform in manifest: not found"),
  "sandbox-image-rate-limited": unpackError(
    "Unknown",
    "failed to copy: httpReadSeeker: failed open: unexpected status code https://{{ $c.image }}: " +
      "429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. " +
      "https://www.docker.com/increase-rate-limit",
  ),
  "sandbox-registry-unavailable": resolveError(
    "Unknown",
    "unexpected status from HEAD request to https://{{ $c.image }}: 503 Service Unavailable",
  ),
  "sandbox-registry-timeout": resolveError(
    "Unknown",
    "failed to do request: Head https://{{ $c.image }}: dial tcp 203.0.113.10:443: i/o timeout",
  ),
};

/** Containers that can't be created, whatever is done: reason and message. */
export const REFUSED: Readonly<Record<string, [reason: string, message: string]>> = {
  "sandbox-image-invalid-name": [
    "InvalidImageName",
    "Failed to apply default image tag: couldn't parse image name: invalid reference format",
  ],
  "sandbox-image-never-present": [
    "ErrImageNeverPull",
    "Container image {{ $c.image }} is not present with pull policy of Never",
  ],
  "sandbox-missing-config": ["CreateContainerConfigError", 'configmap \\"missing\\" not found'],
  "sandbox-missing-secret": ["CreateContainerConfigError", 'secret \\"db\\" not found'],
  "sandbox-missing-key": [
    "CreateContainerConfigError",
    "couldn't find key url in Secret {{ $.metadata.namespace }}/db",
  ],
  "sandbox-cache-lag": [
    "CreateContainerConfigError",
    "failed to sync secret cache: timed out waiting for the condition",
  ],
  "sandbox-exec-format-error": ["RunContainerError", startError("exec format error")],
  "sandbox-container-cannot-run": ["RunContainerError", startError("operation not permitted")],
};

/** How containers end that crash. */
export const CRASHES: Readonly<Record<string, string>> = {
  "sandbox-crash": terminated(1, "Error"),
  "sandbox-crash-once": terminated(1, "Error"),
  "sandbox-crash-twice": terminated(1, "Error"),
  "sandbox-oom-killed": terminated(137, "OOMKilled"),
  "sandbox-liveness-failing": terminated(137, "Error"),
};

/** Those that init containers know. */
export const INIT_CRASHES = ["sandbox-crash", "sandbox-crash-once"];

/** How often a process crashes before it runs. */
export const CRASH_LIMITS: Readonly<Record<string, number>> = { "sandbox-crash-once": 1, "sandbox-crash-twice": 2 };

/** What is told of volumes that are not there. */
export const MOUNTS: Readonly<Record<string, string>> = {
  "sandbox-mount-missing": 'MountVolume.SetUp failed for volume "config" : configmap "settings" not found',
  "sandbox-mount-attached": 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-1-a',
};

function startError(words: string): string {
  return "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
    `unable to start container process: error during container init: exec /app/server: ${words}: unknown`;
}

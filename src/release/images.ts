import { compareBytes, getPath, isObject, type JsonValue } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { ReleasedImage } from "./record.ts";

/** Where kinds keep the pod that they make. */
const POD_SPECS: readonly (readonly string[])[] = [
  ["spec", "template", "spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
  ["spec"],
];

const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"];

/** Images that the manifests' workloads name, each once, sorted. */
export function listImages(manifests: readonly Manifest[]): ReleasedImage[] {
  const images = manifests.flatMap((manifest) => POD_SPECS.flatMap((path) => imagesOf(getPath(manifest, ...path))));
  return [...new Set(images)].sort(compareBytes).map((image) => ({ image }));
}

function imagesOf(podSpec: JsonValue | undefined): string[] {
  if (!isObject(podSpec)) return [];
  return CONTAINER_LISTS.flatMap((list) => listOf(podSpec[list])).map((container) => getPath(container, "image"))
    .filter((image) => typeof image === "string");
}

/**
 * The images with the digests that pods run: a container's `imageID` ends in it. An image that pods run in several
 * contents (a moving tag) keeps no digest: the release can't be told by one.
 */
export function withDigests(images: readonly ReleasedImage[], pods: readonly Manifest[]): ReleasedImage[] {
  const found = new Map<string, Set<string>>();
  for (const pod of pods) {
    const named = namesByContainer(pod);
    for (const field of ["initContainerStatuses", "containerStatuses"]) {
      for (const status of listOf(getPath(pod, "status", field))) {
        const image = named.get(String(getPath(status, "name")));
        const digest = /sha256:[0-9a-f]{64}$/.exec(String(getPath(status, "imageID") ?? ""))?.[0];
        if (image === undefined || digest === undefined) continue;
        found.set(image, (found.get(image) ?? new Set()).add(digest));
      }
    }
  }
  return images.map(({ image }) => {
    const digests = [...found.get(image) ?? []];
    return digests.length === 1 ? { image, digest: digests[0]! } : { image };
  });
}

/** The image of the pod's specification, not the status' own, which a runtime may spell otherwise. */
function namesByContainer(pod: Manifest): Map<string, string> {
  const containers = CONTAINER_LISTS.flatMap((list) => listOf(getPath(pod, "spec", list)));
  return new Map(
    containers.map((container) => [String(getPath(container, "name")), String(getPath(container, "image"))]),
  );
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

import { splitImage } from "../transform/images.ts";
import { type EditCommand, editError } from "./request.ts";
import { mergeByName } from "./values.ts";

/** What an argument of `set image` asks for; `*` keeps what is there. */
export interface ImageRequest {
  /** The image as the manifests name it. */
  name: string;
  /** Its new name. */
  newName?: string;
  /** Its new tag. */
  newTag?: string;
  /** Its new digest. */
  digest?: string;
}

const KEEP = "*";
const PARTS = ["newName", "newTag", "digest"] as const;

const FORMATS = [
  "<image>=<newimage>:<newtag>",
  "<image>=<newimage>@<digest>",
  "<image>=<newimage>:<newtag>@<digest>",
  "<image>=<newimage>",
  "<image>:<newtag>",
  "<image>:<newtag>@<digest>",
  "<image>@<digest>",
].map((format) => `\n- ${format}`).join("");

/**
 * Reads one argument of `set image` (`edit/set/setimage.go` v5.8.1).
 *
 * @throws {KustomizeError} INVALID_EDIT where it changes nothing.
 */
export function parseImageRequest(word: string): ImageRequest {
  const equals = word.indexOf("=");
  const { name, tag, digest } = splitImage(word.slice(equals + 1));
  if (name === word) {
    throw editError("invalid format of image, use one of the following options:" + FORMATS);
  }
  const named = equals < 0 ? { name } : { name: word.slice(0, equals), newName: name };
  return { ...named, newTag: tag, digest };
}

/** `set image` (`edit/set/setimage.go` v5.8.1). */
export const setImages: EditCommand = (args) => {
  if (args.length === 0) throw editError("no image specified");
  const requests = new Map(args.map(parseImageRequest).map((request) => [request.name, request]));
  return (kustomization) => {
    const images = (kustomization.images ?? []).map((image) => {
      const request = requests.get(image.name ?? "");
      if (request === undefined) return image;
      const filled = fillIn(request, image);
      requests.set(filled.name, filled);
      return filled;
    });
    kustomization.images = mergeByName(images, [...requests.values()].map((request) => fillIn(request, {})));
  };
};

function fillIn(request: ImageRequest, present: Omit<ImageRequest, "name">): ImageRequest {
  const filled: ImageRequest = { name: request.name };
  for (const part of PARTS) {
    const value = request[part] === KEEP ? present[part] : request[part];
    if (value) filled[part] = value;
  }
  return filled;
}

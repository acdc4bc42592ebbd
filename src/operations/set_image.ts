import { CodedError, type FileSystem, type Host, type JsonValue } from "../base/mod.ts";
import { build, editKustomization, type ImageRequest, parseImageRequest } from "../kustomize/mod.ts";
import { readYaml } from "../yaml/mod.ts";
import { type EditOverlayOptions, portsOf, writeEdited } from "./edit_kustomization.ts";

/** An entry of `images`, as it is written in the kustomization. */
export interface ImageSetting {
  /** The image as the manifests name it. */
  name: string;
  /** Its new name. */
  newName?: string;
  /** Its new tag. */
  newTag?: string;
  /** Its new digest. */
  digest?: string;
}

/** What became of one image. */
export interface ImageSettingChange {
  /** The image as the manifests name it. */
  name: string;
  /** Its entry before; undefined where there was none. */
  before?: ImageSetting;
  /** Its entry now. */
  after: ImageSetting;
  /** How many containers of the overlay use it; undefined where the overlay cannot be built. */
  uses?: number;
}

/** What was set. */
export interface SetImagesResult {
  /** Absolute path of the kustomization file. */
  file: string;
  /** Whether it has been written. */
  changed: boolean;
  /** One for each image, in the order of the arguments. */
  images: ImageSettingChange[];
  /** Why it is not known which images are used. */
  buildError?: string;
}

/**
 * Sets images of a kustomization, and tells whether its resources use them.
 *
 * @param words As of `kustomize edit set image`: `app=registry.example/app:1.2@sha256:…`, `app:1.2`.
 * @throws {KustomizeError} And YamlError, FileError: nothing is written then.
 */
export async function setOverlayImages(
  host: Host,
  words: readonly string[],
  { directory = "." }: EditOverlayOptions = {},
): Promise<SetImagesResult> {
  const requests = new Map<string, ImageRequest>();
  for (const word of words) {
    const request = await parseImageRequest(word);
    requests.set(request.name, request);
  }
  const options = { ...portsOf(host), directory };
  const edited = await editKustomization({ verb: "set", field: "image", args: words }, options);
  // A command with arguments always reads the file.
  if (edited === undefined) throw new Error("The kustomization was not read");
  const { file, before = "", after } = edited;
  const [old, now] = [imagesOf(before, file), imagesOf(after, file)];
  const uses = await countUses(host, directory, { file, before }, [...requests.keys()]);
  const images = [...requests.keys()].map((name): ImageSettingChange => {
    const was = old.findLast((image) => image.name === name);
    const is = now.findLast((image) => image.name === name) ?? { name };
    const count = uses.counts?.get(name);
    return {
      name,
      ...(was === undefined ? {} : { before: was }),
      after: is,
      ...(count === undefined ? {} : { uses: count }),
    };
  });
  const { changed } = writeEdited(host, edited);
  return { file, changed, images, ...(uses.error === undefined ? {} : { buildError: uses.error }) };
}

function imagesOf(text: string, file: string): ImageSetting[] {
  const value = readYaml(text, { file, rules: "sigs" }) as Record<string, JsonValue> | null;
  const entries = ["images", "imageTags"].flatMap((field) => (value?.[field] ?? []) as unknown as ImageSetting[]);
  return entries.map(({ name, newName, newTag, digest }) => ({
    name,
    ...(newName ? { newName } : {}),
    ...(newTag ? { newTag } : {}),
    ...(digest ? { digest } : {}),
  }));
}

const MARK = "kstage.invalid/image-";

/** Builds the overlay with a name of our own for each image, and counts where those come out. */
async function countUses(
  host: Host,
  directory: string,
  { file, before }: { file: string; before: string },
  names: readonly string[],
): Promise<{ counts?: Map<string, number>; error?: string }> {
  const args = names.map((name, i) => `${name}=${MARK}${i}`);
  const options = { ...portsOf(host), directory, warn: () => {} };
  try {
    const marked = await editKustomization({ verb: "set", field: "image", args }, options);
    const fs = withText(host.fs, file, marked?.after ?? before);
    const manifests = await build(directory, { ...options, fs });
    const counts = new Map(names.map((name, i) => [name, countText(manifests, `${MARK}${i}`)]));
    return { counts };
  } catch (error) {
    if (error instanceof CodedError) return { error: error.message };
    throw error;
  }
}

function withText(fs: FileSystem, file: string, text: string): FileSystem {
  const bytes = new TextEncoder().encode(text);
  return {
    ...fs,
    readText: (path) => path === file ? text : fs.readText(path),
    readFile: (path) => path === file ? bytes : fs.readFile(path),
  };
}

function countText(value: JsonValue, image: string): number {
  if (typeof value === "string") {
    return value === image || value.startsWith(`${image}:`) || value.startsWith(`${image}@`) ? 1 : 0;
  }
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + countText(inner, image), 0);
}

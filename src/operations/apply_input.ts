import { FileError, type Host, isObject, joinPath, type JsonObject, type JsonValue, resolvePath } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { parseLabelSelector } from "../kustomize/mod.ts";
import type { Progress } from "../report/mod.ts";
import { readYamlDocuments } from "../yaml/mod.ts";
import { buildOverlay } from "./build.ts";
import { registerOverlaySecrets } from "./overlay_secrets.ts";
import type { ProtectedHost } from "./protect.ts";

/** Where the objects of an apply come from. */
export interface ApplyInput {
  /** A directory with a kustomization file; may be left out where `files` are given. */
  overlay?: string;
  /** Files and directories of manifests, and `-` for standard input, beside or in place of the overlay. @default {[]} */
  files?: readonly string[];
  /** Objects that are there already, in place of the overlay and files; none of them is left out. */
  manifests?: readonly Manifest[];
  /** Read directories with all that is below them. @default {false} */
  recursive?: boolean;
  /** Only objects whose labels fit, as kubectl takes it: `app=api,tier in (web)`. */
  selector?: string;
}

/** The manifests of an overlay. */
export async function buildManifests(host: ProtectedHost, overlay: string, progress?: Progress): Promise<Manifest[]> {
  const warn = progress && ((message: string) => progress.log(`warning: ${message.replace(/^# Warning: /, "")}`));
  const manifests = await buildOverlay(host, overlay, warn && { warn }) as Manifest[];
  // Before anything is sent, so that no failure can repeat them.
  registerOverlaySecrets(host, manifests, [resolvePath(host.fs.cwd(), overlay)]);
  return manifests;
}

/** The manifests of an overlay and of files. Whether they have what an apply needs is checked by the plan. */
export async function readManifests(
  host: ProtectedHost,
  input: ApplyInput,
  progress?: Progress,
): Promise<Manifest[]> {
  const { overlay, files = [], recursive = false, selector } = input;
  if (input.manifests !== undefined) {
    registerOverlaySecrets(host, input.manifests);
    return [...input.manifests];
  }
  const built = overlay === undefined ? [] : await buildManifests(host, overlay, progress);
  const read: Manifest[] = [];
  for (const file of files) read.push(...await readSource(host, file, recursive));
  registerOverlaySecrets(host, read, files);
  const manifests = [...built, ...read];
  if (selector === undefined) return manifests;
  const matches = parseLabelSelector(selector);
  return manifests.filter(({ metadata }) => matches(labelsOf(metadata?.labels)));
}

function labelsOf(labels: JsonValue | undefined): Record<string, string> {
  const entries = isObject(labels) ? Object.entries(labels) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** As the reports name where the objects came from. */
export function describeInput({ overlay, files = [] }: ApplyInput): string {
  return [...(overlay === undefined ? [] : [overlay]), ...files].join(", ");
}

async function readSource(host: Host, file: string, recursive: boolean): Promise<Manifest[]> {
  const name = file === "-" ? "standard input" : `"${file}"`;
  const manifests = file === "-"
    ? parseManifests(new TextDecoder().decode(await host.readStdin()), name)
    : readFiles(host, file, recursive);
  if (manifests.length > 0) return manifests;
  // With --prune, an input that a broken pipe left empty would otherwise delete all there is.
  throw new FileError("OTHER", `Cannot read ${name}: there are no objects in it`, file);
}

function readFiles(host: Host, file: string, recursive: boolean): Manifest[] {
  if (host.fs.stat(file)?.kind !== "directory") return parseManifests(host.fs.readText(file), file);
  const found = listManifestFiles(host, file, recursive);
  if (found.length > 0) return found.flatMap((path) => parseManifests(host.fs.readText(path), path));
  throw new FileError("NOT_FOUND", `Cannot read "${file}": there are no .yaml, .yml or .json files in it`, file, {
    hint: recursive ? "Name the file itself" : "With --recursive, the directories below it are read, too",
  });
}

/** As kubectl chooses them. @see cli-runtime `pkg/resource/visitor.go` (`FileExtensions`) */
function listManifestFiles({ fs }: Pick<Host, "fs">, directory: string, recursive: boolean): string[] {
  return fs.readDir(directory).flatMap((name) => {
    const path = joinPath(directory, name);
    if (fs.stat(path)?.kind === "directory") {
      const isLink = fs.lstat(path)?.kind === "symlink";
      return recursive && !isLink ? listManifestFiles({ fs }, path, recursive) : [];
    }
    return /\.(?:json|yaml|yml)$/.test(name) ? [path] : [];
  });
}

function parseManifests(text: string, file: string): Manifest[] {
  const values = splitJsonStream(text).flatMap((part) => readYamlDocuments(part, { file }).map(({ value }) => value));
  return values.flatMap((value) => value === null ? [] : expandList(value, file));
}

/**
 * JSON objects one behind the other, as `jq` writes them, which is no YAML; any other text is one part.
 *
 * @see apimachinery `pkg/util/yaml/decoder.go` (`YAMLOrJSONDecoder`)
 */
function splitJsonStream(text: string): string[] {
  if (!/^\s*\{/.test(text)) return [text];
  const parts: string[] = [];
  let [from, depth] = [0, 0];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (depth === 0 && text.slice(from, index).trim() !== "") return [text];
    depth += token === "{" ? 1 : token === "}" ? -1 : 0;
    if (depth > 0) continue;
    parts.push(text.slice(from, index + 1));
    from = index + 1;
  }
  return depth === 0 && text.slice(from).trim() === "" ? parts : [text];
}

/** The objects of a `List`, or the one that it is. */
function expandList(value: JsonValue, file: string): Manifest[] {
  if (!isObject(value)) throw new FileError("OTHER", `Cannot read "${file}": a document in it is no object`, file);
  const { kind, items } = value as JsonObject;
  if (typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)) {
    return items.flatMap((item) => expandList(item, file));
  }
  return [value as Manifest];
}

import { baseName, type FileSystem, joinPath } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { FileLookup } from "../load/file_lookup.ts";
import { KUSTOMIZATION_NAMES } from "../load/kustomization.ts";
import { Loader } from "../load/loader.ts";
import type { BuildOptions } from "../options.ts";
import { LazyRemote } from "../remote/lazy_remote.ts";
import type { EditContext, EditRequest } from "./request.ts";

/** Where to edit, and with what. */
export interface EditOptions extends Pick<BuildOptions, "fs" | "processes" | "network" | "env" | "warn"> {
  /** Directory of the kustomization. @default the working directory */
  directory?: string;
}

/** A text file before and after an edit. */
export interface EditedFile {
  /** Absolute path. */
  file: string;
  /** Undefined where there was no file. */
  before?: string;
  /** The same as before where nothing is to be changed. */
  after: string;
}

/**
 * Does what `kustomize edit set|add|remove` does, in memory: nothing is written.
 *
 * @returns The kustomization file; undefined when there was nothing to do before it was even read.
 * @throws {KustomizeError} With kustomize's key phrases; a YamlError where the text cannot be edited in place.
 */
export async function editKustomization(request: EditRequest, options: EditOptions): Promise<EditedFile | undefined> {
  const { verb, field, args, flags = {} } = request;
  const { EDIT_COMMANDS } = await import("./commands.ts");
  const command = Object.hasOwn(EDIT_COMMANDS[verb], field) ? EDIT_COMMANDS[verb][field] : undefined;
  if (command === undefined) {
    throw new KustomizeError("INVALID_EDIT", `Cannot edit the kustomization: "${verb} ${field}" is no edit`);
  }
  return await withEditContext(options, async (context) => {
    const edit = await command(args, flags, context);
    if (edit === undefined) return undefined;
    const { file, text } = readKustomizationFile(context);
    const { editText } = await import("./edit_text.ts");
    return { file, before: text, after: await editText(text, edit, { file, dropsComments: verb === "remove" }) };
  });
}

/** Runs with what edits may ask of the world, and cleans up. */
export async function withEditContext<T>(options: EditOptions, run: (context: EditContext) => Promise<T>): Promise<T> {
  const { fs, directory = ".", warn = () => {} } = options;
  const remote = new LazyRemote(options);
  try {
    const loader = await Loader.open(directory, { files: new FileLookup(fs), isRestricted: true, remote });
    const [fileName, ...others] = KUSTOMIZATION_NAMES.filter((name) => fs.stat(joinPath(loader.root, name)));
    return await run({ fs, loader, note: warn, ...(others.length === 0 ? { fileName } : {}) });
  } finally {
    await remote.close();
  }
}

/**
 * The kustomization file of a directory.
 *
 * @throws {KustomizeError} NO_KUSTOMIZATION, MULTIPLE_KUSTOMIZATIONS or INVALID_CONFIG.
 */
export function readKustomizationFile({ fs, loader }: EditContext): { file: string; text: string } {
  const found = KUSTOMIZATION_NAMES.map((name) => joinPath(loader.root, name)).filter((path) => fs.stat(path));
  const [file] = found;
  if (file === undefined) {
    throw new KustomizeError("NO_KUSTOMIZATION", "Missing kustomization file 'kustomization.yaml'", {
      hint: `There is none in ${loader.root}; \`kstage kustomize create\` makes one`,
    });
  }
  if (found.length > 1) {
    const names = found.map(baseName).join(" ");
    throw new KustomizeError("MULTIPLE_KUSTOMIZATIONS", `Found multiple kustomization file: [${names}]`, {
      hint: `Keep one of them in ${loader.root}`,
    });
  }
  if (fs.stat(file)?.kind === "directory") {
    throw new KustomizeError("INVALID_CONFIG", `${baseName(file)} should be a file`, { place: { file } });
  }
  return { file, text: readUtf8(fs, file) };
}

/** The file may be a link to anywhere, as it may be for kustomize. */
function readUtf8(fs: FileSystem, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fs.readFile(file));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new KustomizeError("INVALID_CONFIG", "Cannot read the kustomization: invalid UTF-8", { place: { file } });
  }
}

import type { Kustomization } from "../load/kustomization.ts";
import { compilePattern, globOrOpen, globPatterns } from "./glob.ts";
import { type Edit, type EditCommand, type EditContext, editError } from "./request.ts";

type ListField = "resources" | "components" | "generators" | "transformers";

/** `add resource|component`: files, directories and repositories (`edit/add/addresource.go` v5.8.1). */
export function addVerified(field: "resources" | "components", noun: string): EditCommand {
  return async (args, { noVerify }, context) => {
    if (args.length === 0) throw editError(`must specify a ${noun} file`);
    const paths = noVerify ? [...args] : await globOrOpen(context, args);
    return appendPaths(field, noun, paths.filter((path) => path !== context.fileName), paths.length, context);
  };
}

/** `add generator|transformer`: files alone (`edit/add/addgenerator.go` v5.8.1). */
export function addFiles(field: "generators" | "transformers", noun: string): EditCommand {
  return (args, _flags, context) => {
    if (args.length === 0) throw editError(`must specify a yaml file which contains a ${noun} plugin resource`);
    const paths = globPatterns(context, args);
    return appendPaths(field, noun, paths, paths.length, context);
  };
}

function appendPaths(
  field: ListField,
  noun: string,
  paths: readonly string[],
  found: number,
  { note }: EditContext,
): Edit | undefined {
  if (found === 0) return undefined;
  return (kustomization) => {
    const list = kustomization[field] ??= [];
    for (const path of paths) {
      if (list.includes(path)) note(`${noun} ${path} already in kustomization file`);
      else list.push(path);
    }
  };
}

/** `add base`, which takes several by commas (`edit/add/addbase.go` v5.8.1). */
export const addBase: EditCommand = (args, _flags, { fs, loader }) => {
  if (args.length !== 1) throw editError("must specify a base directory");
  return (kustomization) => {
    const resources = kustomization.resources ??= [];
    for (const path of args[0]!.split(",")) {
      const absolute = path.startsWith("/") ? path : `${loader.root}/${path}`;
      if (path === "" || fs.stat(absolute) === undefined) throw editError(`${path} does not exist`);
      if (resources.includes(path)) throw editError(`base ${path} already in kustomization file`);
      resources.push(path);
    }
  };
};

/** `remove resource|transformer`: entries that a pattern matches (`edit/remove/removeresource.go` v5.8.1). */
export function removePaths(field: "resources" | "transformers", noun: string): EditCommand {
  return (args) => {
    if (args.length === 0) throw editError(`must specify a ${noun} file`);
    return (kustomization) => {
      const list = kustomization[field] ?? [];
      const patterns = list.length === 0 ? [] : args.map(compilePattern);
      const kept = list.filter((path) => !patterns.some((isMatch) => isMatch(path)));
      if (kept.length === list.length) return false;
      kustomization[field] = kept;
    };
  };
}

const BUILD_METADATA = ["originAnnotations", "transformerAnnotations", "managedByLabel"];

/** `set|add|remove buildmetadata` (`internal/util/validate.go` v5.8.1). */
export function changeBuildMetadata(
  change: (present: readonly string[], options: readonly string[]) => string[],
): EditCommand {
  return (args) => {
    const options = parseBuildMetadata(args);
    return (kustomization: Kustomization) => {
      kustomization.buildMetadata = change(kustomization.buildMetadata ?? [], options);
    };
  };
}

/** What is there with the options; one that is there already is refused. */
export function addOptions(present: readonly string[], options: readonly string[]): string[] {
  const added = [...present];
  for (const option of options) {
    if (added.includes(option)) throw editError(`buildMetadata option ${option} already in kustomization file`);
    added.push(option);
  }
  return added;
}

function parseBuildMetadata(args: readonly string[]): string[] {
  if (args.length === 0) throw editError("must specify a buildMetadata option");
  if (args.length > 1) {
    const problem = `too many arguments: [${args.join(" ")}]; to provide multiple buildMetadata options, ` +
      "please separate options by comma";
    throw editError(problem);
  }
  const options = args[0]!.split(",");
  for (const option of options) {
    if (!BUILD_METADATA.includes(option)) {
      throw editError(`invalid buildMetadata option: ${option}`, `There are ${BUILD_METADATA.join(", ")}`);
    }
  }
  return options;
}

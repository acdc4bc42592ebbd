import type { FileSystem } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import type { Kustomization } from "../load/kustomization.ts";
import type { Loader } from "../load/loader.ts";

/** The flags of all edits; each command takes those that are its own, under kustomize's names. */
export interface EditFlags {
  /** Change labels and annotations that are there. */
  force?: boolean;
  /** Add labels that leave selectors alone. */
  withoutSelector?: boolean;
  /** Add labels to pod templates, too. */
  includeTemplates?: boolean;
  /** Add resources without looking for them. */
  noVerify?: boolean;
  /** Remove what is there of the given labels or annotations. */
  ignoreNonExistence?: boolean;
  /** Sources `[key=]path` of a generator, several in one by commas. */
  fromFile?: readonly string[];
  /** Sources `key=value` of a generator. */
  fromLiteral?: readonly string[];
  /** An env file of a generator. */
  fromEnvFile?: string;
  /** Whether generated names get no hash. */
  disableNameSuffixHash?: boolean;
  /** `create`, `merge` or `replace`. */
  behavior?: string;
  /** Of a generator, or of a patch's target. */
  namespace?: string;
  /** The generator's namespace from now on. */
  newNamespace?: string;
  /** Type of a Secret. */
  type?: string;
  /** File of a patch. */
  path?: string;
  /** Text of a patch. */
  patch?: string;
  /** API group of a patch's target. */
  group?: string;
  /** API version of a patch's target. */
  version?: string;
  /** Kind of a patch's target. */
  kind?: string;
  /** Name of a patch's target. */
  name?: string;
  /** Annotations of a patch's target. */
  annotationSelector?: string;
  /** Labels of a patch's target. */
  labelSelector?: string;
}

/** The words of one `kustomize edit` command. */
export interface EditRequest {
  /** What to do with a field. */
  readonly verb: "set" | "add" | "remove";
  /** The field as kustomize's command line names it: `image`, `nameprefix`. */
  readonly field: string;
  /** The words behind it. */
  readonly args: readonly string[];
  /** Its flags. @default {{}} */
  readonly flags?: EditFlags;
}

/** What an edit may ask of the world, and tell it. */
export interface EditContext {
  readonly fs: FileSystem;
  /** Reads as a build of the kustomization's directory would. */
  readonly loader: Loader;
  /** Name of the kustomization file; undefined where there is none, or more than one. */
  readonly fileName?: string;
  /** Tells what was left as it was, and why. */
  note(message: string): void;
}

/** Changes a kustomization. @returns False when the file is to be left alone. */
export type Edit = (kustomization: Kustomization) => void | false | Promise<void | false>;

/**
 * Checks the words of a command and finds the files that they name.
 *
 * @throws {KustomizeError} INVALID_EDIT and others, with kustomize's own words.
 */
export type EditCommand = (
  args: readonly string[],
  flags: EditFlags,
  context: EditContext,
) => Edit | undefined | Promise<Edit | undefined>;

/** An error about a request. */
export function editError(problem: string, hint?: string): KustomizeError {
  return new KustomizeError("INVALID_EDIT", `Cannot edit the kustomization: ${problem}`, { hint });
}

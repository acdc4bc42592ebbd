import type { EditFlags, EditRequest } from "../operations/edit_kustomization.ts";
import { type CommandSpec, defineCommand, type FlagSpec } from "./command.ts";
import { EXIT_CODES } from "./exit_codes.ts";

/** What is special about one edit. */
export interface EditCommandSpec {
  /** One line. */
  summary: string;
  /** What its arguments are; undefined for none. */
  argument?: { name: string; help: string };
  /** Names of its flags. @default none */
  flags?: readonly (keyof EditFlags)[];
  /** Words of the example behind the command's name, and what it does. */
  example: readonly [words: string, what: string];
}

const ABOUT_FILES = "Edits the kustomization file of the current directory in place: comments, order and quoting stay.";

/** The flags of edits, as kustomize spells them. */
const FLAGS: Record<keyof EditFlags, FlagSpec> = {
  force: { type: "boolean", alias: "f", help: "Override what is there" },
  withoutSelector: { type: "boolean", help: "Add the labels to metadata alone, not to selectors" },
  includeTemplates: { type: "boolean", help: "Add the labels to templates, too (with --without-selector)" },
  noVerify: { type: "boolean", help: "Don't look whether the resources are there" },
  ignoreNonExistence: { type: "boolean", alias: "i", help: "It is no error when there is nothing to remove" },
  fromFile: {
    type: "list",
    placeholder: "[KEY=]PATH",
    help: "A file, or a pattern of several; the key is the file's name by default",
  },
  fromLiteral: { type: "list", placeholder: "KEY=VALUE", help: "A key and its value" },
  fromEnvFile: { type: "string", placeholder: "PATH", help: "A file of KEY=VALUE lines" },
  disableNameSuffixHash: { type: "boolean", help: "Append no hash to the name; also --disableNameSuffixHash" },
  behavior: { type: "string", placeholder: "BEHAVIOR", help: "create, merge or replace" },
  namespace: { type: "string", placeholder: "NAME", help: "Namespace" },
  newNamespace: { type: "string", placeholder: "NAME", help: "The namespace from now on" },
  type: { type: "string", default: "Opaque", placeholder: "TYPE", help: "Type of the Secret" },
  path: { type: "string", placeholder: "PATH", help: "File of the patch" },
  patch: { type: "string", placeholder: "TEXT", help: "Text of the patch" },
  group: { type: "string", help: "API group of the targets" },
  version: { type: "string", help: "API version of the targets" },
  kind: { type: "string", help: "Kind of the targets" },
  name: { type: "string", help: "Name of the targets" },
  annotationSelector: { type: "string", placeholder: "SELECTOR", help: "Annotations of the targets" },
  labelSelector: { type: "string", placeholder: "SELECTOR", help: "Labels of the targets" },
};

/** `kstage kustomize edit VERB FIELD`. */
export function defineEditCommand(verb: EditRequest["verb"], field: string, spec: EditCommandSpec): CommandSpec {
  const { summary, argument, example: [words, what] } = spec;
  return defineCommand({
    summary,
    description: ABOUT_FILES,
    // How many there must be is for kustomize's own messages to say.
    positionals: argument === undefined ? [] : [{ ...argument, optional: true, variadic: true }],
    flags: Object.fromEntries((spec.flags ?? []).map((name) => [name, FLAGS[name]])),
    examples: [[`kstage kustomize edit ${verb} ${field} ${words}`, what]],
    async run({ positionals, flags, host }) {
      const { editOverlay } = await import("../operations/edit_kustomization.ts");
      const given = flags as unknown as EditFlags;
      await editOverlay(host, { verb, field, args: positionals, flags: { ...given, ...splitFiles(given) } });
      return EXIT_CODES.ok;
    },
  }) as CommandSpec;
}

/** One `--from-file` may name several, by commas. */
function splitFiles({ fromFile }: EditFlags): EditFlags {
  return fromFile === undefined ? {} : { fromFile: fromFile.flatMap((source) => source.split(",")) };
}

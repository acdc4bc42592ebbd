import { defineEditCommand, type EditCommandSpec } from "../edit_command.ts";

/** What describes a patch. */
export const PATCH_FLAGS = [
  "path",
  "patch",
  "group",
  "version",
  "kind",
  "name",
  "namespace",
  "annotationSelector",
  "labelSelector",
] as const;

const KEYS = { name: "KEY,…", help: "Keys, separated by commas" };
const NAMES = { name: "NAME,…", help: "Names, separated by commas" };
const PATHS = { name: "PATH", help: "An entry as it is written, or a pattern of several" };

const SPECS: Record<string, EditCommandSpec> = {
  annotation: {
    summary: "Remove annotations of all objects",
    argument: KEYS,
    flags: ["ignoreNonExistence"],
    example: ["team", "Remove an entry of commonAnnotations"],
  },
  buildmetadata: {
    summary: "Remove from what builds tell of themselves",
    argument: { name: "OPTION,…", help: "originAnnotations, transformerAnnotations, managedByLabel" },
    example: ["originAnnotations", "Remove an option"],
  },
  configmap: {
    summary: "Remove generators of ConfigMaps",
    argument: NAMES,
    flags: ["namespace"],
    example: ["settings,flags", "Remove two generators"],
  },
  label: {
    summary: "Remove labels of all objects",
    argument: KEYS,
    flags: ["ignoreNonExistence"],
    example: ["team,tier", "Remove two entries of commonLabels"],
  },
  patch: {
    summary: "Remove a patch",
    flags: PATCH_FLAGS,
    example: ["--path patch.yaml --kind Deployment", "Remove the patch that is described so"],
  },
  resource: {
    summary: "Remove resources",
    argument: PATHS,
    example: ["deployment.yaml 'services/*.yaml'", "Remove an entry, and all that a pattern matches"],
  },
  secret: {
    summary: "Remove generators of Secrets",
    argument: NAMES,
    flags: ["namespace"],
    example: ["login --namespace=shop", "Remove the generator of that namespace"],
  },
  transformer: {
    summary: "Remove files of transformers",
    argument: PATHS,
    example: ["transformer.yaml", "Remove a transformer"],
  },
};

/** `kstage kustomize edit remove …` by field. */
export function removeCommand(field: string) {
  return defineEditCommand("remove", field, SPECS[field]!);
}

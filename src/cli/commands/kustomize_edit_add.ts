import { defineEditCommand, type EditCommandSpec } from "../edit_command.ts";
import { PATCH_FLAGS } from "./kustomize_edit_remove.ts";

const PATHS = { name: "PATH", help: "A file, or a pattern of several" };
const SOURCES = ["fromFile", "fromLiteral", "fromEnvFile", "disableNameSuffixHash", "namespace"] as const;

const SPECS: Record<string, EditCommandSpec> = {
  annotation: {
    summary: "Add annotations to all objects",
    argument: { name: "KEY:VALUE", help: "An annotation; the value may stand in double quotes" },
    flags: ["force"],
    example: ["team:shop", "Add an entry to commonAnnotations"],
  },
  base: {
    summary: "Add directories to the resources",
    argument: { name: "DIRECTORY,…", help: "Directories, separated by commas" },
    example: ["../base,../monitoring", "Add two bases"],
  },
  buildmetadata: {
    summary: "Add to what builds tell of themselves",
    argument: { name: "OPTION,…", help: "originAnnotations, transformerAnnotations, managedByLabel" },
    example: ["originAnnotations", "Add an option"],
  },
  component: {
    summary: "Add components",
    argument: { name: "PATH", help: "A directory, a pattern of several, or a repository's URL" },
    example: ["../components/tls", "Add a component"],
  },
  configmap: {
    summary: "Add a ConfigMap's generator, or to one",
    argument: { name: "NAME", help: "Name of the generator" },
    flags: [...SOURCES, "behavior"],
    example: ["settings --from-literal=LOG_LEVEL=info --from-file=app.ini", "From a literal and a file"],
  },
  generator: {
    summary: "Add files of generators",
    argument: PATHS,
    example: ["generator.yaml", "Add a generator"],
  },
  label: {
    summary: "Add labels to all objects",
    argument: { name: "KEY:VALUE", help: "A label; the value may stand in double quotes" },
    flags: ["force", "withoutSelector", "includeTemplates"],
    example: ["team:shop --without-selector", "Add a label that leaves selectors alone"],
  },
  patch: {
    summary: "Add a patch",
    flags: PATCH_FLAGS,
    example: ["--path patch.yaml --kind Deployment", "Add a patch of all Deployments"],
  },
  resource: {
    summary: "Add resources",
    argument: { name: "PATH", help: "A file or directory, a pattern of several, or a repository's URL" },
    flags: ["noVerify"],
    example: ["deployment.yaml 'services/*.yaml'", "Add a file, and all that a pattern matches"],
  },
  secret: {
    summary: "Add a Secret's generator, or to one",
    argument: { name: "NAME", help: "Name of the generator" },
    flags: [...SOURCES, "type"],
    example: ["login --from-env-file=login.env", "From a file that is not in git"],
  },
  transformer: {
    summary: "Add files of transformers",
    argument: PATHS,
    example: ["transformer.yaml", "Add a transformer"],
  },
};

/** `kstage kustomize edit add …` by field. */
export function addCommand(field: string) {
  return defineEditCommand("add", field, SPECS[field]!);
}

import type { CommandSpec } from "./command.ts";
import type { Route } from "./route.ts";

/** Fields of `kstage kustomize edit VERB …`, with a line for each. */
const FIELDS: Record<string, string> = {
  annotation: "Annotations of all objects",
  base: "Directories among the resources",
  buildmetadata: "What builds tell of themselves",
  component: "Components",
  configmap: "Generators of ConfigMaps",
  generator: "Files of generators",
  image: "Names, tags and digests of images",
  label: "Labels of all objects",
  nameprefix: "What stands before all names",
  namespace: "The namespace of all objects",
  namesuffix: "What stands behind all names",
  patch: "Patches",
  replicas: "Numbers of replicas",
  resource: "Resources",
  secret: "Generators of Secrets",
  transformer: "Files of transformers",
};

type Fields = readonly (keyof typeof FIELDS)[];

const SET: Fields = [
  "annotation",
  "buildmetadata",
  "configmap",
  "image",
  "label",
  "nameprefix",
  "namespace",
  "namesuffix",
  "replicas",
  "secret",
];
const ADD: Fields = [
  "annotation",
  "base",
  "buildmetadata",
  "component",
  "configmap",
  "generator",
  "label",
  "patch",
  "resource",
  "secret",
  "transformer",
];
const REMOVE: Fields = [
  "annotation",
  "buildmetadata",
  "configmap",
  "label",
  "patch",
  "resource",
  "secret",
  "transformer",
];

/** `kstage kustomize …`: kustomize's commands under its own names. */
export const KUSTOMIZE_ROUTES: Record<string, Route> = {
  build: {
    summary: "Print the manifests of an overlay",
    load: async () => (await import("./commands/kustomize_build.ts")).kustomizeBuildCommand as CommandSpec,
  },
  create: {
    summary: "Create a kustomization in the current directory",
    load: async () => (await import("./commands/kustomize_create.ts")).kustomizeCreateCommand as CommandSpec,
  },
  edit: {
    summary: "Change a kustomization file, comments kept",
    routes: {
      set: {
        summary: "Set fields",
        routes: routesOf(SET, async (field) => (await import("./commands/kustomize_edit_set.ts")).setCommand(field)),
      },
      add: {
        summary: "Add to fields",
        routes: routesOf(ADD, async (field) => (await import("./commands/kustomize_edit_add.ts")).addCommand(field)),
      },
      remove: {
        summary: "Remove from fields",
        routes: routesOf(
          REMOVE,
          async (field) => (await import("./commands/kustomize_edit_remove.ts")).removeCommand(field),
        ),
      },
      fix: {
        summary: "Replace deprecated fields",
        load: async () => (await import("./commands/kustomize_edit_fix.ts")).kustomizeEditFixCommand as CommandSpec,
      },
      "alpha-list-builtin-plugin": {
        summary: "List the built-in plugins",
        load: async () =>
          (await import("./commands/kustomize_list_plugins.ts")).kustomizeListPluginsCommand as CommandSpec,
      },
    },
  },
};

function routesOf(fields: Fields, load: (field: string) => Promise<CommandSpec>): Record<string, Route> {
  return Object.fromEntries(fields.map((field) => [field, { summary: FIELDS[field]!, load: () => load(field) }]));
}

import { defineEditCommand, type EditCommandSpec } from "../edit_command.ts";

const GENERATOR_FLAGS = ["fromLiteral", "namespace", "newNamespace"] as const;

const SPECS: Record<string, EditCommandSpec> = {
  annotation: {
    summary: "Set annotations of all objects",
    argument: { name: "KEY:VALUE", help: "An annotation; the value may stand in double quotes" },
    example: ["team:shop", "Set an entry of commonAnnotations"],
  },
  buildmetadata: {
    summary: "Set what builds tell of themselves",
    argument: { name: "OPTION,…", help: "originAnnotations, transformerAnnotations, managedByLabel" },
    example: ["originAnnotations,managedByLabel", "Replace the options that are there"],
  },
  configmap: {
    summary: "Set values of a ConfigMap's generator",
    argument: { name: "NAME", help: "Name of a generator that is there" },
    flags: GENERATOR_FLAGS,
    example: ["settings --from-literal=LOG_LEVEL=debug", "Change the value of a key that is there"],
  },
  image: {
    summary: "Set names, tags and digests of images",
    argument: { name: "NAME[=NEWNAME][:TAG][@DIGEST]", help: "An image and what it becomes; * keeps what is there" },
    example: ["app=registry.example/app:1.2.3 db:16", "Change two images"],
  },
  label: {
    summary: "Set labels of all objects",
    argument: { name: "KEY:VALUE", help: "A label; the value may stand in double quotes" },
    example: ["team:shop", "Set an entry of commonLabels"],
  },
  nameprefix: {
    summary: "Set what stands before all names",
    argument: { name: "PREFIX", help: "The prefix" },
    example: ["acme-", "Set namePrefix"],
  },
  namespace: {
    summary: "Set the namespace of all objects",
    argument: { name: "NAMESPACE", help: "The namespace" },
    example: ["staging", "Set namespace"],
  },
  namesuffix: {
    summary: "Set what stands behind all names",
    argument: { name: "SUFFIX", help: "The suffix; behind -- where it begins with a dash" },
    example: ["-- -v2", "Set nameSuffix"],
  },
  replicas: {
    summary: "Set numbers of replicas",
    argument: { name: "NAME=COUNT", help: "A workload's name and its number of replicas" },
    example: ["api=3 worker=1", "Set the replicas of two workloads"],
  },
  secret: {
    summary: "Set values of a Secret's generator",
    argument: { name: "NAME", help: "Name of a generator that is there" },
    flags: GENERATOR_FLAGS,
    example: ["login --new-namespace=shop", "Change the namespace"],
  },
};

/** `kstage kustomize edit set …` by field. */
export function setCommand(field: string) {
  return defineEditCommand("set", field, SPECS[field]!);
}

import { addGenerator, CONFIG_MAP, removeGenerators, SECRET, setGenerator } from "./generators.ts";
import { setImages } from "./images.ts";
import { addBase, addFiles, addOptions, addVerified, changeBuildMetadata, removePaths } from "./lists.ts";
import { addMetadata, removeMetadata, setMetadata } from "./metadata.ts";
import { addPatch, removePatch } from "./patches.ts";
import type { EditCommand, EditRequest } from "./request.ts";
import { setReplicas, setText } from "./values.ts";

/** All edits by verb and field, as kustomize 5.8.1 has them. */
export const EDIT_COMMANDS: Record<EditRequest["verb"], Record<string, EditCommand>> = {
  set: {
    annotation: setMetadata("commonAnnotations", "annotation"),
    buildmetadata: changeBuildMetadata((_present, options) => [...options]),
    configmap: setGenerator(CONFIG_MAP),
    image: setImages,
    label: setMetadata("commonLabels", "label"),
    nameprefix: setText("namePrefix", "prefix"),
    namespace: setText("namespace", "namespace"),
    namesuffix: setText("nameSuffix", "suffix"),
    replicas: setReplicas,
    secret: setGenerator(SECRET),
  },
  add: {
    annotation: addMetadata("commonAnnotations", "annotation"),
    base: addBase,
    buildmetadata: changeBuildMetadata(addOptions),
    component: addVerified("components", "component"),
    configmap: addGenerator(CONFIG_MAP),
    generator: addFiles("generators", "generator"),
    label: addMetadata("commonLabels", "label"),
    patch: addPatch,
    resource: addVerified("resources", "resource"),
    secret: addGenerator(SECRET),
    transformer: addFiles("transformers", "transformer"),
  },
  remove: {
    annotation: removeMetadata("commonAnnotations", "annotation"),
    buildmetadata: changeBuildMetadata((present, options) => present.filter((option) => !options.includes(option))),
    configmap: removeGenerators(CONFIG_MAP),
    label: removeMetadata("commonLabels", "label"),
    patch: removePatch,
    resource: removePaths("resources", "resource"),
    secret: removeGenerators(SECRET),
    transformer: removePaths("transformers", "transformer"),
  },
};

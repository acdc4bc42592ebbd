import { createOverlay } from "../../operations/edit_kustomization.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const kustomizeCreateCommand = defineCommand({
  summary: "Create a kustomization in the current directory",
  flags: {
    resources: { type: "string", placeholder: "PATH,…", help: "Files, directories, patterns or URLs" },
    autodetect: { type: "boolean", help: "Add the files of Kubernetes objects in the current directory" },
    recursive: { type: "boolean", help: "Look for them in the directories below, too" },
    namespace: { type: "string", placeholder: "NAME", help: "Namespace of all objects" },
    nameprefix: { type: "string", placeholder: "PREFIX", help: "What stands before all names" },
    namesuffix: { type: "string", placeholder: "SUFFIX", help: "What stands behind all names" },
    labels: { type: "string", placeholder: "KEY:VALUE,…", help: "Labels of all objects" },
    annotations: { type: "string", placeholder: "KEY:VALUE,…", help: "Annotations of all objects" },
  },
  examples: [
    ["kstage kustomize create --autodetect", "From the files of this directory"],
    ["kstage kustomize create --resources ../base --namespace staging", "An overlay of a base"],
  ],
  async run({ flags, host }) {
    const { nameprefix, namesuffix, ...others } = flags;
    await createOverlay(host, { ...others, namePrefix: nameprefix, nameSuffix: namesuffix });
    return EXIT_CODES.ok;
  },
});

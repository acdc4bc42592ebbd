import { defineBuildCommand } from "../build_command.ts";

export const buildCommand = defineBuildCommand([
  ["kstage build overlays/testing", "Print the manifests of the testing overlay"],
  ["kstage build --reorder=none .", "Keep the order of the kustomization in this directory"],
  ["kstage build overlays/testing -o manifests.yaml", "Write a file"],
]);

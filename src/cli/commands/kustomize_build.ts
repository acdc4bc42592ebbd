import { defineBuildCommand } from "../build_command.ts";

export const kustomizeBuildCommand = defineBuildCommand([
  ["kstage kustomize build overlays/testing", "What `kustomize build` prints"],
  ["kstage kustomize build --enable-helm overlays/testing", "With Helm charts inflated by the helm program"],
]);

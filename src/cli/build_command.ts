import { type BuildOverlayOptions, renderOverlay } from "../operations/build.ts";
import { type CommandSpec, defineCommand, type FlagSpec, type FlagValues } from "./command.ts";
import { EXIT_CODES } from "./exit_codes.ts";

/** kustomize's own flags of a build, spelled as kustomize and `kubectl kustomize` spell them. */
export const BUILD_FLAGS = {
  output: {
    type: "string",
    alias: "o",
    placeholder: "PATH",
    help: "Write into this file, or one file per object into this directory if it exists",
  },
  reorder: {
    type: "enum",
    values: ["legacy", "none"],
    help: "Order of the manifests: namespaces and the like first (legacy, the default), or as listed (none)",
  },
  loadRestrictor: {
    type: "enum",
    values: ["LoadRestrictionsRootOnly", "LoadRestrictionsNone", "rootOnly", "none"],
    default: "LoadRestrictionsRootOnly",
    help: "Whether a kustomization may read files outside its own directory",
  },
  enableHelm: { type: "boolean", help: "Let kustomizations inflate Helm charts, with the helm program" },
  helmCommand: { type: "string", default: "helm", placeholder: "PROGRAM", help: "The helm program" },
  helmApiVersions: {
    type: "list",
    placeholder: "VERSION",
    help: "An API version that charts find in Capabilities.APIVersions",
  },
  helmKubeVersion: {
    type: "string",
    placeholder: "VERSION",
    help: "The version that charts find in Capabilities.KubeVersion",
  },
  helmDebug: { type: "boolean", help: "Show helm's debug output" },
  enableAlphaPlugins: { type: "boolean", help: "Let kustomizations use functions and exec plugins" },
  enableExec: { type: "boolean", help: "Let functions be programs of this machine" },
  network: { type: "boolean", help: "Let container functions that ask for it use the network" },
  networkName: {
    type: "string",
    default: "bridge",
    placeholder: "NAME",
    help: "Accepted and without effect, as in kustomize: a function that may use the network uses the host's",
  },
  mount: { type: "list", placeholder: "MOUNT", help: "Storage of container functions, as docker's --mount" },
  env: {
    type: "list",
    alias: "e",
    placeholder: "NAME[=VALUE]",
    help: "An environment variable of container functions",
  },
  asCurrentUser: { type: "boolean", help: "Run container functions as the user who runs the build" },
  enableManagedbyLabel: { type: "boolean", help: "Add the label app.kubernetes.io/managed-by" },
} as const satisfies Record<string, FlagSpec>;

/** `kstage build`, which is also `kstage kustomize build`. */
export function defineBuildCommand(examples: CommandSpec["examples"]): CommandSpec<typeof BUILD_FLAGS> {
  return defineCommand({
    summary: "Print the manifests of an overlay",
    description: "Prints what `kubectl kustomize` prints, byte for byte. Needs no cluster. Warnings go to standard " +
      "error. Helm charts, functions and plugins are refused unless a flag allows them: they run programs.",
    positionals: [{
      name: "OVERLAY",
      help:
        "Directory with a kustomization file, or the URL of one in a git repository; by default the current directory",
      optional: true,
    }],
    flags: BUILD_FLAGS,
    examples,
    async run({ positionals, flags, host }) {
      const overlay = positionals[0] ?? ".";
      warnOfDeprecated(flags, (message) => host.stderr.write(`${message}\n`));
      const options = toBuildOptions(flags);
      if (flags.output === undefined) host.stdout.write(await renderOverlay(host, overlay, options));
      else {
        const { buildInto } = await import("../operations/build_into.ts");
        await buildInto(host, overlay, flags.output, options);
      }
      return EXIT_CODES.ok;
    },
  });
}

/** What the reference says of flags that it would rather not have. */
function warnOfDeprecated(flags: FlagValues<typeof BUILD_FLAGS>, warn: (message: string) => void): void {
  if (flags.reorder !== undefined) {
    warn("Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.");
  }
  if (flags.enableManagedbyLabel) {
    warn(
      "Flag --enable-managedby-label has been deprecated, The flag `enable-managedby-label` has been deprecated. " +
        "Use the `managedByLabel` option in the `buildMetadata` field instead.",
    );
  }
}

function toBuildOptions(flags: FlagValues<typeof BUILD_FLAGS>): BuildOverlayOptions {
  const { reorder, loadRestrictor, enableHelm, helmCommand, helmApiVersions, helmKubeVersion, helmDebug } = flags;
  return {
    ...(reorder === undefined ? {} : { reorder }),
    loadRestrictor: loadRestrictor === "LoadRestrictionsNone" || loadRestrictor === "none" ? "none" : "rootOnly",
    enableHelm,
    helmCommand,
    helmApiVersions,
    ...(helmKubeVersion === undefined ? {} : { helmKubeVersion }),
    helmDebug,
    enableAlphaPlugins: flags.enableAlphaPlugins,
    enableExec: flags.enableExec,
    functionNetwork: flags.network,
    functionMounts: flags.mount,
    functionEnv: flags.env,
    functionAsCurrentUser: flags.asCurrentUser,
    managedByLabel: flags.enableManagedbyLabel,
  };
}

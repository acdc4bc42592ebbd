import { type ImageSetting, type ImageSettingChange, setOverlayImages } from "../../operations/set_image.ts";
import { stringifyJson } from "../../base/mod.ts";
import { defineCommand, UsageError } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const imageSetCommand = defineCommand({
  summary: "Set images in a kustomization, comments kept",
  description: "Sets new names, tags and digests of images, as `kustomize edit set image` does, and says what has " +
    "changed. Builds the overlay to see whether its resources use the images, and warns where they don't.",
  positionals: [{
    name: "NAME[=NEWNAME][:TAG][@DIGEST]",
    help: "An image as the manifests name it, and what it becomes; * keeps what is there",
    optional: true,
    variadic: true,
  }],
  flags: {
    overlay: { type: "string", default: ".", placeholder: "DIR", help: "Directory with a kustomization file" },
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format" },
  },
  examples: [
    ["kstage image set app=registry.example/app:1.2.3 --overlay overlays/testing", "Set name and tag"],
    ["kstage image set app:1.2.4 db:16", "Set two tags in this directory's kustomization"],
  ],
  async run({ positionals, flags, host }) {
    if (positionals.length === 0) throw new UsageError("Cannot set images: no image specified");
    const { file, changed, images, buildError } = await setOverlayImages(host, positionals, {
      directory: flags.overlay,
    });
    if (flags.output === "json") {
      host.stdout.write(
        stringifyJson({ file, changed, images: images.map((image) => JSON.parse(JSON.stringify(image))) }, 2) + "\n",
      );
    } else host.stdout.write(images.map((image) => `${describe(image)}\n`).join(""));
    for (const { name, uses } of images) {
      if (uses === 0) host.stderr.write(`warning: No container of ${flags.overlay} uses the image "${name}"\n`);
    }
    if (buildError !== undefined) {
      host.stderr.write(`warning: Cannot tell whether the images are used: ${buildError}\n`);
    }
    return EXIT_CODES.ok;
  },
});

function describe({ name, before, after, uses }: ImageSettingChange): string {
  const [was, is] = [before === undefined ? undefined : format(before), format(after)];
  const change = was === is ? `unchanged: ${is}` : was === undefined ? `set to ${is}` : `${was} -> ${is}`;
  return `${name}: ${change}${uses ? ` (${uses} ${uses === 1 ? "container" : "containers"})` : ""}`;
}

function format({ name, newName, newTag, digest }: ImageSetting): string {
  return `${newName ?? name}${newTag ? `:${newTag}` : ""}${digest ? `@${digest}` : ""}`;
}

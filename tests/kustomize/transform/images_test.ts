import { deepEqual, equal } from "../../assert.ts";
import { applyImageChange, compileImageChange, splitImage } from "../../../src/kustomize/transform/images.ts";

Deno.test("splitImage() tells a registry's port from a tag", () => {
  const rows: [string, string, string, string][] = [
    ["nginx", "nginx", "", ""],
    ["nginx:1", "nginx", "1", ""],
    ["reg:5000/a/b", "reg:5000/a/b", "", ""],
    ["reg:5000/a/b:1@sha256:x", "reg:5000/a/b", "1", "sha256:x"],
    ["a@sha256:x", "a", "", "sha256:x"],
  ];
  for (const [image, name, tag, digest] of rows) deepEqual(splitImage(image), { name, tag, digest });
});

Deno.test("applyImageChange() replaces tag and digest together", () => {
  equal(applyImageChange("a:1@sha256:x", { newTag: "2" }), "a:2");
  equal(applyImageChange("a:1", { digest: "sha256:y" }), "a@sha256:y");
  equal(applyImageChange("a:1", { newTag: "2", digest: "sha256:y" }), "a:2@sha256:y");
  equal(applyImageChange("a:1", { newName: "b", tagSuffix: "-x" }), "b:1-x");
  equal(applyImageChange("a:1@sha256:x", { newName: "b" }), "b:1@sha256:x");
});

Deno.test("compileImageChange() matches the whole name, as a regular expression of Go's", async () => {
  const rows: [name: string, image: string, matches: boolean][] = [
    ["nginx", "nginx:1.2", true],
    ["nginx", "nginx-x", false],
    ["nginx", "my/nginx", false],
    ["reg.io/a", "regXio/a:1", true],
    ["reg.io/a", "reg.io/b", false],
    ["a", "a:{TAG}@sha256:{DIGEST}", true],
    ["a", "a@sha512:x", false],
    ["(a|b)", "b:1", true],
    ["a.*", "abc@sha256:1", true],
  ];
  for (const [name, image, matches] of rows) {
    equal((await compileImageChange({ name })).matches(image), matches, `${name} ${image}`);
  }
});

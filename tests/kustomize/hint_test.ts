import { match, rejects } from "../assert.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { build } from "../../src/kustomize/mod.ts";

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\n";

const CASES: { name: string; kustomization?: string; message: RegExp; hint: RegExp }[] = [
  { name: "no kustomization", message: /unable to find one of/, hint: /kstage kustomize create/ },
  {
    name: "a missing file",
    kustomization: "resources: [servcie.yaml]\n",
    message: /no such file or directory/,
    hint: /start at its own directory/,
  },
  {
    name: "a patch that matches nothing",
    kustomization: "resources: [service.yaml]\n" +
      "patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: web}}'}]\n",
    message: /no matches for Id Service\.v1\.\[noGrp\]\/web/,
    hint: /there is Service\.v1\.\[noGrp\]\/api/,
  },
  {
    name: "an unknown field",
    kustomization: "resource: [service.yaml]\n",
    message: /unknown field "resource"/,
    hint: /Did you mean "resources"\?/,
  },
];

Deno.test("a build that fails says what to do, beside kustomize's own words", async (t) => {
  for (const { name, kustomization, message, hint } of CASES) {
    await t.step(name, async () => {
      const files: Record<string, string> = { "/app/service.yaml": SERVICE };
      if (kustomization !== undefined) files["/app/kustomization.yaml"] = kustomization;
      const { fs } = createMemoryHost({ files });
      let found = "";
      await rejects(
        build("/app", { fs }).catch((error) => {
          found = error.hint ?? "";
          throw error;
        }),
        { message },
      );
      match(found, hint);
    });
  }
});

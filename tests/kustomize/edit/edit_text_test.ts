import { equal, rejects } from "../../assert.ts";
import { editText } from "../../../src/kustomize/edit/edit_text.ts";
import { editKustomization } from "../../../src/kustomize/mod.ts";
import { createMemoryHost } from "../../../src/host/mod.ts";
import type { EditRequest } from "../../../src/kustomize/mod.ts";

const HEADER = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

async function edit(text: string, command: string, file = "kustomization.yaml"): Promise<string> {
  const [verb, field, ...args] = command.split(" ");
  const { fs } = createMemoryHost({ files: { [`/work/${file}`]: text, "/work/x.yaml": "" }, cwd: "/work" });
  const edited = await editKustomization({ verb: verb as EditRequest["verb"], field: field!, args }, { fs });
  return edited!.after;
}

Deno.test("a deprecated field whose entries stay the same gets its new name in place", async () => {
  equal(
    await edit(`${HEADER}bases: # old\n# why\n- ../a # a\n`, "add resource x.yaml"),
    `${HEADER}resources: # old\n# why\n- ../a # a\n- x.yaml\n`,
  );
});

Deno.test("comments of what moves to another field stand above that field", async () => {
  equal(
    await edit(`${HEADER}bases:\n- ../a # a\nnamespace: old\nresources:\n- b # b\n`, "set namespace m"),
    `${HEADER}namespace: m\n# a\nresources:\n- b # b\n- ../a\n`,
  );
  equal(
    await edit(`${HEADER}configMapGenerator:\n- name: c # c\n  env: x.yaml # x\n`, "set namespace m"),
    `${HEADER}# x\nconfigMapGenerator:\n- name: c # c\n  envs:\n  - x.yaml\nnamespace: m\n`,
  );
});

Deno.test("new images and replicas go where kustomize sorts them, or to the end of a list in another order", async () => {
  const images = (...names: string[]) => `${HEADER}images:\n${names.map((name) => `- name: ${name}\n`).join("")}`;
  equal(await edit(images("a", "c"), "set image b:1"), images("a", 'b\n  newTag: "1"', "c"));
  equal(await edit(images("c", "a"), "set image b:1"), images("c", "a", 'b\n  newTag: "1"'));
});

Deno.test("an edit that changes nothing leaves the text alone, even where kustomize would add to it", async () => {
  for (const text of ["namespace: shop", "bases: [../a]\nnamespace: 'shop'\r\n", '{"namespace": "shop"}']) {
    equal(await edit(text, "set namespace shop"), text);
  }
});

Deno.test("a byte order mark, Windows line breaks and the file's name stay", async () => {
  const text = `\ufeff${HEADER}namespace: a # a\n`.replaceAll("\n", "\r\n");
  equal(await edit(text, "set namespace b", "Kustomization"), text.replace("namespace: a", "namespace: b"));
});

Deno.test("what is empty, or written in other case, stays as it is written", async () => {
  const text = `${HEADER}NAMEPREFIX: a-\ncrds: [] # none\nconfigurations:\n`;
  equal(await edit(text, "set nameprefix b-"), text.replace("a-", "b-"));
});

Deno.test("a text that is no UTF-8 or cannot be edited in place is refused", async () => {
  const { fs } = createMemoryHost({ cwd: "/work" });
  fs.makeDir("/work");
  fs.writeFile("/work/kustomization.yaml", new Uint8Array([0x61, 0x3a, 0xff]));
  const request: EditRequest = { verb: "set", field: "namespace", args: ["n"] };
  await rejects(editKustomization(request, { fs }), { code: "INVALID_CONFIG", message: /invalid UTF-8/ });
  await rejects(edit("resources: &a [b]\ncrds: *a\n", "add resource x.yaml"), { code: "CANNOT_EDIT" });
});

Deno.test("editText() keeps a file of comments", async () => {
  const text = await editText("# nothing yet\n", (kustomization) => {
    kustomization.namespace = "n";
  }, { file: "k.yaml" });
  equal(text, `# nothing yet\n${HEADER}namespace: "n"\n`);
});

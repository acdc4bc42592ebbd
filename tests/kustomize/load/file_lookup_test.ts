import { equal, throws } from "../../assert.ts";
import { createMemoryHost } from "../../../src/host/mod.ts";
import { FileLookup } from "../../../src/kustomize/load/file_lookup.ts";

const files = {
  "/real/a.yaml": "a",
  "/real/link.yaml": { symlink: "/other/b.yaml" },
  "/other/b.yaml": "b",
  "/alias": { symlink: "/real" },
  "/broken": { symlink: "/nowhere" },
};

Deno.test("FileLookup follows links of files and of directories", () => {
  const lookup = new FileLookup(createMemoryHost({ files }).fs);
  equal(lookup.realFile("/real/a.yaml"), "/real/a.yaml");
  equal(lookup.realFile("/alias/a.yaml"), "/real/a.yaml");
  equal(lookup.realFile("/alias/link.yaml"), "/other/b.yaml");
  equal(lookup.kindOf("/alias"), "directory");
  equal(lookup.kindOf("/real/link.yaml"), "file");
  equal(lookup.kindOf("/broken"), undefined);
  throws(() => lookup.realFile("/real/none"), { code: "NOT_FOUND" });
});

Deno.test("FileLookup asks once per file", () => {
  const { fs } = createMemoryHost({ files });
  const asked: string[] = [];
  const counted = {
    ...fs,
    lstat: (path: string) => (asked.push(path), fs.lstat(path)),
    realPath: (path: string) => (asked.push(path), fs.realPath(path)),
  };
  const lookup = new FileLookup(counted);
  for (let i = 0; i < 3; i++) {
    lookup.kindOf("/real/a.yaml");
    lookup.realFile("/real/a.yaml");
  }
  equal(asked.join(" "), "/real/a.yaml /real");
});

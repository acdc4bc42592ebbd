import { equal } from "../../assert.ts";
import { insertPathPart } from "../../../src/kustomize/plugin/value_add.ts";

Deno.test("insertPathPart() never makes an absolute path relative", () => {
  const rows: [path: string, at: number, want: string][] = [
    ["", 0, "X"],
    ["/", 0, "/X"],
    ["pie", 0, "X/pie"],
    ["/pie", 0, "/X/pie"],
    ["raw", 9, "raw/X"],
    ["/raw", 1, "/raw/X"],
    ["a/nice/warm/pie", 3, "a/nice/warm/X/pie"],
    ["/a/nice/warm/pie", 3, "/a/nice/warm/X/pie"],
  ];
  for (const [path, at, want] of rows) equal(insertPathPart(path, at, "X"), want, path);
});

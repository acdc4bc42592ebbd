import { equal } from "../assert.ts";
import { baseName, dirName, isInside, joinPath, normalizePath, relativePath, resolvePath } from "../../src/base/mod.ts";

Deno.test("normalizePath() removes dots, doubled separators and what a .. undoes", () => {
  const cases = [
    ["a/./b//c/../d", "a/b/d"],
    ["../a/../../b", "../../b"],
    ["/../a", "/a"],
    ["", "."],
    ["a/..", "."],
    ["/", "/"],
  ] as const;
  for (const [path, want] of cases) equal(normalizePath(path), want);
});

Deno.test("resolvePath() keeps an absolute path and joins a relative one", () => {
  equal(resolvePath("/a/b", "../c"), "/a/c");
  equal(resolvePath("/a/b", "/c/./d"), "/c/d");
  equal(joinPath("a", "", "b"), "a/b");
});

Deno.test("isInside() does not take a longer name for a child", () => {
  equal(isInside("/a/b", "/a/b/c"), true);
  equal(isInside("/a/b", "/a/bc"), false);
  equal(isInside("/", "/a"), true);
});

Deno.test("dirName(), baseName() and relativePath() agree with what they take apart", () => {
  equal(dirName("/a/b"), "/a");
  equal(dirName("/a"), "/");
  equal(dirName("a"), ".");
  equal(baseName("/a/b"), "b");
  equal(relativePath("/a/b", "/a/c/d"), "../c/d");
  equal(relativePath("/a", "/a"), ".");
});

import { deepEqual, equal, throws } from "../../assert.ts";
import { compilePattern, globFiles } from "../../../src/kustomize/edit/glob.ts";
import { createMemoryHost } from "../../../src/host/mod.ts";

const { fs } = createMemoryHost({
  files: {
    "/work/a.yaml": "",
    "/work/b.yaml": "",
    "/work/.hidden.yaml": "",
    "/work/d/x.yaml": "",
    "/work/e/y.yaml": "",
    "/out.yaml": "",
  },
});

Deno.test("globFiles() finds what Go's filepath.Glob finds, without hidden files unless they are asked for", () => {
  const cases: [string, string[]][] = [
    ["*.yaml", ["a.yaml", "b.yaml"]],
    ["./*.yaml", ["a.yaml", "b.yaml"]],
    ["./a.yaml", ["./a.yaml"]],
    ["*/*.yaml", ["d/x.yaml", "e/y.yaml"]],
    ["[de]/?.yaml", ["d/x.yaml", "e/y.yaml"]],
    ["../*.yaml", ["../out.yaml"]],
    ["/work/a*", ["/work/a.yaml"]],
    [".h*", [".hidden.yaml"]],
    ["d", ["d"]],
    ["d/", ["d/"]],
    ["**/x.yaml", ["d/x.yaml"]],
    ["none", []],
    ["", []],
  ];
  for (const [pattern, want] of cases) deepEqual(globFiles(fs, "/work", pattern), want, pattern);
});

Deno.test("compilePattern() matches as Go's filepath.Match", () => {
  const cases: [string, string, boolean][] = [
    ["a*c", "abc", true],
    ["a*c", "a/c", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["[^a-c]x", "dx", true],
    ["[\\-]x", "-x", true],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["a.c", "abc", false],
    ["*", "", true],
    ["(a|b)+", "(a|b)+", true],
  ];
  for (const [pattern, path, want] of cases) equal(compilePattern(pattern)(path), want, `${pattern} ${path}`);
});

Deno.test("compilePattern() refuses malformed patterns", () => {
  for (const pattern of ["[", "[a", "[]a]", "[-x]", "a\\", "[a-]", "[x-]"]) {
    throws(() => compilePattern(pattern), { code: "INVALID_EDIT", message: /syntax error in pattern/ });
  }
});

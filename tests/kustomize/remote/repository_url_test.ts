import { deepEqual, equal } from "../../assert.ts";
import { parseRepositoryUrl } from "../../../src/kustomize/remote/repository_url.ts";

Deno.test("parseRepositoryUrl() reads what kustomize takes for a repository", async (t) => {
  const rows: [url: string, clone: string, directory: string, ref: string][] = [
    ["github.com/org/repo", "https://github.com/org/repo", "", ""],
    ["github.com/org/repo//a/b?ref=v1", "https://github.com/org/repo", "a/b", "v1"],
    ["https://github.com/org/repo/a/b?ref=v1&timeout=90s", "https://github.com/org/repo", "a/b", "v1"],
    ["https://user@github.com/org/repo.git//a", "user@github.com:org/repo.git", "a", ""],
    ["git@github.com:org/repo.git", "git@github.com:org/repo.git", "", ""],
    ["ssh://git@github.com/org/repo", "git@github.com:org/repo", "", ""],
    ["ssh://git@host.xz:22/org/repo.git/dir?version=2", "ssh://git@host.xz:22/org/repo.git", "dir", "2"],
    ["git@gitlab.com:group/sub/repo.git//dir", "git@gitlab.com:group/sub/repo.git", "dir", ""],
    ["https://gitlab.com/group/repo/dir", "https://gitlab.com/group/repo", "dir", ""],
    ["https://dev.azure.com/o/p/_git/repo/a/b", "https://dev.azure.com/o/p/_git/repo", "a/b", ""],
    ["git::https://host.xz/org/repo//d", "https://host.xz/org/repo", "d", ""],
    ["file:///srv/repo.git/d", "file:///srv/repo.git", "d", ""],
    ["file:///srv/repo//d", "file:///srv/repo", "d", ""],
    ["GITHUB.com/org/repo", "https://github.com/org/repo", "", ""],
  ];
  for (const [url, cloneUrl, directory, ref] of rows) {
    await t.step(url, () => {
      const parsed = parseRepositoryUrl(url);
      deepEqual(parsed && [parsed.cloneUrl, parsed.directory, parsed.ref], [cloneUrl, directory, ref]);
    });
  }
});

Deno.test("parseRepositoryUrl() takes nothing else", () => {
  for (
    const text of ["base", "../base", "/srv/repo.git", "a.yaml", "host.xz/org/repo", "github.com", "https://host/x", ""]
  ) {
    equal(parseRepositoryUrl(text), undefined, text);
  }
  equal(parseRepositoryUrl("https://github.com/org/repo//../../x"), undefined, "a path out of the repository");
});

Deno.test("parseRepositoryUrl() reads timeout and submodules", async (t) => {
  const rows: [string, number, boolean][] = [
    ["", 27_000, true],
    ["?timeout=5", 5_000, true],
    ["?timeout=1m30s&submodules=false", 90_000, false],
    ["?timeout=nonsense&submodules=0", 27_000, false],
    ["?submodules=true", 27_000, true],
  ];
  for (const [query, timeoutMs, submodules] of rows) {
    await t.step(query || "none", () => {
      const parsed = parseRepositoryUrl(`https://host.xz/org/repo.git${query}`)!;
      deepEqual([parsed.timeoutMs, parsed.submodules], [timeoutMs, submodules]);
    });
  }
});

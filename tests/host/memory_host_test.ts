import { deepEqual, equal, rejects, throws } from "../assert.ts";
import { createMemoryFileSystem, createMemoryHost } from "../../src/host/mod.ts";

Deno.test("the memory file system follows symbolic links of files and directories", () => {
  const fs = createMemoryFileSystem({
    "/a/real/x.txt": "hi",
    "/a/link": { symlink: "real" },
    "/b": { symlink: "/a/link/x.txt" },
  });
  equal(fs.readText("/a/link/x.txt"), "hi");
  equal(fs.realPath("/b"), "/a/real/x.txt");
  equal(fs.lstat("/b")?.kind, "symlink");
  equal(fs.stat("/b")?.kind, "file");
  deepEqual(fs.readDir("/a"), ["link", "real"]);
});

Deno.test("a cycle of symbolic links is an error, not a hang", () => {
  const fs = createMemoryFileSystem({ "/a": { symlink: "/b" }, "/b": { symlink: "/a" } });
  throws(() => fs.readText("/a"), { code: "LOOP" });
});

Deno.test("the memory file system refuses what a real one refuses", () => {
  const fs = createMemoryFileSystem({ "/d/f": "x" });
  throws(() => fs.readText("/nope"), { code: "NOT_FOUND" });
  throws(() => fs.readText("/d"), { code: "IS_DIRECTORY" });
  throws(() => fs.writeFile("/d/f", "y", { exclusive: true }), { code: "EXISTS" });
  throws(() => fs.writeFile("/no/f", "y"), { code: "NOT_FOUND" });
});

Deno.test("the manual clock wakes sleepers in the order of their time", async () => {
  const { clock } = createMemoryHost();
  const woken: number[] = [];
  const both = Promise.all([200, 100].map((ms) => clock.sleep(ms).then(() => woken.push(ms))));
  await clock.advance(99);
  deepEqual(woken, []);
  await clock.advance(101);
  await both;
  deepEqual(woken, [100, 200]);
});

Deno.test("an aborted sleep rejects with the signal's reason", async () => {
  const { clock } = createMemoryHost();
  const controller = new AbortController();
  const sleeping = clock.sleep(1000, controller.signal);
  controller.abort(new Error("enough"));
  await rejects(sleeping, { message: "enough" });
  equal(clock.sleepers, 0);
});

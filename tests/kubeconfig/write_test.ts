import { deepEqual, equal, ok, rejects, throws } from "../assert.ts";
import { FileError, type FileSystem } from "../../src/base/mod.ts";
import { createDenoHost, createMemoryHost } from "../../src/host/mod.ts";
import {
  chooseWriteTarget,
  type ContextSpec,
  loadKubeconfig,
  parseKubeconfig,
  renderContext,
  resolveContext,
  writeContext,
} from "../../src/kubeconfig/mod.ts";

const SPEC: ContextSpec = {
  contextName: "x",
  clusterName: "c",
  userName: "u",
  server: "https://k8s.example.com",
  token: "abcdefgh",
};

Deno.test("writeContext() makes the directory, a file for its owner alone, and leaves neither lock nor temporary file", async () => {
  const host = createMemoryHost();
  const written = await writeContext(host, "/home/.kube/config", SPEC);
  deepEqual(written, { file: "/home/.kube/config", created: true, changed: true, notes: [] });
  equal(host.fs.stat("/home/.kube/config")?.mode, 0o600);
  deepEqual(host.fs.readDir("/home/.kube"), ["config"]);
});

Deno.test("writeContext() takes read permission from others and says so, and keeps a stricter mode", async () => {
  for (const [before, after, notes] of [[0o644, 0o600, 1], [0o640, 0o600, 1], [0o600, 0o600, 0], [0o400, 0o400, 0]]) {
    const host = createMemoryHost({ files: { "/kc": "" } });
    host.fs.chmod("/kc", before!);
    const written = await writeContext(host, "/kc", SPEC);
    equal(host.fs.stat("/kc")?.mode, after);
    equal(written.notes.length, notes);
    if (notes) equal(written.notes[0], `"/kc" was open to other users (mode 0${before!.toString(8)}): it is 0600 now`);
  }
});

Deno.test("writeContext() writes through symbolic links, and refuses one that leads nowhere", async () => {
  const host = createMemoryHost({ files: { "/real": "", "/link": { symlink: "/real" }, "/lost": { symlink: "/no" } } });
  await writeContext(host, "/link", SPEC);
  equal(host.fs.lstat("/link")?.kind, "symlink");
  ok(host.fs.readText("/real").includes("k8s.example.com"));
  await rejects(writeContext(host, "/lost", SPEC), { code: "NOT_FOUND", message: /the symbolic link leads nowhere/ });
});

Deno.test("writeContext() replaces what contradicts the new values, and names it", async () => {
  const host = createMemoryHost({
    files: {
      "/kc": `clusters:
- name: c
  cluster: {server: "https://old", insecure-skip-tls-verify: true, certificate-authority: ca.crt, proxy-url: "http://p"}
users: [{name: u, user: {tokenFile: /t, exec: {command: foo}, as: someone}}]
contexts: [{name: other, context: {cluster: c, user: u}}]
`,
    },
  });
  host.fs.chmod("/kc", 0o600);
  const { notes } = await writeContext(host, "/kc", { ...SPEC, caPem: "PEM" });
  const config = loadKubeconfig(host, "/kc");
  deepEqual(config.clusters.get("c")?.value, {
    server: "https://k8s.example.com",
    "certificate-authority-data": "UEVN",
    "proxy-url": "http://p",
  });
  deepEqual(config.users.get("u")?.value, { token: "abcdefgh", as: "someone" });
  deepEqual(notes, [
    'Cluster "c", which "other" also uses, pointed to another server before',
    'Removed insecure-skip-tls-verify of cluster "c"',
    'Removed tokenFile, exec of user "u": the token takes over',
    'User "u" still acts as "someone"',
  ]);
});

Deno.test("writeContext() leaves current-context and namespace alone when they are not asked for", async () => {
  const host = createMemoryHost({
    files: { "/kc": "current-context: mine\ncontexts: [{name: x, context: {namespace: kept}}]\n" },
  });
  await writeContext(host, "/kc", { ...SPEC, makeCurrent: false });
  const config = loadKubeconfig(host, "/kc");
  equal(config.currentContext, "mine");
  equal(config.contexts.get("x")?.value.namespace, "kept");
});

Deno.test("writeContext() leaves the old file when anything fails on the way", async () => {
  for (const failing of ["sync", "rename", "chmod"] as const) {
    const host = createMemoryHost({ files: { "/kc": "kind: Config\n" } });
    const broken: FileSystem = {
      ...host.fs,
      [failing]: () => {
        throw new FileError("OTHER", "Cannot do it: no space left on device", "/kc");
      },
    };
    await rejects(writeContext({ ...host, fs: broken }, "/kc", SPEC), { code: "OTHER" });
    equal(host.fs.readText("/kc"), "kind: Config\n");
    deepEqual(host.fs.readDir("/"), ["kc"]);
  }
});

Deno.test("writeContext() waits for a lock, and names it with its age when it stays", async () => {
  const host = createMemoryHost({ files: { "/kc": "", "/kc.lock": "" } });
  const waiting = writeContext(host, "/kc", SPEC);
  await host.clock.advance(100);
  host.fs.remove("/kc.lock");
  await host.clock.advance(100);
  equal((await waiting).changed, true);

  host.fs.writeFile("/kc.lock", "");
  const stuck = rejects(
    writeContext(host, "/kc", SPEC, { timeoutMs: 200 }),
    (error: Error & { code?: string; hint?: string }) => {
      equal(error.code, "LOCKED");
      ok(/^Cannot write "\/kc": open \/kc.lock: file exists, for \S+ now$/.test(error.message), error.message);
      ok(error.hint?.includes("remove /kc.lock if none is running"));
      return true;
    },
  );
  await host.clock.advance(300);
  await stuck;
  ok(host.fs.stat("/kc.lock"), "someone else's lock stays");
});

Deno.test("writeContext() goes on waiting while a lock changes hands", async () => {
  const host = createMemoryHost({ files: { "/kc": "", "/kc.lock": "" } });
  // Every 100 ms another one holds the lock.
  const lstat: FileSystem["lstat"] = (path) => {
    const info = host.fs.lstat(path);
    return info && { ...info, modifiedMs: Math.floor(host.clock.now() / 100) };
  };
  const busy = { ...host, fs: { ...host.fs, lstat } };
  const waiting = writeContext(busy, "/kc", SPEC, { timeoutMs: 200 });
  await host.clock.advance(600);
  host.fs.remove("/kc.lock");
  await host.clock.advance(100);
  equal((await waiting).changed, true);
});

Deno.test("writeContext() stops waiting for a lock when it is told to", async () => {
  const host = createMemoryHost({ files: { "/kc.lock": "" } });
  const stop = new AbortController();
  const waiting = rejects(writeContext(host, "/kc", SPEC, { signal: stop.signal }), /stopped/);
  await host.clock.advance(100);
  stop.abort(new Error("stopped"));
  await waiting;
});

Deno.test("writeContext() loses nothing when many write the same file at once", async () => {
  const directory = await Deno.makeTempDir();
  const host = createDenoHost();
  const file = `${directory}/config`;
  const names = Array.from({ length: 30 }, (_, i) => `c${i}`);
  await Promise.all(names.map((name) => writeContext(host, file, { ...SPEC, contextName: name, clusterName: name })));
  deepEqual([...loadKubeconfig(host, file).contexts.keys()].toSorted(), names.toSorted());
  deepEqual(host.fs.readDir(directory), ["config"]);
  equal(host.fs.stat(file)?.mode, 0o600);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("chooseWriteTarget() takes the flag, the first file that exists, the last of the list, or ~/.kube/config", () => {
  const target = (KUBECONFIG: string, explicit?: string) =>
    chooseWriteTarget(createMemoryHost({ env: { KUBECONFIG, HOME: "/h" }, files: { "/b": "" } }), explicit);
  equal(target("/a:/b:/c"), "/b");
  equal(target("/a:/c"), "/c");
  equal(target("/a:/c", "/f"), "/f");
  equal(target(""), "/h/.kube/config");
  throws(() => chooseWriteTarget(createMemoryHost()), { code: "NOT_FOUND", hint: /--kubeconfig/ });
});

Deno.test("renderContext() gives a kubeconfig that works without a file", async () => {
  const config = parseKubeconfig(renderContext({ ...SPEC, namespace: "my-service" }), "memory");
  const { server, namespace, authentication } = await resolveContext(config, createMemoryHost().fs);
  deepEqual({ server, namespace, authentication }, {
    server: SPEC.server,
    namespace: "my-service",
    authentication: { kind: "token", token: SPEC.token },
  });
});

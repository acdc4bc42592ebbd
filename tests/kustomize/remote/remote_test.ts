import { deepEqual, equal, ok, rejects } from "../../assert.ts";
import { FileError, type Processes } from "../../../src/base/mod.ts";
import { createDenoHost, createMemoryHost } from "../../../src/host/mod.ts";
import { build, KustomizeError } from "../../../src/kustomize/mod.ts";
import { serveRepositories } from "./git_server.ts";

const CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: remote}\n";
const KUSTOMIZATION = "resources: [cm.yaml]\n";

const HAS_GIT = await hasGit();

async function hasGit(): Promise<boolean> {
  try {
    return (await new Deno.Command("git", { args: ["--version"], stdout: "null" }).output()).success;
  } catch {
    return false;
  }
}

const host = createDenoHost();

/** Programs as on a machine without git. */
const withoutGit: Processes = {
  run: (command) => Promise.reject(new FileError("NOT_FOUND", `Cannot start ${command}`, command)),
};

async function withDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function buildWith(directory: string, resources: string[], processes: Processes = host.processes) {
  Deno.writeTextFileSync(`${directory}/kustomization.yaml`, JSON.stringify({ resources }));
  return build(directory, { fs: host.fs, processes, network: host.network, env: host.env });
}

function names(manifests: { metadata?: unknown }[]): string[] {
  return manifests.map(({ metadata }) => (metadata as { name: string }).name);
}

Deno.test("build() takes a base from a repository", { ignore: !HAS_GIT }, async (t) => {
  await withDirectory(async (directory) => {
    await using server = await serveRepositories({
      repo: [
        { "base/kustomization.yaml": `${KUSTOMIZATION}namePrefix: old-\n`, "base/cm.yaml": CONFIG_MAP, tag: "v1" },
        { "base/kustomization.yaml": `${KUSTOMIZATION}namePrefix: new-\n` },
      ],
    });
    const overlay = `${directory}/overlay`;
    Deno.mkdirSync(overlay);
    for (const [how, processes] of [["git", host.processes], ["no git", withoutGit]] as const) {
      await t.step(`with ${how}, the default branch`, async () => {
        deepEqual(names(await buildWith(overlay, [`${server.url}/repo.git//base`], processes)), ["new-remote"]);
      });
      await t.step(`with ${how}, a tag`, async () => {
        deepEqual(names(await buildWith(overlay, [`${server.url}/repo.git//base?ref=v1`], processes)), ["old-remote"]);
      });
      await t.step(`with ${how}, a ref that does not exist`, async () => {
        await rejects(buildWith(overlay, [`${server.url}/repo.git//base?ref=nope`], processes), (error) => {
          ok(error instanceof KustomizeError && error.code === "REMOTE", String(error));
          ok(error.message.includes("nope"), error.message);
          equal(error.place?.line, 1);
          return true;
        });
      });
      await t.step(`with ${how}, a directory that does not exist`, async () => {
        await rejects(buildWith(overlay, [`${server.url}/repo.git//nope`], processes), { code: "NOT_FOUND" });
      });
      await t.step(`with ${how}, a repository that does not exist`, async () => {
        await rejects(buildWith(overlay, [`${server.url}/none.git`], processes), { code: "REMOTE" });
      });
    }
  });
});

Deno.test("build() says from which repository, ref and path an object comes", { ignore: !HAS_GIT }, async () => {
  await withDirectory(async (directory) => {
    await using server = await serveRepositories({
      repo: [{ "base/kustomization.yaml": KUSTOMIZATION, "base/cm.yaml": CONFIG_MAP, tag: "v1" }],
    });
    const kustomization = { resources: [`${server.url}/repo.git//base?ref=v1`], buildMetadata: ["originAnnotations"] };
    Deno.writeTextFileSync(`${directory}/kustomization.yaml`, JSON.stringify(kustomization));
    const [manifest] = await build(directory, { fs: host.fs, processes: host.processes });
    deepEqual((manifest!.metadata as { annotations?: unknown }).annotations, {
      "config.kubernetes.io/origin": `path: base/cm.yaml\nrepo: ${server.url}/repo.git\nref: v1\n`,
    });
  });
});

Deno.test("build() fetches a repository once, and leaves nothing behind", { ignore: !HAS_GIT }, async () => {
  await withDirectory(async (directory) => {
    await using server = await serveRepositories({
      repo: [{
        "a/kustomization.yaml": KUSTOMIZATION,
        "a/cm.yaml": CONFIG_MAP,
        "b/kustomization.yaml": "resources: [../a]\n",
      }],
    });
    for (const side of ["left", "right"]) {
      Deno.mkdirSync(`${directory}/${side}`);
      const url = `${server.url}/repo.git//b`;
      Deno.writeTextFileSync(
        `${directory}/${side}/kustomization.yaml`,
        `resources: ["${url}"]\nnamePrefix: ${side}-\n`,
      );
    }
    const created: string[] = [];
    const fs = {
      ...host.fs,
      makeTempDir: (prefix: string) => {
        created.push(host.fs.makeTempDir(prefix));
        return created.at(-1)!;
      },
    };
    Deno.writeTextFileSync(`${directory}/kustomization.yaml`, "resources: [left, right]\n");
    const manifests = await build(directory, { fs, processes: host.processes, env: host.env });
    deepEqual(names(manifests), ["left-remote", "right-remote"]);
    equal(created.length, 1);
    equal(host.fs.stat(created[0]!), undefined);
  });
});

Deno.test("build() lets nothing out of a repository", { ignore: !HAS_GIT }, async () => {
  await withDirectory(async (directory) => {
    await using server = await serveRepositories({ repo: [{ "kustomization.yaml": "resources: [../../../etc]\n" }] });
    await rejects(buildWith(directory, [`${server.url}/repo.git`]), { code: "SECURITY" });
  });
});

Deno.test("build() stops a git that takes too long", async () => {
  const processes: Processes = {
    run: (_command, _args, options) =>
      new Promise((_, reject) => options!.signal!.addEventListener("abort", () => reject(options!.signal!.reason))),
  };
  const files = { "/k/kustomization.yaml": "resources: ['https://host.invalid/o/r.git?timeout=1ms']\n" };
  await rejects(build("/k", { fs: createMemoryHost({ files }).fs, processes }), (error) => {
    ok(
      error instanceof KustomizeError && error.message.includes("hit 0.001s timeout running 'git init"),
      String(error),
    );
    return true;
  });
});

Deno.test("build() takes a file from a web server, through redirects", async () => {
  const files = { "/k/kustomization.yaml": "resources: ['http://files.test/old.yaml']\nnamePrefix: x-\n" };
  const asked: string[] = [];
  const { fs, network } = createMemoryHost({
    files,
    fetch: ({ url }) => {
      asked.push(url);
      if (url.endsWith("old.yaml")) {
        return Promise.resolve(new Response(null, { status: 302, headers: { location: "/new.yaml" } }));
      }
      return Promise.resolve(new Response(CONFIG_MAP));
    },
  });
  deepEqual(names(await build("/k", { fs, network })), ["x-remote"]);
  deepEqual(asked, ["http://files.test/old.yaml", "http://files.test/new.yaml"]);
});

Deno.test("build() says why a file could not be fetched", async (t) => {
  const rows: [string, () => Response, RegExp][] = [
    ["not there", () => new Response("", { status: 404 }), /HTTP Error: status code 404/],
    [
      "endless redirects",
      () => new Response(null, { status: 302, headers: { location: "/x" } }),
      /redirects more than/,
    ],
    ["a page", () => new Response("<html>\n<body>"), /missing Resource metadata|Cannot read/],
  ];
  for (const [name, answer, message] of rows) {
    await t.step(name, async () => {
      const { fs, network } = createMemoryHost({
        files: { "/k/kustomization.yaml": "resources: ['http://x']\n" },
        fetch: () => Promise.resolve(answer()),
      });
      await rejects(build("/k", { fs, network }), (error) => message.test((error as Error).message));
    });
  }
});

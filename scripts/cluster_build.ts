/**
 * Builds the programs of the test cluster from Go modules, once: they are kept below
 * `${XDG_CACHE_HOME:-~/.cache}/kstage-cluster`, by module, version and Go version.
 *
 * The versions stand in `tests/cluster/<module>/go.mod`, one line each, and nowhere else.
 */

/** A Go module of the test cluster and what is built from it. */
interface Module {
  /** Folder in tests/cluster. */
  folder: string;
  /** Module path whose version is the version of the programs. */
  path: string;
  /** Program name → package. */
  programs: Readonly<Record<string, string>>;
  /** Linker flags that make the programs say their version. */
  versionFlags(version: string): string[];
}

const CONTROL_PLANE: Module = {
  folder: "controlplane",
  path: "k8s.io/kubernetes",
  programs: {
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
  },
  versionFlags(version) {
    const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
    const facts = {
      gitVersion: version,
      gitMajor: major,
      gitMinor: minor,
      gitTreeState: "clean",
      buildDate: "2026-01-01T00:00:00Z",
    };
    return Object.entries(facts).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  },
};

const ETCD: Module = {
  folder: "etcd",
  path: "go.etcd.io/etcd/server/v3",
  programs: { etcd: "go.etcd.io/etcd/server/v3" },
  versionFlags: () => [],
};

const KWOK: Module = {
  folder: "kwok",
  path: "sigs.k8s.io/kwok",
  programs: { kwok: "sigs.k8s.io/kwok/cmd/kwok" },
  versionFlags: (version) => [`-X sigs.k8s.io/kwok/pkg/consts.Version=${version}`],
};

const MODULES_FOLDER = new URL("../tests/cluster/", import.meta.url).pathname;

/** The programs of a cluster. */
export interface ClusterPrograms {
  kubernetesVersion: string;
  /** Program name → absolute path. */
  paths: Record<string, string>;
  /** Module path → version. */
  versions: Record<string, string>;
}

/** A cluster could not be built, started or found; the message says what to do. */
export class ClusterError extends Error {
  override name = "ClusterError";
}

/** Where programs and running clusters are kept. */
export function clusterCache(): string {
  const { env } = Deno;
  const home = env.get("XDG_CACHE_HOME") ?? (env.get("HOME") === undefined ? undefined : `${env.get("HOME")}/.cache`);
  if (home === undefined) {
    throw new ClusterError("Cannot keep the cluster's programs: neither XDG_CACHE_HOME nor HOME is set");
  }
  return `${home}/kstage-cluster`;
}

/** Two runs at the same time take turns; the system frees the lock of a killed one. */
export async function withLock<T>(what: "build" | "run", task: () => Promise<T>): Promise<T> {
  Deno.mkdirSync(clusterCache(), { recursive: true });
  using file = Deno.openSync(`${clusterCache()}/${what}.lock`, { create: true, write: true });
  await file.lock(true);
  return await task();
}

/**
 * Builds what is not built yet.
 *
 * @param kubernetesVersion Another version than the one in tests/cluster/controlplane/go.mod, such as `v1.35.4`.
 * @param say Told what is done, line by line.
 * @throws {ClusterError} When Go is missing, or a build fails.
 */
export async function buildPrograms(
  kubernetesVersion: string | undefined,
  say: (line: string) => void,
): Promise<ClusterPrograms> {
  const goVersion = await findGo();
  const programs: ClusterPrograms = { kubernetesVersion: "", paths: {}, versions: {} };
  for (const module of [CONTROL_PLANE, ETCD, KWOK]) {
    const goMod = readGoMod(module, module === CONTROL_PLANE ? kubernetesVersion : undefined);
    const folder = await buildModule(module, goMod, goVersion, say);
    for (const name of Object.keys(module.programs)) programs.paths[name] = `${folder}/${name}`;
    programs.versions[module.path] = goMod.version;
  }
  programs.kubernetesVersion = programs.versions[CONTROL_PLANE.path]!;
  return programs;
}

async function findGo(): Promise<string> {
  const version = await go(["env", "GOVERSION"], ".").catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new ClusterError(
      "Cannot build a Kubernetes control plane: there is no go on PATH; install Go 1.26 or newer (https://go.dev/dl)",
    );
  });
  return version.trim();
}

interface GoMod {
  text: string;
  version: string;
}

function readGoMod({ folder, path }: Module, otherVersion: string | undefined): GoMod {
  const file = `${MODULES_FOLDER}${folder}/go.mod`;
  const text = Deno.readTextFileSync(file);
  const line = new RegExp(`^require ${path.replaceAll(".", "\\.")} (v\\S+)$`, "m");
  const version = otherVersion ?? line.exec(text)?.[1];
  if (version === undefined) {
    throw new ClusterError(`Cannot tell the version of ${path}: ${file} has no such require line`);
  }
  if (!/^v\d+\.\d+\.\d+[-.\w]*$/.test(version)) {
    throw new ClusterError(`Cannot build ${path} "${version}": a version looks like v1.36.3`);
  }
  return { text: text.replace(line, `require ${path} ${version}`), version };
}

async function buildModule(
  module: Module,
  goMod: GoMod,
  goVersion: string,
  say: (line: string) => void,
): Promise<string> {
  const hash = await shortHash(goMod.text);
  const kept = `${clusterCache()}/bin/${nameOf(module)}-${goMod.version}-${goVersion}-${hash}`;
  if (await exists(kept)) return kept;
  return await withLock("build", async () => {
    if (!await exists(kept)) await build(module, goMod, goVersion, kept, say);
    return kept;
  });
}

async function build(module: Module, goMod: GoMod, goVersion: string, kept: string, say: (line: string) => void) {
  const { version } = goMod;
  const name = nameOf(module);
  const started = performance.now();
  say(`building ${Object.keys(module.programs).join(", ")} ${version} with ${goVersion}: minutes, once`);
  Deno.mkdirSync(`${clusterCache()}/bin`, { recursive: true });
  // Built aside and renamed, so that what is there is whole, whoever is building at the same time or is killed.
  const aside = Deno.makeTempDirSync({ dir: `${clusterCache()}/bin`, prefix: `.building-${name}-` });
  try {
    await compile(module, goMod, aside);
    await Deno.remove(`${aside}/module`, { recursive: true });
    await Deno.rename(aside, kept).catch(async (error) => {
      if (!await exists(kept)) throw error;
    });
  } finally {
    await Deno.remove(aside, { recursive: true }).catch(() => {});
  }
  say(`built ${name} ${version} in ${Math.round((performance.now() - started) / 1000)} s`);
}

function nameOf({ path, folder }: Module): string {
  return path.split("/").find((part) => /^(kubernetes|etcd|kwok)$/.test(part)) ?? folder;
}

async function compile(module: Module, { text, version }: GoMod, folder: string): Promise<void> {
  const workplace = `${folder}/module`;
  Deno.mkdirSync(workplace);
  const replacements = module === CONTROL_PLANE ? await stagingReplacements(version, workplace) : "";
  Deno.writeTextFileSync(`${workplace}/go.mod`, `${text}\n${replacements}`);
  const flags = ["-s", "-w", ...module.versionFlags(version)].join(" ");
  const names = Object.keys(module.programs);
  // One call, so that what they share is compiled once; a folder as output names each after its package.
  const output = names.length === 1 ? `../${names[0]}` : "../";
  // -mod=mod fills go.mod and go.sum; checksums come from Go's checksum database.
  await go(
    ["build", "-mod=mod", "-buildvcs=false", "-ldflags", flags, "-o", output, ...Object.values(module.programs)],
    workplace,
  );
}

/**
 * Kubernetes replaces its staging modules by folders of its repository, which a module that requires it can't: v1.N.P
 * goes with v0.N.P of each.
 */
async function stagingReplacements(version: string, workplace: string): Promise<string> {
  Deno.writeTextFileSync(`${workplace}/go.mod`, "module versions\n");
  const { GoMod: path } = JSON.parse(await go(["mod", "download", "-json", `k8s.io/kubernetes@${version}`], workplace));
  const staging = Deno.readTextFileSync(path).matchAll(/^\s*(?:replace )?(k8s\.io\/\S+) => \.\/staging\//gm);
  const published = version.replace(/^v1\./, "v0.");
  return [...staging].map(([, name]) => `replace ${name} => ${name} ${published}\n`).join("");
}

async function go(args: string[], cwd: string): Promise<string> {
  // Never another toolchain than the one that is installed.
  const env = { GOTOOLCHAIN: "local", GOWORK: "off" };
  const { code, stdout, stderr } = await new Deno.Command("go", { args, cwd, env, stdin: "null" }).output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code === 0) return text!;
  const lines = errors!.split("\n").filter((line) => !line.startsWith("go: downloading"));
  throw new ClusterError(
    `Cannot run go ${args.slice(0, 2).join(" ")} …: it exits with ${code}\n${lines.join("\n").trim()}`,
  );
}

async function shortHash(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return bytes.toHex().slice(0, 10);
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

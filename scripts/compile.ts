// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Makes the single binary `dist/kstage`: bundles the program to scripts, lets V8 compile what most runs need of them,
 * and puts both into what `deno compile` makes of a short starter, with only the permissions that kstage needs.
 *
 *     deno run -A scripts/compile.ts [--bundle-only | --no-bundle] [--target TRIPLE] [--output FILE]
 *
 * `deno compile` downloads its runtime from dl.deno.land. Where that is out of reach, set DENORT_BIN to a denort of
 * exactly the version of the Deno that runs this script. `--no-bundle` takes an earlier `--bundle-only`'s result, so
 * that the two steps can be done by two versions of Deno. With `--target` V8's compiled code is left out, which only a
 * binary for this machine can make: the program starts later without it.
 */
import { codeCacheName } from "./binary/script_loader.ts";
import { PACK, PACK_INDEX } from "./binary/script_pack.ts";
import { bundleScripts } from "./bundle_scripts.ts";
import { generateOverlay, PRESETS } from "./generate_overlay.ts";
import { createPack, insertPack } from "./pack_scripts.ts";

const ROOT = new URL("../", import.meta.url).pathname;
/** The program as modules, between the two steps of bundling. */
const MODULES = `${ROOT}dist/modules`;
/** The program as scripts, and the code that V8 made of them. */
const SCRIPTS = `${ROOT}dist/scripts`;
/** What the binary embeds: what loads the scripts. */
const STARTER = `${ROOT}dist/starter`;
/** Loads the scripts in the binary, and records what V8 makes of them. */
const BINARY_FILES = ["start.ts", "record_code.ts", "script_loader.ts", "script_pack.ts"];

/**
 * Network for the cluster and registries, files for overlays and kubeconfigs, variables for CI, and programs for exec
 * credential plugins, git and helm, which only the user's own configuration names. Nothing else: no ffi, no system
 * information, no import from the network.
 */
const PERMISSIONS = ["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-run", "--no-prompt"];

/**
 * The young generation is between 1 and 2 MB: new memory costs more than collecting it, of which little is ever alive.
 * Of V8's three compilers of machine code the first and the last are off, and the second waits for 2400 calls in place
 * of 400. The first translates hundreds of functions in a run that is over before that pays; the others took a fifth
 * of the processor time and of the memory of builds of any size, on other threads. V8 ties its compiled code to its
 * flags, so the recorder and the binary have the same ones.
 */
const V8_FLAGS = "--v8-flags=" + [
  "--min-semi-space-size=1",
  "--max-semi-space-size=2",
  "--no-sparkplug",
  "--no-turbofan",
  "--invocation-count-for-maglev=2400",
].join(",");

function valueOf(flag: string): string | undefined {
  const at = Deno.args.indexOf(flag);
  return at < 0 ? undefined : Deno.args[at + 1];
}

async function runDeno(args: string[], cwd = ROOT): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  })
    .output();
  if (code !== 0) {
    console.error(new TextDecoder().decode(stderr));
    throw new Error(`deno ${args[0]} ended with exit code ${code}`);
  }
}

async function bundle(): Promise<void> {
  for (const directory of [MODULES, SCRIPTS]) await removeIfThere(directory);
  const options = ["--platform=deno", "--minify", "--code-splitting", `--outdir=${MODULES}`];
  await runDeno(["bundle", ...options, "scripts/binary/program.ts"]);
  await allowBuiltinRequires();
  await bundleScripts(MODULES, SCRIPTS);
}

function removeIfThere(path: string): Promise<void> {
  return Deno.remove(path, { recursive: true }).catch(() => {});
}

/**
 * npm packages in CommonJS ask for modules of Node by `require`. The bundle makes that function of `node:module`, which
 * takes milliseconds to load at every start; `process.getBuiltinModule` gives the same modules when they are asked for.
 */
async function allowBuiltinRequires(): Promise<void> {
  let found = 0;
  for await (const { name } of Deno.readDir(MODULES)) {
    const text = await Deno.readTextFile(`${MODULES}/${name}`);
    const allowed = text.replaceAll(
      /import\s*\{\s*createRequire as (\w+)\s*\}\s*from\s*"node:module";(var|let|const) ([\w$]+)=\1\(import\.meta\.url\);/g,
      (_, _name, keyword, require) => (found++, `${keyword} ${require}=(name)=>process.getBuiltinModule(name);`),
    );
    if (allowed !== text) await Deno.writeTextFile(`${MODULES}/${name}`, allowed);
  }
  if (found === 0) throw new Error("The bundle has no require of its own: see what became of it, and mend this step");
}

/** Copies what loads the scripts to where nothing else is, and puts beside it what it has to find there. */
async function prepareStarter(files: Record<string, Uint8Array | string> = {}): Promise<void> {
  await removeIfThere(STARTER);
  await Deno.mkdir(STARTER);
  for (const name of BINARY_FILES) await Deno.copyFile(`${ROOT}scripts/binary/${name}`, `${STARTER}/${name}`);
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeFile(
      `${STARTER}/${name}`,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }
}

async function compile(entry: string, output: string, target?: string): Promise<void> {
  const targetArgs = target === undefined ? [] : [`--target=${target}`];
  // From inside the starter's folder and without a configuration, so that nothing else can be embedded.
  await runDeno(
    [
      "compile",
      "--no-check",
      "--no-config",
      "--no-lock",
      // Nothing is left behind, and no code is taken from a file of a known name that anybody could have put into /tmp.
      "--no-code-cache",
      V8_FLAGS,
      ...PERMISSIONS,
      ...targetArgs,
      "--output",
      output,
      "--include",
      ".",
      entry,
    ],
    STARTER,
  );
}

/** Compiles the starter, and puts the pack into the binary: beside what is embedded where the system allows that. */
async function compileProgram(output: string, target?: string): Promise<void> {
  const isEmbedded = !(target ?? Deno.build.target).includes("linux");
  const { pack, index } = await createPack(SCRIPTS, isEmbedded);
  await prepareStarter({ [PACK_INDEX]: JSON.stringify(index), ...(isEmbedded ? { [PACK]: pack } : {}) });
  await compile("start.ts", output, target);
  if (!isEmbedded) insertPack(output, pack);
}

/** Has the scripts compiled by the runtime that will run them, which is why it takes a program of its own. */
async function recordCode(): Promise<void> {
  const recorder = `${ROOT}dist/record_code`;
  const directory = await Deno.makeTempDir({ prefix: "kstage-compile-" });
  try {
    const overlay = await generateOverlay(PRESETS.small, "full", directory);
    await prepareStarter();
    await compile("record_code.ts", recorder);
    const deployable = `${ROOT}tests/testdata/article/project/overlays/testing`;
    const { code, stdout, stderr } = await new Deno.Command(recorder, { args: [SCRIPTS, overlay, deployable] })
      .output();
    if (code !== 0) throw new Error(`record_code ended with exit code ${code}: ${new TextDecoder().decode(stderr)}`);
    console.log(new TextDecoder().decode(stdout).trim());
  } finally {
    await removeIfThere(directory);
    await removeIfThere(recorder);
  }
}

async function removeRecordedCode(): Promise<void> {
  for await (const { name } of Deno.readDir(SCRIPTS)) {
    if (name.endsWith(codeCacheName(""))) await Deno.remove(`${SCRIPTS}/${name}`);
  }
}

/** A DENORT_BIN of the wrong kind compiles without complaint, so the result must prove itself. */
async function verify(output: string): Promise<void> {
  const { code, stdout } = await new Deno.Command(output, { args: ["version"] }).output();
  const text = new TextDecoder().decode(stdout);
  if (code !== 0 || !text.startsWith("kstage ")) {
    throw new Error(`${output} does not run: check that DENORT_BIN is a denort of Deno ${Deno.version.deno}`);
  }
  const { size } = await Deno.stat(output);
  console.log(`${output}: ${text.split("\n")[0]}, ${(size / 1e6).toFixed(0)} MB`);
}

const output = valueOf("--output") ?? `${ROOT}dist/kstage`;
const target = valueOf("--target");
if (!Deno.args.includes("--no-bundle")) await bundle();
if (!Deno.args.includes("--bundle-only")) {
  await removeRecordedCode();
  if (target === undefined) await recordCode();
  await compileProgram(output, target);
  if (target === undefined) await verify(output);
}

// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Makes the single binary `dist/kstage`: bundles main.ts (a bundle starts faster than separate modules), then embeds
 * it with `deno compile` and only the permissions that kstage needs.
 *
 *     deno run -A scripts/compile.ts [--bundle-only | --no-bundle] [--target TRIPLE] [--output FILE]
 *
 * `deno compile` downloads its runtime from dl.deno.land. Where that is out of reach, set DENORT_BIN to a denort of
 * exactly the version of the Deno that runs this script. `--no-bundle` embeds an earlier `--bundle-only`'s result, so
 * that the two steps can be done by two versions of Deno.
 */
const ROOT = new URL("../", import.meta.url).pathname;
const BUNDLE = `${ROOT}dist/bundle`;

/**
 * Network for the cluster and registries, files for overlays and kubeconfigs, variables for CI, and programs for exec
 * credential plugins, git and helm, which only the user's own configuration names. Nothing else: no ffi, no system
 * information, no import from the network.
 */
const PERMISSIONS = ["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-run", "--no-prompt"];

/**
 * Compiles functions when their file is loaded: a build runs most of what it loads, and V8 would read each function
 * twice. Rarely needed code is in files of its own, which are loaded late. The young generation starts at 4 MB, so that
 * short runs need not collect it.
 */
const V8_FLAGS = "--v8-flags=--no-lazy,--min-semi-space-size=4";

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
  await Deno.remove(BUNDLE, { recursive: true }).catch(() => {});
  await Deno.mkdir(BUNDLE, { recursive: true });
  await runDeno([
    "bundle",
    "--platform=deno",
    "--minify",
    "--code-splitting",
    `--outdir=${BUNDLE}`,
    "main.ts",
  ]);
  await allowBuiltinRequires();
}

/**
 * npm packages in CommonJS ask for modules of Node by `require`. The bundle makes that function of `node:module`, which
 * takes milliseconds to load at every start; `process.getBuiltinModule` gives the same modules when they are asked for.
 */
async function allowBuiltinRequires(): Promise<void> {
  let found = 0;
  for await (const { name } of Deno.readDir(BUNDLE)) {
    const text = await Deno.readTextFile(`${BUNDLE}/${name}`);
    const allowed = text.replaceAll(
      /import\s*\{\s*createRequire as (\w+)\s*\}\s*from\s*"node:module";(var|let|const) ([\w$]+)=\1\(import\.meta\.url\);/g,
      (_, _name, keyword, require) => (found++, `${keyword} ${require}=(name)=>process.getBuiltinModule(name);`),
    );
    if (allowed !== text) await Deno.writeTextFile(`${BUNDLE}/${name}`, allowed);
  }
  if (found === 0) throw new Error("The bundle has no require of its own: see what became of it, and mend this step");
}

async function compile(output: string, target: string | undefined): Promise<void> {
  const targetArgs = target === undefined ? [] : [`--target=${target}`];
  // From inside the bundle's folder and without a configuration, so that nothing else can be embedded.
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
      "main.js",
    ],
    BUNDLE,
  );
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
  await compile(output, target);
  if (target === undefined) await verify(output);
}

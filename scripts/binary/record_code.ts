// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Runs the program through what people run most, and stores the code that V8 made meanwhile beside the scripts. The
 * result is read by the binary only, and only by one with the same V8: this file has to be compiled with the same
 * runtime and the same flags, and is then started as
 *
 *     record_code SCRIPTS OVERLAY DEPLOYABLE
 *
 * SCRIPTS is where to store the code; OVERLAY uses many features of kustomize; DEPLOYABLE is one that can be rolled out.
 */
import { codeCacheName, createScript, type LoadedScript, loadProgram } from "./script_loader.ts";

const [directory, overlay, deployable] = Deno.args;
if (directory === undefined || overlay === undefined || deployable === undefined) {
  throw new Error("See the file's head");
}

const loaded: LoadedScript[] = [];
const { createDenoHost, runCli } = loadProgram(
  (name) => name.endsWith(codeCacheName("")) ? undefined : Deno.readFileSync(`${directory}/${name}`),
  (script) => loaded.push(script),
);
const { stdout, stderr, ...host } = createDenoHost();

/** Runs one command line, unseen. */
async function run(
  words: string[],
  { env = {}, onInterrupt = host.onInterrupt, onText = () => {} }: {
    env?: Record<string, string>;
    onInterrupt?: typeof host.onInterrupt;
    onText?: (text: string) => void;
  } = {},
): Promise<void> {
  let text = "";
  const write = (part: string) => onText(text += part);
  const code = await runCli(words, {
    ...host,
    env: { get: (name) => env[name] },
    stdout: { ...stdout, write },
    stderr: { ...stderr, write },
    onInterrupt,
  });
  if (code !== 0) throw new Error(`"${words.join(" ")}" ended with ${code}: ${text}`);
}

/** Deploys to a sandbox of the same process, twice: what is new, and what is there already. */
async function deployToSandbox(deployable: string): Promise<void> {
  const { promise: variables, resolve } = Promise.withResolvers<Record<string, string>>();
  let interrupt = () => {};
  const serving = run(["sandbox", "--export", "--namespace=my-service"], {
    onText: (text) => {
      const found = Object.fromEntries(
        [...text.matchAll(/^export (\w+)='?([^'\n]*)'?\n/gm)].map(([, name, value]) => [name!, value!]),
      );
      if ("K8S_TOKEN" in found) resolve(found);
    },
    onInterrupt: (listener) => {
      interrupt = () => listener("SIGTERM");
      return () => {};
    },
  });
  const env = await Promise.race([variables, serving.then(() => Promise.reject(new Error("The sandbox has ended")))]);
  await run(["deploy", deployable], { env });
  await run(["deploy", deployable], { env });
  await run(["diff", deployable], { env });
  interrupt();
  await serving;
}

await run(["--help"]);
await run(["version"]);
await run(["build", "--help"]);
await run(["build", overlay]);
await run(["build", deployable]);
await deployToSandbox(deployable);

let bytes = 0;
for (const { name, source, script } of loaded) {
  const code = script.createCachedData();
  if (createScript(source, name, code).cachedDataRejected) throw new Error(`V8 refuses its own code for ${name}`);
  Deno.writeFileSync(codeCacheName(`${directory}/${name}`), code);
  bytes += code.length;
}
console.log(`compiled code of ${loaded.length} scripts, ${(bytes / 1e6).toFixed(1)} MB`);
Deno.exit(0);

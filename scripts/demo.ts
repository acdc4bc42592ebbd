// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * The main job, shown: starts the sandbox, deploys the article's project with nothing but the three variables set,
 * changes the image and deploys again, then deploys an image that doesn't exist and shows the diagnosis.
 * Prints what it runs as a user would type it. Exits 0 when every step ended as it should.
 *
 *     deno run -A scripts/demo.ts [--kstage BINARY]
 */

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const PROJECT = `${ROOT}/tests/testdata/article/project`;
const KUSTOMIZATION = "overlays/testing/kustomization.yml";

const binary = Deno.args[0] === "--kstage" ? Deno.args[1] : undefined;
const KSTAGE: readonly string[] = binary
  ? [await Deno.realPath(binary)]
  : [Deno.execPath(), "run", "-A", "--no-prompt", `--config=${ROOT}/deno.json`, `${ROOT}/main.ts`];

/** A step that did not end as it should. */
class DemoError extends Error {}

/** Starts the sandbox and returns the variables that it prints. */
async function startSandbox(): Promise<{ process: Deno.ChildProcess; variables: Record<string, string> }> {
  const args = ["sandbox", "--export", "--namespace=my-service", "--service-account=gitlab-service-account"];
  console.log(`$ kstage ${args.join(" ")} &`);
  const process = new Deno.Command(KSTAGE[0]!, { args: [...KSTAGE.slice(1), ...args], stdout: "piped", stdin: "null" })
    .spawn();
  const variables: Record<string, string> = {};
  let text = "";
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!/^export K8S_TOKEN=.*\n/m.test(text)) {
    const { value, done } = await reader.read();
    if (done) throw new DemoError("the sandbox ended before it printed its variables");
    text += value;
  }
  reader.releaseLock();
  for (const [, name, value] of text.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)) variables[name!] = value!;
  for (const [name, value] of Object.entries(variables)) {
    console.log(`export ${name}=${name === "CLUSTER_ADDRESS" ? value : "…"}`);
  }
  return { process, variables };
}

/** Runs kstage with only the three variables set, and checks its exit code. */
async function kstage(
  directory: string,
  variables: Record<string, string>,
  args: string[],
  wanted: number,
): Promise<void> {
  console.log(`\n$ kstage ${args.join(" ")}`);
  const { code } = await new Deno.Command(KSTAGE[0]!, {
    args: [...KSTAGE.slice(1), ...args],
    cwd: directory,
    clearEnv: true,
    // A Deno that runs from source needs to find its cache; the binary needs nothing.
    env: binary ? variables : { ...variables, DENO_DIR: denoDirectory() },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  console.log(`(exit code ${code})`);
  if (code !== wanted) throw new DemoError(`"kstage ${args.join(" ")}" ended with ${code} in place of ${wanted}`);
}

function denoDirectory(): string {
  const { env } = Deno;
  return env.get("DENO_DIR") ?? `${env.get("XDG_CACHE_HOME") ?? `${env.get("HOME")}/.cache`}/deno`;
}

async function setTag(directory: string, from: string, to: string): Promise<void> {
  console.log(`\n$ sed -i 's/newTag: ${from}/newTag: ${to}/' ${KUSTOMIZATION}`);
  const file = `${directory}/${KUSTOMIZATION}`;
  await Deno.writeTextFile(file, (await Deno.readTextFile(file)).replace(`newTag: ${from}`, `newTag: ${to}`));
}

async function copyDirectory(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyDirectory(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

async function runDemo(): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "kstage-demo-" });
  await copyDirectory(PROJECT, directory);
  const { process, variables } = await startSandbox();
  try {
    console.log("\n# The first deploy: everything is created, and the rollout is watched until it is healthy.");
    await kstage(directory, variables, ["deploy", "overlays/testing"], 0);
    console.log("\n# A new image: one object changes, and rolls once.");
    await setTag(directory, "develop", "feature-42");
    await kstage(directory, variables, ["deploy", "overlays/testing"], 0);
    console.log("\n# An image that nobody pushed: kstage stops as soon as it is certain, and says why. Exit code 7.");
    await setTag(directory, "feature-42", "does-not-exist");
    await kstage(directory, variables, ["deploy", "overlays/testing"], 7);
  } finally {
    process.kill("SIGTERM");
    await process.status;
    await process.stdout.cancel().catch(() => {});
    await Deno.remove(directory, { recursive: true });
  }
}

try {
  await runDemo();
  console.log("\nThe demo is done: two good deploys, and a bad one that was explained.");
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  console.error(`\nThe demo failed: ${error.message}`);
  Deno.exit(1);
}

import { equal, match, ok } from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost, type MemoryHostOptions } from "../../src/host/mod.ts";

async function run(args: string[], options: MemoryHostOptions = {}) {
  const host = createMemoryHost(options);
  const exitCode = await runCli(args, host);
  return { exitCode, ...host.out };
}

Deno.test("kstage without words prints the commands and exits 0", async () => {
  const { exitCode, stdout } = await run([]);
  equal(exitCode, 0);
  match(stdout, /COMMANDS/);
  match(stdout, /build\s+Print the manifests/);
});

Deno.test("an unknown command is a usage error with a suggestion", async () => {
  const { exitCode, stdout, stderr } = await run(["biuld"]);
  equal(exitCode, 2);
  equal(stdout, "");
  match(stderr, /error: There is no command "biuld"\n {2}hint: Did you mean `build`\?/);
});

Deno.test("an unknown flag is a usage error", async () => {
  const { exitCode, stderr } = await run(["build", "--reordr", "none"]);
  equal(exitCode, 2);
  match(stderr, /error: There is no flag --reordr: did you mean --reorder\?/);
});

Deno.test("a flag's bad value is a usage error that lists the good ones", async () => {
  const { exitCode, stderr } = await run(["build", "--reorder=sorted"]);
  equal(exitCode, 2);
  match(stderr, /error: Cannot use --reorder: "sorted" is none of legacy, none/);
});

Deno.test("every command's help has a usage line and an example", async () => {
  const { stdout } = await run(["--help"]);
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+)(?: [a-z|]+)? {2,}/gm)].map(([, name]) => name!);
  ok(commands.includes("build") && commands.includes("version"));
  for (const command of commands) {
    const help = await run([command, "--help"]);
    equal(help.exitCode, 0);
    match(help.stdout, /USAGE/);
    if (!help.stdout.includes("COMMANDS")) match(help.stdout, /EXAMPLES\n {2}# .+\n {2}(kstage |eval )/);
  }
});

Deno.test("build prints the manifests on stdout, and an error only on stderr", async () => {
  const files = {
    "/app/kustomization.yaml": "resources: [service.yaml]\nnamespace: shop\n",
    "/app/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: api}\n",
  };
  const good = await run(["build", "/app"], { files });
  equal(good.stdout, "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\n  namespace: shop\n");
  equal(good.exitCode, 0);
  const bad = await run(["build", "/nowhere"], { files });
  equal(bad.exitCode, 2);
  equal(bad.stdout, "");
  match(bad.stderr, /^error: /);
});

Deno.test("version -o json is JSON with stable names", async () => {
  const { stdout } = await run(["version", "-o", "json"]);
  const { kstage, kustomize } = JSON.parse(stdout);
  match(kstage, /^\d+\.\d+\.\d+$/);
  match(kustomize, /^v\d+\.\d+\.\d+$/);
});

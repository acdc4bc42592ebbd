/**
 * Asks a real API server what `tests/testdata/sandbox/reference` asks the sandbox, and keeps its answers.
 *
 *     DENO_CERT=ca.crt deno run -A scripts/record_sandbox_reference.ts https://127.0.0.1:6443 [FILE…]
 *
 * The server needs RBAC, the tokens of `reference.ts` (`admintoken` in `system:masters`, `devtoken` of user `dev` in
 * `developers`), a controller manager that keeps its hands off workloads (garbage collection, namespaces, service
 * accounts, tokens, cluster role aggregation, quotas), and none of the namespaces that the files create.
 */
import type { JsonValue } from "../src/base/mod.ts";
import { type ReferenceFile, replay } from "../tests/sandbox/reference.ts";

const DIRECTORY = new URL("../tests/testdata/sandbox/reference/", import.meta.url);

/** Longer than the server remembers whose token is good, and than its controllers take. */
const TICK_MS = 12_000;

const [origin, ...names] = Deno.args;
if (origin === undefined) throw new Error("Cannot record: no server given");
const files = names.length > 0 ? names : [...Deno.readDirSync(DIRECTORY)].map(({ name }) => name);
const { gitVersion } = await (await fetch(new URL("/version", origin))).json();

for (const name of files.filter((file) => file.endsWith(".json"))) {
  const path = new URL(name, DIRECTORY);
  const { steps }: ReferenceFile = JSON.parse(await Deno.readTextFile(path));
  const server = { ask: fetch, tick: () => new Promise<void>((resolve) => setTimeout(resolve, TICK_MS)) };
  const answers = await replay(steps, server, origin, withoutCredentials);
  const recorded = steps.map((step, index) => {
    if (step.tick) return step;
    const { code, answer, warning } = answers[index]!;
    const { answer: known, warning: _old, ...request } = step;
    if (known === undefined) return { ...request, code };
    return warning === undefined ? { ...request, code, answer } : { ...request, code, answer, warning };
  });
  await Deno.writeTextFile(path, writeFile({ version: gitVersion, steps: recorded }));
}

/** One step per line, so that differences can be read. */
function writeFile({ version, steps }: ReferenceFile): string {
  const lines = steps.map((step) => `\n${JSON.stringify(step)}`);
  return `{"version":${JSON.stringify(version)},"steps":[${lines.join(",")}]}\n`;
}

function withoutCredentials(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => name !== "storageVersionHash").map(([name, item]) => [
      name,
      (name === "token" || name === "ca.crt") && typeof item === "string" ? "*" : withoutCredentials(item),
    ]),
  );
}

import { deepEqual } from "../assert.ts";
import type { ExportedVariable } from "../../src/operations/bootstrap_export.ts";
import { formatVariables } from "../../src/operations/bootstrap_print.ts";

const VARIABLES: ExportedVariable[] = [
  { key: "CLUSTER_ADDRESS", value: "https://k8s.example:6443", secret: false, description: "Made by kstage" },
  { key: "K8S_TOKEN", value: "it's $(a) `token`\n", secret: true, description: "of 'ci', until 2026" },
];

/** What a shell runs for the lines: the words of each call, and what it reads, where programs only tell them. */
async function runLines(lines: string): Promise<{ words: string[]; input: string }[]> {
  const tell = 'tell() { for word in "$@"; do printf "%s\\0" "$word"; done; printf "\\0"; cat; printf "\\0\\0\\0"; }\n';
  const programs = 'glab() { tell glab "$@"; }\ngh() { tell gh "$@"; }\n';
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", tell + programs + lines] }).output();
  return new TextDecoder().decode(stdout).split("\0\0\0").slice(0, -1).map((call) => {
    const [words = "", input = ""] = call.split("\0\0");
    return { words: words.split("\0"), input };
  });
}

Deno.test("the lines for GitLab's program give it the values as its input, and no word but what it needs", async () => {
  const common = ["--protected", "--raw", "--description"];
  deepEqual(await runLines(formatVariables(VARIABLES, "gitlab", "review/*")), [
    {
      words: ["glab", "variable", "set", "CLUSTER_ADDRESS", "--scope", "review/*", ...common, "Made by kstage"],
      input: VARIABLES[0]!.value,
    },
    {
      words: ["glab", "variable", "set", "K8S_TOKEN", "--scope", "review/*", "--masked", "--hidden"]
        .concat(common, "of 'ci', until 2026"),
      input: VARIABLES[1]!.value,
    },
  ]);
});

Deno.test("the lines for GitHub's program make secrets of secrets, for an environment where there is one", async () => {
  const calls = (scope: string) => runLines(formatVariables(VARIABLES, "github", scope));
  deepEqual(await calls("production"), [
    { words: ["gh", "variable", "set", "CLUSTER_ADDRESS", "--env", "production"], input: VARIABLES[0]!.value },
    { words: ["gh", "secret", "set", "K8S_TOKEN", "--env", "production"], input: VARIABLES[1]!.value },
  ]);
  deepEqual((await calls("*")).map(({ words }) => words), [
    ["gh", "variable", "set", "CLUSTER_ADDRESS"],
    ["gh", "secret", "set", "K8S_TOKEN"],
  ]);
});

Deno.test("the lines for a shell set the variables to the values", async () => {
  const lines = formatVariables(VARIABLES, "env", "*");
  const [call] = await runLines(`${lines}printf %s "$K8S_TOKEN" | gh "$CLUSTER_ADDRESS"\n`);
  deepEqual(call, { words: ["gh", VARIABLES[0]!.value], input: VARIABLES[1]!.value });
});

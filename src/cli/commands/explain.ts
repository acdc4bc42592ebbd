import { explainCode, type ExplainedFinding, listFindings } from "../../operations/explain.ts";
import { formatTable } from "../../report/mod.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const explainCommand = defineCommand({
  summary: "Tell what a finding's code means, and what to do",
  description: "A failed rollout is reported with a code such as K1001. Without a code, all of them are listed.",
  positionals: [{ name: "CODE", help: "Such as K1001, or its name: ImageNotFound", optional: true }],
  flags: { output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format" } },
  examples: [
    ["kstage explain K1001", "What to do about an image that is not found"],
    ["kstage explain", "List all codes"],
  ],
  run({ positionals, flags, host }) {
    const [code] = positionals;
    const value = code === undefined ? listFindings() : explainCode(code);
    const toText = () => Array.isArray(value) ? formatTable(value.map(toRow)) : formatExplanation(value);
    host.stdout.write(flags.output === "json" ? JSON.stringify(value, null, 2) + "\n" : toText());
    return Promise.resolve(EXIT_CODES.ok);
  },
});

const toRow = ({ code, name }: { code: string; name: string }) => [code, name];

function formatExplanation({ code, name, meaning, verdict, steps }: ExplainedFinding): string {
  const list = steps.map((step, i) => `  ${i + 1}. ${step}\n`).join("");
  return `${code} ${name}\n\n${meaning}\n\nWhen kstage stops: ${verdict}\n\nWhat to do:\n${list}`;
}

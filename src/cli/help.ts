import { formatDuration } from "../base/mod.ts";
import type { CommandSpec, FlagSpec, PositionalSpec } from "./command.ts";
import type { Route } from "./route.ts";
import { toKebab } from "./scan_words.ts";

/** Help of one command: what it does, how it is called, examples, arguments and flags. */
export function formatCommandHelp(name: string, spec: CommandSpec): string {
  const positionals = spec.positionals ?? [];
  const words = [name, ...positionals.map(formatPositional)];
  const examples = spec.examples.map(([line, what]) => `  # ${what}\n  ${line}\n`).join("\n");
  return [
    `${spec.summary}.\n`,
    section("USAGE", `  ${[...words, "[FLAGS]"].join(" ")}\n`),
    ...(spec.description === undefined ? [] : [wrapParagraphs(spec.description)]),
    section("EXAMPLES", examples),
    ...(positionals.length === 0
      ? []
      : [section("ARGUMENTS", formatColumns(positionals.map((p) => [formatPositional(p), p.help])))]),
    section("FLAGS", formatColumns([...Object.entries(spec.flags).map(formatFlag), HELP_ROW])),
  ].join("\n");
}

/** Help of a word that has commands below it, or of the whole program. */
export function formatGroupHelp(name: string, summary: string, routes: Record<string, Route>): string {
  return [
    `${summary}.\n`,
    section("USAGE", `  ${name} COMMAND [ARGUMENTS] [FLAGS]\n`),
    section("COMMANDS", formatColumns(listRoutes(routes))),
    `${name} COMMAND --help tells more about one.\n`,
  ].join("\n");
}

function listRoutes(routes: Record<string, Route>): [string, string][] {
  return Object.entries(routes).map(([key, route]) => [
    "routes" in route ? `${key} ${Object.keys(route.routes).join("|")}` : key,
    route.summary,
  ]);
}

const WIDTH = 100;
const HELP_ROW: [string, string] = ["-h, --help", "Print this and exit"];

function section(title: string, body: string): string {
  return `${title}\n${body}`;
}

function formatPositional({ name, optional, variadic }: PositionalSpec): string {
  const words = variadic ? `${name}...` : name;
  return optional ? `[${words}]` : words;
}

function formatFlag([key, flag]: [string, FlagSpec]): [string, string] {
  const value = valueOf(flag);
  const optional = flag.type === "enum" && flag.bare !== undefined;
  const left = `${flag.alias ? `-${flag.alias},` : "   "} --${toKebab(key)}`;
  return [left + (value === "" ? "" : optional ? `[=${value}]` : ` ${value}`), flag.help + formatFacts(flag)];
}

function valueOf(flag: FlagSpec): string {
  switch (flag.type) {
    case "boolean":
      return "";
    case "enum":
      return flag.values.join("|");
    case "duration":
      return "DURATION";
    default:
      return flag.placeholder ?? (flag.type === "number" ? "N" : "TEXT");
  }
}

function formatFacts(flag: FlagSpec): string {
  const facts = [
    ...(flag.type === "list" ? ["repeatable"] : []),
    ...(flag.type === "enum" && flag.bare !== undefined ? [`without a value: ${flag.bare}`] : []),
    ...formatDefault(flag),
    ...(flag.env === undefined ? [] : [`env ${flag.env}`]),
  ];
  return facts.length === 0 ? "" : ` (${facts.join("; ")})`;
}

function formatDefault(flag: FlagSpec): string[] {
  if (flag.type === "boolean" || flag.type === "list" || flag.default === undefined || flag.default === "") return [];
  return [`default ${flag.type === "duration" ? formatWait(flag.default) : flag.default}`];
}

/** As it would be typed: `5m`, not `5m0s`, and `0s`, not `0.0s`. */
function formatWait(ms: number): string {
  return ms === 0 ? "0s" : formatDuration(ms);
}

/** Two columns, the second wrapped; a left side that is too long has a line of its own. */
function formatColumns(rows: readonly [string, string][]): string {
  const room = Math.min(34, Math.max(...rows.map(([left]) => left.length)));
  const indent = " ".repeat(room + 4);
  return rows.map(([left, right]) => {
    const lines = wrap(right, WIDTH - indent.length).join(`\n${indent}`);
    return left.length > room ? `  ${left}\n${indent}${lines}\n` : `  ${left.padEnd(room)}  ${lines}\n`;
  }).join("");
}

function wrapParagraphs(text: string): string {
  return text.split(/\n\n+/).map((paragraph) => wrap(paragraph, WIDTH).join("\n") + "\n").join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

import { joinPath } from "../../base/mod.ts";
import { writeYaml } from "../../yaml/mod.ts";
import type { Target } from "../target.ts";
import { KustomizeError } from "../errors.ts";
import { text } from "../load/config_decoder.ts";
import type { Resource } from "../resource.ts";
import { formatId } from "../resource_id.ts";
import type { RunProgram } from "./run_program.ts";
import { configurationError, decodeConfig } from "./plugin_configs.ts";

/**
 * Finds the exec plugin of a configuration's kind: a program at `<plugin home>/<group>/<version>/<kind>/<Kind>`
 * (kustomize `api/internal/plugins/execplugin/execplugin.go` v5.8.1).
 *
 * @throws {KustomizeError} PLUGIN when there is none.
 */
export async function findExecPlugin(config: Resource, target: Target): Promise<RunProgram> {
  const { fs } = target.context.options;
  const path = pluginPath(config, target);
  const info = fs.stat(path);
  if (info === undefined || info.kind === "directory") {
    throw new KustomizeError("PLUGIN", `unable to find plugin of ${formatId(config.id)}: no file ${path}`, {
      place: config.place,
    });
  }
  if (info.mode !== undefined && (info.mode & 0o111) === 0) {
    throw new KustomizeError("PLUGIN", `unexecutable plugin at: ${path}`, { place: config.place });
  }
  const args = await pluginArguments(config, target);
  return (input) => runPlugin(path, args, config, target, input);
}

function pluginPath(config: Resource, { context }: Target): string {
  const { fs, env } = context.options;
  const home = env?.get("HOME") ?? "";
  const xdg = env?.get("XDG_CONFIG_HOME") ?? joinPath(home, ".config");
  const homes = [env?.get("KUSTOMIZE_PLUGIN_HOME"), `${xdg}/kustomize/plugin`, `${home}/kustomize/plugin`];
  const found = homes.find((directory) => directory && fs.stat(directory)?.kind === "directory");
  if (found === undefined) {
    throw new KustomizeError("PLUGIN", "unable to find plugin root - tried: KUSTOMIZE_PLUGIN_HOME and its defaults", {
      place: config.place,
    });
  }
  const { group, version, kind } = config.id;
  return joinPath(found, group, version, kind.toLowerCase(), kind);
}

async function pluginArguments(config: Resource, { loader }: Target): Promise<string[]> {
  const { argsOneLiner, argsFromFile } = decodeConfig(config, { argsOneLiner: text, argsFromFile: text });
  const args = argsOneLiner ? splitShellWords(config, argsOneLiner) : [];
  if (argsFromFile) {
    const lines = (await loader.readText(argsFromFile)).split("\n").map((line) => line.replace(/^ +/, ""));
    args.push(...lines.filter((line) => line !== ""));
  }
  return args;
}

/** Splits as a shell does, without expansions; `#` starts a comment. */
function splitShellWords(config: Resource, line: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === "\\" && quote !== "'") word += line[++i] ?? "";
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = "";
    else if (quote === "" && character === "#") break;
    else if (quote === "" && /\s/.test(character)) {
      if (word !== "") words.push(word);
      word = "";
    } else word += character;
  }
  if (quote !== "") throw configurationError(config, "failed to parse argsOneLiner: unclosed quote in string");
  return word === "" ? words : [...words, word];
}

async function runPlugin(path: string, args: string[], config: Resource, target: Target, input: string | undefined) {
  const { processes, fs } = target.context.options;
  if (processes === undefined) {
    throw new KustomizeError("UNSUPPORTED", `Cannot run ${path}: no programs can be started here`);
  }
  const directory = fs.makeTempDir("kstage-plugin-");
  try {
    const file = `${directory}/config.yaml`;
    const content = writeYaml(config.value);
    fs.writeFile(file, content, { mode: 0o600 });
    const { exitCode, stdout, stderr } = await processes.run(path, [file, ...args], {
      cwd: target.loader.root,
      env: { KUSTOMIZE_PLUGIN_CONFIG_STRING: content, KUSTOMIZE_PLUGIN_CONFIG_ROOT: target.loader.root },
      stdin: new TextEncoder().encode(input ?? ""),
    });
    if (exitCode === 0) return new TextDecoder().decode(stdout);
    const output = new TextDecoder().decode(stderr).trim();
    throw new KustomizeError("PLUGIN", `failure in plugin ${path}: exit status ${exitCode}${output && `: ${output}`}`, {
      place: config.place,
    });
  } finally {
    fs.remove(directory, { recursive: true });
  }
}

import { BuildSchema } from "../../schema/mod.ts";
import { KustomizeError } from "../errors.ts";
import {
  generateConfigMap,
  generateSecret,
  type GeneratorArguments,
  mergeOptions,
  toBehavior,
} from "../generate/object_generator.ts";
import { KindTable } from "../kind_table.ts";
import type { Kustomization } from "../load/kustomization.ts";
import { globPatterns } from "./glob.ts";
import { type EditCommand, type EditContext, editError, type EditFlags } from "./request.ts";

/** What tells the commands about ConfigMaps from those about Secrets. */
export interface GeneratorKind {
  readonly field: "configMapGenerator" | "secretGenerator";
  readonly kind: "ConfigMap" | "Secret";
}

/** The generator of ConfigMaps. */
export const CONFIG_MAP: GeneratorKind = { field: "configMapGenerator", kind: "ConfigMap" };
/** The generator of Secrets. */
export const SECRET: GeneratorKind = { field: "secretGenerator", kind: "Secret" };

/** `add configmap|secret` (`edit/add/addconfigmap.go`, `addsecret.go` v5.8.1). */
export function addGenerator({ field, kind }: GeneratorKind): EditCommand {
  return (args, flags, context) => {
    const files = expandFiles(flags.fromFile ?? [], context);
    validateAdd(args, flags, files);
    return async (kustomization) => {
      const list: GeneratorArguments[] = kustomization[field] ??= [];
      const name = args[0]!;
      let entry = find(list, name, flags.namespace);
      if (entry === undefined) {
        entry = { name, ...(flags.namespace ? { namespace: flags.namespace } : {}) };
        if (kind === "Secret") entry.type = flags.type ?? "Opaque";
        list.push(entry);
      }
      if (flags.fromLiteral?.length) entry.literals = [...entry.literals ?? [], ...flags.fromLiteral];
      if (files.length > 0) entry.files = [...entry.files ?? [], ...files];
      if (flags.fromEnvFile) entry.envs = [...entry.envs ?? [], flags.fromEnvFile];
      if (flags.disableNameSuffixHash) entry.options = { disableNameSuffixHash: true };
      if (flags.behavior) entry.behavior = flags.behavior;
      await finish(entry, kind, kustomization, context);
    };
  };
}

/** `set configmap|secret` (`edit/set/setconfigmap.go`, `setsecret.go` v5.8.1). */
export function setGenerator({ field, kind }: GeneratorKind): EditCommand {
  return (args, flags, context) => {
    if (args.length !== 1) throw editError("failed to validate flags: name must be specified once");
    const literals = flags.fromLiteral ?? [];
    if (literals.length === 0 && !flags.newNamespace) {
      const problem = "at least one of [--from-literal, --new-namespace] must be specified";
      throw editError(`failed to validate flags: ${problem}`);
    }
    return async (kustomization) => {
      const entry = find(kustomization[field] ?? [], args[0]!, flags.namespace);
      if (entry === undefined) throw editError(`unable to find ${kind} with name "${args[0]}"`);
      if (literals.length > 0) entry.literals = updateLiterals(entry.literals ?? [], literals);
      if (flags.newNamespace) entry.namespace = flags.newNamespace;
      await finish(entry, kind, kustomization, context);
    };
  };
}

/** `remove configmap|secret` (`edit/remove/removeconfigmap.go` v5.8.1). */
export function removeGenerators({ field, kind }: GeneratorKind): EditCommand {
  const noun = kind.toLowerCase();
  return (args, { namespace }, { note }) => {
    if (args.length === 0) throw editError(`at least one ${noun} name must be specified`);
    if (args.length > 1) {
      const problem = `too many arguments: [${args.join(" ")}]; to provide multiple ${noun}s to remove, ` +
        `please separate ${noun} names by commas`;
      throw editError(problem);
    }
    const names = args[0]!.split(",");
    return (kustomization) => {
      const list: GeneratorArguments[] = kustomization[field] ?? [];
      const isMeant = (entry: GeneratorArguments) =>
        names.includes(entry.name ?? "") && isSameNamespace(entry.namespace, namespace);
      const found = list.filter(isMeant);
      if (found.length === 0) throw editError(`no specified ${noun}(s) were found in the kustomization.yaml file`);
      for (const name of names) {
        if (!found.some((entry) => (entry.name ?? "") === name)) {
          note(`${noun} ${name} doesn't exist in kustomization file`);
        }
      }
      kustomization[field] = list.filter((entry) => !isMeant(entry));
    };
  };
}

function validateAdd(args: readonly string[], flags: EditFlags, files: readonly string[]): void {
  const hasOthers = files.length > 0 || (flags.fromLiteral ?? []).length > 0;
  const problem = args.length !== 1
    ? "name must be specified once"
    : !flags.fromEnvFile && !hasOthers
    ? "at least from-env-file, or from-file or from-literal must be set"
    : flags.fromEnvFile && hasOthers
    ? "from-env-file cannot be combined with from-file or from-literal"
    : flags.behavior && toBehavior(flags.behavior) === "unspecified"
    ? 'invalid behavior: must be one of "create", "merge", or "replace"'
    : undefined;
  if (problem !== undefined) throw editError(`failed to validate flags: ${problem}`);
}

/** Patterns of `--from-file`; one with a key must match one file. */
function expandFiles(sources: readonly string[], context: EditContext): string[] {
  return sources.flatMap((source) => {
    const parts = source.split("=");
    const [key = "", path = ""] = parts.length === 2 ? parts : ["", parts[0]];
    const found = globPatterns(context, [path]);
    if (key === "") return found;
    if (found.length === 1) return [`${key}=${found[0]}`];
    const problem = `'pattern '${source}' catches files [${found.join(" ")}], should catch only one`;
    throw editError(`failed to expand file source: ${problem}`);
  });
}

function find(list: GeneratorArguments[], name: string, namespace?: string): GeneratorArguments | undefined {
  return list.find((entry) => (entry.name ?? "") === name && isSameNamespace(entry.namespace, namespace));
}

function isSameNamespace(a: string | undefined, b: string | undefined): boolean {
  return (a || "default") === (b || "default");
}

/** New values for keys that are there; the order stays, where kustomize's own is a different one each time. */
function updateLiterals(present: readonly string[], changes: readonly string[]): string[] {
  const values = new Map(present.map(splitLiteral));
  for (const [key, value] of changes.map(splitLiteral)) {
    if (!values.has(key)) throw editError(`key '${key}' not found in resource`);
    values.set(key, value);
  }
  return [...values].map(([key, value]) => `${key}=${value}`);
}

function splitLiteral(literal: string): [string, string] {
  const parts = literal.split("=");
  if (parts.length === 2) return [parts[0]!, parts[1]!];
  throw editError("invalid format: literal values must be specified in the key=value format");
}

/** Gives the entry the kustomization's options, as kustomize does, and generates its object to see that it works. */
async function finish(
  entry: GeneratorArguments,
  kind: GeneratorKind["kind"],
  { generatorOptions }: Kustomization,
  { loader }: EditContext,
): Promise<void> {
  const options = mergeOptions(entry.options, generatorOptions);
  if (options !== undefined) entry.options = options;
  const generate = kind === "Secret" ? generateSecret : generateConfigMap;
  try {
    await generate(entry, (path) => loader.readFile(path), new KindTable(new BuildSchema()));
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw new KustomizeError(error.code, `failed to create ${kind.toLowerCase()}: ${error.message}`, {
      hint: error.hint,
      cause: error,
    });
  }
}

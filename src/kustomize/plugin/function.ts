import type { JsonObject, JsonValue, ProcessResult } from "../../base/mod.ts";
import { readYaml, readYamlDocuments, writeYaml, writeYamlDocuments } from "../../yaml/mod.ts";
import type { Target } from "../target.ts";
import { KustomizeError } from "../errors.ts";
import { type Decoded, flag, listOf, record, text, texts } from "../load/config_decoder.ts";
import type { Resource } from "../resource.ts";
import { formatId } from "../resource_id.ts";
import type { RunProgram } from "./run_program.ts";

/** What the annotation `config.kubernetes.io/function` holds (`kyaml/fn/runtime/runtimeutil` v5.8.1). */
const functionSpec = record({
  deferFailure: flag,
  container: record({
    image: text,
    network: flag,
    mounts: listOf(record({ type: text, src: text, dst: text, rw: flag })),
    envs: texts,
  }),
  exec: record({ path: text, args: texts, envs: texts }),
  starlark: record({ name: text, path: text, url: text }),
});

type FunctionSpec = Decoded<typeof functionSpec>;
type Mount = NonNullable<NonNullable<FunctionSpec["container"]>["mounts"]>[number];

const FUNCTION_ANNOTATIONS = ["config.kubernetes.io/function", "config.k8s.io/function"];

/**
 * Makes a function of an object that is annotated as one; undefined when it isn't.
 *
 * @throws {KustomizeError} UNSUPPORTED for starlark; SECURITY for mounts outside of the kustomization.
 */
export function configureFunction(config: Resource, target: Target): Promise<RunProgram | undefined> {
  const spec = readSpec(config);
  if (spec === undefined) return Promise.resolve(undefined);
  if (spec.starlark !== undefined) {
    throw new KustomizeError("UNSUPPORTED", `Cannot run ${formatId(config.id)}: starlark functions are not supported`, {
      place: config.place,
      hint: "Use a container or exec function",
    });
  }
  refuseMounts(config, spec.container?.mounts ?? []);
  const { options } = target.context;
  if (spec.container?.network && !options.functionNetwork) {
    throw new KustomizeError("UNSUPPORTED", "network required but not enabled with --network", { place: config.place });
  }
  return Promise.resolve((input) => runFunction(config, spec, target, input));
}

function readSpec(config: Resource): FunctionSpec | undefined {
  const annotations = config.annotations();
  const source = { what: `function of ${formatId(config.id)}`, placeOf: () => config.place };
  for (const name of FUNCTION_ANNOTATIONS) {
    if (annotations[name]) {
      return functionSpec(readYaml(annotations[name], { rules: "sigs" }) ?? {}, { source, steps: [] });
    }
  }
  const configFn = config.metadata?.configFn;
  if (configFn !== undefined && configFn !== null) return functionSpec(configFn, { source, steps: [] });
  const image = annotations["config.kubernetes.io/container"];
  return image ? { container: { image } } : undefined;
}

function refuseMounts(config: Resource, mounts: readonly Mount[]): void {
  for (const { src = "" } of mounts) {
    const isAbsolute = src.startsWith("/");
    const leaves = /^(\.\/)*\.\.(\/|$)/.test(src);
    if (!isAbsolute && !leaves) continue;
    const rule = isAbsolute ? "relative to" : "under";
    throw new KustomizeError(
      "SECURITY",
      `plugin ${formatId(config.id)} with mount path '${src}' is not permitted; ` +
        `mount paths must be ${rule} the current kustomization directory`,
      { place: config.place },
    );
  }
}

async function runFunction(
  config: Resource,
  spec: FunctionSpec,
  target: Target,
  input: string | undefined,
): Promise<string> {
  const functionConfig = config.clone();
  functionConfig.setAnnotations({ ...config.annotations(), "config.kubernetes.io/local-config": "true" });
  // A generator gets its own configuration as input, which is dropped from the output as local.
  const items = readYamlDocuments(input ?? writeYaml(functionConfig.value)).map(({ value }) => value);
  const command = functionCommand(spec, target);
  // Without --enable-exec kustomize leaves such functions out.
  if (command === undefined) return writeYamlDocuments(items as JsonObject[]);
  const list = { apiVersion: "config.kubernetes.io/v1", kind: "ResourceList", items: items.map(annotate) };
  return await runCommand(command, writeYaml({ ...list, functionConfig: functionConfig.value }), config, target);
}

/** Adds what tells functions which object is which. */
function annotate(item: JsonValue, index: number): JsonValue {
  const object = item as JsonObject;
  const metadata = object.metadata as JsonObject;
  const id = String(index + 1);
  const annotations = {
    ...metadata.annotations as JsonObject,
    "config.kubernetes.io/index": String(index),
    "internal.config.kubernetes.io/index": String(index),
    "config.k8s.io/id": id,
    "internal.config.kubernetes.io/id": id,
  };
  return { ...object, metadata: { ...metadata, annotations } };
}

interface Command {
  path: string;
  args: string[];
  env: Record<string, string>;
}

function functionCommand({ container, exec }: FunctionSpec, { context, loader }: Target): Command | undefined {
  const { options } = context;
  if (container?.image) {
    const mounts = (container.mounts ?? []).map((mount) => formatMount(mount, loader.root));
    const env = containerEnv([...container.envs ?? [], ...options.functionEnv ?? []]);
    const network = container.network ? "host" : "none";
    return {
      path: "docker",
      args: [
        ...["run", "--rm", "-i", "-a", "STDIN", "-a", "STDOUT", "-a", "STDERR", "--network", network],
        ...["--user", containerUser(options), "--security-opt=no-new-privileges"],
        ...[...mounts, ...options.functionMounts ?? []].flatMap((mount) => ["--mount", mount]),
        ...env.flatMap((variable) => ["-e", variable]),
        container.image,
      ],
      env: {},
    };
  }
  if (!exec?.path || !options.enableExec) return undefined;
  const variables = [...exec.envs ?? [], ...options.functionEnv ?? []].map((variable) => variable.split("="));
  const env = Object.fromEntries(variables.filter((parts) => parts.length === 2));
  const path = exec.path.includes("/") && !exec.path.startsWith("/") ? `${loader.root}/${exec.path}` : exec.path;
  return { path, args: exec.args ?? [], env };
}

function containerUser({ functionAsCurrentUser, functionUser }: Target["context"]["options"]): string {
  return functionAsCurrentUser ? functionUser ?? "" : "nobody";
}

function formatMount({ type = "", src = "", dst = "", rw }: Mount, root: string): string {
  const source = src.startsWith("/") ? src : `${root}/${src}`;
  return `type=${type},source=${source},target=${dst}${rw ? "" : ",readonly"}`;
}

/** Variables with values sorted by name, then those that are passed on. */
function containerEnv(variables: readonly string[]): string[] {
  const values = new Map([["LOG_TO_STDERR", "true"], ["STRUCTURED_RESULTS", "true"]]);
  const passedOn = new Set<string>();
  for (const variable of variables) {
    const at = variable.indexOf("=");
    if (at < 0) passedOn.add(variable);
    else values.set(variable.slice(0, at), variable.slice(at + 1));
  }
  return [...[...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`), ...passedOn];
}

async function runCommand({ path, args, env }: Command, input: string, config: Resource, target: Target) {
  const { processes } = target.context.options;
  if (processes === undefined) {
    throw new KustomizeError("UNSUPPORTED", `Cannot run ${formatId(config.id)}: no programs can be started here`);
  }
  const stdin = new TextEncoder().encode(input);
  const result = await processes.run(path, args, { cwd: target.loader.root, env, stdin });
  if (result.exitCode !== 0) throw functionFailed(config, path, result);
  return new TextDecoder().decode(result.stdout);
}

function functionFailed(config: Resource, path: string, { exitCode, stderr }: ProcessResult): KustomizeError {
  const output = new TextDecoder().decode(stderr).trim();
  return new KustomizeError(
    "PLUGIN",
    `couldn't execute function ${formatId(config.id)}: ${path} exited with ${exitCode}${output && `: ${output}`}`,
    { place: config.place },
  );
}

import { isObject, joinPath, type JsonObject, type JsonValue } from "../base/mod.ts";
import { readYaml, writeYaml, YamlError } from "../yaml/mod.ts";
import { looksLikeRepository } from "./remote/looks_like_repository.ts";
import { type Origin, type Resource, textMap } from "./resource.ts";

/** The annotation that says where a resource comes from. */
export const ORIGIN_ANNOTATION = "config.kubernetes.io/origin";
/** The annotation that lists what changed a resource. */
export const TRANSFORMATIONS_ANNOTATION = "alpha.config.kubernetes.io/transformations";

/**
 * The origin of a file or directory that a kustomization of this origin names; paths in a repository start at its root
 * (kustomize `api/resource/origin.go` Append v5.8.1).
 */
export async function appendOrigin(origin: Origin, path: string): Promise<Origin> {
  if (looksLikeRepository(path)) {
    const { parseRepositoryUrl } = await import("./remote/repository_url.ts");
    const url = parseRepositoryUrl(path);
    if (url !== undefined) return { ...origin, repo: url.cloneUrl, ref: url.ref, path: url.directory || NO_DIRECTORY };
  }
  return { ...origin, path: joinPath(origin.path ?? "", path) };
}

/** What kustomize calls the root of a repository, by mistake. */
const NO_DIRECTORY = "notCloned";

/** The origin of what a built-in generator or transformer of a kustomization makes. */
export function builtInOrigin(origin: Origin, file: string, kind: string): Origin {
  const { repo, ref } = origin;
  return { repo, ref, configuredIn: joinPath(origin.path ?? "", file), configuredBy: { apiVersion: "builtin", kind } };
}

/** The origin of what a generator or transformer makes that is configured by a resource of its own. */
export function pluginOrigin(config: Resource): Origin | undefined {
  if (config.origin === undefined) return undefined;
  const { repo, ref, path } = config.origin;
  const { apiVersion, kind, name, namespace } = config;
  return { repo, ref, configuredIn: path, configuredBy: { apiVersion, kind, name, namespace } };
}

/** The annotation's text as it was read, or else: fields in kustomize's order, empty ones left out (`api/resource/origin.go` v5.8.1). */
export function formatOrigin(origin: Origin): string {
  return origin.text ?? originLines(origin).map((line) => `${line}\n`).join("");
}

/** The text of the annotation for transformations. */
export function formatTransformations(transformations: readonly Origin[]): string {
  return transformations.map((origin) => {
    const lines = originLines(origin);
    if (lines.length === 0) return "- {}\n";
    return lines.map((line, i) => `${i === 0 ? "- " : "  "}${line}\n`).join("");
  }).join("");
}

function originLines({ path, repo, ref, configuredIn, configuredBy }: Origin): string[] {
  const lines = fieldLines({ path, repo, ref, configuredIn });
  const by = fieldLines({ ...configuredBy });
  return by.length === 0 ? lines : [...lines, "configuredBy:", ...by.map((line) => `  ${line}`)];
}

function fieldLines(fields: Record<string, string | undefined>): string[] {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value) lines.push(...writeYaml({ [name]: value } satisfies JsonObject).trimEnd().split("\n"));
  }
  return lines;
}

/** Reads an annotation's text back; what isn't known is left out. */
export function parseOrigin(text: string): Origin {
  return { ...toOrigin(readForeign(text)), text };
}

/** Reads the annotation for transformations back. */
export function parseTransformations(text: string): Origin[] {
  const list = readForeign(text);
  return Array.isArray(list) ? list.map(toOrigin) : [];
}

/** Users may have filled the annotation with anything; what cannot be read tells nothing. */
function readForeign(text: string): JsonValue {
  try {
    return readYaml(text);
  } catch (error) {
    if (error instanceof YamlError) return null;
    throw error;
  }
}

function toOrigin(value: JsonValue): Origin {
  if (!isObject(value)) return {};
  const { configuredBy } = value;
  const by = isObject(configuredBy) ? textMap(configuredBy) : undefined;
  return { ...textMap(value), configuredBy: by } as Origin;
}

import { type JsonObject, recordQuoted } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { type Behavior, Resource } from "../resource.ts";
import type { KindTable } from "../kind_table.ts";
import { type KeyValueSources, readKeyValues, type ReadSource } from "./key_value_sources.ts";

/** What all generated objects may have in common. */
export interface GeneratorOptions {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  disableNameSuffixHash?: boolean;
  immutable?: boolean;
}

/** One entry of `configMapGenerator` or `secretGenerator`. */
export interface GeneratorArguments extends KeyValueSources {
  name?: string;
  namespace?: string;
  behavior?: string;
  options?: GeneratorOptions;
  /** Of a Secret. @default {"Opaque"} */
  type?: string;
}

/** Adds a kustomization's `generatorOptions` to an entry's own, which win (`types/generatoroptions.go` v5.8.1). */
export function mergeOptions(
  own: GeneratorOptions | undefined,
  common: GeneratorOptions | undefined,
): GeneratorOptions | undefined {
  if (common === undefined) return own;
  return {
    labels: { ...common.labels, ...own?.labels },
    annotations: { ...common.annotations, ...own?.annotations },
    disableNameSuffixHash: common.disableNameSuffixHash || own?.disableNameSuffixHash,
    immutable: common.immutable || own?.immutable,
  };
}

/** Generates a ConfigMap (kustomize `api/internal/generators/configmap.go` v5.8.1). */
export async function generateConfigMap(
  args: GeneratorArguments,
  read: ReadSource,
  kinds: KindTable,
): Promise<Resource> {
  const object = baseObject("ConfigMap", args);
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, value] of await readKeyValues(args.name ?? "", args, read)) {
    const text = typeof value === "string" ? value : decodeUtf8(value);
    if (text === undefined) define(binaryData, key, wrappedBase64(value as Uint8Array));
    else define(data, key, text);
  }
  if (Object.keys(data).length > 0) object.data = data;
  if (Object.keys(binaryData).length > 0) object.binaryData = binaryData;
  return finish(object, args, kinds);
}

/** Generates a Secret (kustomize `api/internal/generators/secret.go` v5.8.1). */
export async function generateSecret(args: GeneratorArguments, read: ReadSource, kinds: KindTable): Promise<Resource> {
  const object = baseObject("Secret", args);
  object.type = args.type || "Opaque";
  const data: Record<string, string> = {};
  const encoder = new TextEncoder();
  for (const [key, value] of await readKeyValues(args.name ?? "", args, read)) {
    define(data, key, wrappedBase64(typeof value === "string" ? encoder.encode(value) : value));
  }
  object.data = data;
  return finish(object, args, kinds);
}

function baseObject(kind: string, { name, namespace }: GeneratorArguments): JsonObject {
  if (!name) throw new KustomizeError("INVALID_CONFIG", `Cannot generate a ${kind}: a configmap must have a name`);
  return { apiVersion: "v1", kind, metadata: namespace ? { name, namespace } : { name } };
}

function finish(object: JsonObject, { options, behavior }: GeneratorArguments, kinds: KindTable): Resource {
  const resource = new Resource(object, kinds);
  if (options?.labels !== undefined) {
    const labels = { ...options.labels };
    // kustomize writes these in quotes, which a patch with another type then keeps.
    for (const key of Object.keys(labels)) recordQuoted(labels, key);
    resource.setLabels(labels);
  }
  if (options?.annotations !== undefined) resource.setAnnotations({ ...options.annotations });
  if (options?.immutable) object.immutable = true;
  resource.needsHash = !options?.disableNameSuffixHash;
  resource.behavior = toBehavior(behavior);
  return resource;
}

/** The behavior of that name; what kustomize doesn't know is unspecified. */
export function toBehavior(text: string | undefined): Behavior {
  return text === "create" || text === "replace" || text === "merge" ? text : "unspecified";
}

function define(object: Record<string, string>, key: string, value: string): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const BASE64_LINE = 70;

/** Base64 in lines of 70 characters, each with a line end where there are several (`kyaml/yaml/datamap.go` v5.8.1). */
export function wrappedBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  const text = btoa(binary);
  if (text.length < BASE64_LINE) return text;
  let wrapped = "";
  for (let i = 0; i < text.length; i += BASE64_LINE) wrapped += `${text.slice(i, i + BASE64_LINE)}\n`;
  return wrapped;
}

import { getKey, isObject, type JsonObject, type JsonValue, scalarTextAt } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { compileRegex } from "../patch/regex.ts";
import type { Resource } from "../resource.ts";
import type { FieldSpec } from "./field_specs.ts";
import { fieldTable, setUntypedText, visitField, wrongKind } from "./field_table.ts";
import type { Transformer } from "./step.ts";

/** One entry of a kustomization's `images`. */
export interface ImageChange {
  /** The image's name without tag and digest, as a regular expression. */
  name?: string;
  newName?: string;
  newTag?: string;
  tagSuffix?: string;
  digest?: string;
}

/** An entry with its name compiled. */
export interface CompiledImageChange {
  change: ImageChange;
  matches(image: string): boolean;
}

interface Site {
  container: JsonObject | JsonValue[];
  key: string | number;
}

/**
 * Changes names, tags and digests of images: of all containers anywhere, then where the field specs say
 * (kustomize `api/filters/imagetag` v5.8.1). All entries are applied in one pass over the resources.
 */
export function imagesTransformer(
  changes: readonly CompiledImageChange[],
  fields: readonly FieldSpec[],
): Transformer {
  const table = fieldTable(fields);
  return (resources) => {
    for (const resource of resources) {
      if (resource.kind === "CustomResourceDefinition") continue;
      const containers: Site[] = [];
      findContainerImages(resource.value, containers);
      const fieldSites = findFieldImages(resource, table);
      if (containers.length === 0 && fieldSites.length === 0) continue;
      for (const change of changes) {
        for (const site of containers) changeImage(site, change);
        for (const site of fieldSites) changeImage(site, change);
      }
    }
  };
}

/**
 * Compiles the name of an entry, which is a regular expression as Go knows it; plain names, which are all in practice,
 * need no regular expression library.
 */
export async function compileImageChange(change: ImageChange): Promise<CompiledImageChange> {
  const { name = "" } = change;
  if (/^[\w./:-]*$/.test(name)) {
    const startsAlike = prefixMatcher(name);
    return { change, matches: (image) => startsAlike(image) && TAG_AND_DIGEST.test(image.slice(name.length)) };
  }
  return { change, matches: await compileRegex(`^${name}${TAG_AND_DIGEST.source.slice(1)}`, false) };
}

const TAG_AND_DIGEST = /^(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$/;

/**
 * Whether a text starts with a name in which a dot stands for any character, as it does in a regular expression. Names
 * differ at their end, so that is compared first.
 */
function prefixMatcher(name: string): (text: string) => boolean {
  let end = name.length;
  const parts = name.split(".").reverse().map((part) => {
    const start = end - part.length;
    end = start - 1;
    return { part, start };
  });
  return (text) => text.length >= name.length && parts.every(({ part, start }) => text.startsWith(part, start));
}

function findContainerImages(value: JsonValue | undefined, sites: Site[]): void {
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object") findContainerImages(item, sites);
  } else if (isObject(value)) {
    for (const key in value) {
      const child = value[key];
      if (typeof child !== "object" || child === null) continue;
      findContainerImages(child, sites);
      if ((key === "containers" || key === "initContainers") && Array.isArray(child)) {
        for (const container of child) {
          if (container === null) continue;
          // kustomize looks for an image in whatever a list of this name holds, in custom resources, too.
          if (!isObject(container)) throw wrongKind("MappingNode", container);
          if (getKey(container, "image") !== undefined) sites.push({ container, key: "image" });
        }
      }
    }
  }
}

function findFieldImages(resource: Resource, table: ReturnType<typeof fieldTable>): Site[] {
  const sites: Site[] = [];
  for (const field of table.fieldsOf(resource)) {
    visitField(resource, field, undefined, (container, key) => sites.push({ container, key }));
  }
  return sites;
}

function changeImage({ container, key }: Site, { change, matches }: CompiledImageChange): void {
  const value = (container as JsonObject)[key];
  if (typeof value === "object" && value !== null) {
    throw new KustomizeError("INVALID_PATCH", "Cannot change an image: wrong node kind: expected ScalarNode");
  }
  const image = scalarTextAt(container, key);
  if (matches(image)) setUntypedText(container, key, applyImageChange(image, change));
}

/** The image with an entry's changes; a new tag or digest replaces both. */
export function applyImageChange(image: string, change: ImageChange): string {
  let { name, tag, digest } = splitImage(image);
  if (change.newName) name = change.newName;
  if (change.newTag || change.digest) {
    tag = change.newTag ?? "";
    digest = change.digest ?? "";
  } else if (change.tagSuffix) {
    tag += change.tagSuffix;
    digest = "";
  }
  return name + (tag && `:${tag}`) + (digest && `@${digest}`);
}

/** Takes an image apart; a colon before the first slash belongs to the registry (`api/internal/image/image.go` v5.8.1). */
export function splitImage(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf("/"), 0);
  const at = image.indexOf("@", slash);
  const colon = image.indexOf(":", slash);
  if (at < 0 && colon < 0) return { name: image, tag: "", digest: "" };
  if (at >= 0 && (colon < 0 || at < colon)) return { name: image.slice(0, at), tag: "", digest: image.slice(at + 1) };
  if (at >= 0) return { name: image.slice(0, colon), tag: image.slice(colon + 1, at), digest: image.slice(at + 1) };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1), digest: "" };
}

import { RegistryError } from "./errors.ts";

/** The parts of an image reference, with what a container runtime fills in. */
export interface ImageReference {
  /** Host and port: `docker.io` where the text names none. */
  registry: string;
  /** Path in the registry: `library/nginx` for `nginx`. */
  repository: string;
  /** `latest` where the text has neither a tag nor a digest. */
  tag?: string;
  /** `sha256:…`; where there is one, it counts and the tag is decoration. */
  digest?: string;
}

/** The registry of images that name none. */
export const DEFAULT_REGISTRY = "docker.io";

const COMPONENT = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
const DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const NAME = new RegExp(`^(${COMPONENT}(?:/${COMPONENT})*)(?::(\\w[\\w.-]{0,127}))?(?:@(${DIGEST}))?$`);
const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-fA-F:]+\\])(?::\\d+)?$`);
const MAX_NAME_LENGTH = 255;

/**
 * Reads an image reference such as `nginx`, `registry.example.com:5000/group/api:1.2` or `api@sha256:…`. The first part is
 * a registry when it has a dot, a port or a capital letter, or is `localhost`.
 *
 * @throws {RegistryError} BAD_REFERENCE.
 * @see distribution/reference `normalize.go` (`ParseNormalizedNamed`, `TagNameOnly`)
 */
export function parseImageReference(text: string): ImageReference {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const hasHost = /[.:A-Z]/.test(first) || first === "localhost";
  const match = NAME.exec(hasHost ? text.slice(slash + 1) : text);
  if (match === null || (hasHost && !HOST.test(first))) throw badReference(text);
  const [, path = "", tag, digest] = match;
  const registry = !hasHost || first === "index.docker.io" ? DEFAULT_REGISTRY : first;
  const repository = registry === DEFAULT_REGISTRY && !path.includes("/") ? `library/${path}` : path;
  if (`${registry}/${repository}`.length > MAX_NAME_LENGTH || isIdentifier(text) || isTruncated(digest)) {
    throw badReference(text);
  }
  return {
    registry,
    repository,
    ...(tag !== undefined ? { tag } : digest === undefined ? { tag: "latest" } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** 64 hexadecimal digits alone are taken for an image's ID, not for a name. */
function isIdentifier(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function isTruncated(digest: string | undefined): boolean {
  return digest !== undefined && digest.startsWith("sha256:") && !/^sha256:[0-9a-f]{64}$/.test(digest);
}

function badReference(text: string): RegistryError {
  return new RegistryError("BAD_REFERENCE", `Cannot read the image reference "${text}": it is malformed`, 0, {
    hint: "It is [REGISTRY[:PORT]/]NAME[:TAG][@sha256:…], the name in small letters",
  });
}

/** The full text of a reference: `docker.io/library/nginx:latest`. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** The parts of an image reference, as a container runtime reads them. */
export interface ImageName {
  /** The registry: `docker.io` when the reference names none. */
  host: string;
  /** The path in the registry: `library/nginx`. */
  repository: string;
  tag?: string;
  /** `sha256:…` */
  digest?: string;
}

const NAME =
  /^([a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*)(?::(\w[\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d+)?$/;

/**
 * Reads an image reference: the first part is a registry when it has a dot or a port, or is `localhost`.
 *
 * @returns The parts, or undefined when it is malformed (a kubelet then says InvalidImageName).
 * @see distribution/reference `ParseNormalizedNamed`
 */
export function parseImageName(image: string): ImageName | undefined {
  const slash = image.indexOf("/");
  const first = slash < 0 ? "" : image.slice(0, slash);
  const hasHost = first !== "" && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  if (hasHost && !HOST.test(first)) return undefined;
  const match = NAME.exec(hasHost ? image.slice(slash + 1) : image);
  if (match === null) return undefined;
  const [, path = "", tag, digest] = match;
  const host = !hasHost || first === "index.docker.io" ? "docker.io" : first;
  const name: ImageName = { host, repository: host === "docker.io" && !path.includes("/") ? `library/${path}` : path };
  if (tag !== undefined) name.tag = tag;
  if (digest !== undefined) name.digest = digest;
  return name;
}

/** The full reference that a runtime reports: `docker.io/library/nginx:latest`. */
export function fullImageName(name: ImageName): string {
  const tag = name.tag ?? (name.digest === undefined ? "latest" : undefined);
  return `${name.host}/${name.repository}${tag === undefined ? "" : `:${tag}`}${
    name.digest === undefined ? "" : `@${name.digest}`
  }`;
}

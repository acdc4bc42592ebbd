/** A registry and its token server, by distribution's and GitLab's rules, as a function of requests. */

export interface FakeUser {
  username: string;
  password: string;
  /** Repositories that may be pulled. */
  repositories: string[];
}

export interface FakeRegistry {
  /** `METHOD path`, with the authorization's scheme. */
  requests: string[];
  users: FakeUser[];
  /** `repository:reference` → manifest. */
  manifests: Map<string, string>;
  /** Repositories that everyone may pull. */
  publicRepositories: Set<string>;
  /** @default {"bearer"} */
  scheme: "bearer" | "basic" | "none";
  /** @default the registry's own origin and `/jwt/auth` */
  realm?: string;
  /** Leave the digest out of the headers. */
  hidesDigest: boolean;
  /** Answers in the registry's place. */
  before?: (request: Request) => Response | undefined;
  handle(request: Request): Promise<Response>;
}

export const MANIFEST = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}';
export const MANIFEST_DIGEST = "sha256:" + await sha256(MANIFEST);
export const USER: FakeUser = {
  username: "gitlab+deploy-token-1",
  password: "gldt-canary-0123456789",
  repositories: ["group/api"],
};

async function sha256(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function createFakeRegistry(): FakeRegistry {
  const fake: FakeRegistry = {
    requests: [],
    users: [USER],
    manifests: new Map([
      ["group/api:1.0", MANIFEST],
      [`group/api:${MANIFEST_DIGEST}`, MANIFEST],
      ["group/other:1.0", MANIFEST],
      ["public/web:1.0", MANIFEST],
    ]),
    publicRepositories: new Set(["public/web"]),
    scheme: "bearer",
    hidesDigest: false,
    async handle(request) {
      const url = new URL(request.url);
      const scheme = request.headers.get("authorization")?.split(" ")[0];
      fake.requests.push(`${request.method} ${url.pathname}${scheme === undefined ? "" : ` ${scheme}`}`);
      return fake.before?.(request) ??
        (url.pathname === "/jwt/auth" ? giveToken(fake, request, url) : await answer(fake, request, url));
    },
  };
  return fake;
}

function findUser({ users }: FakeRegistry, authorization: string | null): FakeUser | undefined {
  return users.find(({ username, password }) => {
    const bytes = new TextEncoder().encode(`${username}:${password}`);
    return authorization === `Basic ${btoa(String.fromCharCode(...bytes))}`;
  });
}

/** A token lists what may be pulled; asking for more is no error, as with GitLab's. */
function giveToken(fake: FakeRegistry, request: Request, url: URL): Response {
  const authorization = request.headers.get("authorization");
  const user = findUser(fake, authorization);
  if (authorization !== null && user === undefined) return Response.json({ errors: [] }, { status: 401 });
  if (url.searchParams.get("service") !== "container_registry") return Response.json({}, { status: 400 });
  const asked = /^repository:(.+):pull$/.exec(url.searchParams.get("scope") ?? "")?.[1] ?? "";
  const isAllowed = fake.publicRepositories.has(asked) || user?.repositories.includes(asked) === true;
  return Response.json({ token: `canary-token.${btoa(isAllowed ? asked : "")}.0123456789` });
}

async function answer(fake: FakeRegistry, request: Request, url: URL): Promise<Response> {
  const match = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname);
  if (match === null && url.pathname !== "/v2/") return new Response("404 page not found", { status: 404 });
  const [, repository = "", reference = ""] = match ?? [];
  const refusal = refuse(fake, request, repository, url.origin);
  if (refusal !== undefined) return refusal;
  if (match === null) return Response.json({});
  if (!(request.headers.get("accept") ?? "").includes("application/vnd.oci.image.index.v1+json")) {
    return Response.json({ errors: [{ code: "MANIFEST_UNKNOWN" }] }, { status: 404 });
  }
  const manifest = fake.manifests.get(`${repository}:${reference}`);
  if (manifest === undefined) return Response.json({ errors: [{ code: "MANIFEST_UNKNOWN" }] }, { status: 404 });
  return new Response(request.method === "HEAD" ? null : manifest, {
    headers: {
      "content-type": "application/vnd.oci.image.index.v1+json",
      ...(fake.hidesDigest ? {} : { "docker-content-digest": `sha256:${await sha256(manifest)}` }),
    },
  });
}

function refuse(fake: FakeRegistry, request: Request, repository: string, origin: string): Response | undefined {
  const authorization = request.headers.get("authorization");
  if (fake.scheme === "none") return undefined;
  if (fake.scheme === "basic") {
    const user = findUser(fake, authorization);
    if (user === undefined) return challenge('Basic realm="registry"');
    return repository === "" || user.repositories.includes(repository)
      ? undefined
      : Response.json({ errors: [{ code: "DENIED" }] }, { status: 403 });
  }
  const allowed = /^Bearer canary-token\.([^.]*)\.0123456789$/.exec(authorization ?? "")?.[1];
  if (allowed !== undefined && (repository === "" || atob(allowed) === repository)) return undefined;
  const scope = repository === "" ? "" : `,scope="repository:${repository}:pull"`;
  return challenge(`Bearer realm="${fake.realm ?? `${origin}/jwt/auth`}",service="container_registry"${scope}`);
}

function challenge(text: string): Response {
  return Response.json({ errors: [{ code: "UNAUTHORIZED" }] }, { status: 401, headers: { "www-authenticate": text } });
}

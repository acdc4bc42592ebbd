/** GitLab's variables API with the rules that its documentation and `app/models/ci/variable.rb` state. */

export interface FakeVariable {
  key: string;
  value: string;
  description: string | null;
  environment_scope: string;
  masked: boolean;
  hidden: boolean;
  protected: boolean;
  raw: boolean;
  variable_type: string;
}

export interface FakeGitlab {
  variables: FakeVariable[];
  /** `METHOD /path` of what was asked. */
  requests: string[];
  /** Called before each answer; may throw to cut the connection, or answer in GitLab's place. */
  before?: (request: Request) => Response | undefined;
  handle(request: Request): Promise<Response>;
}

export const GITLAB_URL = "https://gitlab.example.com";
export const MAINTAINER = "glpat-maintainer-0123456789";
export const DEVELOPER = "glpat-developer-0123456789";
/** Of a Maintainer, with the scope read_api alone. */
export const READER = "glpat-reader-0123456789";
export const EXPIRED = "glpat-expired-0123456789";

export function createFakeGitlab(projects: string[] = ["group/project"]): FakeGitlab {
  const fake: FakeGitlab = {
    variables: [],
    requests: [],
    async handle(request) {
      const url = new URL(request.url);
      fake.requests.push(`${request.method} ${decodeURIComponent(url.pathname)}`);
      const early = fake.before?.(request);
      if (early !== undefined) return early;
      return await answer(fake, projects, request, url);
    },
  };
  return fake;
}

function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(status === 204 ? null : JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

async function answer(fake: FakeGitlab, projects: string[], request: Request, url: URL): Promise<Response> {
  const token = request.headers.get("private-token");
  if (token === EXPIRED) return json(401, { error: "invalid_token", error_description: "Token is expired." });
  if (token === READER && request.method !== "GET") {
    const error_description = "The request requires higher privileges than provided by the access token.";
    return json(403, { error: "insufficient_scope", error_description, scope: "api" });
  }
  if (token !== MAINTAINER && token !== DEVELOPER && token !== READER) {
    return json(401, { message: "401 Unauthorized" });
  }
  const [, project = "", key] = /^\/api\/v4\/projects\/([^/]+)\/variables(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  if (!projects.includes(decodeURIComponent(project))) return json(404, { message: "404 Project Not Found" });
  if (token === DEVELOPER) return json(403, { message: "403 Forbidden" });
  const body = ["POST", "PUT"].includes(request.method) ? await request.json() : {};
  if (key === undefined) return request.method === "POST" ? create(fake, body) : list(fake, url);
  const scope = url.searchParams.get("filter[environment_scope]");
  const found = fake.variables.filter((variable) =>
    variable.key === key && (scope === null || variable.environment_scope === scope)
  );
  if (found.length === 0) return json(404, { message: "404 Variable Not Found" });
  if (found.length > 1) {
    const message = "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'";
    return json(409, { message });
  }
  return one(fake, found[0]!, request.method, body);
}

function one(fake: FakeGitlab, variable: FakeVariable, method: string, body: Record<string, unknown>): Response {
  if (method === "DELETE") {
    fake.variables.splice(fake.variables.indexOf(variable), 1);
    return json(204, null);
  }
  if (method === "PUT") {
    const next = { ...variable, ...body, key: variable.key, hidden: variable.hidden } as FakeVariable;
    if (variable.hidden) next.masked = true;
    const problem = problemOf(next);
    if (problem) return problem;
    Object.assign(variable, next);
  }
  return json(200, show(variable));
}

function create(fake: FakeGitlab, body: Record<string, unknown>): Response {
  const { masked_and_hidden, ...fields } = body;
  const variable: FakeVariable = {
    key: "",
    value: "",
    description: null,
    environment_scope: "*",
    masked: false,
    protected: false,
    raw: false,
    variable_type: "env_var",
    ...fields,
    hidden: masked_and_hidden === true,
    ...(masked_and_hidden === true ? { masked: true } : {}),
  };
  if (!/^[A-Za-z0-9_]{1,255}$/.test(variable.key)) return json(400, { message: { key: ["is invalid"] } });
  if (
    fake.variables.some(({ key, environment_scope }) =>
      key === variable.key && environment_scope === variable.environment_scope
    )
  ) {
    return json(400, { message: { key: [`(${variable.key}) has already been taken`] } });
  }
  const problem = problemOf(variable);
  if (problem) return problem;
  fake.variables.push(variable);
  return json(201, show(variable));
}

function problemOf({ masked, raw, value, environment_scope, description }: FakeVariable): Response | undefined {
  const maskable = raw ? /^\S{8,}$/ : /^[a-zA-Z0-9_+=/@:.~-]{8,}$/;
  if (masked && !maskable.test(value)) return json(400, { message: { value: ["is invalid"] } });
  if (!/^[\w/${}.\- *]{1,255}$/.test(environment_scope)) {
    return json(400, { message: { environment_scope: ["is invalid"] } });
  }
  if ((description ?? "").length > 255) {
    return json(400, { message: { description: ["is too long (maximum is 255 characters)"] } });
  }
  return undefined;
}

function show(variable: FakeVariable): unknown {
  return variable.hidden ? { ...variable, value: null } : variable;
}

function list({ variables }: FakeGitlab, url: URL): Response {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? 20), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  const next = page * size < variables.length ? String(page + 1) : "";
  return json(200, variables.slice((page - 1) * size, page * size).map(show), { "x-next-page": next });
}

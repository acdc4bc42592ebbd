/** The files of one commit; `tag` names it. */
export type Commit = Record<string, string> & { tag?: string };

/** A git server on loopback. */
export interface GitServer extends AsyncDisposable {
  url: string;
}

/** Makes repositories and serves them over smart HTTP, by git's own CGI program. */
export async function serveRepositories(repositories: Record<string, Commit[]>): Promise<GitServer> {
  const root = await Deno.makeTempDir();
  for (const [name, commits] of Object.entries(repositories)) {
    const work = `${root}/${name}`;
    await git(root, "init", "-q", "-b", "main", work);
    for (const { tag, ...files } of commits) {
      for (const [path, content] of Object.entries(files)) {
        await Deno.mkdir(`${work}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
        await Deno.writeTextFile(`${work}/${path}`, content);
      }
      await git(work, "add", "-A");
      await git(work, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "x");
      if (tag !== undefined) await git(work, "tag", tag);
    }
    await git(root, "clone", "-q", "--bare", work, `${root}/${name}.git`);
  }
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => runCgi(root, request));
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(root, { recursive: true });
    },
  };
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", { args, cwd, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(`git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

async function runCgi(root: string, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const child = new Deno.Command("git", {
    args: ["http-backend"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    env: {
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers.get("content-type") ?? "",
      HTTP_CONTENT_ENCODING: request.headers.get("content-encoding") ?? "",
      GIT_PROTOCOL: request.headers.get("git-protocol") ?? "",
    },
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new Uint8Array(await request.arrayBuffer()));
  await input.close();
  const { stdout } = await child.output();
  return parseCgi(stdout);
}

function parseCgi(output: Uint8Array): Response {
  const text = new TextDecoder("latin1").decode(output);
  const end = text.indexOf("\r\n\r\n");
  const headers = new Headers();
  let status = 200;
  for (const line of text.slice(0, Math.max(end, 0)).split("\r\n")) {
    const [name = "", value = ""] = line.split(/: (.*)/s, 2);
    if (name === "Status") status = Number(value.slice(0, 3));
    else if (name !== "") headers.set(name, value);
  }
  return new Response(output.slice(end + 4), { status, headers });
}

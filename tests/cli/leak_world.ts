/**
 * A job in memory whose every secret is a canary: the command line, a sandbox, a GitLab and a registry. The servers can be
 * made to fail in ways that repeat what they were sent.
 */
import { ok } from "../assert.ts";
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { ADMIN_TOKEN, createSandbox } from "../../src/sandbox/mod.ts";
import { createFakeGitlab, GITLAB_URL, MAINTAINER } from "../gitlab/fake_gitlab.ts";
import { createFakeRegistry, MANIFEST, USER } from "../registry/fake_registry.ts";
import { ACCOUNT, createAccount, PROJECT } from "./sandbox_process.ts";

/** How the world treats a run. */
export type Weather = "fair" | "echoing" | "throwing" | "broken token";

export interface LeakRun {
  exitCode: number;
  /** All that the run wrote, by where: the streams, and files that it made or changed. */
  written: Map<string, string>;
}

export interface LeakWorld {
  /** By what each is for. */
  secrets: Record<string, string>;
  run(args: readonly string[], weather: Weather): Promise<LeakRun>;
}

const SERVER = "https://sandbox.example:6443";
const LIMIT_SECONDS = 900;

/** Value of a Secret in the overlay: no command but `build` may show it. */
export const OVERLAY_SECRET = "canary-overlay-0123456789";

export async function createLeakWorld(more: Record<string, string>): Promise<LeakWorld> {
  const files: Record<string, string> = { "/home/.kube/config": kubeconfig(), "/home/password": `${USER.password}\n` };
  for (const [path, text] of readTree(PROJECT)) files[`/project${path.slice(PROJECT.length)}`] = text;
  Object.assign(files, more);
  const timekeeper = createMemoryHost();
  const { clock } = timekeeper;
  const sandbox = createSandbox({ clock, controllers: {} });
  const gitlab = createFakeGitlab();
  const registry = createFakeRegistry();
  registry.publicRepositories.add("my-group/api-service");
  registry.manifests.set("my-group/api-service:develop", MANIFEST);
  createAccount(sandbox, "admin");
  const token = await sandbox.issueToken(ACCOUNT, 86_400);
  const secrets = { token, admin: ADMIN_TOKEN, gitlab: MAINTAINER, registry: USER.password, overlay: OVERLAY_SECRET };
  let weather: Weather = "fair";
  const fetch = async (request: Request) => {
    if (weather === "echoing") return echo(await echoOf(request, Object.values(secrets)));
    if (weather === "throwing") throw new Error(await echoOf(request, Object.values(secrets)));
    if (request.url.startsWith(GITLAB_URL)) return gitlab.handle(request);
    return request.url.startsWith("https://registry.example.com/") ? registry.handle(request) : sandbox.handle(request);
  };
  return {
    secrets,
    async run(args, chosen) {
      weather = chosen;
      const env = {
        ...{ HOME: "/home", CLUSTER_ADDRESS: SERVER, CA_AUTH_DATA: "system", GITLAB_TOKEN: MAINTAINER },
        K8S_TOKEN: chosen === "broken token" ? `${token.slice(0, -4)}AAAA` : token,
        ...{ CI_SERVER_URL: GITLAB_URL, CI_REGISTRY: "registry.example.com" },
        ...{ CI_DEPLOY_USER: USER.username, CI_DEPLOY_PASSWORD: USER.password },
      };
      const host = { ...createMemoryHost({ files, cwd: "/project", env, fetch }), clock };
      const start = clock.now();
      let exitCode: number | undefined;
      const running = runCli(args, host).then((code) => exitCode = code);
      while (exitCode === undefined) {
        ok(clock.now() - start < LIMIT_SECONDS * 1000, `kstage ${args.join(" ")} hangs:\n${host.out.stderr}`);
        await clock.advance(500);
        sandbox.tick();
      }
      await running;
      return { exitCode, written: new Map([...Object.entries(host.out), ...changedFiles(host.fs, files)]) };
    },
  };
}

/** What a careless server or library would say: the secrets that it was sent, in each form. */
async function echoOf(request: Request, secrets: readonly string[]): Promise<string> {
  const authorization = request.headers.get("authorization") ?? "";
  const basic = /^Basic (.+)$/.exec(authorization)?.[1];
  const headers = [authorization, request.headers.get("private-token"), basic && atob(basic)];
  const sent = [...headers, await request.text()].join(" ");
  const forms = secrets.filter((secret) => sent.includes(secret)).flatMap((secret) => [
    secret,
    ...["", "a", "ab"].map((before) => btoa(before + secret)),
    btoa(secret).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
    encodeURIComponent(secret),
    JSON.stringify(secret),
  ]);
  return [authorization, ...forms].join(" ");
}

function echo(message: string): Response {
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "BadRequest", code: 400, message };
  const warning = `299 - "${message.replaceAll('"', "'")}"`;
  return Response.json(body, { status: 400, headers: { warning } });
}

function kubeconfig(): string {
  return `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${SERVER}"}}]
users: [{name: admin, user: {token: ${ADMIN_TOKEN}}}]
contexts: [{name: admin@c, context: {cluster: c, user: admin}}]
current-context: admin@c
`;
}

function readTree(directory: string): [string, string][] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }): [string, string][] => {
    const path = `${directory}/${name}`;
    return isDirectory ? readTree(path) : [[path, Deno.readTextFileSync(path)]];
  });
}

type Files = ReturnType<typeof createMemoryHost>["fs"];

function changedFiles(fs: Files, before: Record<string, string>, directory = ""): [string, string][] {
  return fs.readDir(directory === "" ? "/" : directory).flatMap((name): [string, string][] => {
    const path = `${directory}/${name}`;
    if (fs.lstat(path)?.kind === "directory") return changedFiles(fs, before, path);
    const text = fs.readText(path);
    return before[path] === text ? [] : [[path, text]];
  });
}

/** The forms in which a secret would be a secret still. */
export function formsOf(secret: string): string[] {
  const middles = [0, 1, 2].map((offset) => btoa("x".repeat(offset) + secret).slice(offset === 0 ? 0 : offset + 1, -4));
  return [secret, encodeURIComponent(secret), ...middles].filter((form) => form.length >= 8);
}

/** An admin's shell and a job's shell in memory: one sandbox, one GitLab, and the command line on both. */
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost, type MemoryHost } from "../../src/host/mod.ts";
import { ADMIN_TOKEN, createSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/mod.ts";
import { createFakeGitlab, type FakeGitlab, GITLAB_URL, MAINTAINER } from "../gitlab/fake_gitlab.ts";

const REGISTRY_URL = "https://registry.example.com/";
export const SERVER = "https://sandbox.example:6443";

export interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface BootstrapWorld {
  sandbox: Sandbox;
  gitlab: FakeGitlab;
  /** As the admin: with a kubeconfig and GITLAB_TOKEN. */
  admin(...args: string[]): Promise<Run>;
  /** As the admin, with more variables. */
  adminWith(env: Record<string, string>, ...args: string[]): Promise<Run>;
  /** As the admin, without one of the variables. */
  adminWithout(name: string, ...args: string[]): Promise<Run>;
  /** As a job, with more files than the project's. */
  jobWith(files: Record<string, string>, variables: Record<string, string>, ...args: string[]): Promise<Run>;
  /** As a job: with the given variables alone. */
  job(variables: Record<string, string>, ...args: string[]): Promise<Run>;
}

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${SERVER}"}}]
users: [{name: admin, user: {token: ${ADMIN_TOKEN}}}]
contexts: [{name: admin@c, context: {cluster: c, user: admin}}]
current-context: admin@c
`;

const LIMIT_SECONDS = 900;
const STEP_MS = 500;

export interface WorldOptions extends Pick<SandboxOptions, "maxTokenSeconds"> {
  /** Directory on the disk that becomes /project. @default none, see `files` */
  project?: string;
  faults?: NonNullable<Exclude<SandboxOptions["controllers"], false>>["faults"];
  kubeconfig?: string;
  /** Answers for https://registry.example.com. */
  registry?: (request: Request) => Promise<Response>;
  /** Beside the project's. */
  files?: Record<string, string>;
}

export function createBootstrapWorld(options: WorldOptions): BootstrapWorld {
  const files: Record<string, string> = { "/home/.kube/config": options.kubeconfig ?? KUBECONFIG };
  const { project } = options;
  if (project !== undefined) {
    for (const [path, text] of readTree(project)) files[`/project${path.slice(project.length)}`] = text;
  }
  Object.assign(files, options.files);
  const gitlab = createFakeGitlab();
  const timekeeper = createMemoryHost();
  const { faults, maxTokenSeconds } = options;
  const sandbox: Sandbox = createSandbox({
    clock: timekeeper.clock,
    controllers: faults === undefined ? {} : { faults },
    ...(maxTokenSeconds === undefined ? {} : { maxTokenSeconds }),
  });
  const fetch = (request: Request) =>
    options.registry !== undefined && request.url.startsWith(REGISTRY_URL)
      ? options.registry(request)
      : request.url.startsWith(GITLAB_URL)
      ? gitlab.handle(request)
      : sandbox.handle(request);
  const start = async (
    env: Record<string, string>,
    args: string[],
    more: Record<string, string> = {},
  ): Promise<Run> => {
    const host: MemoryHost = {
      ...createMemoryHost({ files: { ...files, ...more }, cwd: "/project", env, fetch }),
      clock: timekeeper.clock,
    };
    const begin = host.clock.now();
    let exitCode: number | undefined;
    const running = runCli(args, host).then((code) => exitCode = code);
    while (exitCode === undefined) {
      if (host.clock.now() - begin > LIMIT_SECONDS * 1000) throw new Error(`It hangs:\n${host.out.stderr}`);
      await host.clock.advance(STEP_MS);
      sandbox.tick();
    }
    await running;
    return { exitCode, ...host.out };
  };
  const adminEnv: Record<string, string> = { HOME: "/home", GITLAB_TOKEN: MAINTAINER, CI_SERVER_URL: GITLAB_URL };
  return {
    sandbox,
    gitlab,
    admin: (...args) => start(adminEnv, args),
    adminWith: (env, ...args) => start({ ...adminEnv, ...env }, args),
    adminWithout(name, ...args) {
      const { [name]: _, ...env } = adminEnv;
      return start(env, args);
    },
    jobWith: (more, variables, ...args) => start({ HOME: "/nobody", ...variables }, args, more),
    job: (variables, ...args) => start({ HOME: "/nobody", ...variables }, args),
  };
}

function readTree(directory: string): [string, string][] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }): [string, string][] => {
    const path = `${directory}/${name}`;
    return isDirectory ? readTree(path) : [[path, Deno.readTextFileSync(path)]];
  });
}

/** What `--print json` printed. */
export function readVariables({ stdout }: Run): Record<string, string> {
  return JSON.parse(stdout);
}

/** What GitLab would give to a job. */
export function gitlabVariables({ variables }: FakeGitlab): Record<string, string> {
  return Object.fromEntries(variables.map(({ key, value }) => [key, value]));
}

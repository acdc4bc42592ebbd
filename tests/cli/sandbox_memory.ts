/**
 * The command line in this process, on a host in memory whose network is a sandbox and whose clock the test moves: minutes
 * of a rollout pass in a second, and always in the same way.
 */
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost, type MemoryHost } from "../../src/host/mod.ts";
import { createSandbox, type Fault, type Sandbox } from "../../src/sandbox/mod.ts";
import { ACCOUNT, createAccount, PROJECT } from "./sandbox_process.ts";

/** What a run did, and when it had ended by the sandbox's clock. */
export interface MemoryRun {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** From the start to the end, in seconds of the sandbox. */
  seconds: number;
}

/** A request as it left. */
export interface WireRequest {
  method: string;
  path: string;
  dryRun: boolean;
  fieldValidation: string | null;
  atMs: number;
}

/** A sandbox and a project, both in memory. */
export interface MemoryJob {
  sandbox: Sandbox;
  host: MemoryHost;
  /** What was sent since the last call, with the sandbox's time. */
  takeWire(): WireRequest[];
  run(args: string[]): Promise<MemoryRun>;
  /** Writes a file of the project, by its path in it. */
  write(path: string, text: string): void;
  /** Lets seconds of the sandbox pass. */
  pass(seconds: number): Promise<void>;
}

/** How long a run may take by the sandbox's clock before the test gives up. */
const LIMIT_SECONDS = 900;
const STEP_MS = 500;

/** What a job starts with. */
export interface MemoryJobOptions {
  faults?: Fault[];
  files?: Record<string, string>;
  stdin?: string;
  /** How long the sandbox takes to answer. @default {0} */
  latencyMs?: number;
}

/** Prepares a job. `files` are put over the project's, by their paths in it. */
export async function startMemoryJob(options: MemoryJobOptions = {}) {
  const files: Record<string, string> = {};
  for (const [path, text] of readTree(PROJECT)) files[`/project${path.slice(PROJECT.length)}`] = text;
  for (const [path, text] of Object.entries(options.files ?? {})) files[`/project/${path}`] = text;
  const env: Record<string, string> = { HOME: "/home", CLUSTER_ADDRESS: "https://sandbox.example:6443" };
  const { stdin = "", latencyMs = 0, faults = [] } = options;
  let wire: WireRequest[] = [];
  const fetch = (request: Request) => {
    const { pathname, searchParams } = new URL(request.url);
    const dryRun = searchParams.get("dryRun") === "All";
    const fieldValidation = searchParams.get("fieldValidation");
    wire.push({ method: request.method, path: pathname, dryRun, fieldValidation, atMs: host.clock.now() });
    return sandbox.handle(request);
  };
  const host: MemoryHost = createMemoryHost({ files, cwd: "/project", env, stdin, fetch });
  const sandbox: Sandbox = createSandbox({ clock: host.clock, latencyMs, controllers: { faults } });
  createAccount(sandbox, "admin");
  env.K8S_TOKEN = await sandbox.issueToken(ACCOUNT);
  env.CA_AUTH_DATA = "system";
  return {
    sandbox,
    host,
    takeWire() {
      const sent = wire;
      wire = [];
      return sent;
    },
    write(path: string, text: string) {
      const file = `/project/${path}`;
      host.fs.makeDir(file.slice(0, file.lastIndexOf("/")));
      host.fs.writeFile(file, text);
    },
    async pass(seconds: number): Promise<void> {
      for (let ms = 0; ms < seconds * 1000; ms += STEP_MS) {
        await host.clock.advance(STEP_MS);
        sandbox.tick();
      }
    },
    async run(args: string[]): Promise<MemoryRun> {
      const start = host.clock.now();
      const before = { ...host.out };
      let exitCode: number | undefined;
      const running = runCli(args, host).then((code) => exitCode = code);
      while (exitCode === undefined) {
        if (host.clock.now() - start > LIMIT_SECONDS * 1000) throw new Error(`It hangs:\n${host.out.stderr}`);
        await host.clock.advance(STEP_MS);
        sandbox.tick();
      }
      await running;
      const since = (name: "stdout" | "stderr") => host.out[name].slice(before[name].length);
      const seconds = (host.clock.now() - start) / 1000;
      return { exitCode, stdout: since("stdout"), stderr: since("stderr"), seconds };
    },
  } satisfies MemoryJob;
}

function readTree(directory: string): [string, string][] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }): [string, string][] => {
    const path = `${directory}/${name}`;
    return isDirectory ? readTree(path) : [[path, Deno.readTextFileSync(path)]];
  });
}

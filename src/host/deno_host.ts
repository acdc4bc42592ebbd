import { type Clock, type Env, FileError, type Host, type Output, type Processes } from "../base/mod.ts";
import { createDenoFileSystem } from "./deno_files.ts";
import { createDenoNetwork } from "./deno_network.ts";

/** The real world, on Deno. */
export function createDenoHost(): Host {
  const env: Env = { get: (name) => Deno.env.get(name) };
  return {
    fs: createDenoFileSystem(),
    clock: systemClock,
    env,
    random: {
      number: () => Math.random(),
      bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    },
    stdout: createOutput(Deno.stdout),
    stderr: createOutput(Deno.stderr),
    network: createDenoNetwork(env),
    processes: denoProcesses,
    readStdin: async () => new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer()),
    onInterrupt,
  };
}

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

function createOutput(stream: typeof Deno.stdout): Output {
  const encoder = new TextEncoder();
  return {
    write(text) {
      const bytes = encoder.encode(text);
      try {
        for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
      } catch (error) {
        // The reader went away (`kstage build … | head`): nobody is left to tell.
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
    isTerminal: () => stream.isTerminal(),
    columns: () => stream.isTerminal() ? Deno.consoleSize().columns : 80,
  };
}

const denoProcesses: Processes = {
  async run(command, args, { cwd, env, clearEnv, stdin, signal } = {}) {
    const child = startProcess(command, args, { cwd, env, clearEnv, signal, stdin: stdin ? "piped" : "null" });
    if (stdin) {
      // A program may end without reading all of its input; its exit code tells then.
      await new Blob([stdin as BlobPart]).stream().pipeTo(child.stdin).catch(() => {});
    }
    const { code, stdout, stderr } = await child.output();
    return { exitCode: code, stdout, stderr };
  },
};

function startProcess(command: string, args: string[], options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(command, { ...options, args, stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    const code = error instanceof Deno.errors.NotFound ? "NOT_FOUND" : "DENIED";
    const reason = code === "NOT_FOUND" ? "there is no such program" : "it may not be run";
    throw new FileError(code, `Cannot run "${command}": ${reason}`, command, { cause: error });
  }
}

function onInterrupt(listener: (signal: "SIGINT" | "SIGTERM") => void): () => void {
  const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => [signal, () => listener(signal)] as const);
  for (const [signal, callback] of listeners) Deno.addSignalListener(signal, callback);
  return () => {
    for (const [signal, callback] of listeners) Deno.removeSignalListener(signal, callback);
  };
}

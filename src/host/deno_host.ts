import type { Clock, Env, Host, Output } from "../base/mod.ts";
import { createDenoFileSystem } from "./deno_files.ts";
import { createDenoNetwork } from "./deno_network.ts";
import { denoProcesses } from "./deno_processes.ts";

/** The real world, on Deno. */
export function createDenoHost(): Host {
  // Deno throws for names that no variable can have.
  const env: Env = { get: (name) => /^[^=\0]+$/.test(name) ? Deno.env.get(name) : undefined };
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
    stdinIsTerminal: () => Deno.stdin.isTerminal(),
    self,
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

/** A compiled program is its own; from source it takes Deno and the main module. */
function self(): { command: string; args: string[] } {
  const command = Deno.execPath();
  return Deno.build.standalone
    ? { command, args: [] }
    : { command, args: ["run", "-A", Deno.mainModule.replace(/^file:\/\//, "")] };
}

function onInterrupt(listener: (signal: "SIGINT" | "SIGTERM") => void): () => void {
  const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => [signal, () => listener(signal)] as const);
  for (const [signal, callback] of listeners) Deno.addSignalListener(signal, callback);
  return () => {
    for (const [signal, callback] of listeners) Deno.removeSignalListener(signal, callback);
  };
}

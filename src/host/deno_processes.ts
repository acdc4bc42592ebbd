import { abortable, FileError, type Processes, type ProcessOptions } from "../base/mod.ts";

/** How long a program that was told to end may take before it is killed, in milliseconds. */
const GRACE_MS = 2_000;

/** Programs on Deno. */
export const denoProcesses: Processes = {
  async run(command, args, options = {}) {
    const { stdin, signal, onStderr } = options;
    signal?.throwIfAborted();
    const child = startProcess(command, args, options);
    if (stdin !== undefined) {
      // A program may end without reading all of its input; its exit code tells then.
      void new Blob([stdin as BlobPart]).stream().pipeTo(child.stdin).catch(() => {});
    }
    const readers = [child.stdout, child.stderr].map((stream) => stream.getReader());
    const decoder = new TextDecoder();
    const finished = Promise.all([
      readAll(readers[0]!),
      readAll(readers[1]!, (chunk) => onStderr?.(decoder.decode(chunk, { stream: true }))),
      child.status,
    ]);
    const giveUp = () => {
      endProcess(child);
      // A child of the program may keep its outputs open for ever.
      for (const reader of readers) reader.cancel().catch(() => {});
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      const [stdout, stderr, { code }] = await abortable(finished, signal);
      return { exitCode: code, stdout, stderr };
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  },
};

function startProcess(command: string, args: string[], options: ProcessOptions): Deno.ChildProcess {
  const { cwd, env, clearEnv, stdin, inheritStdin } = options;
  const input = inheritStdin ? "inherit" : stdin === undefined ? "null" : "piped";
  try {
    return new Deno.Command(command, { cwd, env, clearEnv, args, stdin: input, stdout: "piped", stderr: "piped" })
      .spawn();
  } catch (error) {
    const code = error instanceof Deno.errors.NotFound ? "NOT_FOUND" : "DENIED";
    const reason = code === "NOT_FOUND" ? "there is no such program" : "it may not be run";
    throw new FileError(code, `Cannot run "${command}": ${reason}`, command, { cause: error });
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onChunk?: (chunk: Uint8Array) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    onChunk?.(part.value);
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

function endProcess(child: Deno.ChildProcess): void {
  const kill = (name: "SIGTERM" | "SIGKILL") => {
    try {
      child.kill(name);
    } catch {
      // It has ended already.
    }
  };
  kill("SIGTERM");
  const timer = setTimeout(() => kill("SIGKILL"), GRACE_MS);
  Deno.unrefTimer(timer);
  child.status.finally(() => clearTimeout(timer)).catch(() => {});
}

import {
  type Clock,
  FileError,
  type Host,
  type HttpRequestInit,
  NetworkError,
  type Output,
  type Processes,
} from "../base/mod.ts";
import { createMemoryFileSystem, type MemoryFiles } from "./memory_files.ts";

/** What a {@link MemoryHost} starts with. */
export interface MemoryHostOptions {
  files?: MemoryFiles;
  /** @default {"/"} */
  cwd?: string;
  env?: Record<string, string>;
  /** Milliseconds since 1970. @default {Date.UTC(2026, 0, 1)} */
  now?: number;
  stdin?: string;
  /** Answers requests by URL; without it nothing can be reached. */
  fetch?: (request: Request) => Promise<Response>;
  /** Whether standard input is a terminal. @default {false} */
  isTerminal?: boolean;
  /** Runs programs; without it there are none. */
  run?: Processes["run"];
}

/** A {@link Host} whose world is in memory, and what tests read of it. */
export interface MemoryHost extends Host {
  clock: ManualClock;
  /** All that was written to standard output, and to standard error. */
  readonly out: { stdout: string; stderr: string };
  /** Delivers a signal to the listeners. */
  interrupt(signal: "SIGINT" | "SIGTERM"): void;
}

/** A clock that stands still until it is told to move on. */
export interface ManualClock extends Clock {
  /** Moves time on and wakes the sleepers whose time has come, in order. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  readonly sleepers: number;
}

/** The twin of the Deno host, for tests. */
export function createMemoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const out = { stdout: "", stderr: "" };
  const listeners = new Set<(signal: "SIGINT" | "SIGTERM") => void>();
  let seed = 1;
  const nextNumber = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  return {
    fs: createMemoryFileSystem(options.files, options.cwd),
    clock: createManualClock(options.now),
    env: { get: (name) => options.env?.[name] },
    random: {
      number: nextNumber,
      bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(nextNumber() * 256)),
    },
    stdout: createTextOutput((text) => out.stdout += text),
    stderr: createTextOutput((text) => out.stderr += text),
    network: {
      open: () => ({ fetch: (url, init) => answer(options, url, init), close: () => {} }),
      readPeerCertificates: () => Promise.resolve([]),
    },
    processes: { run: options.run ?? refuseToRun },
    stdinIsTerminal: () => options.isTerminal ?? false,
    self: () => ({ command: "/usr/local/bin/kstage", args: [] }),
    readStdin: () => Promise.resolve(new TextEncoder().encode(options.stdin ?? "")),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    out,
    interrupt: (signal) => listeners.forEach((listener) => listener(signal)),
  };
}

/** A clock for tests. @param start Milliseconds since 1970. */
export function createManualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { until: now + ms, wake: () => resolve() };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => sleepers.delete(sleeper) && reject(signal.reason), { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settle();
        const next = [...sleepers].filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)[0];
        if (!next) break;
        now = Math.max(now, next.until);
        sleepers.delete(next);
        next.wake();
      }
      now = end;
      await settle();
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}

/** Lets everything that can go on without the clock go on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}

function createTextOutput(write: (text: string) => void): Output {
  return { write, isTerminal: () => false, columns: () => 80 };
}

async function answer(options: MemoryHostOptions, url: string, init: HttpRequestInit = {}): Promise<Response> {
  init.signal?.throwIfAborted();
  if (!options.fetch) throw new NetworkError("REFUSED", `Cannot reach ${new URL(url).origin}: connection refused`, url);
  const headers = Object.entries(init.headers ?? {}).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : value.map((item) => [name, item])
  );
  return await options.fetch(new Request(url, { ...init, headers } as RequestInit));
}

const refuseToRun: Processes["run"] = (command) =>
  Promise.reject(new FileError("NOT_FOUND", `Cannot run "${command}": there is no such program`, command));

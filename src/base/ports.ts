/**
 * The ports: everything that kstage asks of the world. `src/host` implements them on Deno and, for tests, in memory;
 * no other folder names `Deno`.
 */

/** What is known of a file without reading it. */
export interface FileInfo {
  /** What it is; a symbolic link only where links are not followed. */
  kind: "file" | "directory" | "symlink" | "other";
  /** Bytes. */
  size: number;
  /** Permission bits, such as `0o600`; undefined where the system has none. */
  mode?: number;
  /** Milliseconds since 1970 of the last change. */
  modifiedMs?: number;
}

/**
 * A local file system, synchronous on purpose: local reads are faster without a promise each, and a build has nothing
 * else to do meanwhile. Paths are absolute or relative to `cwd()`, with `/` as separator.
 *
 * Every method throws a {@link FileError} on failure.
 */
export interface FileSystem {
  /** The absolute working directory. */
  cwd(): string;
  /** Reads a whole file. */
  readFile(path: string): Uint8Array;
  /** Reads UTF-8; invalid bytes become U+FFFD. A byte order mark is kept. */
  readText(path: string): string;
  /** Follows symbolic links; undefined when there is nothing. */
  stat(path: string): FileInfo | undefined;
  /** Does not follow a symbolic link; undefined when there is nothing. */
  lstat(path: string): FileInfo | undefined;
  /** Names in a directory, sorted. */
  readDir(path: string): string[];
  /** The absolute path with all symbolic links resolved. */
  realPath(path: string): string;
  /** Creates or truncates. `mode` applies when the file is created. `exclusive` fails with EXISTS when it is there. */
  writeFile(path: string, content: Uint8Array | string, options?: { mode?: number; exclusive?: boolean }): void;
  /** Sets the permission bits. */
  chmod(path: string, mode: number): void;
  /** Moves a file within a file system, over what is at the new path, at once. */
  rename(from: string, to: string): void;
  /** Flushes a file's content to the disk. */
  sync(path: string): void;
  /** Creates a directory and its parents; fine when it is there already. */
  makeDir(path: string, options?: { mode?: number }): void;
  /** Removes a file, or with `recursive` a whole directory. Missing is fine. */
  remove(path: string, options?: { recursive?: boolean }): void;
  /** Creates a new private (0700) directory below the system's directory for temporary files. */
  makeTempDir(prefix: string): string;
}

/** Time, as milliseconds since 1970, and waiting. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Environment variables. */
export interface Env {
  /** The value of a variable; undefined when it is not set. */
  get(name: string): string | undefined;
}

/** Randomness. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  number(): number;
  /** Random bytes, fit for secrets. */
  bytes(count: number): Uint8Array;
}

/** A stream of text that people or programs read. */
export interface Output {
  /** Writes the text as it is, all of it. */
  write(text: string): void;
  /** Whether a terminal is behind it. */
  isTerminal(): boolean;
  /** Width in characters; 80 where there is no terminal. */
  columns(): number;
}

/** How to speak TLS to one server. */
export interface TlsSettings {
  /** PEM certificates to trust beside the system's. */
  caPem?: string;
  /** PEM client certificate and key. */
  certificatePem?: string;
  /** PEM key of the client certificate. */
  keyPem?: string;
  /** Name to verify and to ask for, in place of the URL's host. */
  serverName?: string;
  /** Accept any certificate. @default {false} */
  insecure?: boolean;
  /** Proxy URL: http, https or socks5; undefined takes the environment's by Go's rules: never for loopback. */
  proxyUrl?: string;
  /** Many requests will go to one server, some at the same time. @default {false} */
  isBusy?: boolean;
}

/** A way to send HTTP requests with the same TLS settings over connections that are kept open. */
export interface HttpClient {
  /** As `fetch` with `redirect: "manual"`; rejects with a {@link NetworkError}. */
  fetch(url: string, init?: HttpRequestInit): Promise<Response>;
  /**
   * Begins to open connections, so that there are as many once requests come; a client that can't does nothing.
   * Resolves as soon as they are under way; failures are told by the requests.
   */
  prepare?(url: string, connections: number): Promise<void>;
  /** Closes idle connections. */
  close(): void;
}

/** The part of `fetch`'s options that kstage uses. */
export interface HttpRequestInit {
  /** The HTTP method. @default {"GET"} */
  method?: string;
  /** Names in any case; a list of values becomes as many header lines. */
  headers?: Record<string, string | readonly string[]>;
  /** Sent as it is. */
  body?: string | Uint8Array;
  /** Gives it up. */
  signal?: AbortSignal;
}

/** Opens HTTP clients. */
export interface Network {
  /** A client for servers that these settings fit. */
  open(tls: TlsSettings): HttpClient;
  /**
   * The certificates that a server shows, its own first, as DER; nothing is verified and no request is sent. For saying
   * why a TLS connection failed, never for trusting.
   *
   * @returns Empty when none can be read: no handshake came about, or a proxy stands in between.
   */
  readPeerCertificates(url: string, tls: TlsSettings, signal?: AbortSignal): Promise<Uint8Array[]>;
}

/** What a program left behind. */
export interface ProcessResult {
  /** 0 for success. */
  exitCode: number;
  /** All of its standard output. */
  stdout: Uint8Array;
  /** All of its standard error. */
  stderr: Uint8Array;
}

/** Starts programs; only git, helm, exec credential plugins and functions that the user asked for. */
export interface Processes {
  /**
   * Runs a program to its end.
   *
   * @throws {FileError} NOT_FOUND when there is no such program.
   */
  run(command: string, args: string[], options?: ProcessOptions): Promise<ProcessResult>;
}

/** How to run a program. */
export interface ProcessOptions {
  /** Where it runs. @default the working directory */
  cwd?: string;
  /** Variables beside the environment's own, or in place of it with `clearEnv`. */
  env?: Record<string, string>;
  /** Whether `env` is all that the program sees. @default {false} */
  clearEnv?: boolean;
  /** Its standard input. @default empty */
  stdin?: Uint8Array;
  /** Whether it has this process's own standard input, to talk with the user. @default {false} */
  inheritStdin?: boolean;
  /** Gets what it writes to its standard error, as it comes. */
  onStderr?: (text: string) => void;
  /** Ends it; the run then rejects with the signal's reason at once, whatever the program's own children do. */
  signal?: AbortSignal;
}

/** All ports in one record: what `main.ts` hands to the command line, and tests build in memory. */
export interface Host {
  /** Local files. */
  fs: FileSystem;
  /** The time. */
  clock: Clock;
  /** Environment variables. */
  env: Env;
  /** Randomness. */
  random: Random;
  /** Where results go. */
  stdout: Output;
  /** Where progress and errors go. */
  stderr: Output;
  /** HTTP. */
  network: Network;
  /** Other programs. */
  processes: Processes;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  /** Whether somebody can be asked: standard input is a terminal. */
  stdinIsTerminal(): boolean;
  /** How this program is started again: its path, and the words that stand before its own arguments. */
  self(): { command: string; args: string[] };
  /** Calls back on SIGINT and SIGTERM; returns how to stop listening. */
  onInterrupt(listener: (signal: "SIGINT" | "SIGTERM") => void): () => void;
}

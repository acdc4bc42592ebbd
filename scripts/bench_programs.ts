/** A program to measure. */
export interface Program {
  /** The words before its arguments. */
  command: readonly string[];
  version: string;
  /** How it is run, for the report. */
  kind: string;
}

/** What a run cost. */
export interface Cost {
  seconds: number;
}

/** What a run of a program of its own cost. */
export interface ProcessCost extends Cost {
  /** User and system seconds, which other load on the machine disturbs less. */
  cpuSeconds: number;
}

const ROOT = new URL("..", import.meta.url).pathname;

/** The kubectl to compare with. */
export async function findKubectl(): Promise<Program> {
  const command = [Deno.env.get("KUBECTL") ?? "kubectl"];
  const { stdout } = await run([...command, "version", "--client"]).catch(() => {
    throw new Error("there is no kubectl: put one on PATH, or name it in KUBECTL");
  });
  return { command, version: stdout.trim().replaceAll("\n", ", "), kind: "as found" };
}

/** The compiled binary where there is one, else a bundle made now. */
export async function findKstage(directory: string): Promise<Program> {
  const binary = `${ROOT}dist/kstage`;
  const isCompiled = await Deno.stat(binary).then(() => true, () => false);
  if (!isCompiled) {
    const args = [
      "bundle",
      "--platform=deno",
      "--minify",
      "--code-splitting",
      `--outdir=${directory}/bundle`,
      `${ROOT}main.ts`,
    ];
    await run([Deno.execPath(), ...args]);
  }
  const command = isCompiled ? [binary] : [Deno.execPath(), "run", "-A", "--no-config", `${directory}/bundle/main.js`];
  const { stdout } = await run([...command, "version"]);
  return {
    command,
    version: stdout.split("\n")[0]!,
    kind: isCompiled ? "the compiled binary" : "a bundle run by Deno",
  };
}

/** Runs a command line to its end. Throws when it fails. */
export async function run(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Cost & { stdout: string }> {
  const started = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(command[0]!, {
    ...options,
    args: command.slice(1),
    stdin: "null",
  }).output();
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return { seconds, stdout: new TextDecoder().decode(stdout) };
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Runs a command line as {@link run} does, and tells its processor time, too: a shell's `times` has it, by the system's own
 * account of its children.
 */
export async function runTimed(command: readonly string[]): Promise<ProcessCost> {
  const { seconds, stdout } = await run(["/bin/sh", "-c", '"$@" >/dev/null && times', "sh", ...command]);
  const [, ofChildren = ""] = stdout.trim().split("\n");
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error(`the shell's times are not understood: ${stdout}`);
  return {
    seconds,
    cpuSeconds: parts.reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest), 0),
  };
}

/**
 * Runs two things in turn, after one run of each that does not count.
 *
 * @returns The costs of the first and of the second, pair by pair.
 */
export async function comparePairs<T>(
  runs: number,
  first: () => Promise<T>,
  second: () => Promise<T>,
): Promise<[T, T][]> {
  const pairs: [T, T][] = [];
  for (let i = 0; i <= runs; i++) {
    const pair: [T, T] = [await first(), await second()];
    if (i > 0) pairs.push(pair);
  }
  return pairs;
}

/** The medians of the seconds of two things that are run in turn. */
export async function compare(
  runs: number,
  first: () => Promise<Cost>,
  second: () => Promise<Cost>,
): Promise<[number, number]> {
  const pairs = await comparePairs(runs, first, second);
  return [median(pairs.map(([{ seconds }]) => seconds)), median(pairs.map(([, { seconds }]) => seconds))];
}

/** GNU time, which tells the peak that the system has counted. */
const GNU_TIME = "/usr/bin/time";

/** Runs a command line once more and returns the most memory that it held, in MB. */
export async function measurePeak(command: readonly string[]): Promise<number> {
  const child = new Deno.Command(GNU_TIME, {
    args: ["--format=%M", "--quiet", ...command],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  try {
    const { stderr } = await child.output();
    return Number(new TextDecoder().decode(stderr).trim().split("\n").at(-1)) / 1024;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return await watchPeak(command);
  }
}

/** The same by asking often, where there is no GNU time: what comes shortly before the end is missed. */
async function watchPeak(command: readonly string[]): Promise<number> {
  const child = new Deno.Command(command[0]!, { args: command.slice(1), stdin: "null", stdout: "null", stderr: "null" })
    .spawn();
  let peakMb = 0;
  const timer = setInterval(async () => peakMb = Math.max(peakMb, await readPeak(child.pid)), 2);
  await child.status;
  clearInterval(timer);
  return peakMb;
}

/** Peak resident memory so far, in MB; Linux keeps it for the process. */
async function readPeak(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

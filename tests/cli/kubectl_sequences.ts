/** Sequences of `kubectl config` commands, recorded from a real kubectl and replayed on kstage. */
import { deepEqual, equal, ok } from "../assert.ts";
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost, type MemoryHost } from "../../src/host/mod.ts";
import { fromContents, openAccess, readContents } from "../../src/kubeconfig/mod.ts";

/** The directory that recorded paths stand in. */
export const DIRECTORY = "/case";

/** One command and what kubectl made of it. */
export interface Step {
  args: string[];
  code: number;
  /** Absent where kubectl printed its help. */
  stdout?: string;
  stderr: string;
}

/** Files, the variable KUBECONFIG, commands, and the files afterwards. */
export interface Sequence {
  files: Record<string, string>;
  kubeconfig: string;
  steps: Step[];
  after: Record<string, string>;
}

/** Where kstage says something else on standard error than kubectl, and why. */
const DIFFERENCES: readonly { reason: string; theirs: RegExp; ours: RegExp }[] = [
  {
    reason: "a file that can't be read: kstage names field and line, and never quotes the content, which may be secret",
    theirs: /^(error: )?error loading config file "([^"]*)": /,
    ours: /^error: error loading config file "([^"]*)": /,
  },
  {
    reason: "a lock that stays: kstage waits for it, and says what to do",
    theirs: /^error: open \S+\.lock: file exists\n$/,
    ours: /^error: open \S+\.lock: file exists\n {2}hint: /,
  },
  {
    reason: "kubectl prints addresses of memory, and what extensions hold as bytes",
    theirs: /can't set a map to a value: map\[.*(0x|&Unknown)|unable to parse \S+ after \[\{.*0x/,
    ours: /can't set a map to a value: map\[|unable to parse /,
  },
];

/** A host as the sequence finds it; time passes by itself. */
function openHost({ files, kubeconfig }: Sequence): MemoryHost {
  const full = Object.fromEntries(Object.entries(files).map(([name, text]) => [`${DIRECTORY}/${name}`, text]));
  const env = { HOME: `${DIRECTORY}/home`, KUBECONFIG: kubeconfig };
  const host = createMemoryHost({ cwd: DIRECTORY, env, files: { [`${DIRECTORY}/.keep`]: "", ...full } });
  let now = host.clock.now();
  const clock = { now: () => now, sleep: (ms: number) => Promise.resolve(void (now += ms)) };
  return { ...host, clock } as MemoryHost;
}

/** Replays a sequence and compares every answer and the data of the files that are left. */
export async function replay(sequence: Sequence): Promise<void> {
  const host = openHost(sequence);
  for (const { args, code, stdout, stderr } of sequence.steps) {
    host.out.stdout = "";
    host.out.stderr = "";
    const shown = `kubectl ${args.join(" ")}`;
    const got = await runCli(["kubectl", ...args], host);
    const said = host.out.stderr;
    equal(got, code, `exit code of ${shown}\n${said}`);
    if (stdout !== undefined) equal(host.out.stdout, sortNames(args, stdout), `standard output of ${shown}`);
    if (said === stderr) continue;
    const listed = DIFFERENCES.some(({ theirs, ours }) => theirs.test(stderr) && ours.test(said));
    ok(listed, `standard error of ${shown}\nkubectl: ${stderr}\nkstage: ${said}`);
  }
  for (const [name, text] of Object.entries(sequence.after)) {
    const path = `${DIRECTORY}/${name}`;
    ok(host.fs.stat(path), `${name} was not written`);
    const ours = host.fs.readText(path);
    if (ours !== text) deepEqual(valueOf(ours), valueOf(text), name);
  }
  for (const name of listFiles(host)) ok(name in sequence.after, `${name} was written, but not by kubectl`);
}

/** kubectl lists clusters in the order of a map, which is another one every time. */
function sortNames(args: readonly string[], stdout: string): string {
  if (!args.includes("get-clusters") || !stdout.startsWith("NAME\n")) return stdout;
  return ["NAME", ...stdout.slice(5).split("\n").slice(0, -1).sort()].map((line) => `${line}\n`).join("");
}

function valueOf(text: string): unknown {
  const host = createMemoryHost({ files: { "/kc": text } });
  return fromContents(readContents(host.fs, openAccess(host, "/kc")));
}

function listFiles(host: MemoryHost, directory = ""): string[] {
  return host.fs.readDir(`${DIRECTORY}/${directory}`).flatMap((name) => {
    const path = `${directory}${name}`;
    if (host.fs.stat(`${DIRECTORY}/${path}`)?.kind === "directory") return listFiles(host, `${path}/`);
    return name === ".keep" ? [] : [path];
  });
}

/** What a process cost, from its start to its end, as Linux tells. */
export interface Cost {
  /** The most that was resident. */
  peakMegabytes: number;
  /** Of all its threads. */
  processorSeconds: number;
  seconds: number;
}

/** Clock ticks a second, the same on every Linux. */
const TICKS = 100;

/** Looks at a process until it has ended. */
export async function meterProcess(pid: number): Promise<Cost> {
  const startMs = Date.now();
  const cost: Cost = { peakMegabytes: 0, processorSeconds: 0, seconds: 0 };
  for (;;) {
    const status = read(`/proc/${pid}/status`);
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    if (peak === undefined) return cost;
    // Fields 14 and 15 are user and system time; the name before them may hold anything but a closing bracket.
    const [user = 0, system = 0] = read(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ").slice(11, 13).map(
      Number,
    );
    cost.peakMegabytes = Number(peak) / 1000;
    cost.processorSeconds = (user + system) / TICKS;
    cost.seconds = (Date.now() - startMs) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function read(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    return "";
  }
}

// deno-lint-ignore-file no-console -- a script speaks through the console
import { comparePairs, measurePeak, median, type ProcessCost, type Program, run, runTimed } from "./bench_programs.ts";
import { generateOverlay, PRESETS } from "./generate_overlay.ts";

/**
 * `kstage build` against `kubectl kustomize`; the outputs must be equal. The wall ratio is the median of the pairs' ratios,
 * the cpu ratio that of the medians.
 */
export async function benchBuild(
  { kubectl, kstage, runs, presets, directory }: {
    kubectl: Program;
    kstage: Program;
    runs: number;
    presets: string[];
    directory: string;
  },
): Promise<void> {
  console.log("build            kubectl    kstage   wall ratio  cpu ratio   memory: kubectl, kstage, ratio");
  const ourTimes = { plain: new Map<number, number>(), full: new Map<number, number>() };
  for (const preset of presets) {
    const resources = PRESETS[preset as keyof typeof PRESETS];
    if (resources === undefined) throw new Error(`there is no preset "${preset}": ${Object.keys(PRESETS).join(", ")}`);
    for (const variant of ["plain", "full"] as const) {
      const overlay = await generateOverlay(resources, variant, `${directory}/${preset}-${variant}`);
      const [theirCommand, ourCommand] = [[...kubectl.command, "kustomize", overlay], [
        ...kstage.command,
        "build",
        overlay,
      ]];
      if ((await run(theirCommand)).stdout !== (await run(ourCommand)).stdout) {
        throw new Error(`the outputs differ on ${preset}-${variant}`);
      }
      const pairs = await comparePairs(
        preset === "xl" ? 1 : runs,
        () => runTimed(theirCommand),
        () => runTimed(ourCommand),
      );
      const [theirs, ours] = [pairs.map(([cost]) => cost), pairs.map(([, cost]) => cost)];
      ourTimes[variant].set(resources, medianOf(ours, "seconds"));
      const wall = median(pairs.map(([a, b]) => a.seconds / b.seconds));
      const cpu = medianOf(theirs, "cpuSeconds") / medianOf(ours, "cpuSeconds");
      const [theirMb, ourMb] = [await measurePeak(theirCommand), await measurePeak(ourCommand)];
      console.log(
        `${`${preset}-${variant}`.padEnd(14)} ${seconds(medianOf(theirs, "seconds"))}  ` +
          `${seconds(medianOf(ours, "seconds"))}  ${times(wall)}  ${times(cpu)}  ` +
          `${megabytes(theirMb)} ${megabytes(ourMb)}  ${(ourMb / theirMb).toFixed(2)}x`,
      );
    }
  }
  for (const [variant, times] of Object.entries(ourTimes)) {
    const exponent = growthExponent(times);
    if (exponent !== undefined) console.log(`growth exponent of kstage, ${variant}: ${exponent.toFixed(2)}`);
  }
  console.log();
}

/** How time grows with the number of objects, start-up (the time for the smallest tree) taken off; 1 is in proportion. */
function growthExponent(times: ReadonlyMap<number, number>): number | undefined {
  const startUp = times.get(PRESETS.seed);
  const points = [...times].filter(([resources]) => resources >= PRESETS.medium);
  if (startUp === undefined || points.length < 2) return undefined;
  const [[fewer, shorter], [more, longer]] = [points[0]!, points.at(-1)!];
  return Math.log((longer - startUp) / (shorter - startUp)) / Math.log(more / fewer);
}

function medianOf(costs: readonly ProcessCost[], what: keyof ProcessCost): number {
  return median(costs.map((cost) => cost[what]));
}

function times(ratio: number): string {
  return `${ratio.toFixed(2).padStart(8)}x`;
}

function megabytes(value: number): string {
  return `${value.toFixed(0)} MB`.padStart(8);
}

function seconds(value: number): string {
  return `${value.toFixed(3)} s`.padStart(9);
}

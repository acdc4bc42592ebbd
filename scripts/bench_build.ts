// deno-lint-ignore-file no-console -- a script speaks through the console
import { compare, measurePeak, type Program, run } from "./bench_programs.ts";
import { generateOverlay, PRESETS } from "./generate_overlay.ts";

/** `kstage build` against `kubectl kustomize`; the outputs must be equal. */
export async function benchBuild(
  { kubectl, kstage, runs, presets, directory }: {
    kubectl: Program;
    kstage: Program;
    runs: number;
    presets: string[];
    directory: string;
  },
): Promise<void> {
  console.log("build            kubectl    kstage     ratio   memory: kubectl, kstage, ratio");
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
      const theirs = () => run(theirCommand);
      const ours = () => run(ourCommand);
      if ((await theirs()).stdout !== (await ours()).stdout) {
        throw new Error(`the outputs differ on ${preset}-${variant}`);
      }
      const [a, b] = await compare(preset === "xl" ? 1 : runs, theirs, ours);
      ourTimes[variant].set(resources, b);
      const [theirMb, ourMb] = [await measurePeak(theirCommand), await measurePeak(ourCommand)];
      console.log(
        `${`${preset}-${variant}`.padEnd(14)} ${seconds(a)}  ${seconds(b)}  ${(a / b).toFixed(2).padStart(7)}x  ` +
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

function megabytes(value: number): string {
  return `${value.toFixed(0)} MB`.padStart(8);
}

function seconds(value: number): string {
  return `${value.toFixed(3)} s`.padStart(9);
}

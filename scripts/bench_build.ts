// deno-lint-ignore-file no-console -- a script speaks through the console
import { compare, type Program, run } from "./bench_programs.ts";
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
  console.log("build            kubectl    kstage     ratio");
  for (const preset of presets) {
    const resources = PRESETS[preset as keyof typeof PRESETS];
    if (resources === undefined) throw new Error(`there is no preset "${preset}": ${Object.keys(PRESETS).join(", ")}`);
    for (const variant of ["plain", "full"] as const) {
      const overlay = await generateOverlay(resources, variant, `${directory}/${preset}-${variant}`);
      const theirs = () => run([...kubectl.command, "kustomize", overlay]);
      const ours = () => run([...kstage.command, "build", overlay]);
      if ((await theirs()).stdout !== (await ours()).stdout) {
        throw new Error(`the outputs differ on ${preset}-${variant}`);
      }
      const [a, b] = await compare(preset === "xl" ? 1 : runs, theirs, ours);
      console.log(
        `${`${preset}-${variant}`.padEnd(14)} ${seconds(a)}  ${seconds(b)}  ${(a / b).toFixed(2).padStart(7)}x`,
      );
    }
  }
  console.log();
}

function seconds(value: number): string {
  return `${value.toFixed(3)} s`.padStart(9);
}

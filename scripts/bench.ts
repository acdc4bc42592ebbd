// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Measures kstage against kubectl in one run, as ratios of medians: absolute times differ from machine to machine.
 *
 *     deno run -A scripts/bench.ts [build] [deploy] [--runs N] [--presets seed,small,…]
 *
 * `build`: `kstage build` against `kubectl kustomize` on generated overlays. `deploy`: `kstage deploy` of the article's
 * project against its script of kubectl calls, on a sandbox that answers 20 ms late. kubectl is taken from KUBECTL, else
 * from PATH. kstage is dist/kstage where that was compiled, else a bundle run by Deno.
 */
import { benchBuild } from "./bench_build.ts";
import { benchDeploy } from "./bench_deploy.ts";
import { findKstage, findKubectl } from "./bench_programs.ts";

function valueOf(flag: string): string | undefined {
  const at = Deno.args.indexOf(flag);
  return at < 0 ? undefined : Deno.args[at + 1];
}

const runs = Number(valueOf("--runs") ?? 5);
const presets = (valueOf("--presets") ?? "seed,small,medium,large").split(",");
const wanted = ["build", "deploy"].filter((name) => Deno.args.includes(name));
const directory = await Deno.makeTempDir({ prefix: "kstage-bench-" });
try {
  const kubectl = await findKubectl();
  const kstage = await findKstage(directory);
  console.log(`kubectl: ${kubectl.version}\nkstage:  ${kstage.version}, ${kstage.kind}\nmedians of ${runs} runs\n`);
  if (wanted.length === 0 || wanted.includes("build")) await benchBuild({ kubectl, kstage, runs, presets, directory });
  if (wanted.length === 0 || wanted.includes("deploy")) await benchDeploy({ kubectl, kstage, runs, directory });
} finally {
  await Deno.remove(directory, { recursive: true });
}

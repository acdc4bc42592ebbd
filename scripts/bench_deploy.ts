import type { Program } from "./bench_programs.ts";
/** Deploy. */
export function benchDeploy(_: { kubectl: Program; kstage: Program; runs: number; directory: string }): Promise<void> {
  return Promise.resolve();
}

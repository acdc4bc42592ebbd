import { runProgram, type RunResult } from "./job.ts";

/** Runs kubectl with a kubeconfig. */
export type Kubectl = (kubeconfig: string, ...args: string[]) => Promise<RunResult>;

/** The kubectl that `KUBECTL` names or that is on the path; undefined when there is none. */
export async function findKubectl(): Promise<Kubectl | undefined> {
  const command = Deno.env.get("KUBECTL") ?? "kubectl";
  const { exitCode } = await runProgram(command, ["version", "--client"]).catch(() => ({ exitCode: 1 }));
  if (exitCode !== 0) return undefined;
  return (kubeconfig, ...args) => runProgram(command, ["--kubeconfig", kubeconfig, ...args]);
}

/**
 * Creating, starting and restarting containers.
 *
 * @see kubernetes `pkg/kubelet/kuberuntime` v1.36; containerd `internal/cri/server/container_start.go` for StartError
 */
import type { StartFault } from "../../faults.ts";
import { longHex } from "../hash.ts";
import { environmentProblem } from "./configuration.ts";
import { planProbes, reportProbes } from "./probes.ts";
import { type ContainerRuntime, faultContainer, podLabel, type PodWork, tell, type Termination } from "./runtime.ts";

const FIRST_BACKOFF_SECONDS = 10;
const LONGEST_BACKOFF_SECONDS = 300;
/** How long an end is shown before what follows it. */
const SHOW_END_MS = 1000;

/** Creates and starts a container whose image is there. */
export function createContainer(work: PodWork, container: ContainerRuntime): void {
  const { world, subject, now } = work;
  const target = faultContainer(container);
  const slow = world.faults.find("slow", subject, now, target);
  const extra = slow?.phase === "start" ? slow.delaySeconds : 0;
  const earliestMs = work.runtime.acceptedMs + (world.settings.startSeconds + extra) * 1000;
  if (now < earliestMs) {
    container.step = { do: "create", atMs: earliestMs };
    return;
  }
  const problem = configurationProblem(work, container);
  if (problem !== undefined) {
    container.configFailures++;
    container.view = { at: "waiting", ...problem };
    container.step = { do: "begin", atMs: now + world.settings.syncSeconds * 1000 };
    tell(work, "Warning", "Failed", `Error: ${problem.message}`, container);
    return;
  }
  if (container.view.at === "terminated") container.last = container.view.end;
  container.restartCount = container.creations++;
  container.containerId = `containerd://${
    longHex(`${work.runtime.uid}/${container.spec.name}/${container.restartCount}`)
  }`;
  if (container.log.length > 0) container.previousLog = container.log;
  container.log = [];
  tell(work, "Normal", "Created", "Container created", container);
  const fault = world.faults.find("start", subject, now, target);
  if (fault !== undefined) failStart(work, container, fault);
  else startRun(work, container);
}

/** Why a container can't be created: reason and message. */
function configurationProblem(
  work: PodWork,
  container: ContainerRuntime,
): { reason: string; message: string } | undefined {
  const { world, subject, now, pod } = work;
  const fault = world.faults.find("config", subject, now, faultContainer(container), container.configFailures);
  if (fault?.fail === "create-container-error") {
    return { reason: "CreateContainerError", message: fault.message ?? "context deadline exceeded" };
  }
  if (fault !== undefined) {
    const message = fault.message ?? "failed to sync configmap cache: timed out waiting for the condition";
    return { reason: "CreateContainerConfigError", message };
  }
  const message = environmentProblem(world.store, pod.metadata.namespace ?? "default", container.spec);
  return message === undefined ? undefined : { reason: "CreateContainerConfigError", message };
}

/** The runtime refuses to start the container, or a shell in it can't find its program. */
function failStart(work: PodWork, container: ContainerRuntime, fault: StartFault): void {
  const command = fault.command ?? container.spec.command?.[0] ?? "/app/server";
  if (fault.fail === "exec-format-error" || fault.exitCode === 126 || fault.exitCode === 127) {
    const { exitCode, text } = shellFailure(fault, command);
    startRun(work, container, { exitCode, log: [fault.message ?? text] });
    return;
  }
  const message = fault.message ??
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
      `unable to start container process: error during container init: exec: ${
        START_ERRORS[fault.fail](command)
      }: unknown`;
  const reason = fault.fail === "container-cannot-run" ? "ContainerCannotRun" : "StartError";
  tell(work, "Warning", "Failed", `Error: ${message}`, container);
  // A container that never ran has no start time: the runtime reports the beginning of time.
  const end = {
    exitCode: 128,
    reason,
    message,
    startedMs: 0,
    finishedMs: work.now,
    containerId: container.containerId,
  };
  endRun(work, container, end);
  if (container.step.do === "nothing") return;
  container.last = end;
  container.view = { at: "waiting", reason: "RunContainerError", message };
}

function shellFailure({ fail, exitCode }: StartFault, command: string): { exitCode: number; text: string } {
  if (fail === "exec-format-error") return { exitCode: exitCode ?? 255, text: `exec ${command}: exec format error` };
  return exitCode === 126
    ? { exitCode, text: `/bin/sh: 1: ${command}: Permission denied` }
    : { exitCode: 127, text: `/bin/sh: 1: ${command}: not found` };
}

const START_ERRORS: Record<Exclude<StartFault["fail"], "exec-format-error">, (command: string) => string> = {
  "command-not-found": (command) =>
    command.startsWith("/")
      ? `"${command}": stat ${command}: no such file or directory`
      : `"${command}": executable file not found in $PATH`,
  "permission-denied": (command) => `"${command}": permission denied`,
  "container-cannot-run": (command) => `"${command}": operation not permitted`,
};

/** The process runs; `exit` ends it at once. */
function startRun(work: PodWork, container: ContainerRuntime, exit?: { exitCode: number; log: string[] }): void {
  const { now } = work;
  tell(work, "Normal", "Started", "Container started", container);
  const planned = exit === undefined ? planExit(work, container) : { atMs: now, reason: "Error", ...exit };
  container.view = { at: "running", run: { startedMs: now, ...planProbes(work, container), exit: planned } };
  container.step = { do: "run" };
  if (exit === undefined) write(work, container, `${container.spec.name}: started`);
  advanceRun(work, container);
}

/** When a process ends by itself: scripted, or because it is meant to. */
function planExit(work: PodWork, container: ContainerRuntime) {
  const { world, subject, now, pod } = work;
  const fault = world.faults.find("exit", subject, now, faultContainer(container), container.exits);
  if (fault !== undefined) {
    const isOom = fault.fail === "oom-killed";
    const exitCode = isOom ? 137 : fault.exitCode ?? 1;
    const reason = isOom ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
    const log = fault.log ?? (isOom ? ["allocating memory"] : [`fatal: cannot start: exiting with code ${exitCode}`]);
    return { atMs: now + (fault.afterSeconds ?? 0) * 1000, exitCode, reason, log };
  }
  const isMeantToEnd = container.isInit ? !container.isSidecar : pod.spec?.restartPolicy !== "Always";
  if (!isMeantToEnd) return undefined;
  const seconds = container.isInit ? world.settings.initSeconds : world.settings.jobSeconds;
  return { atMs: now + seconds * 1000, exitCode: 0, reason: "Completed", log: [`${container.spec.name}: done`] };
}

/** Lets a run go on until now: its probes fail, it ends. */
export function advanceRun(work: PodWork, container: ContainerRuntime): void {
  if (container.view.at !== "running") return;
  const { run } = container.view;
  const deadly = reportProbes(work, container, run);
  const end = { startedMs: run.startedMs, finishedMs: work.now, containerId: container.containerId };
  if (deadly !== undefined) {
    const message = `Container ${container.spec.name} failed ${deadly.probe.toLowerCase()} probe, will be restarted`;
    tell(work, "Normal", "Killing", message, container);
    endRun(work, container, { exitCode: 137, reason: "Error", ...end });
  } else if (run.exit !== undefined && run.exit.atMs <= work.now) {
    for (const line of run.exit.log) write(work, container, line);
    const { exitCode, reason } = run.exit;
    if (exitCode !== 0) container.exits++;
    endRun(work, container, { exitCode, reason, message: terminationMessage(container, exitCode), ...end });
  }
}

/** With FallbackToLogsOnError the end of the log is the message. */
function terminationMessage({ spec, log }: ContainerRuntime, exitCode: number): string | undefined {
  if (exitCode === 0 || spec.terminationMessagePolicy !== "FallbackToLogsOnError" || log.length === 0) return undefined;
  return log.slice(-80).map(({ text }) => `${text}\n`).join("").slice(-2048);
}

/** Shows an end, and plans the restart if there is to be one. */
export function endRun(work: PodWork, container: ContainerRuntime, end: Termination): void {
  const { now } = work;
  container.view = { at: "terminated", end };
  if (!isRestarted(work, container, end.exitCode)) {
    container.step = { do: "nothing" };
    return;
  }
  // A run of twice the longest back-off wipes the slate clean.
  if (end.startedMs > 0 && end.finishedMs - end.startedMs >= 2 * LONGEST_BACKOFF_SECONDS * 1000) container.crashes = 0;
  const delaySeconds = container.crashes === 0
    ? 0
    : Math.min(FIRST_BACKOFF_SECONDS * 2 ** (container.crashes - 1), LONGEST_BACKOFF_SECONDS);
  container.crashes++;
  container.step = delaySeconds === 0
    ? { do: "begin", atMs: now + SHOW_END_MS }
    : { do: "backOffStart", atMs: now + SHOW_END_MS, retryMs: now + delaySeconds * 1000, delaySeconds };
}

function isRestarted({ pod, runtime }: PodWork, container: ContainerRuntime, exitCode: number): boolean {
  if (runtime.goneAtMs !== undefined) return false;
  const policy = pod.spec?.restartPolicy ?? "Always";
  if (container.isSidecar) return true;
  if (container.isInit) return exitCode !== 0 && policy !== "Never";
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

/** Shows that the restart has to wait. */
export function backOffStart(work: PodWork, container: ContainerRuntime, retryMs: number, delaySeconds: number): void {
  const { name } = container.spec;
  const label = podLabel(work.pod);
  if (container.view.at === "terminated") container.last = container.view.end;
  const message = `back-off ${goDuration(delaySeconds)} restarting failed container=${name} pod=${label}`;
  container.view = { at: "waiting", reason: "CrashLoopBackOff", message };
  container.step = { do: "begin", atMs: retryMs };
  tell(work, "Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${label}`, container);
}

/** Seconds as Go prints them: `40s`, `1m20s`, `5m0s`. */
function goDuration(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** Adds a line to the container's log. */
export function write(work: PodWork, container: ContainerRuntime, text: string): void {
  container.log.push({ timeMs: work.now, text });
}

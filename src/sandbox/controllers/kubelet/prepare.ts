/** What a pod needs before its containers can begin: volumes, and a sandbox with a network. */
import type { NodeFault } from "../../faults.ts";
import { longHex } from "../hash.ts";
import { volumeProblem } from "./configuration.ts";
import { type PodWork, tell } from "./runtime.ts";

const LONGEST_MOUNT_WAIT_MS = 30_000;

/** Prepares a pod if that is due; says whether it is prepared. */
export function preparePod(work: PodWork): boolean {
  const { runtime, world, now } = work;
  if (runtime.isPrepared) return true;
  if (now < runtime.prepareAtMs) return false;
  const fault = world.faults.find("node", work.subject, now, undefined, runtime.prepareFailures);
  const failure = mountFailure(work, fault) ?? sandboxFailure(work, fault);
  if (failure === undefined) {
    runtime.isPrepared = true;
    runtime.podIp ??= work.pod.spec?.hostNetwork ? runtime.hostIp : work.newAddress();
    return true;
  }
  const waitMs = failure.reason === "FailedCreatePodSandBox"
    ? world.settings.syncSeconds * 1000
    : Math.min(1000 * 2 ** runtime.prepareFailures, LONGEST_MOUNT_WAIT_MS);
  runtime.prepareFailures++;
  runtime.prepareAtMs = now + waitMs;
  if (failure.reason !== "FailedAttachVolume") tell(work, "Warning", failure.reason, failure.message);
  else world.events.record(work.pod, { type: "Warning", ...failure, component: "attachdetach-controller" });
  return false;
}

interface Failure {
  reason: "FailedMount" | "FailedAttachVolume" | "FailedCreatePodSandBox";
  message: string;
}

function mountFailure({ world, pod }: PodWork, fault: NodeFault | undefined): Failure | undefined {
  const volumes = pod.spec?.volumes ?? [];
  const volume = fault?.volume ?? volumes[0]?.name ?? "data";
  if (fault?.fail === "attach-failed") {
    const claim = volumes.find(({ name }) => name === volume)?.persistentVolumeClaim?.claimName ?? volume;
    const message = `Multi-Attach error for volume "pvc-${longHex(claim).slice(0, 12)}" ` +
      "Volume is already exclusively attached to one node and can't be attached to another";
    return { reason: "FailedAttachVolume", message: fault.message ?? message };
  }
  const problem = fault?.fail === "mount-failed"
    ? { volume, cause: fault.message ?? "mount failed: exit status 32" }
    : volumeProblem(world.store, pod.metadata.namespace ?? "default", volumes);
  if (problem === undefined) return undefined;
  return {
    reason: "FailedMount",
    message: `MountVolume.SetUp failed for volume "${problem.volume}" : ${problem.cause}`,
  };
}

function sandboxFailure({ runtime }: PodWork, fault: NodeFault | undefined): Failure | undefined {
  if (fault?.fail !== "sandbox-failed") return undefined;
  const message = fault.message ??
    `rpc error: code = Unknown desc = failed to setup network for sandbox "${
      longHex(runtime.uid)
    }": plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set`;
  return { reason: "FailedCreatePodSandBox", message: `Failed to create pod sandbox: ${message}` };
}

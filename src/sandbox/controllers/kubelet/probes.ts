/**
 * When a container is up and ready, and which of its probes fail.
 *
 * @see kubernetes `pkg/kubelet/prober` v1.36
 */
import type { Container, Probe } from "kubernetes-types/core/v1";
import type { ProbeFault, SlowFault } from "../../faults.ts";
import {
  type ContainerRun,
  type ContainerRuntime,
  type FailingProbe,
  faultContainer,
  type PodWork,
  tell,
} from "./runtime.ts";

/** Plans the probes of a run that begins now. */
export function planProbes(
  work: PodWork,
  container: ContainerRuntime,
): Pick<ContainerRun, "upMs" | "readyMs" | "unreadyMs" | "probes"> {
  const { spec } = container;
  const { world, subject, now } = work;
  const target = faultContainer(container);
  const fault = world.faults.find("probe", subject, now, target);
  const slow = world.faults.find("slow", subject, now, target);
  const probes: FailingProbe[] = [];
  const upMs = planStartup(work, spec, fault, probes);
  const readyMs = upMs === undefined ? undefined : planReadiness(work, spec, fault, slow, upMs, probes);
  if (fault?.fail === "liveness-failing" && upMs !== undefined) {
    const probe = spec.livenessProbe ?? {};
    const first = Math.max(upMs, now + delay(probe)) + (fault.afterSeconds ?? 0) * 1000;
    probes.push(failing(work, "Liveness", spec, probe, fault.message, first));
  }
  const unreadyMs = fault?.fail === "never-ready" && fault.afterSeconds !== undefined
    ? now + fault.afterSeconds * 1000
    : undefined;
  return { upMs, readyMs, unreadyMs, probes };
}

/** When the start-up probe succeeds. */
function planStartup(
  work: PodWork,
  spec: Container,
  fault: ProbeFault | undefined,
  probes: FailingProbe[],
): number | undefined {
  const { now, world } = work;
  if (fault?.fail === "startup-failing") {
    const probe = spec.startupProbe ?? {};
    probes.push(failing(work, "Startup", spec, probe, fault.message, now + delay(probe)));
    return undefined;
  }
  return spec.startupProbe === undefined ? now : now + delay(spec.startupProbe) + world.settings.readySeconds * 1000;
}

/** When the readiness probe succeeds first; a container without one is ready as soon as it is up. */
function planReadiness(
  work: PodWork,
  spec: Container,
  fault: ProbeFault | undefined,
  slow: SlowFault | undefined,
  upMs: number,
  probes: FailingProbe[],
): number | undefined {
  const { now, world } = work;
  const probe = spec.readinessProbe;
  const firstMs = Math.max(upMs, now + delay(probe));
  if (fault?.fail === "never-ready") {
    const failMs = fault.afterSeconds === undefined ? firstMs : now + fault.afterSeconds * 1000;
    const healMs = fault.healsAfterSeconds === undefined
      ? undefined
      : work.subject.createdMs + fault.healsAfterSeconds * 1000;
    probes.push(failing(work, "Readiness", spec, probe ?? {}, fault.message, failMs, healMs));
    return fault.afterSeconds === undefined ? healMs : firstMs;
  }
  const isSlow = slow !== undefined && (slow.phase ?? "ready") === "ready";
  const successes = ((probe?.successThreshold ?? 1) - 1) * period(probe);
  const normalMs = probe === undefined ? upMs : firstMs + world.settings.readySeconds * 1000 + successes;
  if (!isSlow) return normalMs;
  const readyMs = normalMs + slow.delaySeconds * 1000;
  if (probe !== undefined) {
    probes.push(failing(work, "Readiness", spec, probe, refusedConnection(work, spec, probe), firstMs, readyMs));
  }
  return readyMs;
}

function failing(
  work: PodWork,
  kind: FailingProbe["probe"],
  spec: Container,
  probe: Probe,
  message: string | undefined,
  firstMs: number,
  untilMs?: number,
): FailingProbe {
  return {
    probe: kind,
    message: message ?? failureText(work, spec, probe),
    nextMs: firstMs,
    periodMs: period(probe),
    untilMs,
    failuresLeft: kind === "Readiness" ? Infinity : probe.failureThreshold ?? 3,
  };
}

function delay(probe: Probe | undefined): number {
  return (probe?.initialDelaySeconds ?? 0) * 1000;
}

function period(probe: Probe | undefined): number {
  return (probe?.periodSeconds ?? 10) * 1000;
}

/** What a failing probe says when the fault doesn't. */
function failureText(work: PodWork, spec: Container, probe: Probe): string {
  if (probe.exec !== undefined) return "";
  if (probe.grpc !== undefined) return 'service unhealthy (responded with "NOT_SERVING")';
  if (probe.tcpSocket !== undefined) return refusedConnection(work, spec, probe);
  return "HTTP probe failed with statuscode: 503";
}

/** What a probe says while nothing listens yet. */
function refusedConnection(work: PodWork, spec: Container, probe: Probe): string {
  const action = probe.httpGet ?? probe.tcpSocket;
  const port = typeof action?.port === "number"
    ? action.port
    : spec.ports?.find(({ name }) => name === action?.port)?.containerPort ?? 8080;
  const address = `${probe.httpGet?.host ?? work.runtime.podIp}:${port}`;
  const refusal = `dial tcp ${address}: connect: connection refused`;
  if (probe.httpGet === undefined) return refusal;
  const { scheme = "HTTP", path = "/" } = probe.httpGet;
  return `Get "${scheme.toLowerCase()}://${address}${path.startsWith("/") ? path : `/${path}`}": ${refusal}`;
}

/**
 * Reports the probes that have failed until now.
 *
 * @returns The probe that has failed so often that the container has to be killed.
 */
export function reportProbes(work: PodWork, container: ContainerRuntime, run: ContainerRun): FailingProbe | undefined {
  for (const probe of run.probes) {
    while (probe.nextMs <= work.now && (probe.untilMs === undefined || probe.nextMs < probe.untilMs)) {
      tell(work, "Warning", "Unhealthy", `${probe.probe} probe failed: ${probe.message}`, container);
      probe.nextMs += probe.periodMs;
      probe.failuresLeft--;
      if (probe.failuresLeft === 0) return probe;
    }
  }
  return undefined;
}

/** When the probes of a run change something next. */
export function nextProbeTime({ upMs, readyMs, unreadyMs, probes }: ContainerRun, now: number): number | undefined {
  const times = [
    upMs,
    readyMs,
    unreadyMs,
    ...probes.map(({ nextMs, untilMs = Infinity }) => nextMs < untilMs ? nextMs : undefined),
  ];
  const ahead = times.filter((time) => time !== undefined && time > now) as number[];
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

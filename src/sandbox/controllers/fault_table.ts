/** Which scripted fault strikes which pod, and for how long. */
import { type Fault, FAULT_STAGES, type FaultOfStage, type FaultStage, imagePattern } from "../faults.ts";
import { faultOfImage } from "./fault_convention.ts";

/** What a fault can strike: a pod, or one that is about to be created. */
export interface FaultSubject {
  /** Equal for the same pod: its uid, or the name that it would have had. */
  key: string;
  namespace: string;
  labels: Record<string, string>;
  /** The pod and its owners: `pod/web-6d4b-x7k2p`, `replicaset/web-6d4b`, `deployment/web`. */
  workloads: readonly string[];
  containers: readonly FaultContainer[];
  /** Milliseconds since 1970 from which `healsAfterSeconds` counts. */
  createdMs: number;
}

/** A container, as far as faults look at it. */
export interface FaultContainer {
  name: string;
  image: string;
  isInit: boolean;
}

interface CompiledFault {
  fault: Fault;
  matchesImage?: (image: string) => boolean;
  /** Keys of the pods that it strikes, when their number is limited. */
  struck: Set<string>;
  limit: number;
}

/** All faults of a sandbox. Scripted ones come first, in their order, then what images ask for. */
export class FaultTable {
  readonly #scripted: CompiledFault[];
  readonly #byImage = new Map<string, CompiledFault | undefined>();

  constructor(faults: readonly Fault[] = []) {
    this.#scripted = faults.map(compile);
  }

  /**
   * The first fault of a stage that strikes a container of a pod, or with no container the pod as a whole.
   *
   * @param attempts How often the step has failed; faults with as many `times` are over.
   */
  find<S extends FaultStage>(
    stage: S,
    subject: FaultSubject,
    nowMs: number,
    container?: FaultContainer,
    attempts = 0,
  ): FaultOfStage[S] | undefined {
    const containers = container === undefined ? subject.containers : [container];
    for (const compiled of this.#candidates(containers)) {
      if (FAULT_STAGES[compiled.fault.fail] !== stage || isOver(compiled.fault, subject, nowMs, attempts)) continue;
      if (!isTarget(compiled, subject, container, containers)) continue;
      if (!claim(compiled, subject.key)) continue;
      return compiled.fault as FaultOfStage[S];
    }
    return undefined;
  }

  *#candidates(containers: readonly FaultContainer[]): Generator<CompiledFault> {
    yield* this.#scripted;
    for (const { image } of containers) {
      if (!this.#byImage.has(image)) {
        const fault = faultOfImage(image);
        this.#byImage.set(image, fault === undefined ? undefined : compile({ ...fault, image }));
      }
      const asked = this.#byImage.get(image);
      if (asked !== undefined) yield asked;
    }
  }
}

function compile(fault: Fault): CompiledFault {
  return {
    fault,
    matchesImage: fault.image === undefined ? undefined : imagePattern(fault.image),
    struck: new Set(),
    limit: fault.pods ?? (fault.fail === "evicted" ? 1 : Infinity),
  };
}

function isOver(fault: Fault, subject: FaultSubject, nowMs: number, attempts: number): boolean {
  const times = "times" in fault ? fault.times : undefined;
  if (times !== undefined && attempts >= times) return true;
  return fault.healsAfterSeconds !== undefined && nowMs >= subject.createdMs + fault.healsAfterSeconds * 1000;
}

function isTarget(
  { fault, matchesImage }: CompiledFault,
  subject: FaultSubject,
  container: FaultContainer | undefined,
  containers: readonly FaultContainer[],
): boolean {
  if (fault.namespace !== undefined && fault.namespace !== subject.namespace) return false;
  if (fault.workload !== undefined && !subject.workloads.some((workload) => isWorkload(workload, fault.workload!))) {
    return false;
  }
  const labels = Object.entries(fault.labels ?? {});
  if (labels.some(([key, value]) => subject.labels[key] !== value)) return false;
  if (fault.container !== undefined && !containers.some(({ name }) => name === fault.container)) return false;
  if (matchesImage !== undefined && !containers.some(({ image }) => matchesImage(image))) return false;
  const isNamed = fault.container !== undefined || matchesImage !== undefined;
  return isNamed || container === undefined || !container.isInit;
}

function isWorkload(workload: string, wanted: string): boolean {
  return wanted.includes("/")
    ? workload === wanted.toLowerCase()
    : workload.slice(workload.indexOf("/") + 1) === wanted;
}

function claim(compiled: CompiledFault, key: string): boolean {
  if (compiled.limit === Infinity || compiled.struck.has(key)) return true;
  if (compiled.struck.size >= compiled.limit) return false;
  compiled.struck.add(key);
  return true;
}

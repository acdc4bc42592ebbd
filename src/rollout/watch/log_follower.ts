import type { KubeClient } from "../../kube/mod.ts";
import type { ObjectRef } from "../../manifest/mod.ts";
import { isForbidden } from "./feeds.ts";
import type { ContainerView, PodView } from "../evidence/pod_view.ts";

/** One line that a container wrote. */
export interface LogLine {
  /** The workload that the pod is of. */
  ref: ObjectRef;
  pod: string;
  container: string;
  line: string;
}

/** More logs at once nobody reads. */
const MOST_STREAMS = 30;

/** Follows the logs of new pods: each run of each container once, until its workload has a verdict. */
export class LogFollower {
  readonly #client: KubeClient;
  readonly #put: (line: LogLine) => void;
  readonly #note: (message: string) => void;
  readonly #noted = new Set<string>();
  /** Runs that are or were followed: pod, container, number of the run. */
  readonly #seen = new Set<string>();
  readonly #stops = new Map<string, AbortController>();
  #open = 0;

  /** @param note Is told, once each, why logs are not followed. */
  constructor(client: KubeClient, put: (line: LogLine) => void, note: (message: string) => void) {
    this.#client = client;
    this.#put = put;
    this.#note = note;
  }

  /** Follows what has begun to run since the last call. */
  follow(key: string, ref: ObjectRef, pods: readonly PodView[]): void {
    for (const pod of pods) {
      for (const container of pod.containers) {
        const run = `${pod.uid}/${container.name}/${container.restartCount}`;
        if (!hasRun(container) || this.#seen.has(run)) continue;
        if (this.#open >= MOST_STREAMS) {
          return this.#noteOnce(`Following ${MOST_STREAMS} logs; those of further containers wait until one ends`);
        }
        this.#seen.add(run);
        void this.#read(key, ref, pod, container.name);
      }
    }
  }

  /** Ends the logs of one workload. */
  stop(key: string): void {
    this.#stops.get(key)?.abort(new DOMException("The rollout has its verdict", "AbortError"));
  }

  /** Ends all. */
  stopAll(): void {
    for (const key of this.#stops.keys()) this.stop(key);
  }

  async #read(key: string, ref: ObjectRef, pod: PodView, container: string): Promise<void> {
    const stop = this.#stops.get(key) ?? new AbortController();
    this.#stops.set(key, stop);
    this.#open++;
    try {
      const lines = this.#client.followLogs(pod.ref, { container, signal: stop.signal });
      for await (const line of lines) this.#put({ ref, pod: pod.ref.name, container, line });
    } catch (error) {
      // A log that can't be read, or ends with its pod, hinders no rollout; what explains a failure is read once more.
      if (isForbidden(error)) this.#noteOnce(`Cannot follow logs: ${error.message}`);
    } finally {
      this.#open--;
    }
  }

  #noteOnce(message: string): void {
    if (!this.#noted.has(message)) this.#note(message);
    this.#noted.add(message);
  }
}

/** Whether this run of the container has something to say: it runs, or has ended. */
function hasRun({ state, last }: ContainerView): boolean {
  return state.kind === "running" || state.kind === "terminated" || (state.kind === "waiting" && last !== undefined);
}

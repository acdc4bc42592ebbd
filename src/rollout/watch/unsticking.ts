import type { KubeClient } from "../../kube/mod.ts";
import { formatRef } from "../../manifest/mod.ts";
import { findBlockingPod } from "../rules/pinned.ts";
import type { Verdict } from "./look.ts";

/** How to delete, and who hears of it. */
export interface UnstickingContext {
  client: KubeClient;
  signal: AbortSignal;
  say(message: string): void;
  /** Called when a deletion was refused: the verdict that was put off stands. */
  onRefused(message: string): void;
}

/** Deletes the broken pods of former revisions that StatefulSets wait for, each once. */
export class Unsticking {
  readonly #context: UnstickingContext;
  /** By UID. */
  readonly #deletions = new Map<string, "asked" | "refused">();

  constructor(context: UnstickingContext) {
    this.#context = context;
  }

  /** Whether the verdict is put off, because the pod that it's about is being deleted. */
  putsOff({ findings, evidence }: Verdict): boolean {
    const isPinned = findings.some(({ code, severity }) => code === "K1603" && severity === "fatal");
    const pod = evidence && findBlockingPod(evidence)?.pod;
    if (!isPinned || pod === undefined) return false;
    if (this.#deletions.has(pod.uid)) return this.#deletions.get(pod.uid) === "asked";
    this.#deletions.set(pod.uid, "asked");
    const { client, signal, say, onRefused } = this.#context;
    say(`Deleting ${formatRef(pod.ref)}, which the StatefulSet waits for`);
    client.delete(pod.ref, { uid: pod.uid, propagation: "Background", signal }).catch((error) => {
      this.#deletions.set(pod.uid, "refused");
      onRefused(`Cannot delete ${formatRef(pod.ref)}: ${error instanceof Error ? error.message : error}`);
    });
    return true;
  }
}

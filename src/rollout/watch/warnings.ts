import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { NEVER, type Suspicion } from "../finding.ts";
import { readObjects, readText, readTime } from "../status/fields.ts";

/** Somebody else changed the pod template: K1703, with the manager who wrote last. */
export function suspectMeddling(ref: ObjectRef, object: Manifest): Suspicion {
  const writers = readObjects(object, "metadata", "managedFields").filter((entry) => entry.subresource === undefined);
  const newest = writers.sort((a, b) => (readTime(b, "time") ?? 0) - (readTime(a, "time") ?? 0))[0];
  const by = newest === undefined ? "" : ` by "${readText(newest, "manager")}"`;
  return {
    code: "K1703",
    object: ref,
    message: `The pod template was changed during the rollout${by}`,
    evidence: [],
    certainty: NEVER,
  };
}

/** A workload was ready and is so no more, or restarted containers since: K1107 for each container that has ended. */
export function suspectFlapping({ newestPods }: Evidence): Suspicion[] {
  return newestPods.flatMap((pod) =>
    pod.containers.filter(({ role, restartCount, last }) => role !== "init" && restartCount > 0 && last !== undefined)
      .map(({ name, last }): Suspicion => ({
        code: "K1107",
        object: pod.ref,
        container: name,
        message: `Container "${name}" was ready, and ended with exit code ${last!.exitCode}`,
        evidence: [{ kind: "exit", text: `container ${name} exited with code ${last!.exitCode} (${last!.reason})` }],
        certainty: NEVER,
      }))
  );
}

/** One of kstage's annotations says nothing that can be understood: K1705. */
export function suspectAnnotation(ref: ObjectRef, annotation: string, text: string): Suspicion {
  return {
    code: "K1705",
    object: ref,
    key: annotation,
    message: `Annotation ${annotation} is no duration: "${text}"`,
    evidence: [],
    certainty: NEVER,
  };
}

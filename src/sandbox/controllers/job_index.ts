/** Indexed Jobs: which numbers are done, and which pod has which. */
import type { PodTemplateSpec } from "kubernetes-types/core/v1";
import type { LivePod } from "./pods.ts";

/** The label and annotation that carry a pod's number. */
export const JOB_INDEX = "batch.kubernetes.io/job-completion-index";

/** The number of a pod. */
export function indexOf({ metadata }: LivePod): number {
  return Number(metadata.annotations?.[JOB_INDEX] ?? -1);
}

/** Reads `1,3-5`. */
export function parseIndexes(text: string): Set<number> {
  const indexes = new Set<number>();
  for (const part of text.split(",").filter(Boolean)) {
    const [from, to = from] = part.split("-").map(Number);
    for (let index = from!; index <= to!; index++) indexes.add(index);
  }
  return indexes;
}

/** Writes `1,3-5`; only three or more in a row, as real Jobs do, become a range: two are `3,4`. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const runs: number[][] = [];
  for (const index of sorted) {
    if (runs.at(-1)?.at(-1) === index - 1) runs.at(-1)!.push(index);
    else runs.push([index]);
  }
  return runs.map((run) => run.length < 3 ? run.join(",") : `${run[0]}-${run.at(-1)}`).join(",");
}

/** The lowest numbers below `completions` that neither are done nor have a running pod. */
export function freeIndexes(completions: number, done: ReadonlySet<number>, active: LivePod[]): number[] {
  const taken = new Set([...done, ...active.map(indexOf)]);
  return Array.from({ length: completions }, (_, index) => index).filter((index) => !taken.has(index));
}

/** The template with the number in the environment of each container. */
export function withIndexVariable(template: PodTemplateSpec): PodTemplateSpec {
  const fieldPath = `metadata.labels['${JOB_INDEX}']`;
  const variable = { name: "JOB_COMPLETION_INDEX", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
  const containers = (template.spec?.containers ?? []).map((container) => ({
    ...container,
    env: [...container.env ?? [], variable],
  }));
  return { ...template, spec: { ...template.spec!, containers } };
}

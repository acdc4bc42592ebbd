import { isObject, type JsonObject, stringifyJson } from "../base/mod.ts";
import type { KubeClient } from "../kube/mod.ts";

/**
 * Asks the cluster about whoever asks: `SelfSubjectReview`, `SelfSubjectAccessReview` and the like.
 *
 * @returns The answer's status.
 */
export async function reviewSelf(client: KubeClient, group: string, kind: string, spec: JsonObject = {}) {
  const answer = await client.request({
    method: "POST",
    path: `/apis/${group}/v1/${kind.toLowerCase()}s`,
    headers: { "Content-Type": "application/json" },
    body: stringifyJson({ apiVersion: `${group}/v1`, kind, spec }),
  });
  return isObject(answer) && isObject(answer.status) ? answer.status : {};
}

import { isObject, type JsonObject, stringifyJson } from "../base/mod.ts";
import type { ApiRequest, KubeClient } from "./contract.ts";

/** Questions that are asked by a POST and change nothing. */
const QUESTION = /^\/apis\/auth[a-z]+\.k8s\.io\/\w+\/self\w+reviews$/;

/** Whether a request asks about whoever asks: it may be sent again. */
export function isSelfReview({ method, path }: Pick<ApiRequest, "method" | "path">): boolean {
  return method === "POST" && QUESTION.test(path);
}

/**
 * Asks the cluster about whoever asks: `SelfSubjectReview`, `SelfSubjectAccessReview` and the like.
 *
 * @returns The answer's status.
 */
export async function reviewSelf(
  client: KubeClient,
  group: string,
  kind: string,
  spec: JsonObject = {},
  signal?: AbortSignal,
): Promise<JsonObject> {
  const request = {
    method: "POST" as const,
    path: `/apis/${group}/v1/${kind.toLowerCase()}s`,
    headers: { "Content-Type": "application/json" },
    body: stringifyJson({ apiVersion: `${group}/v1`, kind, spec }),
  };
  const answer = await client.request(request, signal);
  return isObject(answer) && isObject(answer.status) ? answer.status : {};
}

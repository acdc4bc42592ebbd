import type { Manifest } from "../../manifest/mod.ts";
import { getPath } from "../../base/mod.ts";
import type { LogLine } from "../controllers/mod.ts";
import { type ApiContext, type LogRequest, type ResourceCall, targetOf } from "./context.ts";
import { badRequest } from "./status.ts";

/**
 * The log of a pod's container as text; with `follow`, a stream that ends with the container.
 *
 * @throws {StatusError} BadRequest with the kubelet's words.
 */
export function readPodLog(context: ApiContext, call: ResourceCall, pod: Manifest): Response {
  const { query } = call;
  const request: LogRequest = { pod, previous: isTrue(query.get("previous")) };
  const container = query.get("container") ?? "";
  if (container !== "") request.container = container;
  const lines = linesOf(context, request);
  const headers = { "content-type": "text/plain", "cache-control": "no-cache, private" };
  const timed = isTrue(query.get("timestamps"));
  const first = formatLines(select(lines, query, context.clock.now()), timed);
  const isRunning = getPath(pod, "spec", "nodeName") !== undefined;
  if (first === "" && !isRunning) {
    return new Response(null, { status: 204, headers: { "cache-control": "no-cache, private" } });
  }
  if (!isTrue(query.get("follow"))) return new Response(limited(first, query), { status: 200, headers });
  return new Response(followLog(context, call, request, lines.length, first, timed), { status: 200, headers });
}

function isTrue(value: string | null): boolean {
  return value === "true" || value === "1";
}

function linesOf(context: ApiContext, request: LogRequest): readonly LogLine[] {
  const log = context.readLog(request);
  if ("refusal" in log) throw badRequest(log.refusal);
  return log.lines;
}

function select(lines: readonly LogLine[], query: URLSearchParams, nowMs: number): readonly LogLine[] {
  let selected = lines;
  const seconds = query.get("sinceSeconds");
  if (seconds !== null) selected = selected.filter(({ timeMs }) => timeMs >= nowMs - Number(seconds) * 1000);
  const since = query.get("sinceTime");
  if (since !== null) selected = selected.filter(({ timeMs }) => timeMs >= Date.parse(since));
  const tail = query.get("tailLines");
  if (tail === null || Number(tail) < 0) return selected;
  return Number(tail) === 0 ? [] : selected.slice(-Number(tail));
}

function formatLines(lines: readonly LogLine[], timed: boolean): string {
  return lines.map(({ timeMs, text }) => `${timed ? `${new Date(timeMs).toISOString()} ` : ""}${text}\n`).join("");
}

function limited(text: string, query: URLSearchParams): string {
  const limit = query.get("limitBytes");
  return limit === null ? text : new TextDecoder().decode(new TextEncoder().encode(text).slice(0, Number(limit)));
}

function followLog(
  context: ApiContext,
  call: ResourceCall,
  request: LogRequest,
  known: number,
  first: string,
  timed: boolean,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = (): void => {};
  return new ReadableStream({
    start(controller) {
      let seen = known;
      const close = (): void => {
        stop();
        controller.close();
      };
      if (first !== "") controller.enqueue(encoder.encode(first));
      if (hasEnded(context, call, request)) return controller.close();
      stop = context.onLogs(() => {
        const log = context.readLog(request);
        const lines = "lines" in log ? log.lines : [];
        // A restarted container's log begins anew.
        const fresh = lines.slice(lines.length < seen ? 0 : seen);
        seen = lines.length;
        if (fresh.length > 0) controller.enqueue(encoder.encode(formatLines(fresh, timed)));
        if (hasEnded(context, call, request)) close();
      });
      for (const signal of [call.signal, context.signal]) {
        signal.addEventListener("abort", () => stop(), { once: true });
      }
    },
    cancel: () => stop(),
  });
}

/** Whether nothing more will be written: the pod is gone, or its container has ended for good. */
function hasEnded(context: ApiContext, call: ResourceCall, { pod }: LogRequest): boolean {
  const live = context.store.get(targetOf(call));
  if (live === undefined || live.metadata.uid !== pod.metadata.uid) return true;
  return ["Succeeded", "Failed"].includes(String(getPath(live, "status", "phase")));
}

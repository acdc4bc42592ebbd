import { deepEqual, equal, ok, rejects } from "../assert.ts";
import fc from "fast-check";
import { NetworkError, type NetworkErrorCode } from "../../src/base/mod.ts";
import { ApiError, type ApiErrorCode, parseRetryAfter, planRetry, type RetryNotice } from "../../src/kube/mod.ts";
import { configMap, createFakeClient, json, refusal } from "./fake_transport.ts";

const FIRST = { attempt: 1, elapsedMs: 0 };
const READ = { idempotent: true };
const ONCE = { idempotent: false };
const REF = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "settings" };
const MANIFEST = configMap("settings");

function apiError(code: ApiErrorCode, status: number, serverMessage = "", retryAfterMs?: number): ApiError {
  const facts = { status, verb: "apply" as const, serverMessage };
  return new ApiError(code, "Cannot apply x", retryAfterMs === undefined ? facts : { ...facts, retryAfterMs });
}

function networkError(code: NetworkErrorCode): NetworkError {
  return new NetworkError(code, "Cannot reach the server", "/");
}

Deno.test("planRetry() never repeats what can't change", () => {
  const errors = [
    apiError("UNAUTHORIZED", 401),
    apiError("FORBIDDEN", 403),
    apiError("ADMISSION_DENIED", 403, "exceeded quota"),
    apiError("NOT_FOUND", 404),
    apiError("KIND_UNKNOWN", 404),
    apiError("ALREADY_EXISTS", 409),
    apiError("CONFLICT", 409, 'Apply failed with 1 conflict: conflict with "kubectl"'),
    apiError("INVALID", 422),
    apiError("BAD_REQUEST", 400),
    apiError("NOT_KUBERNETES", 200),
    apiError("REDIRECT", 302),
    networkError("TLS_UNKNOWN_ISSUER"),
    networkError("REFUSED"),
    networkError("DNS"),
    networkError("PROXY"),
    new Error("a bug"),
  ];
  deepEqual(errors.map((error) => planRetry(error, FIRST, READ, 0.5)), errors.map(() => undefined));
});

Deno.test("planRetry() repeats reads and applies after trouble of the server or the connection", () => {
  const errors = [
    apiError("TOO_MANY_REQUESTS", 429),
    apiError("SERVER_ERROR", 500),
    apiError("SERVER_ERROR", 502),
    apiError("SERVER_ERROR", 503),
    apiError("SERVER_ERROR", 504),
    apiError("SERVER_ERROR", 500, "etcdserver: leader changed"),
    apiError("ADMISSION_FAILED", 500, "failed calling webhook"),
    apiError("CONFLICT", 409, 'Operation cannot be fulfilled on resourcequotas "q": the object has been modified'),
    apiError("CONFLICT", 409, 'Operation cannot be fulfilled on deployments.apps "x": the object has been modified'),
    networkError("RESET"),
  ];
  for (const error of errors) ok(planRetry(error, FIRST, READ, 0.5), `${error.code} ${error.message}`);
});

Deno.test("planRetry() repeats a create only when nothing was done", () => {
  const isRepeated = (error: Error) => planRetry(error, FIRST, ONCE, 0.5) !== undefined;
  equal(isRepeated(apiError("TOO_MANY_REQUESTS", 429)), true);
  equal(isRepeated(apiError("ADMISSION_FAILED", 500, "failed calling webhook")), true);
  equal(isRepeated(apiError("SERVER_ERROR", 503, "", 1000)), true, "Retry-After says that it did not begin");
  equal(isRepeated(apiError("SERVER_ERROR", 503)), false);
  equal(isRepeated(apiError("SERVER_ERROR", 500, "etcdserver: request timed out")), false);
  equal(isRepeated(networkError("RESET")), false);
});

Deno.test("planRetry() leaves a conflict of versions to a caller that named one", () => {
  const error = apiError("CONFLICT", 409, "the object has been modified");
  equal(planRetry(error, FIRST, { idempotent: true, conditional: true }, 0.5), undefined);
});

Deno.test("planRetry() takes refused connections as a restart only of a server that answered before", () => {
  ok(planRetry(networkError("REFUSED"), FIRST, { idempotent: false, reachedBefore: true }, 0.5));
});

Deno.test("planRetry() waits at least as long as the server asks, but no longer than a minute", () => {
  equal(planRetry(apiError("TOO_MANY_REQUESTS", 429, "", 7000), FIRST, READ, 0.5)!.delayMs, 7000);
  equal(planRetry(apiError("TOO_MANY_REQUESTS", 429, "", 600_000), FIRST, READ, 0.5)!.delayMs, 60_000);
  ok(planRetry(apiError("TOO_MANY_REQUESTS", 429, "", 0), FIRST, READ, 0.5)!.delayMs > 0);
});

Deno.test("planRetry() ends: within ten attempts and 90 seconds, whatever the error", () => {
  const error = fc.constantFrom(
    apiError("TOO_MANY_REQUESTS", 429),
    apiError("TOO_MANY_REQUESTS", 429, "", 30_000),
    apiError("SERVER_ERROR", 503),
    apiError("ADMISSION_FAILED", 500),
    networkError("RESET"),
    networkError("TIMEOUT"),
  );
  fc.assert(fc.property(error, fc.double({ min: 0, max: 0.999, noNaN: true }), (failure, random) => {
    let elapsedMs = 0;
    let attempt = 1;
    for (;; attempt++) {
      const retry = planRetry(failure, { attempt, elapsedMs }, { idempotent: true, reachedBefore: true }, random);
      if (retry === undefined) break;
      elapsedMs += retry.delayMs;
    }
    ok(attempt <= 10 && elapsedMs <= 90_000, `${attempt} attempts, ${elapsedMs} ms`);
  }));
});

Deno.test("parseRetryAfter() reads seconds and dates", () => {
  const now = Date.UTC(2026, 0, 1);
  equal(parseRetryAfter("3", now), 3000);
  equal(parseRetryAfter("Thu, 01 Jan 2026 00:00:05 GMT", now), 5000);
  equal(parseRetryAfter("Wed, 31 Dec 2025 00:00:05 GMT", now), 0);
  equal(parseRetryAfter("soon", now), undefined);
  equal(parseRetryAfter(null, now), undefined);
});

Deno.test("a request is repeated after the announced time and each wait is reported", async () => {
  const notices: RetryNotice[] = [];
  const limited = refusal(429, "TooManyRequests", "slow down", {}, { "Retry-After": "4" });
  const { client, transport, clock } = createFakeClient([limited, limited, json(MANIFEST)], {
    onRetry: (notice) => notices.push(notice),
  });
  await clock.drive(client.apply(MANIFEST, { fieldManager: "kstage" }));
  const [first, ...later] = transport.requests.map(({ atMs }) => atMs);
  deepEqual(later.map((atMs) => atMs - first!), [4000, 8000]);
  deepEqual(notices.map(({ attempt, delayMs, because }) => ({ attempt, delayMs, because })), [
    { attempt: 1, delayMs: 4000, because: "the server limits requests" },
    { attempt: 2, delayMs: 4000, because: "the server limits requests" },
  ]);
});

Deno.test("an answer that is cut off in the middle is asked for again", async () => {
  const cut = () => new Response('{"kind":"Conf', { headers: { "Content-Type": "application/json" } });
  const broken = () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("error reading a body")) });
    return new Response(body, { headers: { "Content-Type": "application/json" } });
  };
  const { client, transport, clock } = createFakeClient([cut, broken, networkError("RESET"), json(MANIFEST)]);
  equal((await clock.drive(client.get(REF)))?.metadata.name, "settings");
  equal(transport.requests.length, 4);
});

Deno.test("a server that does not answer is given up after three deadlines, once it was reached", async () => {
  const silent = () => new Promise<Response>(() => {});
  const { client, transport, clock } = createFakeClient([json(MANIFEST), silent], { requestTimeoutMs: 10_000 });
  await client.get(REF);
  await rejects(clock.drive(client.get(REF)), {
    name: "NetworkError",
    code: "TIMEOUT",
    message: "Cannot get configmap/settings in namespace default: the server did not answer within 10 s",
  });
  equal(transport.requests.length, 4);
});

Deno.test("a create whose answer was lost is not sent twice", async () => {
  const { client, transport, clock } = createFakeClient([networkError("RESET"), json(MANIFEST, 201)]);
  await rejects(clock.drive(client.create(MANIFEST)), { code: "RESET" });
  equal(transport.requests.length, 1);
});

Deno.test("a wait for the next attempt ends with the signal", async () => {
  const { client, clock } = createFakeClient([refusal(503, "ServiceUnavailable", "no")]);
  const abort = new AbortController();
  const pending = client.get(REF, abort.signal);
  await clock.advance(10);
  abort.abort(new Error("interrupted"));
  await rejects(pending, { message: "interrupted" });
});

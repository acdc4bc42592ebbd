import { type Backoff, computeBackoff, NetworkError } from "../base/mod.ts";
import { ApiError } from "./api_error.ts";

/** Whether a request may be sent again. */
export interface RequestSafety {
  /** Doing it twice leaves the same as doing it once: reads, server-side apply, dry-runs. */
  idempotent: boolean;
  /** It names the version that it expects, so a conflict of versions is its answer. */
  conditional?: boolean;
  /** An earlier request of this client got an answer: that the server refuses connections now means it restarts. */
  reachedBefore?: boolean;
}

/** A reason to send a request again. */
interface RetryRule {
  /** For people: what the server's trouble is. */
  because: string;
  /** Requests in all, the first one included. */
  maxAttempts: number;
  backoff: Backoff;
  /** Whether nothing was done, so that even a request that isn't idempotent may be repeated. */
  harmless: boolean;
  applies(error: unknown, safety: RequestSafety): boolean;
}

const QUICK: Backoff = { baseMs: 100, maxMs: 2_000 };
const PATIENT: Backoff = { baseMs: 250, maxMs: 5_000 };

/** The longest wait that a server's `Retry-After` is followed for. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** No new attempt begins later than this after the first, however few there were. */
const LONGEST_RETRYING_MS = 90_000;

/**
 * First match wins. The attempts are so many that a server which refuses one request in five still gets a thousand
 * objects applied, and so few that one which is down is given up after half a minute.
 *
 * The texts stand for what the API has no codes for: etcd's `ErrGRPCLeaderChanged` and `ErrGRPCTimeout…`, apiserver's
 * `ErrCallingWebhook`, quota's optimistic lock, the ServiceAccount admission plugin.
 */
const RULES: readonly RetryRule[] = [
  {
    because: "the server limits requests",
    maxAttempts: 10,
    backoff: PATIENT,
    harmless: true,
    applies: (error) => isApiError(error, "TOO_MANY_REQUESTS"),
  },
  {
    because: "an admission webhook is not ready",
    maxAttempts: 9,
    backoff: PATIENT,
    harmless: true,
    applies: (error) => isApiError(error, "ADMISSION_FAILED"),
  },
  {
    because: "the quota changed meanwhile",
    maxAttempts: 8,
    backoff: QUICK,
    harmless: true,
    applies: (error) =>
      isApiError(error, "CONFLICT") && /resourcequotas/.test(error.serverMessage) && isLockConflict(error),
  },
  {
    because: "the object changed meanwhile",
    maxAttempts: 8,
    backoff: QUICK,
    harmless: false,
    applies: (error, { conditional }) => !conditional && isApiError(error, "CONFLICT") && isLockConflict(error),
  },
  {
    because: "the ServiceAccount of the pod is not there yet",
    maxAttempts: 6,
    backoff: PATIENT,
    harmless: true,
    applies: (error) =>
      isApiError(error, "ADMISSION_DENIED") &&
      /error looking up service account .* not found/.test(error.serverMessage),
  },
  {
    because: "the server is not available",
    maxAttempts: 10,
    backoff: PATIENT,
    harmless: false,
    applies: (error) =>
      isApiError(error, "SERVER_ERROR") &&
      (error.status !== 500 || /etcdserver: |leader changed/.test(error.serverMessage)),
  },
  {
    because: "the server failed",
    maxAttempts: 5,
    backoff: PATIENT,
    harmless: false,
    applies: (error) => isApiError(error, "SERVER_ERROR"),
  },
  {
    because: "the server refuses connections",
    maxAttempts: 8,
    backoff: PATIENT,
    harmless: true,
    applies: (error, { reachedBefore }) =>
      reachedBefore === true && error instanceof NetworkError && (error.code === "REFUSED" || error.code === "DNS"),
  },
  {
    because: "the connection was lost",
    maxAttempts: 10,
    backoff: QUICK,
    harmless: false,
    applies: (error) => error instanceof NetworkError && error.code === "RESET",
  },
  {
    because: "the server does not answer",
    maxAttempts: 3,
    backoff: QUICK,
    harmless: false,
    applies: (error, { reachedBefore }) =>
      reachedBefore === true && error instanceof NetworkError && error.code === "TIMEOUT",
  },
];

/** To wait, and why. */
export interface Retry {
  /** How long to wait first. */
  delayMs: number;
  /** For people: `the server limits requests`. */
  because: string;
  /** Whether the server may have done what was asked although the request failed. */
  mayBeDone: boolean;
}

/**
 * Whether and when a failed request is sent again.
 *
 * @param error What it failed with.
 * @param attempts How many times it has been sent, from 1, and how long ago the first time was.
 * @param random From 0 (included) to 1 (excluded).
 * @returns Undefined when sending it again can't help, might do it twice, or was tried often enough.
 */
export function planRetry(
  error: unknown,
  { attempt, elapsedMs }: { attempt: number; elapsedMs: number },
  safety: RequestSafety,
  random: number,
): Retry | undefined {
  const rule = RULES.find(({ applies }) => applies(error, safety));
  if (rule === undefined || attempt >= rule.maxAttempts) return undefined;
  const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
  // With Retry-After the server says that it did not begin, also in a 500 or 503.
  const mayBeDone = !rule.harmless && asked === undefined;
  if (!safety.idempotent && mayBeDone) return undefined;
  const own = computeBackoff(attempt, rule.backoff, random);
  const delayMs = asked === undefined ? own : Math.max(own, Math.min(asked, LONGEST_RETRY_AFTER_MS));
  return elapsedMs + delayMs > LONGEST_RETRYING_MS ? undefined : { delayMs, because: rule.because, mayBeDone };
}

/**
 * Parses a `Retry-After` header: seconds, or a date.
 *
 * @param nowMs Milliseconds since 1970, for dates.
 * @returns Milliseconds from now, never negative; undefined when there is none or it says nothing.
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = text === "" ? NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function isApiError(error: unknown, code: ApiError["code"]): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** Another writer was faster; a conflict of field managers has causes instead. */
function isLockConflict(error: ApiError): boolean {
  return error.causes.length === 0 && /object has been modified/.test(error.serverMessage);
}

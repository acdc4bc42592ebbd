import { type Clock, type JsonValue, NetworkError, parseJson, type Random, withDeadline } from "../base/mod.ts";
import { type Answer, toApiError } from "./answer.ts";
import { ApiError } from "./api_error.ts";
import type { ApiRequest, Transport } from "./contract.ts";
import { describeFailure, type Operation } from "./operation.ts";
import { planRetry, type RequestSafety } from "./retry.ts";

/** One request and what it is for. */
export interface Call {
  operation: Operation;
  request: ApiRequest;
  safety: Pick<RequestSafety, "idempotent" | "conditional">;
  /** @default {"json"} */
  expects?: "json" | "text";
}

/** An answer with a status below 300. */
export interface GoodAnswer extends Answer {
  /** The parsed body; null when the call expects text. */
  value: JsonValue;
  /** Whether an earlier attempt failed that the server may have carried out: then this answer is to a repetition. */
  mayBeRepetition: boolean;
}

/** A request is about to be sent again. */
export interface RetryNotice {
  /** What failed, and with what. */
  error: ApiError | NetworkError;
  /** How many times it has been sent. */
  attempt: number;
  /** Milliseconds until it is sent again. */
  delayMs: number;
  /** For people: `the server limits requests`. */
  because: string;
  /** Whether the server may have done what was asked although the request failed. */
  mayBeDone: boolean;
}

/** What the exchange needs. */
export interface ExchangeOptions {
  transport: Transport;
  clock: Clock;
  random: Random;
  requestTimeoutMs: number;
  onRetry?: ((notice: RetryNotice) => void) | undefined;
}

/** Sends requests: answers are read to their end, errors made of refusals, and what can be tried again is. */
export class Exchange {
  readonly #options: ExchangeOptions;
  #reachedBefore = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** The answer to a call, with a status below 300. */
  async send(call: Call, signal?: AbortSignal): Promise<GoodAnswer> {
    const { clock, random, onRetry } = this.#options;
    const startMs = clock.now();
    let mayBeRepetition = false;
    for (let attempt = 1;; attempt++) {
      try {
        return { ...await this.#sendOnce(call, attempt, signal), mayBeRepetition };
      } catch (error) {
        if (!(error instanceof ApiError || error instanceof NetworkError)) throw error;
        const safety = { ...call.safety, reachedBefore: this.#reachedBefore };
        const retry = planRetry(error, { attempt, elapsedMs: clock.now() - startMs }, safety, random.number());
        if (retry === undefined) throw error;
        mayBeRepetition ||= retry.mayBeDone;
        onRetry?.({ error, attempt, ...retry });
        await clock.sleep(retry.delayMs, signal);
      }
    }
  }

  /**
   * Sends a request once and hands out the answer unread, for streams.
   *
   * @throws {ApiError} When its status is not below 300.
   */
  async open(call: Call, signal: AbortSignal): Promise<Response> {
    const { clock, requestTimeoutMs } = this.#options;
    const response = await withDeadline(
      { clock, limitMs: requestTimeoutMs, signal, onTimeout: () => this.#timeout(call) },
      // The deadline ends where the stream begins, so the request hangs on the caller's signal instead.
      () => this.#options.transport.send(call.request, signal),
    );
    this.#reachedBefore = true;
    if (response.status < 300) return response;
    throw toApiError(call.operation, await this.#read(call, response), clock.now());
  }

  #sendOnce(
    call: Call,
    attempt: number,
    signal: AbortSignal | undefined,
  ): Promise<Omit<GoodAnswer, "mayBeRepetition">> {
    const { transport, clock, requestTimeoutMs } = this.#options;
    return withDeadline(
      { clock, limitMs: requestTimeoutMs, signal, onTimeout: () => this.#timeout(call) },
      async (limited) => {
        const response = await transport.send(call.request, limited);
        this.#reachedBefore = true;
        const answer = await this.#read(call, response);
        if (answer.status < 300 && call.expects === "text") return { ...answer, value: null };
        if (answer.status < 300 && isJson(answer.headers)) return { ...answer, value: this.#parse(call, answer) };
        throw toApiError(call.operation, answer, clock.now(), attempt);
      },
    );
  }

  async #read(call: Call, response: Response): Promise<Answer> {
    const { status, headers } = response;
    try {
      return { status, headers, text: await response.text() };
    } catch (cause) {
      throw cutOff(call, cause);
    }
  }

  #parse(call: Call, { text }: Answer): JsonValue {
    try {
      return parseJson(text);
    } catch (cause) {
      throw cutOff(call, cause);
    }
  }

  #timeout({ operation, request }: Call): NetworkError {
    const seconds = Math.round(this.#options.requestTimeoutMs / 1000);
    return new NetworkError(
      "TIMEOUT",
      `${describeFailure(operation)}: the server did not answer within ${seconds} s`,
      request.path,
    );
  }
}

/** What ends in the middle counts as a lost connection. The cause is left out: it may quote the text. */
function cutOff({ operation, request }: Call, cause: unknown): NetworkError {
  if (cause instanceof NetworkError) return cause;
  return new NetworkError("RESET", `${describeFailure(operation)}: the server's answer was cut off`, request.path);
}

function isJson(headers: Headers): boolean {
  return /\bjson\b/.test(headers.get("Content-Type") ?? "");
}

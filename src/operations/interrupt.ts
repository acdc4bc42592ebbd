import { CodedError, type Host } from "../base/mod.ts";

/** The user or the system asked to stop. */
export class InterruptedError extends CodedError<"SIGINT" | "SIGTERM"> {
  /** For `error.name`. */
  override name = "InterruptedError";

  /** An interruption by a signal. @param hint What has become of the work. */
  constructor(signal: "SIGINT" | "SIGTERM", hint?: string) {
    super(signal, `Interrupted by ${signal}`, { hint });
  }

  /** The same, for a run that has written nothing yet. */
  beforeApply(): InterruptedError {
    return new InterruptedError(this.code, "Nothing was applied");
  }
}

/**
 * Runs an operation that SIGINT and SIGTERM cancel, so that its `finally` blocks run and it can say how far it came.
 *
 * @param action Gets a signal that is aborted with an {@link InterruptedError} as its reason.
 */
export async function withInterrupt<T>(host: Host, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stopListening = host.onInterrupt((signal) => controller.abort(new InterruptedError(signal)));
  try {
    return await action(controller.signal);
  } finally {
    stopListening();
  }
}

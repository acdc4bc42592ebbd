import type { Host, Output } from "../base/mod.ts";
import type { Redactor, StreamState } from "../credentials/mod.ts";

/** A host whose outputs never show a registered secret. */
export interface ProtectedHost extends Host {
  /**
   * Keeps secrets out of all that is written from now on. The redactor is made by the first operation that has a secret,
   * so that those without one, such as a build, need not load it.
   */
  registerSecrets(createRedactor: () => Redactor, ...secrets: (string | undefined)[]): void;
  /** A text without the registered secrets. */
  redact(text: string): string;
  /** Writes to standard output what the user asked to be shown, secrets included: only where that is the command's purpose. */
  reveal(text: string): void;
  /** Writes what the outputs hold back because it may be the beginning of a secret: to be called at the end. */
  flush(): void;
}

/** Puts a redactor before the host's outputs. */
export function protectHost(host: Host): ProtectedHost {
  let redactor: Redactor | undefined;
  const outputs = [host.stdout, host.stderr].map((output) => {
    const state: StreamState = { held: "", before: "" };
    const guarded: Output = {
      write: (text) => output.write(redactor === undefined ? text : redactor.redactPart(state, text)),
      isTerminal: () => output.isTerminal(),
      columns: () => output.columns(),
    };
    const flush = () => {
      if (state.held !== "") output.write(redactor!.redactRest(state));
    };
    return { guarded, flush };
  });
  const [stdout, stderr] = outputs;
  const flush = () => {
    for (const output of outputs) output.flush();
  };
  return {
    ...host,
    stdout: stdout!.guarded,
    stderr: stderr!.guarded,
    flush,
    redact: (text) => redactor === undefined ? text : redactor.redact(text),
    reveal(text) {
      stdout!.flush();
      host.stdout.write(text);
    },
    registerSecrets(createRedactor, ...secrets) {
      redactor ??= createRedactor();
      for (const secret of secrets) if (secret !== undefined) redactor.register(secret);
    },
  };
}

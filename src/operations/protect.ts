import type { Host, Output } from "../base/mod.ts";
import type { Redactor } from "../credentials/mod.ts";

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
}

/** Puts a redactor before the host's outputs. */
export function protectHost(host: Host): ProtectedHost {
  let redactor: Redactor | undefined;
  const redact = (text: string) => redactor === undefined ? text : redactor.redact(text);
  const protect = (output: Output): Output => ({
    write: (text) => output.write(redact(text)),
    isTerminal: () => output.isTerminal(),
    columns: () => output.columns(),
  });
  return {
    ...host,
    stdout: protect(host.stdout),
    stderr: protect(host.stderr),
    redact,
    reveal: (text) => host.stdout.write(text),
    registerSecrets(createRedactor, ...secrets) {
      redactor ??= createRedactor();
      for (const secret of secrets) if (secret !== undefined) redactor.register(secret);
    },
  };
}

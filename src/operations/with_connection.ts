import { CodedError } from "../base/mod.ts";
import { explainConnectionError, type ExplanationCode } from "../credentials/mod.ts";
import { connect, type Connection, type ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";

/** The cluster could not be talked to, and this is why. */
export class ConnectionError extends CodedError<ExplanationCode> {
  /** For `error.name`. */
  override name = "ConnectionError";
}

/**
 * Runs an operation with a connection, which is closed at its end. What goes wrong between here and the cluster is
 * explained in terms of the address, CA and token that were given.
 *
 * @throws {ConnectionError} In place of errors of the network and refusals of the token.
 */
export async function withConnection<T>(
  host: ProtectedHost,
  options: ConnectOptions,
  action: (connection: Connection) => Promise<T>,
): Promise<T> {
  using connection = await connect(host, options);
  try {
    return await action(connection);
  } catch (error) {
    throw await explainError(connection, error);
  }
}

/** The error in terms of the address, CA and token that were given, where it's theirs; else as it is. */
export async function explainError<E>(connection: Connection, error: E): Promise<E | ConnectionError> {
  if (!(error instanceof CodedError)) return error;
  const explanation = explainConnectionError(error, await connection.readFacts(error));
  // The client names the missing rule itself, and more exactly.
  if (explanation === undefined || explanation.code === "RULE_MISSING") return error;
  const { code, cause, evidence, remedy } = explanation;
  const message = [cause, ...evidence.map((line) => `  ${line}`)].join("\n");
  return new ConnectionError(code, message, { hint: remedy, cause: error });
}

import { KustomizeError } from "../errors.ts";

/** The variables of a build by name. */
export type Variables = Map<string, Variable>;

/** A value that `$(NAME)` stands for. */
export interface Variable {
  readonly name: string;
  /** Path of the field to read, with dots. */
  readonly fieldPath: string;
}

/** Adds the variables of a base. */
export function mergeVariables(variables: Variables, other: Variables): void {
  for (const variable of other.values()) addVariable(variables, variable);
}

/**
 * Adds a variable.
 *
 * @throws {KustomizeError} INVALID_CONFIG when there is one of its name.
 */
export function addVariable(variables: Variables, variable: Variable): void {
  if (variables.has(variable.name)) {
    throw new KustomizeError("INVALID_CONFIG", `var '${variable.name}' already encountered`);
  }
  variables.set(variable.name, variable);
}

/** Runs a program on YAML documents; undefined when there is no input. Returns its output. */
export type RunProgram = (input: string | undefined) => Promise<string>;

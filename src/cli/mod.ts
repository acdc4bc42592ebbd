/** The command line: declared commands, help, exit codes and the presentation of errors. */
export { runCli } from "./main.ts";
export { EXIT_CODES, type ExitCode } from "./exit_codes.ts";

import type { ProcessOptions, ProcessResult } from "../../../src/base/mod.ts";
import { isObject, type JsonObject } from "../../../src/base/mod.ts";
import { readYaml } from "../../../src/yaml/mod.ts";

/** One call of a program. */
export interface Call {
  command: string;
  args: string[];
  options: ProcessOptions;
  stdin: string;
}

/** Programs as a function: what each call prints, or an exit code and its message. */
export function programs(answer: (call: Call) => string | { exitCode: number; stderr: string }) {
  const calls: Call[] = [];
  const run = (command: string, args: string[], options: ProcessOptions = {}): Promise<ProcessResult> => {
    const call = { command, args, options, stdin: new TextDecoder().decode(options.stdin) };
    calls.push(call);
    const printed = answer(call);
    const encoder = new TextEncoder();
    return Promise.resolve(
      typeof printed === "string"
        ? { exitCode: 0, stdout: encoder.encode(printed), stderr: new Uint8Array() }
        : { exitCode: printed.exitCode, stdout: new Uint8Array(), stderr: encoder.encode(printed.stderr) },
    );
  };
  return { calls, run };
}

/** The ResourceList that a function got. */
export function resourceList({ stdin }: Call): { items: JsonObject[]; functionConfig: JsonObject } & JsonObject {
  const list = readYaml(stdin);
  if (!isObject(list)) throw new Error(`no ResourceList: ${stdin}`);
  return list as ReturnType<typeof resourceList>;
}

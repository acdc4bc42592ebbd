/**
 * Images that ask for a fault themselves, so that a demonstration needs no script:
 *
 * - the tag `does-not-exist`, in any registry, is not found;
 * - the tag `sandbox-<fault>`, in any registry: `registry.example.com/api:sandbox-crash`;
 * - anything below `sandbox.kstage.dev/`, whose last name or tag is a fault: `sandbox.kstage.dev/oom-killed`,
 *   `sandbox.kstage.dev/api:never-ready`.
 *
 * A number behind the fault is its most telling parameter: `sandbox-crash-3` exits with code 3, `sandbox-slow-20` takes
 * 20 seconds longer, `sandbox-registry-timeout-2` fails twice, `sandbox-unschedulable-40` heals after 40 seconds.
 * No other image is special.
 */
import { type Fault, FAULT_STAGES, type FaultName, type FaultStage, isFaultName } from "../faults.ts";
import { parseImageName } from "./image_name.ts";

const PREFIX = "sandbox-";
const HOST = "sandbox.kstage.dev";

/** The fault that an image asks for, or undefined. */
export function faultOfImage(image: string): Fault | undefined {
  const name = parseImageName(image);
  if (name === undefined) return undefined;
  if (name.tag === "does-not-exist") return { fail: "image-not-found" };
  if (name.tag?.startsWith(PREFIX)) return namedFault(name.tag.slice(PREFIX.length));
  if (name.host !== HOST) return undefined;
  return namedFault(name.tag ?? "") ?? namedFault(name.repository.split("/").at(-1)!);
}

function namedFault(text: string): Fault | undefined {
  const [, name, digits] = /^([a-z-]+?)(?:-(\d+))?$/.exec(text) ?? [];
  if (name === undefined || !isFaultName(name)) return undefined;
  const number = digits === undefined ? DEFAULT_NUMBER[name] : Number(digits);
  const field = name === "crash" ? "exitCode" : NUMBER_FIELD[FAULT_STAGES[name]];
  return { fail: name, ...(number === undefined || field === undefined ? {} : { [field]: number }) } as Fault;
}

const DEFAULT_NUMBER: Partial<Record<FaultName, number>> = { slow: 30 };

const NUMBER_FIELD: Partial<Record<FaultStage, string>> = {
  pull: "times",
  exit: "times",
  config: "times",
  node: "times",
  slow: "delaySeconds",
  probe: "afterSeconds",
  eviction: "afterSeconds",
  schedule: "healsAfterSeconds",
  admission: "healsAfterSeconds",
};

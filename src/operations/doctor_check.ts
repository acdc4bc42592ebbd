import type { CodedError } from "../base/mod.ts";

/** What is looked at, in this order; the first layer that fails ends the examination. */
export type DoctorLayer =
  | "credentials"
  | "network"
  | "TLS"
  | "server"
  | "identity"
  | "permissions"
  | "registry"
  | "dry-run";

/** What came out of looking at one layer. No part holds a secret. */
export interface DoctorCheck {
  /** What was looked at. */
  layer: DoctorLayer;
  /** `warning`: it works today, or nobody can tell from here. */
  status: "ok" | "warning" | "failed";
  /** Stable, for programs; absent where all is well. */
  code?: string;
  /** One sentence, or what was found where all is well. */
  cause: string;
  /** What was seen. */
  evidence: string[];
  /** What to do. */
  remedy?: string;
}

/** An error as what came out of a layer. */
export function checkOfError(layer: DoctorLayer, error: CodedError): DoctorCheck {
  const [cause = "", ...evidence] = error.message.split("\n");
  const remedy = error.hint === undefined ? {} : { remedy: error.hint };
  return { layer, status: "failed", code: error.code, cause, evidence, ...remedy };
}

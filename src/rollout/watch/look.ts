import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { Companions, Evidence } from "../evidence/evidence.ts";
import type { PodView } from "../evidence/pod_view.ts";
import type { SurroundingKind, Surroundings } from "../evidence/surroundings.ts";
import type { Finding } from "../finding.ts";
import type { Status } from "../status/status.ts";
import type { RolloutOutcome, WorkloadProgress } from "./rollout_event.ts";

/** How a workload's rollout ended, and on what grounds. */
export interface Verdict {
  outcome: RolloutOutcome;
  findings: Finding[];
  status?: Status;
  /** The last that was seen; undefined when the object never was. */
  evidence?: Evidence;
}

/** What one look at a workload brought. */
export interface LookResult {
  /** Set when it has changed since the last look. */
  progress?: WorkloadProgress;
  /** All present findings. */
  findings: Finding[];
  /** Those of them that haven't been told before. */
  news: Finding[];
  /** Pods of the newest revision. */
  pods: PodView[];
  /** What should be watched from now on. */
  needs: SurroundingKind[];
  /** Whether other workloads' pods should be watched too. */
  wantsRoom: boolean;
  /** Single objects that are worth a look of their own, and another one soon. */
  lookFor: ObjectRef[];
  /** When to look again, if nothing happens before. */
  wakeMs: number;
  verdict?: Verdict;
}

/** What there is to look at. */
export interface Look {
  /** The workload; undefined when it doesn't exist. */
  object: Manifest | undefined;
  around: Surroundings;
  nowMs: number;
  /** The workloads that are watched along with this one. */
  companions: Companions;
  /** The time is up: there will be a verdict. @default {false} */
  isLast?: boolean;
}

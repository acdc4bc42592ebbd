import type { Env } from "../base/mod.ts";

/** The job itself gives secrets away. */
export interface JobWarning {
  /** Stable, for programs. */
  code: "DEBUG_TRACE";
  /** One sentence. */
  cause: string;
  /** What to do. */
  remedy: string;
}

/** What is wrong with the job itself, as far as its variables tell. */
export function checkJob(env: Env): JobWarning[] {
  if (env.get("CI_DEBUG_TRACE") !== "true") return [];
  return [{
    code: "DEBUG_TRACE",
    cause: "CI_DEBUG_TRACE is on: the job's log shows the value of every variable",
    remedy: "Remove it, delete the logs of such jobs, and replace the token: kstage rotate",
  }];
}

import type { Env, FileSystem } from "../base/mod.ts";
import { ReleaseError } from "./errors.ts";

/** Which run of a CI system's pipeline it was. */
export interface PipelineOrigin {
  /** What its numbers count in: a GitLab project, or a GitHub repository with the workflow. */
  project: string;
  /** The branch or tag that it ran for. */
  ref: string;
  /** Grows with every pipeline of the project: CI_PIPELINE_IID, GITHUB_RUN_NUMBER. */
  number: number;
  /** Its page. */
  url?: string;
}

/** Who deployed what, and from where. */
export interface ReleaseOrigin {
  /** `user@host`, or the CI's user. */
  by: string;
  /** The commit's full hash. */
  commit?: string;
  /** Where it ran in CI. */
  pipeline?: PipelineOrigin;
  /** Page of the job. */
  jobUrl?: string;
}

/**
 * Reads who deploys from the variables of GitLab CI or GitHub Actions, else of the shell.
 *
 * @param fs Tells the machine's name where no variable does.
 */
export function readOrigin(env: Env, fs?: Pick<FileSystem, "readText">): ReleaseOrigin {
  const get = (name: string) => env.get(name) || undefined;
  if (get("GITLAB_CI") !== undefined || get("CI_PROJECT_PATH") !== undefined) return readGitLab(get);
  if (get("GITHUB_ACTIONS") !== undefined) return readGitHub(get);
  const user = get("USER") ?? get("LOGNAME") ?? get("USERNAME") ?? "unknown";
  return { by: `${user}@${get("HOSTNAME") ?? get("COMPUTERNAME") ?? readHostName(fs) ?? "localhost"}` };
}

/** Shells know HOSTNAME, but few hand it on. */
function readHostName(fs: Pick<FileSystem, "readText"> | undefined): string | undefined {
  try {
    return fs?.readText("/etc/hostname").trim() || undefined;
  } catch {
    return undefined;
  }
}

type Get = (name: string) => string | undefined;

function readGitLab(get: Get): ReleaseOrigin {
  return compact({
    by: get("GITLAB_USER_LOGIN") ?? "gitlab",
    commit: get("CI_COMMIT_SHA"),
    pipeline: readPipeline({
      project: get("CI_PROJECT_PATH"),
      ref: get("CI_COMMIT_REF_NAME"),
      number: get("CI_PIPELINE_IID"),
      url: get("CI_PIPELINE_URL"),
    }),
    jobUrl: get("CI_JOB_URL"),
  });
}

function readGitHub(get: Get): ReleaseOrigin {
  const repository = get("GITHUB_REPOSITORY");
  const run = get("GITHUB_RUN_ID");
  const page = repository === undefined || run === undefined
    ? undefined
    : `${get("GITHUB_SERVER_URL") ?? "https://github.com"}/${repository}/actions/runs/${run}`;
  const workflow = get("GITHUB_WORKFLOW");
  return compact({
    by: get("GITHUB_ACTOR") ?? "github",
    commit: get("GITHUB_SHA"),
    pipeline: readPipeline({
      project: repository && workflow ? `${repository}: ${workflow}` : repository,
      ref: get("GITHUB_REF"),
      number: get("GITHUB_RUN_NUMBER"),
      url: page,
    }),
    jobUrl: page,
  });
}

function readPipeline(
  facts: { project: string | undefined; ref: string | undefined; number: string | undefined; url: string | undefined },
): PipelineOrigin | undefined {
  const { project, ref, number, url } = facts;
  if (project === undefined || ref === undefined || number === undefined || !/^\d{1,15}$/.test(number)) {
    return undefined;
  }
  return { project, ref, number: Number(number), ...(url === undefined ? {} : { url }) };
}

function compact(
  { by, commit, pipeline, jobUrl }: { [K in keyof ReleaseOrigin]: ReleaseOrigin[K] | undefined },
): ReleaseOrigin {
  return {
    by: by!,
    ...(commit === undefined ? {} : { commit }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(jobUrl === undefined ? {} : { jobUrl }),
  };
}

/**
 * Refuses a pipeline that is older than the one that deployed last; the same one may come again. Pipelines of another
 * project or another ref can't be compared, and neither can people.
 *
 * @throws {ReleaseError} OUTDATED.
 */
export function refuseOutdated(
  origin: ReleaseOrigin,
  last: { number: number; origin: ReleaseOrigin } | undefined,
): void {
  const own = origin.pipeline;
  const deployed = last?.origin.pipeline;
  if (own === undefined || last === undefined || deployed === undefined) return;
  if (own.project !== deployed.project || own.ref !== deployed.ref || own.number >= deployed.number) return;
  throw new ReleaseError(
    "OUTDATED",
    `Cannot deploy: pipeline ${own.number} of ${own.ref} is older than pipeline ${deployed.number}, which deployed release ${last.number}`,
    { hint: "Run the newest pipeline, or deploy the older state on purpose with --allow-outdated or kstage rollback" },
  );
}

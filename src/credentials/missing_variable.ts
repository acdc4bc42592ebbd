import type { Env } from "../base/mod.ts";

/**
 * Why a variable is probably missing in this job, and what to do: CI systems leave variables out without a word.
 *
 * @returns Sentences without a final period, joined by semicolons; the variable's name is not among the words, so that
 *   the same advice is given once for several.
 * @see GitLab `doc/ci/variables/_index.md` (protected variables, environment scope) and GitHub's "Using secrets in GitHub
 *   Actions"
 */
export function explainMissingVariable(env: Env): string {
  const causes = env.get("GITLAB_CI")
    ? explainInGitlab(env)
    : env.get("GITHUB_ACTIONS")
    ? explainInGithub(env)
    : ["Set the variable, or the one with _FILE after its name to the path of a file"];
  if (env.get("KUBERNETES_SERVICE_HOST")) {
    causes.push("kubectl would have used the cluster that this job itself runs in, with the job's own token");
  }
  return causes.join("; ");
}

function explainInGitlab(env: Env): string[] {
  const causes: string[] = [];
  const target = env.get("CI_MERGE_REQUEST_PROJECT_ID");
  if (target && target !== env.get("CI_PROJECT_ID")) {
    causes.push("This is a fork's merge request pipeline, which does not get the project's variables");
  }
  if (env.get("CI_COMMIT_REF_PROTECTED") === "false") {
    const ref = env.get("CI_COMMIT_REF_NAME") ?? "this ref";
    causes.push(`This job runs on the unprotected ref ${ref}: a Protected variable is not given to it`);
  }
  const environment = env.get("CI_ENVIRONMENT_NAME");
  causes.push(
    environment
      ? `The job's environment is ${environment}: a variable with another environment scope is not given to it`
      : "The job has no environment: keyword, so a variable with an environment scope is not given to it",
  );
  return causes;
}

function explainInGithub(env: Env): string[] {
  const causes = ["Pass the secret to the step as a variable, by env:"];
  if (env.get("GITHUB_EVENT_NAME")?.startsWith("pull_request")) causes.push("A fork's pull request gets no secrets");
  causes.push("a secret of an environment needs the job's environment: keyword");
  return causes;
}

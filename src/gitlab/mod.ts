/** GitLab's API, as far as a deploy needs it: a project's CI/CD variables. */
export { type GitlabApi, type GitlabApiOptions, type GitlabRequest, openGitlabApi } from "./api.ts";
export { GitlabError, type GitlabErrorCode } from "./errors.ts";
export {
  deleteVariable,
  isMaskable,
  listVariables,
  putVariable,
  type StoredVariable,
  type VariableChange,
  type WantedVariable,
} from "./variables.ts";

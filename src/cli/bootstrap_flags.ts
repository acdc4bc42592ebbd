import type { GitlabTarget } from "../operations/bootstrap_gitlab.ts";
import type { FlagSpec, FlagValues } from "./command.ts";

/** A month. */
const DEFAULT_EXPIRY_MS = 720 * 3_600_000;

/** Flags of the commands that make tokens with an admin's kubeconfig. */
export const ADMIN_FLAGS = {
  namespace: { type: "string", alias: "n", placeholder: "NAME", help: "Namespace that is deployed to" },
  serviceAccount: {
    type: "string",
    placeholder: "NAME",
    default: "kstage-deployer",
    help: "The deployer's ServiceAccount; Role and RoleBinding have the same name",
  },
  expires: { type: "duration", default: DEFAULT_EXPIRY_MS, help: "Lifetime of the token; the cluster may shorten it" },
  gitlab: {
    type: "string",
    placeholder: "GROUP/PROJECT",
    help: "Store the variables in this project, with GITLAB_TOKEN",
  },
  gitlabUrl: {
    type: "string",
    placeholder: "URL",
    env: "CI_SERVER_URL",
    default: "https://gitlab.com",
    help: "Where GitLab is",
  },
  scope: { type: "string", placeholder: "ENVIRONMENT", default: "*", help: "Environment that gets the variables" },
  unprotected: { type: "boolean", help: "Give the variables to unprotected branches and tags, too" },
  kubeconfig: {
    type: "string",
    placeholder: "FILE",
    help: "The admin's kubeconfig (default: KUBECONFIG, ~/.kube/config)",
  },
  context: { type: "string", placeholder: "NAME", help: "The admin's context (default: the current one)" },
} as const satisfies Record<string, FlagSpec>;

/** The project that variables are stored in, where one is named. */
export function gitlabTarget(flags: FlagValues<typeof ADMIN_FLAGS>): { gitlab?: GitlabTarget } {
  const { gitlab: project, gitlabUrl: url, scope, unprotected } = flags;
  return project === undefined ? {} : { gitlab: { project, url, scope, protected: !unprotected } };
}

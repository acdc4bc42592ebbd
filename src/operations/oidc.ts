import type { JsonObject } from "../base/mod.ts";

/** Whom an API server shall trust. */
export interface OidcOptions {
  /** URL of GitLab, as in the claim `iss`. */
  gitlabUrl: string;
  /** What the jobs' ID tokens are for: the claim `aud`. */
  audience: string;
  /** `group/project`, which alone is trusted. */
  project: string;
}

/** The group that the jobs of a project are in. */
export function oidcGroup(project: string): string {
  return `gitlab:project:${project}`;
}

/** What a job says in `.gitlab-ci.yml` so that K8S_TOKEN is its ID token. */
export function idTokens({ audience }: Pick<OidcOptions, "audience">): string {
  return `id_tokens: {K8S_TOKEN: {aud: ${JSON.stringify(audience)}}}`;
}

/**
 * What the API server's `--authentication-config` must hold for GitLab's ID tokens. Only protected refs of the one project
 * are trusted: the environment is the job's own claim, and says nothing.
 *
 * @see Kubernetes `apiserver/pkg/apis/apiserver/v1/types.go` v1.36; GitLab `doc/ci/secrets/id_token_authentication.md`
 */
export function authenticationConfiguration({ gitlabUrl, audience, project }: OidcOptions): JsonObject {
  return {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AuthenticationConfiguration",
    jwt: [{
      issuer: { url: gitlabUrl, audiences: [audience] },
      claimValidationRules: [
        { expression: "claims.ref_protected == 'true'", message: "only protected branches and tags may deploy" },
        { expression: `claims.project_path == '${project}'`, message: `only ${project} may deploy` },
      ],
      claimMappings: {
        username: { expression: "'gitlab:' + claims.project_path + ':' + claims.ref" },
        groups: { expression: "['gitlab:project:' + claims.project_path]" },
      },
    }],
  };
}

import { CodedError, type JsonObject } from "../base/mod.ts";
import { type DeployRole, toRoleRule } from "../credentials/mod.ts";
import type { Manifest } from "../manifest/mod.ts";

/** What keeps a cluster from being prepared, or its variables from being stored. */
export type BootstrapErrorCode =
  | "NAMESPACE_UNKNOWN"
  | "NAMESPACE_AMBIGUOUS"
  | "LOOPBACK"
  | "ESCALATION"
  | "ACCOUNT_MISSING"
  | "TOKEN_NOT_FILLED"
  | "WRONG_IDENTITY"
  | "NO_GITLAB_TOKEN"
  | "PLAIN_GITLAB"
  | "OIDC_INCOMPLETE"
  | "NOTHING_TO_ROTATE"
  | "FOREIGN_OBJECT"
  | "NO_DEPLOY_TOKEN"
  | "JOB_TOKEN"
  | "PULL_SECRET_INVALID"
  | "PULL_SECRET_MISSING"
  | "PULL_SECRET_UNNAMED"
  | "PULL_SECRET_UNUSED";

/** A cluster can't be prepared for deploys, or its credentials can't be handed over. No message holds a secret. */
export class BootstrapError extends CodedError<BootstrapErrorCode> {
  /** For `error.name`. */
  override name = "BootstrapError";
}

/** Who owns what bootstrap writes. */
export const BOOTSTRAP_MANAGER = "kstage-bootstrap";

/** Marks what bootstrap made, so that it deletes nothing else. */
export const MANAGED_BY: Readonly<Record<string, string>> = { "app.kubernetes.io/managed-by": "kstage" };

/** Label of the Secrets that a ServiceAccount's tokens end with. */
export const TOKEN_LABEL = "kstage.dev/token-of";

/** A deployer's identity in a namespace. */
export interface Deployer {
  /** Where it deploys to. */
  namespace: string;
  /** Its ServiceAccount, which also names Role and RoleBinding. */
  serviceAccount: string;
  /** In place of the ServiceAccount: a group that an identity provider gives. */
  group?: string;
}

/** The objects that let a deployer deploy, in the order in which they are needed. */
export function bootstrapObjects(deployer: Deployer, role: DeployRole): Manifest[] {
  const { namespace, serviceAccount: name, group } = deployer;
  const metadata = { name, namespace, labels: { ...MANAGED_BY } };
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  const subject: JsonObject = group === undefined
    ? { kind: "ServiceAccount", name, namespace }
    : { apiGroup, kind: "Group", name: group };
  const account: Manifest = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata,
    // Only the variables carry the token: a pod that is started as the deployer by mistake gets none.
    automountServiceAccountToken: false,
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    ...(group === undefined ? [account] : []),
    { apiVersion, kind: "Role", metadata, rules: role.rules.map(toRoleRule) },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup, kind: "Role", name },
      subjects: [subject],
    },
  ];
}

/** The Secret that a token ends with: empty for a requested token, filled by the cluster for one that lasts. */
export function tokenSecret({ namespace, serviceAccount }: Deployer, generation: number, longLived: boolean): Manifest {
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: longLived ? "kubernetes.io/service-account-token" : "Opaque",
    metadata: {
      name: `${serviceAccount}-token-${generation}`,
      namespace,
      labels: { ...MANAGED_BY, [TOKEN_LABEL]: serviceAccount },
      ...(longLived ? { annotations: { "kubernetes.io/service-account.name": serviceAccount } } : {}),
    },
  };
}

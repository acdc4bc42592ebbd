/** Conditions of workloads: one per type, changed only when status or reason change. */

/** A condition of a Deployment, ReplicaSet or Job; Deployments also have `lastUpdateTime`. */
export interface WorkloadCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastUpdateTime?: string;
  lastTransitionTime?: string;
}

/** The condition of a type. */
export function findCondition<C extends { type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** The conditions without that of a type. */
export function withoutCondition<C extends { type: string }>(conditions: readonly C[], type: string): C[] {
  return conditions.filter((condition) => condition.type !== type);
}

/**
 * Puts a condition at the end of the list, as the controllers do. Nothing changes when status and reason are as before;
 * the transition time stays while the status does.
 */
export function withCondition<C extends WorkloadCondition>(conditions: readonly C[], condition: C): C[] {
  const current = findCondition(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return [...conditions];
  const lastTransitionTime = current?.status === condition.status
    ? current.lastTransitionTime
    : condition.lastTransitionTime;
  return [...withoutCondition(conditions, condition.type), { ...condition, lastTransitionTime }];
}

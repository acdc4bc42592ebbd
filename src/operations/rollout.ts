import { formatRef, type ObjectRef } from "../manifest/mod.ts";
import type { DeployReport, Progress } from "../report/mod.ts";
import { parseWorkloadArguments, restartWorkload, RolloutError } from "../rollout/mod.ts";
import { logConnection } from "./apply.ts";
import type { Connection, ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { ROLLOUT_OUTCOME, waitForRollouts, withRollout } from "./watch.ts";
import { withConnection } from "./with_connection.ts";

/** Which workloads of which cluster. */
export interface RolloutOptions extends ConnectOptions {
  /** `deployment/api`, or a kind and then names. */
  workloads: readonly string[];
  /** Is told what goes on. */
  progress: Progress;
  /** Ends the watch. */
  signal: AbortSignal;
}

/** Watches workloads until they are rolled out. */
export async function watchWorkloads(
  host: ProtectedHost,
  options: RolloutOptions & { timeoutMs: number },
): Promise<DeployReport> {
  const startMs = host.clock.now();
  const names = parseWorkloadArguments(options.workloads);
  return await withConnection(host, options, async (connection) => {
    logConnection(connection, options.progress);
    const refs: ObjectRef[] = names.map((name) => ({ ...name, namespace: connection.namespace }));
    await Promise.all(refs.map((ref) => assertExists(connection, ref, options.signal)));
    const waited = await waitForRollouts(host, connection, refs, options);
    const objects = waited.results.map((result) =>
      withRollout({ ref: result.ref, action: "watched", status: "unknown", seconds: 0, findings: [] }, result)
    );
    return {
      overlay: "",
      server: connection.server,
      namespace: connection.namespace,
      outcome: ROLLOUT_OUTCOME[waited.outcome],
      objects,
      notes: [...connection.notes, ...waited.notes],
      seconds: (host.clock.now() - startMs) / 1000,
    };
  });
}

async function assertExists({ client, server }: Connection, ref: ObjectRef, signal: AbortSignal): Promise<void> {
  if (await client.get(ref, signal) !== undefined) return;
  const hint = `Check its name, the namespace "${ref.namespace}" and the cluster ${server}`;
  throw new RolloutError("NOT_FOUND", `Cannot watch ${formatRef(ref)}: it does not exist`, { hint });
}

/** Restarts workloads, one after another; stops at the first that can't be. */
export async function restartWorkloads(
  host: ProtectedHost,
  options: Omit<RolloutOptions, "progress"> & { onRestart(ref: ObjectRef): void },
): Promise<void> {
  const names = parseWorkloadArguments(options.workloads);
  await withConnection(host, options, async ({ client, namespace }) => {
    for (const name of names) {
      const ref: ObjectRef = { ...name, namespace };
      await restartWorkload(client, ref, { clock: host.clock, signal: options.signal });
      options.onRestart(ref);
    }
  });
}

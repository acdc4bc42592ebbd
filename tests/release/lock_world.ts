/** Several kstage processes in one test: each has its own client and randomness, all have one sandbox and one clock. */
import { createKubeClient, type KubeClient } from "../../src/kube/mod.ts";
import { acquireLock, type AcquireLockOptions, type ReleaseLock } from "../../src/release/mod.ts";
import { createSandbox, type Sandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { VirtualClock } from "../rollout/virtual_clock.ts";

export const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  namespace: "shop",
  name: "kstage-shop-testing",
};

export class LockWorld {
  readonly clock = new VirtualClock();
  readonly sandbox: Sandbox;
  #seed = 7;

  constructor() {
    this.sandbox = createSandbox({ clock: this.clock, controllers: false });
    this.sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  }

  readonly random = {
    number: () => (this.#seed = (this.#seed * 48271) % 2147483647) / 2147483647,
    bytes: (count: number) => Uint8Array.from({ length: count }, () => Math.floor(this.random.number() * 256)),
  };

  client(): KubeClient {
    const { clock, random } = this;
    return createKubeClient(sandboxTransport(this.sandbox), { clock, random });
  }

  acquire(holder: string, options: Partial<AcquireLockOptions> & { client?: KubeClient } = {}): Promise<ReleaseLock> {
    const { clock, random } = this;
    const { client = this.client(), ...rest } = options;
    return acquireLock(client, { namespace: "shop", release: "shop-testing", holder, clock, random, ...rest });
  }
}

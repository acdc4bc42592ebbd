import type { TokenOptions } from "../api/context.ts";
import type { ResourceRegistry } from "../api/resources.ts";
import type { ObjectStore, StoreEvent } from "../store.ts";

/** What reactions work with. */
export interface HousekeepingContext {
  store: ObjectStore;
  resources: ResourceRegistry;
  /** Milliseconds since 1970. */
  now(): number;
  issueToken(options: TokenOptions): Promise<string>;
  /** The CA certificate that goes into `kube-root-ca.crt` and token Secrets. */
  caPem(): string;
}

/** Does what follows from a change; a promise when that takes time. */
export type Reaction = (event: StoreEvent) => Promise<void> | void;

/** Does later, when time goes on, what must not happen before a client's next request. */
export interface Later {
  /** Does what is due. */
  tick(): void;
}

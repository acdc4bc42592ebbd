import type { ObjectStore, StoreEvent } from "../store.ts";
import type { HousekeepingContext, Later, Reaction } from "./reaction.ts";
import { aggregateRoles } from "./cluster_roles.ts";
import { serveDefinitions } from "./custom_resources.ts";
import { collectGarbage } from "./garbage_collector.ts";
import { keepNamespaces } from "./namespaces.ts";
import { releaseProtected } from "./storage_protection.ts";
import { fillTokenSecrets } from "./token_secrets.ts";

/** What a control plane does by itself, whether or not anything runs pods. */
const REACTIONS: readonly ((context: HousekeepingContext) => Reaction)[] = [
  serveDefinitions,
  aggregateRoles,
  fillTokenSecrets,
  releaseProtected,
  collectGarbage,
];

/**
 * Runs reactions to changes of the store: in a real cluster they come milliseconds later by other processes, here as
 * soon as a request has been answered.
 */
export class Housekeeping {
  readonly #reactions: readonly Reaction[];
  readonly #later: readonly Later[];
  readonly #queue: StoreEvent[] = [];
  readonly #pending = new Set<Promise<void>>();
  #isRunning = false;

  constructor(context: HousekeepingContext) {
    const namespaces = keepNamespaces(context);
    this.#later = [namespaces];
    this.#reactions = [namespaces.react, ...REACTIONS.map((create) => create(context))];
    context.store.subscribe((event) => this.#queue.push(event));
    this.#replay(context.store);
  }

  /** Reacts to all changes, those made by reactions included. */
  run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) this.#react(event);
    } finally {
      this.#isRunning = false;
    }
  }

  /** Does what was left for later, and reacts to it. */
  tick(): void {
    this.run();
    for (const later of this.#later) later.tick();
    this.run();
  }

  /** As {@link Housekeeping.run}, and waits for what takes time, such as signing. */
  async settle(): Promise<void> {
    this.run();
    while (this.#pending.size > 0) {
      await Promise.all(this.#pending);
      this.run();
    }
  }

  #react(event: StoreEvent): void {
    for (const react of this.#reactions) {
      const later = react(event);
      if (later === undefined) continue;
      const tracked = later.finally(() => this.#pending.delete(tracked));
      this.#pending.add(tracked);
    }
  }

  /** What is there already counts as just added. */
  #replay(store: ObjectStore): void {
    for (const event of store.eventsSince(0) ?? []) this.#queue.push(event);
  }
}

import type { KubeClient, WatchEvent } from "../../kube/mod.ts";
import { type Manifest, refKey, refOf } from "../../manifest/mod.ts";
import { Companionship } from "./companionship.ts";
import {
  beginFrom,
  type FeedContext,
  groupTargets,
  isForbidden,
  startFeed,
  startPolling,
  type TargetGroup,
} from "./feeds.ts";
import { Inbox } from "./inbox.ts";
import { attachLogs, planLogs } from "./log_excerpts.ts";
import { readOnceMore } from "./last_look.ts";
import { LogFollower } from "./log_follower.ts";
import type { Message } from "./messages.ts";
import { accessNote, Neighbourhood } from "./neighbourhood.ts";
import type { RolloutTarget, WatchSettings } from "./options.ts";
import { type Place, Places } from "./places.ts";
import { redactEvent } from "./redact_event.ts";
import { combineOutcomes, type RolloutEvent, type WorkloadResult } from "./rollout_event.ts";
import type { Verdict } from "./look.ts";
import { LOOK_FOR_MS } from "./tracked_workload.ts";
import { Unsticking } from "./unsticking.ts";

/** Runs the watches, lets each workload be looked at when something about it changes, and collects the verdicts. */
export class RolloutWatch {
  readonly #client: KubeClient;
  readonly #settings: WatchSettings;
  readonly #inbox: Inbox<Message>;
  readonly #stop = new AbortController();
  readonly #places: Places;
  /** Objects as they were applied. */
  readonly #applied = new Map<string, Manifest>();
  readonly #neighbourhood: Neighbourhood;
  readonly #follower: LogFollower | undefined;
  readonly #companionship = new Companionship();
  readonly #results = new Map<string, WorkloadResult>();
  readonly #unsticking: Unsticking | undefined;
  #outbox: RolloutEvent[] = [];
  #settledMs = Infinity;

  constructor(client: KubeClient, targets: readonly RolloutTarget[], settings: WatchSettings) {
    this.#client = client;
    this.#settings = settings;
    this.#inbox = new Inbox(settings.clock);
    this.#neighbourhood = new Neighbourhood(this.#feedContext, (message) => this.#inbox.put(message));
    this.#follower = settings.followLogs ? this.#createFollower() : undefined;
    this.#unsticking = settings.unstick ? this.#createUnsticking() : undefined;
    this.#places = new Places(targets, settings);
    for (const target of targets) {
      if (target.object !== undefined) this.#applied.set(refKey(target), target.object);
    }
  }

  /** Watches to the end. Stopping the iteration closes all connections. */
  async *run(): AsyncGenerator<RolloutEvent, void> {
    const { signal, clock } = this.#settings;
    const onAbort = () => this.#inbox.put({ kind: "interrupt" });
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      if (signal?.aborted) onAbort();
      else this.#startFeeds();
      while (this.#results.size < this.#places.size) {
        for (const message of await this.#inbox.take(this.#places.wakeMs(this.#settledMs))) this.#receive(message);
        this.#lookAround();
        yield* this.#drain();
      }
      const results = this.#places.keys.map((key) => this.#results.get(key)!);
      yield { type: "finished", atMs: clock.now(), outcome: combineOutcomes(results), results };
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#follower?.stopAll();
      this.#stop.abort();
    }
  }

  get #feedContext(): FeedContext {
    return { client: this.#client, clock: this.#settings.clock, signal: this.#stop.signal };
  }

  #createFollower(): LogFollower {
    return new LogFollower(
      this.#client,
      (line) => this.#inbox.put({ kind: "log", line }),
      (message) => this.#inbox.put({ kind: "note", message }),
    );
  }

  #createUnsticking(): Unsticking {
    return new Unsticking({
      client: this.#client,
      signal: this.#stop.signal,
      say: (message) => this.#say({ type: "note", message }),
      onRefused: (message) => {
        this.#places.markDirty(undefined, undefined);
        this.#inbox.put({ kind: "note", message });
      },
    });
  }

  #startFeeds(): void {
    for (const group of groupTargets(this.#places.refs)) {
      const onEvent = (event: WatchEvent) => this.#inbox.put({ kind: "targets", group, event });
      const onBroken = (error: unknown) => this.#inbox.put({ kind: "broken", error });
      const onRefused = (error: unknown) => {
        if (!isForbidden(error)) return onBroken(error);
        const { kind, namespace = "" } = group.query;
        const message = `Cannot watch ${kind.toLowerCase()}s in namespace "${namespace}": they are read every 2 s`;
        this.#inbox.put({ kind: "note", ...accessNote(message, error) });
        startPolling(this.#feedContext, group.refs, { onEvent, onError: onBroken });
      };
      startFeed(this.#feedContext, beginFrom(group, this.#applied), { onEvent, onError: onRefused });
    }
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case "targets":
        return this.#receiveTargets(message.group, message.event);
      case "surroundings":
        return this.#places.markDirty(
          this.#neighbourhood.receive(message),
          message.of === "Node" ? undefined : message.namespace,
        );
      case "refused": {
        const note = this.#neighbourhood.giveUp(message);
        if (note !== undefined) this.#say({ type: "note", ...note });
        return this.#places.markDirty(undefined, message.of === "Node" ? undefined : message.namespace);
      }
      case "looked":
        this.#neighbourhood.note(message);
        return this.#places.markDirty(undefined, message.ref.namespace);
      case "broken":
        throw message.error;
      case "lastLook":
        return this.#lookLast(message.key, message.object);
      case "result":
        return this.#file(message.key, message.result);
      case "note":
        this.#say({
          type: "note",
          message: message.message,
          ...(message.hint === undefined ? {} : { hint: message.hint }),
        });
        return;
      case "log":
        this.#say({ type: "log", ...message.line });
        return;
      case "interrupt":
        return this.#interrupt();
    }
  }

  #receiveTargets(group: TargetGroup, event: WatchEvent): void {
    if (event.type === "relisted") {
      const objects = new Map(event.items.map((object) => [refKey(refOf(object)), object]));
      for (const ref of group.refs) this.#noteObject(refKey(ref), objects.get(refKey(ref)));
    } else this.#noteObject(refKey(refOf(event.object)), event.type === "deleted" ? undefined : event.object);
  }

  #noteObject(key: string, object: Manifest | undefined): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    // A Job may end and be removed by its own time to live in one breath: its end is what counts.
    if (object === undefined && place.isDirty && place.phase === "watching") this.#look(key, place);
    this.#places.put(key, object);
  }

  #lookAround(): void {
    const nowMs = this.#settings.clock.now();
    for (const [key, place] of this.#places) {
      if (place.phase !== "watching") continue;
      if (place.isKnown && (place.isDirty || nowMs >= place.wakeMs)) this.#look(key, place);
      if (place.phase !== "watching") continue;
      if (nowMs >= this.#settledMs) this.#conclude(key, place.tracked.stop("interrupted"));
      else if (nowMs >= place.tracked.deadlineMs) this.#startLastLook(key, place);
    }
  }

  #look(key: string, place: Place, isLast = false): void {
    const { tracked, object } = place;
    const nowMs = this.#settings.clock.now();
    const namespace = tracked.ref.namespace ?? "";
    const { progress, news, pods, needs, wantsRoom, lookFor, wakeMs, verdict } = tracked.look({
      object,
      around: this.#neighbourhood.of(namespace),
      nowMs,
      companions: this.#companionship.of(key),
      isLast,
    });
    this.#companionship.note(key, tracked.last);
    place.isDirty = false;
    place.wakeMs = wakeMs;
    if (progress !== undefined) this.#say({ type: "progress", progress });
    for (const finding of news) this.#say({ type: "finding", ref: tracked.ref, finding });
    this.#follower?.follow(key, tracked.ref, pods);
    if (verdict !== undefined) {
      if (this.#unsticking?.putsOff(verdict) !== true) this.#conclude(key, verdict);
      return;
    }
    const selector = wantsRoom ? undefined : this.#places.selectorFor(place);
    for (const kind of needs) this.#neighbourhood.watch(kind, namespace, selector);
    for (const ref of lookFor) this.#neighbourhood.lookFor(ref, LOOK_FOR_MS / 2);
  }

  #startLastLook(key: string, place: Place): void {
    place.phase = "closing";
    const reading = { client: this.#client, clock: this.#settings.clock, signal: this.#stop.signal };
    void readOnceMore(place.tracked.ref, place.object, reading).then((object) =>
      this.#inbox.put({ kind: "lastLook", key, object })
    );
  }

  #lookLast(key: string, object: Manifest | undefined): void {
    const place = this.#places.get(key)!;
    if (place.phase !== "closing") return;
    place.object = object ?? place.object;
    if (place.object === undefined) this.#conclude(key, place.tracked.stop("timedOut"));
    else this.#look(key, place, true);
  }

  #conclude(key: string, verdict: Verdict): void {
    const place = this.#places.get(key)!;
    place.phase = "closing";
    const { clock, logLines, settleMs } = this.#settings;
    if (verdict.outcome === "failed") this.#settledMs = Math.min(this.#settledMs, clock.now() + settleMs);
    const result = this.#resultOf(place, verdict);
    const requests = verdict.evidence === undefined || verdict.outcome === "interrupted" || logLines <= 0
      ? []
      : planLogs(result.findings, verdict.evidence);
    if (requests.length === 0) return this.#file(key, result);
    const reading = { client: this.#client, clock, lines: logLines, signal: this.#stop.signal };
    void attachLogs(requests, reading).then(() => this.#inbox.put({ kind: "result", key, result }));
  }

  #resultOf({ tracked }: Place, { outcome, findings, status, evidence }: Verdict): WorkloadResult {
    return {
      ref: tracked.ref,
      outcome,
      ...(status === undefined ? {} : { status }),
      ...(evidence?.counts === undefined ? {} : { counts: evidence.counts }),
      findings: findings.map((finding) => ({ ...finding })),
      seconds: tracked.elapsedMs(this.#settings.clock.now()) / 1000,
    };
  }

  #file(key: string, result: WorkloadResult): void {
    const place = this.#places.get(key)!;
    if (place.phase === "done") return;
    place.phase = "done";
    this.#follower?.stop(key);
    const redacted = this.#say({ type: "result", result });
    this.#results.set(key, redacted.type === "result" ? redacted.result : result);
  }

  #interrupt(): void {
    for (const [key, place] of this.#places) {
      if (place.phase !== "done") this.#file(key, this.#resultOf(place, place.tracked.stop("interrupted")));
    }
  }

  #say(event: DistributiveOmit<RolloutEvent, "atMs">): RolloutEvent {
    const said = redactEvent({ ...event, atMs: this.#settings.clock.now() } as RolloutEvent, this.#settings.redact);
    this.#outbox.push(said);
    return said;
  }

  #drain(): RolloutEvent[] {
    const events = this.#outbox;
    this.#outbox = [];
    return events;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

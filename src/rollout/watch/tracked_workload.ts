import { equalJson, getPath, type JsonValue, parseDuration } from "../../base/mod.ts";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import { diagnose, isCause } from "../diagnose.ts";
import { collectEvidence, type Evidence } from "../evidence/evidence.ts";
import type { Surroundings } from "../evidence/surroundings.ts";
import { type Finding, NEVER, NOW, type Suspicion } from "../finding.ts";
import { computeRolloutStatus } from "../rollout_status.ts";
import { readNumber, readText } from "../status/fields.ts";
import type { Status } from "../status/status.ts";
import { SuspicionLog } from "../suspicion_log.ts";
import type { Look, LookResult, Verdict } from "./look.ts";
import { findNeeds, ownsPods } from "./needs.ts";
import type { RolloutTarget, WatchSettings } from "./options.ts";
import type { WorkloadProgress } from "./rollout_event.ts";
import { restartsOf, summariseProgress } from "./summary.ts";
import { suspectAnnotation, suspectFlapping, suspectMeddling } from "./warnings.ts";

/** For how long a fatal finding waits for watches that have just begun and would explain it better. */
const EXPLANATION_MS = 3_000;

/** For how long a fatal outcome waits for its cause: watches of different kinds don't keep step. */
const CAUSE_MS = 500;

/** How often something that is said to be missing is looked for. */
export const LOOK_FOR_MS = 2_000;

const TIMEOUT_ANNOTATION = "kstage.dev/timeout";
const NO_ACTIVITY_ANNOTATION = "kstage.dev/no-activity-timeout";

/**
 * One workload's rollout from the first look to the verdict: remembers what the single looks can't know. Reads no
 * clock and sends no request.
 */
export class TrackedWorkload {
  readonly ref: ObjectRef;
  readonly #settings: WatchSettings;
  readonly #startMs: number;
  readonly #log = new SuspicionLog();
  readonly #told = new Set<string>();
  #uid: string | undefined;
  #template: JsonValue | undefined;
  #warnings: Suspicion[] = [];
  #inProgressSinceMs: number | undefined;
  #readySinceMs: number | undefined;
  #readyRestarts = 0;
  #fatalSinceMs: number | undefined;
  #progressText = "";
  #changedMs: number;
  #timeoutMs: number;
  #noActivityMs: number;
  #last: Pick<Verdict, "findings" | "status" | "evidence"> = { findings: [] };

  constructor(target: RolloutTarget, settings: WatchSettings, nowMs: number) {
    const { uid, object: _object, ...ref } = target;
    this.ref = ref;
    this.#uid = uid;
    this.#settings = settings;
    this.#startMs = nowMs;
    this.#changedMs = nowMs;
    this.#timeoutMs = settings.timeoutMs;
    this.#noActivityMs = settings.noActivityMs;
  }

  /** The UID of the object, once it's known. */
  get uid(): string | undefined {
    return this.#uid;
  }

  /** When the time is up, in milliseconds since 1970. */
  get deadlineMs(): number {
    return this.#startMs + this.#timeoutMs;
  }

  /** Milliseconds since the first look was asked for. */
  elapsedMs(nowMs: number): number {
    return nowMs - this.#startMs;
  }

  /** Looks once, remembers, and says what follows. */
  look({ object, around, nowMs, companions, isLast = false }: Look): LookResult {
    if (object === undefined) return this.#lost("K1701", `${this.ref.kind} "${this.ref.name}" ${this.#absence()}`);
    const uid = readText(object, "metadata", "uid") || undefined;
    if (this.#uid !== undefined && uid !== this.#uid) {
      return this.#lost("K1702", `${this.ref.kind} "${this.ref.name}" was deleted and created anew`);
    }
    this.#notice(object, uid);
    const { appliedMs, overlay } = this.#settings;
    const evidence = collectEvidence(object, around, { appliedMs, overlay, companions });
    const status = computeRolloutStatus(evidence);
    const progress = this.#noteProgress(summariseProgress(evidence, status), nowMs);
    const scene: Scene = { evidence, status, around, nowMs, isLast };
    const result = status.kind === "current" ? this.#lookAtReady(scene) : this.#lookAtUnready(scene);
    this.#last = { findings: result.findings, status, evidence };
    return progress === undefined ? result : { ...result, progress };
  }

  /** What the last look has shown. */
  get last(): Pick<Verdict, "findings" | "status" | "evidence"> {
    return this.#last;
  }

  /** The verdict on a workload that nothing is certain about when the watch ends. */
  stop(outcome: "interrupted" | "timedOut"): Verdict {
    return outcome === "interrupted" ? { outcome, ...this.#last } : this.#timeOut(this.#last.findings, this.#last);
  }

  #absence(): string {
    return this.#template === undefined ? "does not exist" : "was deleted";
  }

  #lost(code: "K1701" | "K1702", message: string): LookResult {
    const suspicion: Suspicion = { code, object: this.ref, message, evidence: [], certainty: NOW };
    const findings = this.#log.observe([suspicion, ...this.#warnings], this.#startMs);
    return {
      findings,
      news: this.#untold(findings),
      pods: [],
      needs: [],
      wantsRoom: false,
      lookFor: [],
      wakeMs: Infinity,
      verdict: { outcome: "failed", findings },
    };
  }

  /** Keeps what the first look says, and compares later ones with it. */
  #notice(object: Manifest, uid: string | undefined): void {
    const template = getPath(object, "spec", "template") ?? null;
    if (this.#template === undefined) {
      this.#timeoutMs = this.#readDuration(object, TIMEOUT_ANNOTATION) ?? this.#settings.timeoutMs;
      this.#noActivityMs = this.#readDuration(object, NO_ACTIVITY_ANNOTATION) ?? this.#settings.noActivityMs;
    } else if (!equalJson(template, this.#template)) {
      this.#warn([suspectMeddling(this.ref, object)]);
    }
    this.#uid = uid;
    this.#template = template;
  }

  #readDuration(object: Manifest, annotation: string): number | undefined {
    const text = readText(object, "metadata", "annotations", annotation).trim();
    if (text === "") return undefined;
    const ms = parseDuration(text);
    if (ms === undefined) this.#warn([suspectAnnotation(this.ref, annotation, text)]);
    return ms;
  }

  /** Keeps warnings, the newest of a kind in place of the one before. */
  #warn(warnings: Suspicion[]): void {
    const isRenewed = ({ code, container, key }: Suspicion) =>
      warnings.some((warning) => warning.code === code && warning.container === container && warning.key === key);
    this.#warnings = [...this.#warnings.filter((warning) => !isRenewed(warning)), ...warnings];
  }

  /** The progress if it differs from the last one. */
  #noteProgress(progress: WorkloadProgress, nowMs: number): WorkloadProgress | undefined {
    const text = JSON.stringify(progress);
    if (text === this.#progressText) return undefined;
    this.#progressText = text;
    this.#changedMs = nowMs;
    return progress;
  }

  #lookAtReady({ evidence, status, nowMs, isLast }: Scene): LookResult {
    const restarts = evidence.newestPods.reduce((sum, pod) => sum + restartsOf(pod), 0);
    if (this.#readySinceMs !== undefined && restarts > this.#readyRestarts) {
      this.#warn(suspectFlapping(evidence));
      this.#readySinceMs = undefined;
    }
    this.#readySinceMs ??= nowMs;
    this.#readyRestarts = restarts;
    this.#fatalSinceMs = undefined;
    const findings = this.#log.observe(this.#warnings, nowMs);
    const result = {
      findings,
      news: this.#untold(findings),
      pods: evidence.newestPods,
      needs: [],
      wantsRoom: false,
      lookFor: [],
    };
    const stableMs = this.#readySinceMs + this.#stabilityMs(evidence);
    if (nowMs < stableMs && !isLast) return { ...result, wakeMs: stableMs };
    return { ...result, wakeMs: Infinity, verdict: { outcome: "healthy", findings, status, evidence } };
  }

  /** What never was in progress hasn't been rolled out, and needn't prove itself. */
  #stabilityMs({ workload }: Evidence): number {
    if (this.#inProgressSinceMs === undefined || !ownsPods(workload) || workload.kind === "Job") return 0;
    return Math.max(0, this.#settings.stabilityMs - readNumber(0, workload, "spec", "minReadySeconds") * 1000);
  }

  #lookAtUnready({ evidence, status, around, nowMs, isLast }: Scene): LookResult {
    if (this.#readySinceMs !== undefined) this.#warn(suspectFlapping(evidence));
    this.#readySinceMs = undefined;
    this.#inProgressSinceMs ??= nowMs;
    const needs = findNeeds(evidence, status, nowMs - this.#inProgressSinceMs);
    const suspicions = [
      ...diagnose(evidence, this.#settings.patience),
      ...this.#warnings,
      ...this.#suspectStandstill(nowMs),
    ];
    const lookFor = suspicions.flatMap((suspicion) => suspicion.lookFor ?? []);
    const findings = this.#log.observe(isLast ? suspicions.map(speakUp) : suspicions, nowMs);
    const wantsRoom = suspicions.some((suspicion) => suspicion.wantsRoom === true);
    const pods = evidence.newestPods;
    const result = { findings, news: this.#untold(findings), pods, needs: needs.kinds, wantsRoom, lookFor };
    if (findings.some(({ severity }) => severity === "fatal")) {
      this.#fatalSinceMs ??= nowMs;
      const isExplained = needs.kinds.every((kind) => around.settled.has(kind));
      const explainedMs = this.#fatalSinceMs + (isExplained ? hasFatalCause(findings) ? 0 : CAUSE_MS : EXPLANATION_MS);
      if (!isLast && nowMs < explainedMs) return { ...result, wakeMs: explainedMs };
      return { ...result, wakeMs: Infinity, verdict: { outcome: "failed", findings, status, evidence } };
    }
    this.#fatalSinceMs = undefined;
    if (isLast) return { ...result, wakeMs: Infinity, verdict: this.#timeOut(findings, { status, evidence }) };
    const wakeMs = Math.min(
      this.#log.nextLookMs(suspicions, nowMs) ?? Infinity,
      this.#inProgressSinceMs + (needs.moreAfterMs ?? Infinity),
      this.#nextStandstillMs(nowMs),
      lookFor.length > 0 ? nowMs + LOOK_FOR_MS : Infinity,
    );
    return { ...result, wakeMs };
  }

  #timeOut(findings: Finding[], seen: Pick<Verdict, "status" | "evidence">): Verdict {
    if (findings.length > 0) return { outcome: "timedOut", findings, ...seen };
    const seconds = Math.round(this.#timeoutMs / 1000);
    const message = `Not rolled out after ${seconds} s: ${seen.status?.message ?? "no status"}`;
    const suspicion: Suspicion = { code: "K1801", object: this.ref, message, evidence: [], certainty: NEVER };
    return { outcome: "timedOut", findings: this.#log.observe([suspicion], this.#startMs), ...seen };
  }

  #suspectStandstill(nowMs: number): Suspicion[] {
    const idleMs = nowMs - this.#changedMs;
    if (idleMs < this.#noActivityMs / 2) return [];
    const message = `Nothing has changed for ${Math.round(idleMs / 1000)} s`;
    const certainty = idleMs >= this.#noActivityMs ? NOW : NEVER;
    return [{ code: "K1704", object: this.ref, message, evidence: [], certainty }];
  }

  #nextStandstillMs(nowMs: number): number {
    const times = [this.#changedMs + this.#noActivityMs / 2, this.#changedMs + this.#noActivityMs];
    return times.find((time) => time > nowMs) ?? Infinity;
  }

  #untold(findings: Finding[]): Finding[] {
    return findings.filter(({ code, container, severity, message }) => {
      const key = [code, container, severity, message].join("\0");
      if (this.#told.has(key)) return false;
      this.#told.add(key);
      return true;
    });
  }
}

interface Scene {
  evidence: Evidence;
  status: Status;
  around: Surroundings;
  nowMs: number;
  isLast: boolean;
}

function hasFatalCause(findings: Finding[]): boolean {
  return findings.some(({ code, severity }) => severity === "fatal" && isCause(code));
}

/** At the end even what is usually kept back for a while is worth telling. */
function speakUp(suspicion: Suspicion): Suspicion {
  return { ...suspicion, quietMs: 0 };
}

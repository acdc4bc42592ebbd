import { type Clock, formatDuration, type Output } from "../base/mod.ts";
import { formatRef } from "../manifest/mod.ts";
import type { RolloutEvent } from "../rollout/mod.ts";
import { LOG_MARKS, type LogFormat } from "./ci_format.ts";
import { RolloutBoard } from "./rollout_display/board.ts";
import { LiveLines } from "./rollout_display/redraw.ts";
import { drawFrame } from "./rollout_display/tree.ts";
import { createStyle, type Style } from "./style.ts";

/** Says what goes on while it goes on, on standard error. */
export interface Progress {
  /** A line that stays. */
  log(text: string): void;
  /**
   * The present state of one thing. On a terminal the thing has one line that is rewritten in place; elsewhere each
   * change is a plain line, and a repeated text is not printed again.
   */
  update(key: string, text: string): void;
  /** What happens to the workloads of a watch: a live tree on a terminal, a line for each change elsewhere. */
  rollout(event: RolloutEvent): void;
  /** Time has passed: call it about once a second. Ages are drawn anew; a log that was silent for long gets a line. */
  tick(): void;
  /** Leaves the last states as lines that stay. Call it before anything else writes. */
  finish(): void;
}

/** How progress is shown. */
export interface ProgressOptions {
  /** Where to. */
  output: Output;
  /** Tells the time that has passed. */
  clock: Clock;
  /** Whether lines may be rewritten. */
  live: boolean;
  /** Whether to use colours. */
  colored: boolean;
  /** Print nothing. @default {false} */
  quiet?: boolean;
  /** How the log's reader folds lines; of no account where lines are rewritten. @default {"plain"} */
  format?: LogFormat;
}

const SILENT: Progress = { log() {}, update() {}, rollout() {}, tick() {}, finish() {} };

/** Progress on a terminal, in a log, or none. */
export function createProgress(options: ProgressOptions): Progress {
  if (options.quiet) return SILENT;
  return options.live ? new LiveProgress(options) : new LogProgress(options);
}

/** After so long without a line, a log says that there is still something to wait for. */
const HEARTBEAT_MS = 30_000;

/** A heartbeat names so many workloads. */
const MOST_NAMES = 5;

class LogProgress implements Progress {
  readonly #options: ProgressOptions;
  readonly #style: Style;
  readonly #startMs: number;
  readonly #last = new Map<string, string>();
  #board: RolloutBoard | undefined;
  #spokeMs: number;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#style = createStyle(options.colored);
    this.#startMs = this.#spokeMs = options.clock.now();
  }

  get #marks() {
    return LOG_MARKS[this.#options.format ?? "plain"];
  }

  log(text: string): void {
    this.#spokeMs = this.#options.clock.now();
    this.#options.output.write(`${this.#style.dim(elapsed(this.#spokeMs - this.#startMs))} ${text}\n`);
  }

  update(key: string, text: string): void {
    if (this.#last.get(key) === text) return;
    this.#last.set(key, text);
    this.log(`${key}: ${text}`);
  }

  rollout(event: RolloutEvent): void {
    if (this.#board === undefined) {
      this.#board = new RolloutBoard();
      this.#options.output.write(this.#marks.begin("Rollout", this.#options.clock.now()));
    }
    if (event.type === "log") return this.#options.output.write(`${formatLogLine(event)}\n`);
    this.#board.note(event);
    const line = describeEvent(event);
    if (line !== undefined) this.update(...line);
  }

  tick(): void {
    if (this.#board === undefined || this.#options.clock.now() - this.#spokeMs < HEARTBEAT_MS) return;
    const open = this.#board.entries().filter(({ result }) => result === undefined);
    if (open.length === 0) return;
    const names = open.slice(0, MOST_NAMES).map(({ name, progress }) => {
      const counts = progress?.counts;
      return counts === undefined ? name : `${name} (${counts.ready}/${counts.desired} ready)`;
    });
    const more = open.length - names.length;
    this.log(`still waiting for ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`);
  }

  finish(): void {
    if (this.#board === undefined) return;
    const { output, clock } = this.#options;
    output.write(this.#marks.end(clock.now()));
    for (const { name, result } of this.#board.entries()) {
      const finding = result?.outcome === "healthy" ? undefined : result?.findings[0];
      if (finding !== undefined) output.write(this.#marks.error(`${finding.code} ${name}`, finding.message));
    }
    this.#board = undefined;
  }
}

/** As `kubectl logs --prefix` writes it. */
function formatLogLine({ pod, container, line }: RolloutEvent & { type: "log" }): string {
  return `[pod/${pod}/${container}] ${line}`;
}

function noteText({ message, hint }: Extract<RolloutEvent, { type: "note" }>): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

/** Key and text of the line that an event is worth in a log; undefined for none. */
function describeEvent(event: RolloutEvent): [key: string, text: string] | undefined {
  switch (event.type) {
    case "progress": {
      const { ref, counts, status } = event.progress;
      const ready = counts === undefined ? "" : `${counts.ready}/${counts.desired} ready, ${counts.updated} updated: `;
      return [formatRef(ref), ready + status.message];
    }
    case "finding":
      return [formatRef(event.ref), `${event.finding.message} (${event.finding.code})`];
    case "note":
      return ["note", noteText(event)];
    case "result": {
      const { ref, outcome, seconds } = event.result;
      return [formatRef(ref), `${OUTCOME_WORDS[outcome]} after ${formatDuration(seconds * 1000)}`];
    }
    case "log":
    case "finished":
      return undefined;
  }
}

const OUTCOME_WORDS = { healthy: "healthy", failed: "failed", timedOut: "timed out", interrupted: "unknown" } as const;

/** More lines than a terminal has rows could not be rewritten: those above its top are out of reach. */
const MOST_LINES = 16;

/** A tree of workloads is drawn anew at most so often. */
const FRAME_MS = 100;

class LiveProgress implements Progress {
  readonly #options: ProgressOptions;
  readonly #style: Style;
  readonly #startMs: number;
  readonly #lines: LiveLines;
  readonly #states = new Map<string, string>();
  #board: RolloutBoard | undefined;
  #drawnMs = -Infinity;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#style = createStyle(options.colored);
    this.#startMs = options.clock.now();
    this.#lines = new LiveLines(options.output);
  }

  log(text: string): void {
    this.#lines.insert(text);
  }

  update(key: string, text: string): void {
    if (this.#states.get(key) === text) return;
    // What changed last stands last where there is no room for all.
    if (this.#states.size >= MOST_LINES) this.#states.delete(key);
    this.#states.set(key, text);
    this.tick();
  }

  rollout(event: RolloutEvent): void {
    this.#board ??= new RolloutBoard();
    if (event.type === "note") return this.log(`note: ${noteText(event)}`);
    if (event.type === "log") return this.log(formatLogLine(event));
    this.#board.note(event);
    // Many workloads change at once: nobody reads frames that stand for a moment only.
    if (this.#options.clock.now() - this.#drawnMs >= FRAME_MS) this.tick();
  }

  tick(): void {
    this.#drawnMs = this.#options.clock.now();
    this.#lines.draw(this.#frame(MOST_LINES));
  }

  finish(): void {
    this.#lines.finish(this.#board === undefined ? this.#stateLines(this.#states) : this.#frame(MOST_LINES, true));
    this.#states.clear();
    this.#board = undefined;
  }

  #frame(rows: number, isLast = false): string[] {
    const { clock, output } = this.#options;
    const nowMs = clock.now();
    if (this.#board === undefined) return this.#recentStates(rows);
    const columns = output.columns();
    const entries = this.#board.entries();
    // The pods of the end are in the report.
    const shown = isLast ? entries.map(({ progress: _, ...entry }) => entry) : entries;
    return drawFrame(shown, { style: this.#style, columns, rows, nowMs, startMs: this.#startMs });
  }

  #recentStates(rows: number): string[] {
    const hidden = this.#states.size - rows;
    const lines = this.#stateLines(hidden <= 0 ? this.#states : new Map([...this.#states].slice(-rows)));
    return hidden <= 0 ? lines : [...lines, this.#style.dim(`       … and ${hidden} more`)];
  }

  #stateLines(states: ReadonlyMap<string, string>): string[] {
    const elapsedMs = this.#options.clock.now() - this.#startMs;
    return liveLines(states, { style: this.#style, columns: this.#options.output.columns(), elapsedMs });
  }
}

/** The lines that a terminal shows now, one a thing, cut to the width so that none wraps. */
export function liveLines(
  states: ReadonlyMap<string, string>,
  { style, columns, elapsedMs }: { style: Style; columns: number; elapsedMs: number },
): string[] {
  return [...states].map(([key, text]) => {
    const prefix = `${elapsed(elapsedMs)} `;
    const line = `${key}: ${text}`;
    const room = Math.max(10, columns - prefix.length - 1);
    return style.dim(prefix) + (line.length > room ? line.slice(0, room - 1) + "…" : line);
  });
}

function elapsed(ms: number): string {
  return formatDuration(ms).padStart(6);
}

import { type Clock, formatDuration, type Output } from "../base/mod.ts";
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
}

const SILENT: Progress = { log() {}, update() {}, finish() {} };

/** Progress on a terminal, in a log, or none. */
export function createProgress(options: ProgressOptions): Progress {
  if (options.quiet) return SILENT;
  return options.live ? createLiveProgress(options) : createPlainProgress(options);
}

function createPlainProgress({ output, clock, colored }: ProgressOptions): Progress {
  const style = createStyle(colored);
  const started = clock.now();
  const last = new Map<string, string>();
  const print = (text: string) => output.write(`${style.dim(elapsed(clock.now() - started))} ${text}\n`);
  return {
    log: print,
    update(key, text) {
      if (last.get(key) === text) return;
      last.set(key, text);
      print(`${key}: ${text}`);
    },
    finish() {},
  };
}

function createLiveProgress({ output, clock, colored }: ProgressOptions): Progress {
  const style = createStyle(colored);
  const started = clock.now();
  const states = new Map<string, string>();
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const lines = liveLines(recent(states), { style, columns: output.columns(), elapsedMs: clock.now() - started });
    const hidden = states.size - lines.length;
    if (hidden > 0) lines.push(style.dim(`       … and ${hidden} more`));
    if (lines.length > 0) output.write(lines.join("\n") + "\n");
    drawn = lines.length;
  };
  return {
    log(text) {
      erase();
      output.write(text + "\n");
      draw();
    },
    update(key, text) {
      if (states.get(key) === text) return;
      // What changed last stands last where there is no room for all.
      if (states.size >= MOST_LINES) states.delete(key);
      states.set(key, text);
      erase();
      draw();
    },
    finish() {
      erase();
      const lines = liveLines(states, { style, columns: output.columns(), elapsedMs: clock.now() - started });
      if (lines.length > 0) output.write(lines.join("\n") + "\n");
      states.clear();
    },
  };
}

/** More lines than a terminal has rows could not be erased: those above its top are out of reach. */
const MOST_LINES = 16;

function recent(states: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return states.size <= MOST_LINES ? states : new Map([...states].slice(-MOST_LINES));
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

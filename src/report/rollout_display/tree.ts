import { formatDuration } from "../../base/mod.ts";
import type { PodSummary } from "../../rollout/mod.ts";
import type { Style } from "../style.ts";
import { type BoardEntry, type Mood, moodOf } from "./board.ts";

/** How a frame is drawn. */
export interface FrameOptions {
  style: Style;
  /** Width; no line is longer. */
  columns: number;
  /** Height; there are no more lines. */
  rows: number;
  /** Milliseconds since 1970, for ages. */
  nowMs: number;
  /** When all began. */
  startMs: number;
}

/** Signs that say the same as the colours, for those who see none. */
const MARKS: Readonly<Record<Mood, string>> = {
  failed: "✗",
  stopped: "-",
  troubled: "!",
  waiting: "·",
  healthy: "✓",
};

const PAINTS: Readonly<Record<Mood, keyof Style | undefined>> = {
  failed: "red",
  stopped: "yellow",
  troubled: "yellow",
  waiting: undefined,
  healthy: "green",
};

/** At most so many pods of one workload are shown one by one. */
const MOST_PODS = 5;

interface Line {
  text: string;
  paint: keyof Style | undefined;
}

/**
 * One frame: a line that sums up, then workload → ReplicaSet → pods, what is in trouble first and with all its pods as
 * long as there is room. What is healthy is only counted.
 *
 * @param entries As `RolloutBoard.entries()` orders them.
 * @returns Lines that fit, without line ends.
 */
export function drawFrame(entries: readonly BoardEntry[], options: FrameOptions): string[] {
  const { style, columns, rows } = options;
  const open = entries.filter((entry) => moodOf(entry) !== "healthy");
  const lines = [drawSummary(entries, options), ...drawOpen(open, options, rows - 1)];
  return lines.slice(0, rows).map(({ text, paint }) => {
    const cut = cutTo(text, columns - 1);
    return paint === undefined ? cut : style[paint](cut);
  });
}

function cutTo(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : letters.slice(0, Math.max(0, width - 1)).join("") + "…";
}

function drawSummary(entries: readonly BoardEntry[], { nowMs, startMs }: FrameOptions): Line {
  const count = (mood: Mood) => entries.filter((entry) => moodOf(entry) === mood).length;
  const parts = [`${count("healthy")} of ${entries.length} healthy`];
  if (count("failed") > 0) parts.push(`${count("failed")} failed`);
  if (count("stopped") > 0) parts.push(`${count("stopped")} no longer watched`);
  if (count("troubled") > 0) parts.push(`${count("troubled")} in trouble`);
  if (count("waiting") > 0) parts.push(`${count("waiting")} rolling out`);
  return { text: `${formatDuration(nowMs - startMs).padStart(6)} ${parts.join(", ")}`, paint: "bold" };
}

/** Gives each workload its line, then those at the top their pods while there is room. */
function drawOpen(open: readonly BoardEntry[], options: FrameOptions, room: number): Line[] {
  const shown = open.length <= room ? open : open.slice(0, room - 1);
  const nameWidth = Math.min(36, Math.max(0, ...shown.map(({ name }) => name.length)));
  let left = room - shown.length - (shown.length < open.length ? 1 : 0);
  const lines = shown.flatMap((entry) => {
    const pods = drawPods(entry, options);
    const fits = pods.length <= left;
    if (fits) left -= pods.length;
    return [drawWorkload(entry, nameWidth, options), ...(fits ? pods : [])];
  });
  const hidden = open.length - shown.length;
  return hidden === 0 ? lines : [...lines, { text: `       … and ${hidden} more`, paint: "dim" }];
}

function drawWorkload(entry: BoardEntry, nameWidth: number, { nowMs }: FrameOptions): Line {
  const { name, progress, finding, result, sinceMs } = entry;
  const mood = moodOf(entry);
  const counts = progress?.counts;
  const ready = counts === undefined ? "" : ` ${counts.ready}/${counts.desired} ready`;
  const age = formatDuration(result === undefined ? nowMs - sinceMs : result.seconds * 1000);
  const word = result === undefined ? "" : ` ${result.outcome === "timedOut" ? "timed out" : result.outcome}`;
  const why = finding === undefined ? progress?.status.message ?? "" : `${finding.code} ${finding.message}`;
  return {
    text: `${MARKS[mood]} ${name.padEnd(nameWidth)}${word}${ready} ${age}  ${shortenStatus(why)}`.trimEnd(),
    paint: PAINTS[mood],
  };
}

/** kubectl's sentences repeat the workload's name, which stands before them here. */
function shortenStatus(message: string): string {
  return message.replace(/^Waiting for (?:deployment|daemon set|stateful ?set) "[^"]*" rollout to finish: /i, "")
    .replace(/\.\.\.$/, "");
}

function drawPods({ progress }: BoardEntry, { nowMs }: FrameOptions): Line[] {
  if (progress === undefined || progress.pods.length === 0) return [];
  const newest = progress.pods.filter(({ isNewest }) => isNewest);
  const older = progress.pods.length - newest.length;
  const sorted = [...newest.filter(({ isReady }) => !isReady), ...newest.filter(({ isReady }) => isReady)];
  const listed = sorted.slice(0, sorted.length > MOST_PODS ? MOST_PODS - 1 : MOST_PODS);
  const lines: Line[] = listed.map((pod) => drawPod(pod, nowMs));
  const folded = sorted.slice(listed.length);
  if (folded.length > 0) {
    const ready = folded.filter(({ isReady }) => isReady).length;
    lines.push({ text: `${folded.length} more new pods, ${ready} ready`, paint: "dim" });
  }
  if (older > 0) lines.push({ text: `${older} old ${older === 1 ? "pod" : "pods"}`, paint: "dim" });
  const branch = (i: number) => i === lines.length - 1 ? "└─" : "├─";
  const title: Line[] = progress.revision === undefined ? [] : [{ text: `  ${progress.revision}`, paint: "dim" }];
  return [...title, ...lines.map(({ text, paint }, i) => ({ text: `  ${branch(i)} ${text}`, paint }))];
}

function drawPod(pod: PodSummary, nowMs: number): Line {
  const { name, phase, isReady, isTerminating, restarts, reason, createdMs } = pod;
  const state = isTerminating
    ? "Terminating"
    : reason ?? (isReady ? "Ready" : phase === "Running" ? "not ready" : phase);
  const details = [
    state,
    ...(restarts === 0 ? [] : [`${restarts} ${restarts === 1 ? "restart" : "restarts"}`]),
    ...(createdMs === undefined ? [] : [formatDuration(Math.max(0, nowMs - createdMs))]),
  ];
  const isBad = reason !== undefined && reason !== "ContainerCreating" && reason !== "PodInitializing";
  const mood: Mood = isReady ? "healthy" : isBad ? "troubled" : "waiting";
  return { text: `${MARKS[mood]} ${name}  ${details.join(", ")}`, paint: PAINTS[mood] };
}

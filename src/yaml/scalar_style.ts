import { needsQuotes } from "./resolve.ts";

/** How a string is written. */
export type ScalarStyle = "plain" | "single" | "double" | "literal";

/** By character: 0 needs a closer look, 1 is fine in a plain scalar, 2 depends on the next character. */
const PLAIN_SAFE = new Uint8Array(128);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=+@%()$;~^<>|&*!\"'`\\,?[]{}") {
  PLAIN_SAFE[char.charCodeAt(0)] = 1;
}
PLAIN_SAFE[" ".charCodeAt(0)] = 2;
PLAIN_SAFE[":".charCodeAt(0)] = 2;

/** By character: 1 may start a plain scalar that is a string, 2 may start a word of YAML, such as `true`. */
const PLAIN_START = new Uint8Array(128);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_/$();^\\") PLAIN_START[char.charCodeAt(0)] = 1;
for (const char of "yYnNtTfFoO") PLAIN_START[char.charCodeAt(0)] = 2;

const LONGEST_WORD = 5;

/** Whether a string surely is written as it is: most are, and no regular expression needs to look at them. */
export function isSurelyPlain(text: string): boolean {
  const { length } = text;
  if (length === 0) return false;
  const first = text.charCodeAt(0);
  if (first >= 128) return false;
  const start = PLAIN_START[first];
  if (start === 0) return false;
  for (let i = 1; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 128) return false;
    const safety = PLAIN_SAFE[unit];
    if (safety === 1) continue;
    if (safety === 0 || i + 1 === length) return false;
    const next = text.charCodeAt(i + 1);
    if (next === 0x20 || next === 0x23) return false;
  }
  return start === 1 || length > LONGEST_WORD || !needsQuotes(text, 2);
}

/** Not printable for go-yaml: it writes such characters as escapes. */
const SPECIAL = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const BREAK = /[\n\u2028\u2029]/;
const SPACE_BEFORE_BREAK = / [\n\u2028\u2029]/;
const SPACE_AFTER_BREAK = /[\n\u2028\u2029] /;
const INDICATOR = /^(?:---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[-?](?: |$)|:(?: |$)| #/;
/** Numbers with base 60 of YAML 1.1, such as `1:20`. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/**
 * Chooses how a string is written, as go.yaml.in/yaml v2.4.3 does (`stringv` in `encode.go`, `yaml_emitter_analyze_scalar`
 * and `yaml_emitter_select_scalar_style` in `emitterc.go`).
 *
 * @param isSimpleKey Whether it is a key without `? `, which takes one line.
 */
export function chooseStyle(text: string, isSimpleKey: boolean): ScalarStyle {
  if (text === "" || SPECIAL.test(text) || SPACE_BEFORE_BREAK.test(text)) return "double";
  if (text.includes("\n")) return isSimpleKey || text.endsWith(" ") ? "double" : "literal";
  const hasBreak = BREAK.test(text);
  if (isSimpleKey && hasBreak) return "double";
  if (needsQuotes(text, 2) || BASE_60.test(text)) return "double";
  const isPlain = !hasBreak && !text.startsWith(" ") && !text.endsWith(" ") && !INDICATOR.test(text);
  return isPlain ? "plain" : SPACE_AFTER_BREAK.test(text) ? "double" : "single";
}

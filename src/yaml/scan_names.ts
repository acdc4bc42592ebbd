import { hexDigit, isBlank, isBreak, isBreakOrEnd, isSpaceOrEnd, isUri, isWord } from "./characters.ts";
import type { Scanner } from "./scanner.ts";
import { TAG_DIRECTIVE, VERSION_DIRECTIVE } from "./tokens.ts";

/** Separates a tag's handle from its suffix; neither can hold it. */
export const TAG_SEPARATOR = "\0";

/** Reads an anchor or alias; `pos` is on `&` or `*`. */
export function scanAnchor(scanner: Scanner): string {
  const start = scanner.pos;
  const name = readWord(scanner, start + 1);
  const unit = scanner.text.charCodeAt(scanner.pos);
  if (name === "" || !(isSpaceOrEnd(unit) || "?:,]}%@`".includes(String.fromCharCode(unit)))) {
    scanner.fail("did not find expected alphabetic or numeric character", start);
  }
  return name;
}

function readWord(scanner: Scanner, from: number): string {
  let pos = from;
  while (isWord(scanner.text.charCodeAt(pos))) pos++;
  scanner.pos = pos;
  return scanner.text.slice(from, pos);
}

/** Reads a tag as handle, NUL, suffix; `pos` is on `!`. */
export function scanTag(scanner: Scanner): string {
  const { text } = scanner;
  const start = scanner.pos;
  let handle = "";
  let suffix: string;
  if (text[start + 1] === "<") {
    scanner.pos += 2;
    suffix = readUri(scanner, "", start);
    if (text[scanner.pos] !== ">") scanner.fail("did not find the expected '>'", start);
    scanner.pos++;
  } else {
    handle = readHandle(scanner, false, start);
    if (handle.length > 1 && handle.endsWith("!")) suffix = readUri(scanner, "", start);
    else {
      suffix = readUri(scanner, handle, start);
      handle = suffix === "" ? "" : "!";
      if (suffix === "") suffix = "!";
    }
  }
  if (!isSpaceOrEnd(text.charCodeAt(scanner.pos))) {
    scanner.fail("did not find expected whitespace or line break", start);
  }
  return handle + TAG_SEPARATOR + suffix;
}

function readHandle(scanner: Scanner, inDirective: boolean, start: number): string {
  if (scanner.text[scanner.pos] !== "!") scanner.fail("did not find expected '!'", start);
  const word = "!" + readWord(scanner, scanner.pos + 1);
  if (scanner.text[scanner.pos] === "!") {
    scanner.pos++;
    return word + "!";
  }
  if (inDirective && word !== "!") scanner.fail("did not find expected '!'", start);
  return word;
}

/** Reads the rest of a tag behind `head`, whose leading `!` is dropped. */
function readUri(scanner: Scanner, head: string, start: number): string {
  const { text } = scanner;
  let uri = head.slice(1);
  const from = scanner.pos;
  while (isUri(text.charCodeAt(scanner.pos))) {
    if (text[scanner.pos] === "%") uri += readUriEscapes(scanner, start);
    else uri += text[scanner.pos++];
  }
  if (head === "" && scanner.pos === from) scanner.fail("did not find expected tag URI", start);
  return uri;
}

/** Reads the octets of one character. */
function readUriEscapes(scanner: Scanner, start: number): string {
  const { text } = scanner;
  const octets: number[] = [];
  let width = 1;
  while (octets.length < width) {
    const high = hexDigit(text.charCodeAt(scanner.pos + 1));
    const low = hexDigit(text.charCodeAt(scanner.pos + 2));
    if (text[scanner.pos] !== "%" || high < 0 || low < 0) scanner.fail("did not find URI escaped octet", start);
    const octet = high * 16 + low;
    if (octets.length === 0) {
      width = octet < 0x80 ? 1 : octet < 0xc0 ? 0 : octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : octet < 0xf8 ? 4 : 0;
      if (width === 0) scanner.fail("found an incorrect leading UTF-8 octet", start);
    } else if ((octet & 0xc0) !== 0x80) scanner.fail("found an incorrect trailing UTF-8 octet", start);
    octets.push(octet);
    scanner.pos += 3;
  }
  return new TextDecoder().decode(new Uint8Array(octets));
}

/** Reads a `%YAML` or `%TAG` line; `pos` is on `%`. The value is "major.minor", or handle, NUL, prefix. */
export function scanDirective(scanner: Scanner): { kind: number; value: string } {
  const { text } = scanner;
  const start = scanner.pos;
  const name = readWord(scanner, start + 1);
  if (name === "") scanner.fail("could not find expected directive name", start);
  if (!isSpaceOrEnd(text.charCodeAt(scanner.pos))) scanner.fail("found unexpected non-alphabetical character", start);
  if (name !== "YAML" && name !== "TAG") scanner.fail("found unknown directive name", start);
  skipBlanks(scanner);
  const value = name === "YAML" ? readVersion(scanner, start) : readTagPrefix(scanner, start);
  skipBlanks(scanner);
  if (text[scanner.pos] === "#") {
    while (!isBreakOrEnd(text.charCodeAt(scanner.pos))) scanner.pos++;
  }
  if (!isBreakOrEnd(text.charCodeAt(scanner.pos))) scanner.fail("did not find expected comment or line break", start);
  if (isBreak(text.charCodeAt(scanner.pos))) scanner.skipBreak();
  return { kind: name === "YAML" ? VERSION_DIRECTIVE : TAG_DIRECTIVE, value };
}

function skipBlanks(scanner: Scanner): void {
  while (isBlank(scanner.text.charCodeAt(scanner.pos))) scanner.pos++;
}

function readVersion(scanner: Scanner, start: number): string {
  const major = readNumber(scanner, start);
  if (scanner.text[scanner.pos] !== ".") scanner.fail("did not find expected digit or '.' character", start);
  scanner.pos++;
  return `${major}.${readNumber(scanner, start)}`;
}

function readNumber(scanner: Scanner, start: number): number {
  const digits = /^[0-9]*/.exec(scanner.text.slice(scanner.pos, scanner.pos + 3))![0];
  if (digits.length > 2) scanner.fail("found extremely long version number", start);
  if (digits === "") scanner.fail("did not find expected version number", start);
  scanner.pos += digits.length;
  return Number(digits);
}

function readTagPrefix(scanner: Scanner, start: number): string {
  const handle = readHandle(scanner, true, start);
  if (!isBlank(scanner.text.charCodeAt(scanner.pos))) scanner.fail("did not find expected whitespace", start);
  skipBlanks(scanner);
  const prefix = readUri(scanner, "", start);
  if (!isSpaceOrEnd(scanner.text.charCodeAt(scanner.pos))) {
    scanner.fail("did not find expected whitespace or line break", start);
  }
  return handle + TAG_SEPARATOR + prefix;
}

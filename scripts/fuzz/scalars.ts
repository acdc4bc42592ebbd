import type { Random } from "./random.ts";
import { type Node, raw } from "./yaml_text.ts";

const PLAIN = [
  "0",
  "1",
  "80",
  "8080",
  "-5",
  "+7",
  "0644",
  "0o17",
  "0x1F",
  "0b101",
  "1_000",
  "1.0",
  "1.10",
  "1e3",
  "1E-7",
  "-0.0",
  ".5",
  "5.",
  "1.7976931348623157e308",
  "123456789012345678",
  "12345678901234567890",
  "123456789012345678901234567890",
  "1000000",
  "1234567.5",
  "true",
  "True",
  "FALSE",
  "yes",
  "No",
  "on",
  "OFF",
  "y",
  "n",
  "null",
  "~",
  "Null",
  "",
  "2001-01-01",
  "2001-12-14t21:59:43.10-05:00",
  "1:20",
  "12:30:45",
  "v1",
  "a",
  "b",
  "plain text",
  "a:b",
  "a#b",
  "-x",
  "?x",
  ":x",
  "a, b",
  "é ü",
  "日本語",
  "0.0.0.0",
  "1.2.3",
  "1e",
  "0x",
  "08",
  "09.5",
  "=",
  "<<x",
  "http://example.com/x?y=z#f",
  "$(VAR)",
  "x$(VAR)y",
  "a\\b",
  "100m",
  "1Gi",
  "- x y".slice(2),
  "..",
  "a  b",
];

const QUOTED = [
  '""',
  "''",
  '"80"',
  "'8080'",
  '"true"',
  "'yes'",
  '"null"',
  '"1.10"',
  '"0x1F"',
  '"a: b"',
  "'it''s'",
  '"tab\\there"',
  '"nl\\nx"',
  '"trail "',
  "' lead'",
  '"\\u00e9"',
  '"\\x41"',
  '"\\U0001F600"',
  '"emoji 😀"',
  '"# no"',
  "'- x'",
  '"a\\\\b"',
  '"q\\"q"',
  "'{a}'",
  '"[b]"',
  '"*x"',
  "'&x'",
  '"!x"',
  "'%x'",
  '"@x"',
  "'`x'",
  '"|"',
  "'>'",
  '"2001-01-01"',
  "'~'",
  '"="',
  '"\\e"',
  '"\\0"',
  '"\\u2028"',
  "'a#b'",
  '"long ' + "word ".repeat(30) + 'end"',
  "'" + "x".repeat(120) + "'",
  '"$(VAR)"',
];

const TAGGED = [
  "!!str 5",
  '!!str "x"',
  "!!int 7",
  '!!int "7"',
  "!!float 3",
  "!!bool true",
  "!!null null",
  "!!str true",
  "!!str",
];

const BLOCKS: [header: string, lines: string[]][] = [
  ["|", ["one line"]],
  ["|-", ["one line"]],
  ["|+", ["kept", ""]],
  ["|", ["line one", "  indented", "line three"]],
  ["|-", ["key: value", "list:", "- a", "- b"]],
  ["|2", ["  starts with blanks", "then not"]],
  ["|", ["trailing blank ", "x"]],
  ["|-", ["tab\there"]],
  ["|", ["", "after an empty line"]],
  ["|", ["# not a comment", "x"]],
  [">", ["folded", "text", "", "paragraph"]],
  [">-", ["folded text", "  more indented", "back"]],
  [">+", ["folded", "", ""]],
  ["|", ["unicode é 日本 😀"]],
  ["|-", ["long " + "word ".repeat(40) + "end"]],
  ["|", ['{"json": [1, 2, {"a": null}]}']],
  ["|", ["a=b", "c=d", "", "", "e"]],
  [">", ["long " + "folded words ".repeat(20), "and a second line"]],
];

const MULTILINE: string[][] = [
  ["plain over", "two lines"],
  ['"double over', 'two lines"'],
  ["'single over", "two lines'"],
  ['"with a \\', 'continuation"'],
];

/** Any scalar of the kinds that are hard to get right. */
export function hardScalar(random: Random): Node {
  const at = random.number();
  if (at < 0.45) return raw(random.pick(PLAIN));
  if (at < 0.75) return raw(random.pick(QUOTED));
  if (at < 0.78) return raw(random.pick(TAGGED));
  if (at < 0.95) {
    const [header, lines] = random.pick(BLOCKS);
    return { kind: "block", header, lines };
  }
  return { kind: "scalar", lines: random.pick(MULTILINE) };
}

/** A scalar that is a string. */
export function stringScalar(random: Random): Node {
  const at = random.number();
  if (at < 0.3) {
    return raw(
      random.pick(["a", "b", "plain text", "v1", "x$(VAR)y", "$(VAR)", "$(OTHER)", "a:b", "http://example.com"]),
    );
  }
  if (at < 0.7) return raw(random.pick(QUOTED));
  const [header, lines] = random.pick(BLOCKS);
  return { kind: "block", header, lines };
}

/** A scalar for places inside of braces. */
export function flowScalar(random: Random): Node {
  return raw(
    random.chance(0.5)
      ? random.pick(["a", "5", "1.10", "true", "null", "yes", "0x1F", "2001-01-01"])
      : random.pick(QUOTED),
  );
}

/** An object or list of hard scalars. */
export function hardValue(random: Random, depth: number): Node {
  const at = random.number();
  if (depth === 0 || at < 0.5) return hardScalar(random);
  if (at < 0.6) {
    return { kind: "list", isFlow: true, items: random.some(3, () => flowScalar(random)) };
  }
  if (at < 0.66) {
    const keys = random.subset(["a", "b", "name"], 0.6);
    return { kind: "map", isFlow: true, entries: keys.map((key) => [key, flowScalar(random)]) };
  }
  if (at < 0.85) {
    const keys = random.subset(["a", "b", "name", "x.y/z", "5", "true", "a b", "é"], 0.35);
    return { kind: "map", entries: keys.map((key) => [key, hardValue(random, depth - 1)]) };
  }
  const items = random.some(3, () => notNull(random, depth - 1));
  return { kind: "list", isIndented: random.chance(0.3), items };
}

/** A value that is not null: kustomize refuses lists with null. */
function notNull(random: Random, depth: number): Node {
  for (;;) {
    const value = hardValue(random, depth);
    if (value.kind !== "scalar" || !/^(~|null|Null|!!null null|)$/.test(value.lines.join())) return value;
  }
}

/** Fields with an anchor, aliases of it, and a merge of maps. */
export function anchoredFields(random: Random): Record<string, Node> {
  const merged: Node = { kind: "map", entries: [["<<", raw("*m")], ["own", flowScalar(random)]] };
  const fields: [string, Node][] = [
    ["scalar", raw(`&s ${random.pick(["5", "a", '"q"', "1.10", "true"])}`)],
    ["same", raw("*s")],
    ["map", raw(`&m {a: 1, b: ${random.pick(["x", '"y"', "[1, 2]"])}}`)],
    ["again", raw("*m")],
    ["merged", random.chance(0.8) ? merged : raw("{<<: *m, a: 2}")],
    ["list", { kind: "list", items: [raw("*s"), raw("*m")] }],
  ];
  return Object.fromEntries(fields);
}

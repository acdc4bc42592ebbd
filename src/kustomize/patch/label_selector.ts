import { KustomizeError } from "../errors.ts";

/** Whether a set of labels (or annotations) is selected. */
export type LabelMatcher = (labels: Record<string, string>) => boolean;

type Operator = "in" | "notin" | "exists" | "missing" | ">" | "<";

interface Requirement {
  key: string;
  operator: Operator;
  values: readonly string[];
}

/**
 * Parses a label selector such as `app=web,tier in (a, b),!legacy,weight>3`.
 *
 * @returns Matches everything for an empty text.
 * @throws {KustomizeError} INVALID_CONFIG, with apimachinery's words.
 * @see apimachinery `pkg/labels/selector.go`, as copied into kyaml v5.8.1
 */
export function parseLabelSelector(text: string): LabelMatcher {
  const requirements = new SelectorParser(text).parse();
  return (labels) => requirements.every((requirement) => satisfies(labels, requirement));
}

function satisfies(labels: Record<string, string>, { key, operator, values }: Requirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key]! : undefined;
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "missing":
      return value === undefined;
    case "in":
      return value !== undefined && values.includes(value);
    case "notin":
      return value === undefined || !values.includes(value);
    default: {
      const number = value === undefined ? undefined : parseInteger(value);
      const bound = parseInteger(values[0]!)!;
      return number !== undefined && (operator === ">" ? number > bound : number < bound);
    }
  }
}

/** A decimal 64-bit integer, as Go's `strconv.ParseInt` reads it. */
function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

const SYMBOLS = new Set([")", ",", "!", "==", "=", ">", "<", "!=", "("]);
const END = "";

/** A recursive descent over the tokens; the end of the text is an empty token. */
class SelectorParser {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+/g) ?? [];
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.#peek() === END) return requirements;
    for (;;) {
      if (!this.#isName() && this.#peek() !== "!") {
        throw invalid(
          requirements.length === 0
            ? `found '${this.#peek()}', expected: !, identifier, or 'end of string'`
            : `found '${this.#peek()}', expected: identifier after ','`,
        );
      }
      requirements.push(this.#requirement());
      const next = this.#next();
      if (next === END) return requirements;
      if (next !== ",") throw invalid(`found '${next}', expected: ',' or 'end of string'`);
    }
  }

  #requirement(): Requirement {
    const isMissing = this.#peek() === "!";
    if (isMissing) this.#next();
    if (!this.#isName()) throw unparsable(`found '${this.#peek()}', expected: identifier`);
    const key = this.#next();
    checkKey(key);
    if (isMissing) return { key, operator: "missing", values: [] };
    if (this.#peek() === END || this.#peek() === ",") return { key, operator: "exists", values: [] };
    const requirement = this.#comparison(key);
    for (const value of requirement.values) checkValue(key, value);
    return requirement;
  }

  #comparison(key: string): Requirement {
    const symbol = this.#next();
    switch (symbol) {
      case "in":
      case "notin":
        return { key, operator: symbol, values: this.#valueSet() };
      case "=":
      case "==":
        return { key, operator: "in", values: [this.#value()] };
      case "!=":
        return { key, operator: "notin", values: [this.#value()] };
      case ">":
      case "<": {
        const value = this.#value();
        if (parseInteger(value) === undefined) {
          throw unparsable("for 'Gt', 'Lt' operators, the value must be an integer");
        }
        return { key, operator: symbol, values: [value] };
      }
      default:
        throw unparsable(`found '${symbol}', expected: '=', '!=', '==', 'in', notin'`);
    }
  }

  /** A value after an operator; it may be left out. */
  #value(): string {
    if (this.#peek() === END || this.#peek() === ",") return "";
    if (!this.#isName()) throw unparsable(`found '${this.#peek()}', expected: identifier`);
    return this.#next();
  }

  /** `(a, b)`; a missing value is an empty one. */
  #valueSet(): string[] {
    const open = this.#next();
    if (open !== "(") throw unparsable(`found '${open}' expected: '('`);
    const values: string[] = [];
    if (this.#peek() === ")") values.push("");
    while (this.#peek() !== ")") this.#valueOrComma(values);
    this.#next();
    return values;
  }

  #valueOrComma(values: string[]): void {
    if (this.#isName()) {
      values.push(this.#next());
      if (this.#peek() === "," || this.#peek() === ")") return;
      throw unparsable(`found '${this.#peek()}', expected: ',' or ')'`);
    }
    const comma = this.#next();
    if (comma !== ",") throw unparsable(`found '${comma}', expected: ',', or identifier`);
    if (values.length === 0 || this.#peek() === ")") values.push("");
    if (this.#peek() !== ",") return;
    this.#next();
    values.push("");
    // apimachinery takes two commas at once, and then wants a value or another comma.
    if (this.#peek() === ")") throw unparsable("found ')', expected: ',', or identifier");
  }

  #isName(): boolean {
    return this.#peek() !== END && !SYMBOLS.has(this.#peek());
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? END;
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? END;
  }
}

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function checkKey(key: string): void {
  const parts = key.split("/");
  const name = parts.at(-1)!;
  const isPrefixValid = parts.length === 1 ||
    (parts.length === 2 && parts[0]!.length <= 253 && SUBDOMAIN.test(parts[0]!));
  if (isPrefixValid && name.length <= 63 && NAME.test(name)) return;
  throw unparsable(
    `invalid label key ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.', ` +
      "and must start and end with an alphanumeric character",
  );
}

function checkValue(key: string, value: string): void {
  if (value === "" || (value.length <= 63 && NAME.test(value))) return;
  throw unparsable(
    `invalid label value: ${JSON.stringify(value)}: at key: ${JSON.stringify(key)}: a valid label must be an empty ` +
      "string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
      "character",
  );
}

function unparsable(reason: string): KustomizeError {
  return invalid(`unable to parse requirement: ${reason}`);
}

function invalid(message: string): KustomizeError {
  return new KustomizeError("INVALID_CONFIG", message, {
    hint: "Write selectors as kubectl's -l takes them, such as app=web,tier in (a,b)",
  });
}

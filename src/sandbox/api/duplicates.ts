/** A key that an object of a JSON text has twice. */
export interface DuplicateField {
  /** Such as `spec.containers[0].env`. */
  path: string;
  key: string;
  /** Of the second one, from 1. */
  line: number;
}

/** The keys that occur twice in one object of a JSON text, in order. The text must be valid JSON. */
export function findDuplicateFields(text: string): DuplicateField[] {
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #found: DuplicateField[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  scan(): DuplicateField[] {
    this.#value("");
    return this.#found;
  }

  #value(path: string): void {
    this.#space();
    const char = this.#text[this.#at];
    if (char === "{") this.#object(path);
    else if (char === "[") this.#list(path);
    else if (char === '"') this.#string();
    else while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text[this.#at]!)) this.#at++;
  }

  #object(path: string): void {
    this.#at++;
    const seen = new Set<string>();
    for (this.#space(); this.#at < this.#text.length && this.#text[this.#at] !== "}"; this.#separator()) {
      const key = this.#string();
      const below = path === "" ? key : `${path}.${key}`;
      if (seen.has(key)) {
        this.#found.push({ path: below, key, line: this.#text.slice(0, this.#at).split("\n").length });
      }
      seen.add(key);
      this.#space();
      this.#at++; // the colon
      this.#value(below);
    }
    this.#at++;
  }

  #list(path: string): void {
    this.#at++;
    let index = 0;
    for (this.#space(); this.#at < this.#text.length && this.#text[this.#at] !== "]"; this.#separator()) {
      this.#value(`${path}[${index++}]`);
    }
    this.#at++;
  }

  #string(): string {
    const start = this.#at++;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    }
    this.#at++;
    const raw = this.#text.slice(start, this.#at);
    return raw.includes("\\") ? JSON.parse(raw) : raw.slice(1, -1);
  }

  #separator(): void {
    this.#space();
    if (this.#text[this.#at] === ",") this.#at++;
    this.#space();
  }

  #space(): void {
    while (this.#at < this.#text.length && " \t\n\r".includes(this.#text[this.#at]!)) this.#at++;
  }
}

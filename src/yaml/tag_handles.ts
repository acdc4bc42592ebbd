import { TAG_SEPARATOR } from "./scan_names.ts";
import type { Scanner } from "./scanner.ts";
import { DOCUMENT_START, TAG_DIRECTIVE, VERSION_DIRECTIVE } from "./tokens.ts";

const STANDARD_PREFIX = "tag:yaml.org,2002:";

/** What the handles of a document's tags stand for. */
export class TagHandles {
  private readonly prefixes = new Map<string, string>();

  /** Reads the directives before `---`, which is the next token afterwards. */
  readDirectives(scanner: Scanner): void {
    let hasVersion = false;
    for (let kind = scanner.peek(); kind !== DOCUMENT_START; kind = scanner.peek()) {
      if (kind === VERSION_DIRECTIVE) {
        if (hasVersion) scanner.fail("found duplicate %YAML directive", scanner.start);
        if (scanner.value !== "1.1") scanner.fail("found incompatible YAML document", scanner.start);
        hasVersion = true;
      } else if (kind === TAG_DIRECTIVE) {
        const [handle = "", prefix = ""] = scanner.value.split(TAG_SEPARATOR);
        if (this.prefixes.has(handle)) scanner.fail("found duplicate %TAG directive", scanner.start);
        this.prefixes.set(handle, prefix);
      } else scanner.fail("did not find expected <document start>", scanner.start);
      scanner.skip();
    }
  }

  /** The tag that is the next token, short (`!!int`) where it is one of YAML's own; "" for none. */
  resolve(scanner: Scanner): string {
    const [handle = "", suffix = ""] = scanner.value.split(TAG_SEPARATOR);
    if (handle === "") return shorten(suffix);
    const prefix = this.prefixes.get(handle) ?? (handle === "!" ? "!" : handle === "!!" ? STANDARD_PREFIX : undefined);
    if (prefix === undefined) scanner.fail("found undefined tag handle", scanner.start);
    return shorten(prefix + suffix);
  }
}

function shorten(tag: string): string {
  return tag.startsWith(STANDARD_PREFIX) ? "!!" + tag.slice(STANDARD_PREFIX.length) : tag;
}

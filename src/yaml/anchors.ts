import type { JsonValue } from "../base/mod.ts";
import type { ScalarNode } from "./nodes.ts";
import type { YamlVersion } from "./resolve.ts";
import type { Scanner } from "./scanner.ts";

/** A node that aliases may repeat. */
export interface Anchored {
  /** Undefined while the node is being read. */
  value: JsonValue | undefined;
  /** The node when it is a scalar, for its use as a key. */
  scalar?: ScalarNode;
  /** How many nodes it consists of, aliases expanded. */
  size: number;
  /** How many levels of objects and lists it has. */
  height: number;
}

/** How many nodes aliases may add to a resource; kustomize itself has no limit but memory. */
const MAX_ALIASED_NODES = 2_000_000;

/** The anchors of a document, and how much its aliases repeat. */
export class Anchors {
  private readonly nodes = new Map<string, Anchored>();
  private aliased = 0;

  constructor(private readonly version: YamlVersion) {}

  set(name: string, node: Anchored): void {
    this.nodes.set(name, node);
  }

  /** The node that the next token, an alias, stands for. */
  take(scanner: Scanner): Anchored {
    const name = scanner.value;
    const { source, start } = scanner;
    const node = this.nodes.get(name);
    if (node === undefined) throw source.errorAt(start, "UNKNOWN_ANCHOR", `unknown anchor '${name}' referenced`);
    if (node.value === undefined) throw source.errorAt(start, "BAD_VALUE", `anchor '${name}' value contains itself`);
    scanner.skip();
    return node;
  }

  /**
   * Counts what an alias repeats.
   *
   * @param all Nodes of the document so far, repeated ones included.
   * @returns Whether that is too much, by go-yaml v2's measure for what it decodes.
   */
  isExcessive(size: number, all: number): boolean {
    this.aliased += size;
    if (this.version === 3) return this.aliased > MAX_ALIASED_NODES;
    return this.aliased > 100 && all > 1000 && this.aliased / all > allowedRatio(all);
  }
}

/** `allowedAliasRatio` in `decode.go` of go.yaml.in/yaml v2.4.3: 99 % for small documents, 10 % for large ones. */
function allowedRatio(nodes: number): number {
  return 0.99 - 0.89 * Math.min(Math.max((nodes - 400_000) / 3_600_000, 0), 1);
}

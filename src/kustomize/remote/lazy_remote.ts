import type { Checkout, RemoteReader } from "../load/loader.ts";
import type { BuildOptions } from "../options.ts";
import type { RemoteCache } from "./remote_reader.ts";

/** A {@link RemoteCache} that is loaded when the first remote place is met; most builds meet none. */
export class LazyRemote implements RemoteReader {
  readonly #options: BuildOptions;
  #cache?: Promise<RemoteCache>;

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  async fetchFile(url: string): Promise<Uint8Array> {
    return await (await this.#open()).fetchFile(url);
  }

  async clone(url: string): Promise<Checkout> {
    return await (await this.#open()).clone(url);
  }

  /** Removes what was fetched. */
  async close(): Promise<void> {
    (await this.#cache)?.close();
  }

  #open(): Promise<RemoteCache> {
    this.#cache ??= import("./remote_reader.ts").then(({ RemoteCache }) => new RemoteCache(this.#options));
    return this.#cache;
  }
}

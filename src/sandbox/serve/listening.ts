/** How to listen. */
export interface ServeOptions {
  /** @default {0}, any free one */
  port?: number;
  /** @default {"127.0.0.1"} */
  hostname?: string;
  /** Listens without TLS. @default {false} */
  http?: boolean;
  /** Milliseconds between ticks of the controllers; 0 for none. @default {100} */
  tickMs?: number;
}

/** A sandbox that listens. */
export interface SandboxServer {
  /** `https://127.0.0.1:PORT`. */
  url: string;
  port: number;
  /** The CA to trust, as PEM; empty without TLS. */
  caPem: string;
  /** Stops listening and ticking, and ends all connections. */
  close(): Promise<void>;
}

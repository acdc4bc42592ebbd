/** The ports on Deno, the only folder that names it, and their twin in memory for tests. */
export { createDenoHost } from "./deno_host.ts";
export {
  createManualClock,
  createMemoryHost,
  type ManualClock,
  type MemoryHost,
  type MemoryHostOptions,
} from "./memory_host.ts";
export { createMemoryFileSystem, type MemoryFiles } from "./memory_files.ts";

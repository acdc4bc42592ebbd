/**
 * The assertions of all tests, strict ones.
 *
 * Deno's `node:assert/strict` is strict only as a default export: its named `equal` and `deepEqual` compare loosely
 * (`equal("1", 1)` and `deepEqual({a: null}, {a: undefined})` pass; seen on 2.7.11 and 2.9.6). This module gives the short
 * names their strict meaning; tests/architecture_test.ts keeps the other import away.
 *
 * @module
 */

export {
  deepStrictEqual as deepEqual,
  doesNotMatch,
  doesNotThrow,
  fail,
  match,
  notDeepStrictEqual as notDeepEqual,
  notStrictEqual as notEqual,
  ok,
  rejects,
  strictEqual as equal,
  throws,
} from "node:assert/strict";

import fc from "fast-check";
import { type JsonValue, parseJson } from "../../src/base/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { digestManifests, packManifests, unpackManifests } from "../../src/release/manifest_archive.ts";
import { ReleaseError, type ReleaseRecord, type ReleaseState } from "../../src/release/mod.ts";
import { decodeRelease, encodeRelease } from "../../src/release/record_secret.ts";
import { lastSucceeded, planRetention, rollbackTarget } from "../../src/release/retention.ts";
import type { StoredRelease } from "../../src/release/record_secret.ts";
import { deepEqual, equal, ok, rejects } from "../assert.ts";

const STATES: readonly ReleaseState[] = ["running", "applied", "succeeded", "failed", "timed out", "interrupted"];
const text = fc.string({ unit: "grapheme" });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const timeMs = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });

/** A record without `undefined`s, as the code makes them. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

const records = fc.record({
  release: fc.stringMatching(/^[a-z][a-z0-9-]{0,40}[a-z0-9]$/),
  number: fc.integer({ min: 1, max: 1e6 }),
  state: fc.constantFrom(...STATES),
  applied: fc.boolean(),
  codes: fc.array(text),
  startedMs: timeMs,
  endedMs: optional(timeMs),
  origin: fc.record({
    by: text,
    commit: optional(text),
    jobUrl: optional(text),
    pipeline: optional(
      fc.record({ project: text, ref: text, number: fc.nat(), url: optional(text) }, { noNullPrototype: true })
        .map(compact),
    ),
  }, { noNullPrototype: true }).map(compact),
  overlay: text,
  namespace: text,
  digest: text,
  images: fc.array(fc.record({ image: text, digest: optional(text) }, { noNullPrototype: true }).map(compact)),
  objects: fc.nat(),
  applySet: optional(text),
  rollbackTo: optional(fc.integer({ min: 1, max: 1e6 })),
}, { noNullPrototype: true }).map(compact) as fc.Arbitrary<ReleaseRecord>;

const values: fc.Arbitrary<JsonValue> = fc.jsonValue(
  { noUnicodeString: false, maxDepth: 4 } as fc.JsonSharedConstraints,
)
  .map((value) => parseJson(JSON.stringify(value)));
const manifests = fc.array(
  values.map((spec) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, spec }) as Manifest),
);

function stored(number: number, state: ReleaseState, digest = `d${number}`): StoredRelease {
  return { record: { number, state, digest } as ReleaseRecord } as StoredRelease;
}

Deno.test("encodeRelease(): decodeRelease() gives back any record", async () => {
  await fc.assert(
    fc.asyncProperty(records, manifests, async (record, objects) => {
      const parts = (await packManifests(objects))!;
      const [head] = encodeRelease("shop", record, parts);
      const decoded = decodeRelease({ ...head, metadata: { ...head.metadata, resourceVersion: "1" } })!;
      deepEqual(decoded.record, record);
      deepEqual(await unpackManifests([decoded.firstPart]), objects);
    }),
    { numRuns: 60 },
  );
});

Deno.test("packManifests(): unpackManifests() gives back any manifests, whatever the size of the parts", async () => {
  await fc.assert(
    fc.asyncProperty(manifests, fc.integer({ min: 1, max: 200 }), async (objects, partBytes) => {
      const parts = (await packManifests(objects, { partBytes, mostParts: 1e6 }))!;
      ok(parts.every(({ length }) => length <= partBytes));
      deepEqual(await unpackManifests(parts), objects);
    }),
    { numRuns: 60 },
  );
});

Deno.test("packManifests(): integers outside a double's range stay exact, and too many parts are refused", async () => {
  const manifest = { apiVersion: "v1", kind: "X", metadata: { name: "a" }, spec: { big: 12345678901234567890n } };
  deepEqual(await unpackManifests((await packManifests([manifest]))!), [manifest]);
  equal(await packManifests([manifest], { partBytes: 10, mostParts: 2 }), undefined);
});

Deno.test("unpackManifests(): what is damaged is an error of its own", async () => {
  const [part] = (await packManifests([]))!;
  for (const damaged of [part!.subarray(0, 5), new Uint8Array([1, 2, 3]), new Uint8Array()]) {
    await rejects(
      unpackManifests([damaged]),
      (error) => error instanceof ReleaseError && error.code === "RECORD_INVALID",
    );
  }
});

Deno.test("decodeRelease(): a Secret that is no release, or a damaged one, is none", () => {
  const metadata = { name: "a", namespace: "shop", resourceVersion: "1" };
  const secret = { apiVersion: "v1", kind: "Secret", metadata };
  for (
    const other of [
      { type: "Opaque", data: { record: "e30=" } },
      { type: "kstage.dev/release" },
      { type: "kstage.dev/release", data: { record: "%" } },
      { type: "kstage.dev/release", data: { record: btoa("{") } },
      { type: "kstage.dev/release", data: { record: btoa('{"version":2}') } },
    ]
  ) equal(decodeRelease({ ...secret, ...other } as Manifest), undefined);
});

Deno.test("digestManifests(): equal for equal manifests whatever the order of keys, and different else", async () => {
  const metadata = { name: "a" };
  const a = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { x: "1", y: "2" } };
  const b = { kind: "ConfigMap", data: { y: "2", x: "1" }, metadata, apiVersion: "v1" };
  equal(await digestManifests([a]), await digestManifests([b]));
  ok(await digestManifests([a]) !== await digestManifests([{ ...a, data: { x: "1", y: "3" } }]));
});

Deno.test("planRetention(): keeps the newest, the last that succeeded, and what runs", () => {
  const releases = [
    stored(1, "running"),
    stored(2, "succeeded"),
    stored(3, "succeeded"),
    ...[4, 5, 6, 7].map((number) => stored(number, "failed")),
  ];
  deepEqual(planRetention(releases, 2).map(({ record }) => record.number), [2, 4, 5]);
  deepEqual(planRetention(releases, 0).map(({ record }) => record.number), [2, 4, 5, 6]);
  deepEqual(planRetention(releases, 10), []);
  equal(lastSucceeded(releases)?.record.number, 3);
});

Deno.test("rollbackTarget(): the newest that succeeded and differs from the last", () => {
  equal(rollbackTarget([stored(1, "succeeded"), stored(2, "failed"), stored(3, "failed")])?.record.number, 1);
  equal(
    rollbackTarget([stored(1, "succeeded"), stored(2, "succeeded", "x"), stored(3, "succeeded", "x")])?.record.number,
    1,
  );
  equal(rollbackTarget([stored(1, "succeeded")]), undefined);
  equal(rollbackTarget([]), undefined);
});

import { deepEqual, equal } from "../assert.ts";
import fc from "fast-check";
import { decodeBase64, encodeBase64 } from "../../src/kubeconfig/mod.ts";

const FAULTS: Record<string, number | null> = JSON.parse(
  await Deno.readTextFile(new URL("../testdata/kubeconfig/base64_faults.json", import.meta.url)),
);

for (const [text, offset] of Object.entries(FAULTS)) {
  Deno.test(`decodeBase64() takes or refuses ${JSON.stringify(text)} as kubectl does`, () => {
    const decoded = decodeBase64(text);
    equal(decoded instanceof Uint8Array ? null : decoded.offset, offset);
  });
}

Deno.test("decodeBase64() gives back what encodeBase64() was given, wrapped or not", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
    const text = encodeBase64(bytes);
    deepEqual(decodeBase64(text), bytes);
    deepEqual(decodeBase64(text.replace(new RegExp(`.{${width}}`, "g"), "$&\n")), bytes);
  }));
});

Deno.test("encodeBase64() takes a string as UTF-8 and any length", () => {
  equal(encodeBase64("é"), "w6k=");
  equal(encodeBase64(new Uint8Array(100_000)).length, 133_336);
});

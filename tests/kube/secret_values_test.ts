import fc from "fast-check";
import { ok } from "../assert.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { hideSecretValues, secretValuesOf } from "../../src/kube/secret_values.ts";

Deno.test("a Secret's value is hidden raw, escaped, and in base64 wherever it stands", () => {
  const value = fc.stringMatching(/^[a-zA-Z0-9 "&/+é-]{16,40}$/);
  const around = fc.stringMatching(/^[A-Z]{0,7}$/);
  const encode = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  fc.assert(fc.property(value, around, around, fc.boolean(), (secret, before, after, isEncoded) => {
    const written: JsonObject = isEncoded ? { data: { key: encode(secret) } } : { stringData: { key: secret } };
    const values = secretValuesOf(written);
    const base64 = encode(before + secret + after);
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret), base64]) {
      const shown = hideSecretValues(`refused: ${form} is bad`, values);
      ok(shown.includes("***"), shown);
      // No more of the base64 is left than what depends on the text around the secret, too.
      if (form === base64) ok(shown.length < 34 + before.length * 2 + after.length * 2, shown);
      else ok(!shown.includes(secret), shown);
    }
  }));
});

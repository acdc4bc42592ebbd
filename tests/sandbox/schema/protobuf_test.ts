import { deepEqual, equal, throws } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { normalizeObject } from "../../../src/sandbox/schema/normalize.ts";
import { decodeMessage, openEnvelope } from "../../../src/sandbox/schema/protobuf.ts";
import { schemaTable } from "../../../src/sandbox/schema/schema.ts";
import { ADMIN_TOKEN } from "../../../src/sandbox/mod.ts";
import { testServer } from "../client.ts";

/** Objects as kube-apiserver v1.36.3 writes them in both forms. */
const OBJECTS: { object: JsonObject; protobuf: string }[] = JSON.parse(
  await Deno.readTextFile(new URL("../../testdata/sandbox/protobuf.json", import.meta.url)),
);

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

for (const { object, protobuf } of OBJECTS) {
  const { apiVersion, kind, ...rest } = object;
  Deno.test(`a ${kind} in protobuf is the same as in JSON`, () => {
    const envelope = openEnvelope(bytesOf(protobuf));
    deepEqual([envelope.apiVersion, envelope.kind], [apiVersion, kind]);
    const type = schemaTable().kinds.get(`${String(apiVersion).includes("/") ? "" : "/"}${apiVersion}/${kind}`)!;
    const { object: read, unknownFields } = normalizeObject(decodeMessage(envelope.raw, type), type);
    deepEqual(unknownFields, []);
    const { apiVersion: _version, kind: _kind, ...given } = read;
    deepEqual(given, rest);
  });
}

Deno.test("bytes without the envelope are refused", () => {
  throws(() => openEnvelope(new TextEncoder().encode("{}")), RangeError);
});

Deno.test("truncated messages are refused, not read as something else", () => {
  const { raw } = openEnvelope(bytesOf(OBJECTS[0]!.protobuf));
  const type = schemaTable().kinds.get("apps/v1/Deployment")!;
  for (const end of [1, 20, 100, raw.length - 20]) {
    throws(() => decodeMessage(raw.subarray(0, end), type), RangeError, String(end));
  }
});

Deno.test("clients can send protobuf", async () => {
  const { sandbox, ask } = testServer();
  const namespace = "pbuf2";
  await ask("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const { protobuf } = OBJECTS.find(({ object: { kind } }) => kind === "ServiceAccount")!;
  const send = (body: Uint8Array<ArrayBuffer>) =>
    sandbox.handle(
      new Request(`https://sandbox/api/v1/namespaces/${namespace}/serviceaccounts`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/vnd.kubernetes.protobuf" },
        body,
      }),
    );
  // The recorded object has a version already, which no new one may have.
  const refused = await (await send(bytesOf(protobuf))).json();
  equal(refused.message, "resourceVersion should not be set on objects to be created");
  const broken = await send(new TextEncoder().encode("{}"));
  deepEqual([broken.status, (await broken.json()).reason], [400, "BadRequest"]);
});

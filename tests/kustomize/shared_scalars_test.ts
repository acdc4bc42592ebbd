import { deepEqual } from "../assert.ts";
import { cloneJson, type JsonObject } from "../../src/base/mod.ts";
import { shareScalar, writeScalar } from "../../src/kustomize/shared_scalars.ts";

Deno.test("writeScalar() changes all that are one with a scalar", () => {
  const labels: JsonObject = { app: "a" };
  const selector: JsonObject = { app: "a" };
  shareScalar([{ container: labels, key: "app" }, { container: selector, key: "app" }]);
  writeScalar(labels, "app", "b");
  deepEqual([labels, selector], [{ app: "b" }, { app: "b" }]);
  writeScalar(selector, "app", "c");
  deepEqual([labels, selector], [{ app: "c" }, { app: "c" }]);
});

Deno.test("writeScalar() leaves members alone that were removed or replaced, and copies", () => {
  const [labels, selector, other]: JsonObject[] = [{ app: "a" }, { app: "a" }, { app: "a" }];
  shareScalar([labels!, selector!, other!].map((container) => ({ container, key: "app" })));
  delete selector!.app;
  other!.app = "own";
  const copy = cloneJson(labels!);
  writeScalar(labels!, "app", "b");
  deepEqual([labels, selector, other, copy], [{ app: "b" }, {}, { app: "own" }, { app: "a" }]);
  writeScalar(other!, "app", "d");
  deepEqual([labels, other], [{ app: "b" }, { app: "d" }]);
});

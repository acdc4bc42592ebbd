import { deepEqual, equal, throws } from "../../assert.ts";
import { matchesSelector, parseFieldSelector, parseLabelSelector } from "../../../src/sandbox/api/selectors.ts";

const object = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", labels: { app: "web", tier: "1", "x.y/z": "" } },
  spec: { nodeName: "n1", restartPolicy: "Always" },
  status: { phase: "Running" },
};

Deno.test("label selectors mean what kubectl's users write", () => {
  for (
    const [text, wanted] of [
      ["", true],
      ["app=web", true],
      ["app==web", true],
      ["app = db", false],
      ["app!=db", true],
      ["other!=db", true],
      ["app in (web,db)", true],
      ["app notin (web)", false],
      ["app in ()", false],
      ["x.y/z in (a,)", true],
      ["x.y/z in (,a)", true],
      ["other notin (web)", true],
      ["app", true],
      ["!app", false],
      ["!other,app", true],
      ["tier>0", true],
      ["tier<1", false],
      ["x.y/z", true],
      ["x.y/z=", true],
      ["app=web,tier=2", false],
    ] as const
  ) equal(parseLabelSelector(text)(object), wanted, text);
});

Deno.test("malformed label selectors are refused in the server's words", () => {
  const key = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an";
  for (
    const [text, message] of [
      ["=x", "found '=', expected: !, identifier, or 'end of string'"],
      [",", "found ',', expected: !, identifier, or 'end of string'"],
      ["a,,b", "found ',', expected: identifier after ','"],
      ["a,", "found '', expected: identifier after ','"],
      ["a=b=c", "found '=', expected: ',' or 'end of string'"],
      ["a=b c", "found 'c', expected: ',' or 'end of string'"],
      ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
      ["a in", "unable to parse requirement: found '' expected: '('"],
      ["a in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"],
      ["a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"],
      ["a=(b)", "unable to parse requirement: found '(', expected: identifier"],
      ["!", "unable to parse requirement: found '', expected: identifier"],
      ["-a", `unable to parse requirement: <nil>: Invalid value: "-a": ${key}`],
      ["a>x", `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators`],
      ["a in (b,-)", `unable to parse requirement: values[0][a]: Invalid value: "-": a valid label must be`],
    ] as const
  ) {
    throws(() => parseLabelSelector(text), (error: Error) => {
      equal(error.message.slice(0, message.length), message);
      return true;
    });
  }
});

Deno.test("field selectors know a kind's fields", () => {
  const matches = (text: string): boolean => parseFieldSelector(text, "v1 Pod")(object);
  deepEqual(
    ["metadata.name=web", "status.phase!=Running", "spec.nodeName=n1,status.phase=Running", "spec.restartPolicy==Never"]
      .map(matches),
    [true, false, true, false],
  );
  throws(() => parseFieldSelector("spec.nope=1", "v1 Pod"), { code: "BadRequest" });
  throws(() => parseFieldSelector("metadata.name", "v1 Pod"), { code: "BadRequest" });
});

Deno.test("a LabelSelector object that is absent means nothing, an empty one everything", () => {
  const labels = object.metadata.labels;
  equal(matchesSelector(undefined, labels), false);
  equal(matchesSelector({}, labels), true);
  equal(matchesSelector({ matchLabels: { app: "web" } }, labels), true);
  equal(
    matchesSelector({ matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }, labels),
    false,
  );
  equal(matchesSelector({ matchExpressions: [{ key: "other", operator: "DoesNotExist" }] }, labels), true);
});

import { deepEqual } from "../assert.ts";
import { createManualClock } from "../../src/host/mod.ts";
import { createSandbox } from "../../src/sandbox/mod.ts";
import { ADMIN, type Answer, normalize, type ReferenceFile, type ReferenceStep, replay } from "./reference.ts";

const DIRECTORY = new URL("../testdata/sandbox/reference/", import.meta.url);

/** Where the sandbox is known to answer otherwise, and why that is left so: a part of the step's text, and the reason. */
const KNOWN_DIFFERENCES: Record<string, [part: string, reason: string][]> = {
  "basics.json": [
    ["?continue=abc", "the message ends with the words of Go's JSON decoder"],
    [
      "fieldValidation=Strict application/merge-patch+json",
      "the object quoted in the message has its keys in Go's order",
    ],
    ["deployments/web/status", "a scale that changes nothing leaves an entry without time and subresource behind"],
  ],
  "apply.json": [
    [
      "a: 1\na: 2",
      "keys of YAML mappings that are given twice are refused even where the real server takes the last one",
    ],
  ],
  "kinds.json": [
    [
      'jobs/j application/merge-patch+json {"spec":{"template"',
      "the message quotes the template as Go's structures have it",
    ],
    ['"parallelism":2,"selector"', "a Job's specification is checked twice, so causes are doubled"],
    ["autoscaling/v1/", "version 1 says in an annotation what it has no fields for"],
    ["persistentvolumeclaims/p", "the message ends with a diff of Go's structures"],
    [
      'pods/p application/strategic-merge-patch+json {"spec":{"nodeSelector"',
      "the message ends with a diff of Go's structures",
    ],
    ["GET /api/v1/namespaces/kinds/resourcequotas/q", "the status is a controller's, and controllers are off here"],
  ],
  "custom.json": [
    ["example.com/v2", "an object of an unserved version is not read as far as its unknown fields"],
    ["widgets/w  ", "a field that a scale adds to a custom resource belongs to nobody"],
  ],
  "lists.json": [["continue=x", "the message ends with the words of Go's decoder"]],
};

async function askSandbox(steps: readonly ReferenceStep[]): Promise<Answer[]> {
  const clock = createManualClock();
  const sandbox = createSandbox({
    clock,
    controllers: false,
    maxTokenSeconds: 86_400,
    caPem: "PEM",
    users: [
      { name: "admin", uid: "admin-uid", token: ADMIN, groups: ["system:masters"] },
      { name: "dev", uid: "dev-uid", token: "devtoken", groups: ["developers"] },
    ],
  });
  const answers = await replay(steps, {
    ask: (request) => sandbox.handle(request),
    async tick() {
      await clock.advance(1000);
      sandbox.tick();
    },
  }, "https://sandbox");
  sandbox.close();
  return answers;
}

for (const { name } of Deno.readDirSync(DIRECTORY)) {
  if (!name.endsWith(".json")) continue;
  Deno.test(`the sandbox answers as a real API server does: ${name}`, async () => {
    const { steps }: ReferenceFile = JSON.parse(await Deno.readTextFile(new URL(name, DIRECTORY)));
    const answers = await askSandbox(steps);
    const known = KNOWN_DIFFERENCES[name] ?? [];
    const used = new Set<string>();
    const differences: unknown[] = [];
    for (const [index, step] of steps.entries()) {
      if (step.tick || step.answer === undefined) continue;
      const text = `${step.method} ${step.path} ${step.type ?? ""} ${step.body ?? ""}`;
      const wanted: Answer = { code: step.code, answer: normalize(step.answer) };
      if (step.warning !== undefined) wanted.warning = step.warning;
      const given = answers[index]!;
      try {
        deepEqual(given, wanted);
      } catch {
        const excuse = known.find(([part]) => text.includes(part));
        if (excuse !== undefined) used.add(excuse[0]);
        else differences.push({ index, text: text.slice(0, 300), given, wanted });
      }
    }
    deepEqual(differences, []);
    deepEqual(known.filter(([part]) => !used.has(part)), [], "differences that are none any more");
  });
}

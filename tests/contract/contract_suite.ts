/**
 * What kstage relies on in a Kubernetes API server: one suite, run on the sandbox and on a real server.
 *
 * What it expects is what kube-apiserver v1.36.3 answers. Where the sandbox differs, the sandbox is wrong.
 */
import { type ContractCase, type ContractServer, World } from "./world.ts";
import { OBJECTS } from "./objects.ts";
import { LISTS } from "./lists.ts";
import { WATCHES } from "./watches.ts";
import { PATCHES } from "./patches.ts";
import { APPLIES } from "./applies.ts";
import { DELETIONS } from "./deletions.ts";
import { DEFAULTS } from "./defaults.ts";
import { IDENTITIES } from "./identities.ts";
import { PERMISSIONS } from "./permissions.ts";
import { RULES_REVIEWS_CASES } from "./rules_reviews.ts";
import { REFUSALS } from "./refusals.ts";
import { DISCOVERIES } from "./discoveries.ts";

const CASES: Readonly<Record<string, readonly ContractCase[]>> = {
  objects: OBJECTS,
  lists: LISTS,
  watches: WATCHES,
  patches: PATCHES,
  "server-side apply": APPLIES,
  deletions: DELETIONS,
  defaults: DEFAULTS,
  identities: IDENTITIES,
  permissions: [...PERMISSIONS, ...RULES_REVIEWS_CASES],
  refusals: REFUSALS,
  discovery: DISCOVERIES,
};

/**
 * Registers a test per promise.
 *
 * @param name Who is held against the contract: `the sandbox`, `a real API server`.
 * @param open Gives a server; called once per test. Many tests may use the same one.
 * @param broken Promises that are known not to be kept yet, each with what is wrong: they are skipped.
 */
export function contractSuite(
  name: string,
  open: () => Promise<ContractServer>,
  broken: Readonly<Record<string, string>> = {},
): void {
  for (const [area, cases] of Object.entries(CASES)) {
    for (const { promise, run } of cases) {
      const why = broken[promise];
      const title = `contract of ${name}, ${area}: ${promise}${why === undefined ? "" : ` (skipped: ${why})`}`;
      Deno.test({ name: title, ignore: why !== undefined }, async () => {
        await using server = await open();
        const admin = new World(server, `contract-${crypto.randomUUID().slice(0, 8)}`);
        const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: admin.namespace } };
        await admin.expect(201, "POST", "/api/v1/namespaces", { body: namespace });
        try {
          await run(admin);
        } finally {
          await admin.call("DELETE", `/api/v1/namespaces/${admin.namespace}`);
        }
      });
    }
  }
}

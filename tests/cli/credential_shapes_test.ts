import { equal, match, ok } from "../assert.ts";
import { assertExit, inThrees, startJob, type TestJob } from "./sandbox_process.ts";

/** One shape that a value may come in; `repaired` is what must be told about it, and nothing is told without it. */
interface Shape {
  what: string;
  env: (job: TestJob) => Record<string, string | undefined>;
  args?: (job: TestJob) => string[];
  repaired?: RegExp;
}

const wrap = (text: string) => text.replace(/.{76}/g, "$&\n");
const write = (job: TestJob, name: string, text: string): string => {
  Deno.writeTextFileSync(`${job.project}/${name}`, text);
  return `${job.project}/${name}`;
};

const SHAPES: Shape[] = [
  { what: "CA as PEM", env: ({ server }) => ({ CA_AUTH_DATA: server.caPem }) },
  { what: "CA as base64", env: ({ server }) => ({ CA_AUTH_DATA: btoa(server.caPem) }) },
  {
    what: "CA as base64 wrapped at 76",
    env: ({ server }) => ({ CA_AUTH_DATA: wrap(btoa(server.caPem)) }),
    repaired: /CA_AUTH_DATA \(joined the lines of the base64\)/,
  },
  {
    what: "CA as base64 twice",
    env: ({ server }) => ({ CA_AUTH_DATA: btoa(btoa(server.caPem)) }),
    repaired: /CA_AUTH_DATA \(decoded base64 twice\)/,
  },
  {
    what: "CA as PEM with spaces for line breaks",
    env: ({ server }) => ({ CA_AUTH_DATA: server.caPem.replaceAll("\n", " ") }),
    repaired: /CA_AUTH_DATA \(.*restored the line breaks of the PEM\)/,
  },
  {
    what: "CA as PEM with literal \\n",
    env: ({ server }) => ({ CA_AUTH_DATA: server.caPem.replaceAll("\n", "\\n") }),
    repaired: /CA_AUTH_DATA \(/,
  },
  {
    what: "CA in quotes",
    env: ({ server }) => ({ CA_AUTH_DATA: `"${btoa(server.caPem)}"` }),
    repaired: /CA_AUTH_DATA \(removed quotes\)/,
  },
  {
    what: "CA as a path",
    env: (job) => ({ CA_AUTH_DATA: write(job, "ca-1.crt", job.server.caPem) }),
    repaired: /CA_AUTH_DATA \(read the file that it names\)/,
  },
  {
    what: "CA_AUTH_DATA_FILE",
    env: (job) => ({ CA_AUTH_DATA: undefined, CA_AUTH_DATA_FILE: write(job, "ca-2.crt", job.server.caPem) }),
  },
  {
    what: "--ca-file",
    env: () => ({ CA_AUTH_DATA: undefined }),
    args: (job) => ["--ca-file", write(job, "ca-3.crt", job.server.caPem)],
  },
  { what: "token as base64", env: ({ token }) => ({ K8S_TOKEN: btoa(token) }), repaired: /K8S_TOKEN \(.*base64/ },
  {
    what: "token with white space around it",
    env: ({ token }) => ({ K8S_TOKEN: `  ${token}\n` }),
    repaired: /K8S_TOKEN \(removed white space around it\)/,
  },
  {
    what: "token with a line break within",
    env: ({ token }) => ({ K8S_TOKEN: `${token.slice(0, 100)}\n${token.slice(100)}` }),
    repaired: /K8S_TOKEN \(/,
  },
  {
    what: "token with Bearer before it",
    env: ({ token }) => ({ K8S_TOKEN: `Bearer ${token}` }),
    repaired: /K8S_TOKEN \(.*Bearer/,
  },
  {
    what: "K8S_TOKEN_FILE",
    env: (job) => ({ K8S_TOKEN: undefined, K8S_TOKEN_FILE: write(job, "token-1", `${job.token}\n`) }),
  },
  {
    what: "--token-file",
    env: () => ({ K8S_TOKEN: undefined }),
    args: (job) => [`--token-file=${write(job, "token-2", job.token)}`],
  },
  {
    what: "address with a slash at its end",
    env: ({ server }) => ({ CLUSTER_ADDRESS: `${server.url}/` }),
    repaired: /CLUSTER_ADDRESS \(.*slash/,
  },
  {
    what: "address without its scheme",
    env: ({ server }) => ({ CLUSTER_ADDRESS: server.url.replace("https://", "") }),
    repaired: /CLUSTER_ADDRESS \(.*https/,
  },
  {
    what: "CLUSTER_ADDRESS_FILE",
    env: (job) => ({ CLUSTER_ADDRESS: undefined, CLUSTER_ADDRESS_FILE: write(job, "address", `${job.server.url}\n`) }),
  },
  {
    what: "--server",
    env: () => ({ CLUSTER_ADDRESS: undefined }),
    args: ({ server }) => ["--server", server.url],
  },
];

async function assertWorks(job: TestJob, { env, args, repaired }: Shape): Promise<void> {
  const variables = Object.fromEntries(
    Object.entries({ ...job.variables, ...env(job) }).filter((entry): entry is [string, string] =>
      entry[1] !== undefined
    ),
  );
  const run = await job.run(["deploy", "--dry-run=server", ...args?.(job) ?? [], "overlays/production"], {
    env: variables,
  });
  assertExit(run, 0);
  const told = run.stderr.split("\n").filter((line) => line.includes("note: repaired "));
  equal(told.length, repaired === undefined ? 0 : 1, run.stderr);
  if (repaired !== undefined) match(told[0]!, repaired);
}

Deno.test("each shape of CA, token and address works, and a repair is told in one line", async (t) => {
  await using job = await startJob();
  await inThrees(SHAPES, async (shape) => {
    ok(
      await t.step({
        name: shape.what,
        fn: () => assertWorks(job, shape),
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
      }),
    );
  });
});

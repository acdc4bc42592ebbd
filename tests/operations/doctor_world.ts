/** `kstage doctor` against servers on loopback, each with one fault. */
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { runCli } from "../../src/cli/mod.ts";
import type { Clock } from "../../src/base/mod.ts";
import { createDenoHost, createMemoryHost } from "../../src/host/mod.ts";
import { TOKEN } from "../credentials/fixtures.ts";
import { makeCertificate, type ThrowawayCertificate } from "../credentials/throwaway_certificate.ts";

const NAMES = [{ type: "dns" as const, value: "localhost" }, { type: "ip" as const, value: "127.0.0.1" }];

/** The cluster's CA, another key under the same name, another CA, and the server's certificate. */
export const CA = await makeCertificate({ subject: "CN=kubernetes", ca: true });
export const ROTATED_CA = await makeCertificate({ subject: "CN=kubernetes", ca: true });
export const OTHER_CA = await makeCertificate({ subject: "O=Example,CN=Inspection CA", ca: true });
export const GOOD = await makeCertificate({ subject: "CN=kube-apiserver", issuer: CA, names: NAMES });

/** A certificate for loopback, with something else about it. */
export function makeServerCertificate(options: Partial<Parameters<typeof makeCertificate>[0]>) {
  return makeCertificate({ subject: "CN=kube-apiserver", issuer: CA, names: NAMES, ...options });
}

/** What a server answers. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export type Answering = (path: string, authorization: string | undefined) => Answer;

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});

/** A refusal as an API server words it. */
export const refuse = (code: number, reason: string, message: string): Answer =>
  json(code, { kind: "Status", apiVersion: "v1", status: "Failure", message, reason, code });

/** An API server that knows everybody. */
export const healthy: Answering = (path) =>
  path === "/version"
    ? json(200, { major: "1", minor: "36", gitVersion: "v1.36.0" })
    : path.endsWith("/selfsubjectreviews")
    ? json(201, { status: { userInfo: { username: "system:serviceaccount:my-service:gitlab-service-account" } } })
    : refuse(404, "NotFound", "the server could not find the requested resource");

interface Listener {
  listen(port: number, host: string, done: () => void): unknown;
}

/** Runs something while a server listens; its port is given. */
async function listening<T>(server: Server, use: (port: number) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => (server as Listener).listen(0, "127.0.0.1", resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

/** An HTTP server; without a certificate it speaks no TLS. */
export function serving<T>(
  certificate: ThrowawayCertificate | undefined,
  answering: Answering,
  use: (port: number) => Promise<T>,
): Promise<T> {
  // deno-lint-ignore no-explicit-any -- both kinds of servers call it with the same shapes
  const answer = (request: any, response: any) => {
    const { status, headers = {}, body = "" } = answering(request.url, request.headers.authorization);
    response.writeHead(status, headers);
    response.end(body);
  };
  const server = certificate === undefined
    ? createHttpServer(answer)
    : createHttpsServer({ cert: certificate.pem, key: certificate.keyPem }, answer);
  return listening(server, use);
}

/** A server of bytes. */
export const servingSockets = <T>(onConnection: (socket: Socket) => void, use: (port: number) => Promise<T>) =>
  listening(createTcpServer(onConnection), use);

/** What is examined, and where. */
export interface Examination {
  env?: Record<string, string>;
  files?: Record<string, string>;
  args?: string[];
  /** By how much this machine's clock is ahead. @default {0} */
  clockAheadMs?: number;
  /** When requests run into their time limit. @default never */
  outOfTime?: Promise<void>;
}

/** The findings of an examination that aren't `ok`, as `layer CODE`, and all that was printed. */
export interface Examined {
  exitCode: number;
  found: string[];
  text: string;
}

/** Waiting between attempts takes no time; a request's time limit comes when it is told to. */
function createTestClock({ clockAheadMs = 0, outOfTime }: Examination): Clock {
  return {
    now: () => Date.now() + clockAheadMs,
    sleep: (ms, signal) =>
      ms < 30_000 ? Promise.resolve() : new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        outOfTime?.then(resolve);
      }),
  };
}

/** Runs kstage with the real network, and everything else in memory. */
export async function runWith(examination: Examination, ...args: string[]) {
  const { env = {}, files = {} } = examination;
  const memory = createMemoryHost({ env: { HOME: "/nobody", ...env }, files: { "/project/.keep": "", ...files } });
  const { network } = createDenoHost();
  const host = { ...memory, network, clock: createTestClock(examination) };
  const exitCode = await runCli(args, host);
  return { exitCode, ...memory.out };
}

/** Runs `kstage doctor`. */
export async function examineWith(examination: Examination): Promise<Examined> {
  const { exitCode, stdout, stderr } = await runWith(examination, "doctor", "-o", "json", ...(examination.args ?? []));
  const { checks } = JSON.parse(stdout || '{"checks":[]}') as { checks: Record<string, string>[] };
  const found = checks.filter(({ status }) => status !== "ok").map(({ layer, code }) => `${layer} ${code}`);
  return { exitCode, found, text: stdout + stderr };
}

/** The three variables for a server on loopback. */
export function variablesFor(port: number, others: Record<string, string> = {}): Record<string, string> {
  return { CLUSTER_ADDRESS: `https://127.0.0.1:${port}`, CA_AUTH_DATA: CA.pem, K8S_TOKEN: TOKEN, ...others };
}

import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { FileError, type Processes } from "../../src/base/mod.ts";
import { createDenoHost, createMemoryHost } from "../../src/host/mod.ts";
import { type ExecConfig, runExecPlugin } from "../../src/kubeconfig/mod.ts";
import { answers, CONTEXT, credential, EXEC, V1 } from "./plugin_answers.ts";

const run = (processes: Processes, exec: Partial<ExecConfig> = {}) =>
  runExecPlugin({ ...createMemoryHost(), processes }, { ...EXEC, ...exec }, CONTEXT);

Deno.test("runExecPlugin() tells the plugin what client-go tells it", async () => {
  let seen: unknown;
  const processes: Processes = {
    run: (command, args, options) => {
      const { KUBERNETES_EXEC_INFO, ...env } = options!.env!;
      seen = { command, args, env, info: JSON.parse(KUBERNETES_EXEC_INFO!) };
      return answers(credential({ token: "t" })).run(command, args);
    },
  };
  deepEqual(await run(processes, { args: ["a b"], env: [{ name: "FOO", value: "bar" }], provideClusterInfo: true }), {
    token: "t",
  });
  deepEqual(seen, {
    command: "login",
    args: ["a b"],
    env: { FOO: "bar" },
    info: {
      kind: "ExecCredential",
      apiVersion: V1,
      spec: {
        interactive: false,
        cluster: {
          server: "https://k8s.example.com",
          "tls-server-name": "kubernetes",
          "certificate-authority-data": "UEVN",
          config: { audience: "me" },
        },
      },
    },
  });
});

Deno.test("runExecPlugin() reads token, certificate and expiry", async () => {
  deepEqual(
    await run(answers(credential({ token: "t", expirationTimestamp: "2026-01-01T01:00:00+01:00" }))),
    { token: "t", expiresAtMs: Date.UTC(2026, 0, 1) },
  );
  deepEqual(await run(answers(credential({ clientCertificateData: "C", clientKeyData: "K" }))), {
    certificatePem: "C",
    keyPem: "K",
  });
});

/** Answers and what `kubectl get --raw /version`, v1.36.3, says about them. */
const REFUSALS: Record<string, { output: string; says: string }> = {
  "no JSON": { output: "nothing", says: "decoding stdout: " },
  "another kind": { output: credential({ token: "a" }, { kind: "Foo" }), says: 'decoding stdout: no kind "Foo" is' },
  "another version": {
    output: credential({ token: "a" }, { apiVersion: "client.authentication.k8s.io/v1beta1" }),
    says: `exec plugin is configured to use API version ${V1}, plugin returned version ` +
      "client.authentication.k8s.io/v1beta1",
  },
  "no status": { output: credential(undefined), says: "exec plugin didn't return a status field" },
  "an empty status": { output: credential({}), says: "exec plugin didn't return a token or cert/key pair" },
  "a certificate alone": {
    output: credential({ clientCertificateData: "a" }),
    says: "exec plugin returned only certificate or key, not both",
  },
  "a token and a key": {
    output: credential({ token: "a", clientKeyData: "a" }),
    says: "exec plugin returned only certificate or key, not both",
  },
  "a strange time": { output: credential({ token: "a", expirationTimestamp: "foo" }), says: "decoding stdout: " },
  "a token of another type": { output: credential({ token: 1 }), says: "decoding stdout: " },
};

for (const [name, { output, says }] of Object.entries(REFUSALS)) {
  Deno.test(`runExecPlugin() refuses ${name} in client-go's words`, async () => {
    await rejects(run(answers(output)), (error: Error & { code?: string }) => {
      equal(error.code, "EXEC_FAILED");
      ok(error.message.startsWith('Cannot get credentials for context "x": '));
      ok(error.message.includes(says), error.message);
      return true;
    });
  });
}

Deno.test("runExecPlugin() names a plugin that fails or is missing, without what may be a credential", async () => {
  const secret = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.c2ln";
  await rejects(run(answers("", 3, `hello\nsession expired, token ${secret}\n`)), {
    message: /exec: executable login failed with exit code 3/,
    hint: "It said: session expired, token …",
  });
  const missing: Processes = { run: () => Promise.reject(new FileError("NOT_FOUND", "Cannot run", "login")) };
  await rejects(run(missing, { installHint: "Install it" }), {
    message: /exec: executable login not found/,
    hint: "Install it",
  });
  await rejects(run(answers(""), { apiVersion: "client.authentication.k8s.io/v1alpha1" }), {
    message: /exec plugin: invalid apiVersion "client.authentication.k8s.io\/v1alpha1"/,
  });
  await rejects(run(answers(""), { interactiveMode: "Always" }), { message: /standard input is not a terminal/ });
});

/** A plugin that waits until it is ended. */
function hanging(said: string) {
  const seen = { ended: false, inheritStdin: undefined as unknown, info: undefined as unknown };
  const run: Processes["run"] = (_command, _args, { signal, onStderr, inheritStdin, env } = {}) => {
    seen.inheritStdin = inheritStdin;
    seen.info = JSON.parse(env!.KUBERNETES_EXEC_INFO!).spec;
    onStderr?.(said);
    return new Promise((_resolve, reject) =>
      signal?.addEventListener("abort", () => {
        seen.ended = true;
        reject(signal.reason);
      })
    );
  };
  return { seen, run };
}

Deno.test("runExecPlugin() ends a plugin that hangs, names it and says how to get another", async () => {
  const cases: [Record<string, string>, boolean, string, number, string][] = [
    [{}, false, "IfAvailable", 60_000, "1m"],
    [{}, true, "Never", 60_000, "1m"],
    [{}, true, "IfAvailable", 300_000, "5m"],
    [{}, true, "Always", 300_000, "5m"],
    [{ KSTAGE_EXEC_TIMEOUT: "3s" }, false, "Never", 3_000, "3.0s"],
  ];
  for (const [env, isTerminal, interactiveMode, limitMs, shown] of cases) {
    const { seen, run } = hanging("Waiting for the browser\n");
    const host = createMemoryHost({ env, isTerminal, run });
    const exec = { ...EXEC, interactiveMode, installHint: "Install login 2" };
    const running = rejects(runExecPlugin(host, exec, CONTEXT), {
      code: "EXEC_FAILED",
      message: `Cannot get credentials for context "x": exec: executable login did not end within ${shown}`,
      hint: "It said: Waiting for the browser\nInstall login 2\nKSTAGE_EXEC_TIMEOUT, such as 3m, is another limit",
    });
    await host.clock.advance(limitMs - 1);
    equal(seen.ended, false);
    await host.clock.advance(1);
    await running;
    equal(seen.ended, true);
    const isInteractive = isTerminal && interactiveMode !== "Never";
    equal(seen.inheritStdin, isInteractive);
    deepEqual(seen.info, { interactive: isInteractive });
    equal(host.clock.sleepers, 0);
  }
});

Deno.test("runExecPlugin() refuses a limit that is no duration", async () => {
  const host = createMemoryHost({ env: { KSTAGE_EXEC_TIMEOUT: "soon" }, run: answers("").run });
  await rejects(runExecPlugin(host, EXEC, CONTEXT), { message: /KSTAGE_EXEC_TIMEOUT is no duration/ });
});

Deno.test("runExecPlugin() does not wait for a real program that hangs, nor for its children", async () => {
  const host = { ...createMemoryHost({ env: { KSTAGE_EXEC_TIMEOUT: "300ms" } }), clock: createDenoHost().clock };
  const { processes } = createDenoHost();
  // The shell ends, and its child keeps standard output open.
  const exec = { ...EXEC, command: "sh", args: ["-c", "echo wait >&2; sleep 30 & wait"] };
  await rejects(runExecPlugin({ ...host, processes }, exec, CONTEXT), {
    message: /sh did not end within 0\.3s/,
    hint: /It said: wait/,
  });
});

Deno.test("runExecPlugin() works with a real program", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/login`;
    await Deno.writeTextFile(path, `#!/bin/sh\nprintf '%s' '${credential({ token: "from-program" })}'\n`);
    await Deno.chmod(path, 0o700);
    const { processes } = createDenoHost();
    deepEqual(await run(processes, { command: path }), { token: "from-program" });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

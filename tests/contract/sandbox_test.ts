import { ADMIN_TOKEN, createSandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { contractSuite } from "./contract_suite.ts";

contractSuite(
  "the sandbox",
  () => {
    // Its controllers would run pods; garbage is collected without them. What it started with is forgotten soon.
    const sandbox = createSandbox({ controllers: false, historyLimit: 30 });
    return Promise.resolve({
      transport(token = ADMIN_TOKEN) {
        const { send } = sandboxTransport(sandbox, token);
        return {
          send(request, signal) {
            // Time goes by between two requests.
            sandbox.tick();
            return send(request, signal);
          },
        };
      },
      [Symbol.asyncDispose]() {
        sandbox.close();
        return Promise.resolve();
      },
    });
  },
);

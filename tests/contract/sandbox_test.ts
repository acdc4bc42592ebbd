import { ADMIN_TOKEN, createSandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { contractSuite } from "./contract_suite.ts";

/** What the sandbox is still to learn. */
const BROKEN = {
  "what the server sets can't be set by the creator": "takes a resourceVersion",
  "a selector that can't be read or isn't supported is refused": "other words for a selector that ends too soon",
  "with a uid of another object nothing is created or changed": "the refusal names no cause",
  "containers: ports, probes, volumes, env from fields, images without a tag": "serviceAccount stays empty",
  "a deprecated use is served with a warning": "no warning",
};

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
  BROKEN,
);

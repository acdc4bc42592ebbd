import { deepEqual, equal, throws } from "../assert.ts";
import fc from "fast-check";
import { createMemoryHost } from "../../src/host/mod.ts";
import { emptyKubeconfig, loadKubeconfig, locateKubeconfigs, mergeKubeconfigs } from "../../src/kubeconfig/mod.ts";

const env = (values: Record<string, string>) => ({ get: (name: string) => values[name] });

Deno.test("locateKubeconfigs() prefers the flag, then KUBECONFIG, then ~/.kube/config", () => {
  const all = env({ HOME: "/home/me", KUBECONFIG: "/a:/b::/a" });
  deepEqual(locateKubeconfigs(all, "/f"), { files: ["/f"], source: "flag" });
  deepEqual(locateKubeconfigs(all), { files: ["/a", "/b"], source: "environment" });
  deepEqual(locateKubeconfigs(env({ HOME: "/home/me" })), { files: ["/home/me/.kube/config"], source: "home" });
  deepEqual(locateKubeconfigs(env({})), { files: [], source: "home" });
});

Deno.test("loadKubeconfig() merges whole entries, the first file's first, and remembers where each came from", () => {
  const host = createMemoryHost({
    env: { KUBECONFIG: "/a:/missing:/b" },
    files: {
      "/a": "clusters: [{name: c, cluster: {server: https://a}}]\n",
      "/b": "clusters: [{name: c, cluster: {server: https://b, proxy-url: http://p}}, {name: d}]\ncurrent-context: x\n",
    },
  });
  const config = loadKubeconfig(host);
  deepEqual(config.clusters.get("c"), { value: { server: "https://a" }, file: "/a" });
  equal(config.clusters.get("d")?.file, "/b");
  equal(config.currentContext, "x");
  deepEqual(config.files, ["/a", "/missing", "/b"]);
});

Deno.test("loadKubeconfig() refuses a file that was named and is missing, and any that is damaged", () => {
  const host = createMemoryHost({
    env: { KUBECONFIG: "/good:/bad" },
    files: { "/good": "current-context: x\n", "/bad": "clusters: 1\n" },
  });
  throws(() => loadKubeconfig(host, "/nope"), { code: "NOT_FOUND", message: /"\/nope": no such file or directory/ });
  throws(() => loadKubeconfig(host), { code: "INVALID", message: /"\/bad"/ });
});

Deno.test("loadKubeconfig() gives an empty kubeconfig where there is none", () => {
  deepEqual(loadKubeconfig(createMemoryHost({ env: { HOME: "/h" } })), emptyKubeconfig(["/h/.kube/config"]));
});

Deno.test("mergeKubeconfigs() is associative", () => {
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c"));
  const config = fc.record({ names, current: fc.constantFrom("", "a", "b"), file: fc.string() })
    .map(({ names, current, file }) => ({
      ...emptyKubeconfig([file]),
      clusters: new Map(names.map((name) => [name, { value: { server: file }, file }])),
      currentContext: current,
    }));
  fc.assert(fc.property(config, config, config, (a, b, c) => {
    deepEqual(mergeKubeconfigs([mergeKubeconfigs([a, b]), c]), mergeKubeconfigs([a, mergeKubeconfigs([b, c])]));
  }));
});

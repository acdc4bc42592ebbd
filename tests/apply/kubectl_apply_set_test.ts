/**
 * ApplySets between kstage and a real kubectl, on a served sandbox. Opt-in: KSTAGE_KUBECTL names it, because the suite
 * must pass on machines that have nothing but npm.
 */
import { deepEqual, equal, match, rejects } from "../assert.ts";
import { defineApplySet, executePlan, planApply, readInventory } from "../../src/apply/mod.ts";
import { createKubeClient } from "../../src/kube/mod.ts";
import { ADMIN_TOKEN, createSandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { createVirtualClock } from "../kube/virtual_clock.ts";
import { manifest } from "./fake_cluster.ts";

const KUBECTL = Deno.env.get("KSTAGE_KUBECTL")?.split(",")[0];

const OVERLAY = [
  manifest("v1", "ConfigMap", "settings", { data: { a: "1" } }),
  manifest("v1", "Service", "web", { spec: { ports: [{ port: 80 }] } }),
];

interface World {
  kubectl(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  client: ReturnType<typeof createKubeClient>;
  clock: ReturnType<typeof createVirtualClock>;
  directory: string;
}

async function withWorld(use: (world: World) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "kstage-applyset-" });
  const sandbox = createSandbox({ controllers: false });
  const server = await sandbox.serve({ tickMs: 0 });
  const clock = createVirtualClock();
  const random = { number: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  try {
    await Deno.writeTextFile(`${directory}/ca.pem`, server.caPem);
    const flags = [
      `--server=${server.url}`,
      `--certificate-authority=${directory}/ca.pem`,
      `--token=${ADMIN_TOKEN}`,
      "--namespace=default",
    ];
    const kubectl: World["kubectl"] = async (...args) => {
      const env = { HOME: directory, KUBECTL_APPLYSET: "true", KUBECONFIG: `${directory}/none` };
      const command = new Deno.Command(KUBECTL!, { args: [...flags, ...args], env, stdin: "null" });
      const { code, stdout, stderr } = await command.output();
      return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
    };
    const client = createKubeClient(sandboxTransport(sandbox, ADMIN_TOKEN), { clock, random });
    await use({ kubectl, client, clock, directory });
  } finally {
    await server.close();
    sandbox.close();
    await Deno.remove(directory, { recursive: true });
  }
}

async function deploy({ client, clock }: World) {
  const set = await defineApplySet({ namespace: "default", name: "set" });
  const plan = await planApply(client, OVERLAY, { namespace: "default", applySet: set });
  equal((await executePlan(client, plan, { clock })).outcome, "applied");
  return set;
}

const options = { ignore: KUBECTL === undefined };

Deno.test("kubectl lists the members of a set by its label", options, () =>
  withWorld(async (world) => {
    const { id } = await deploy(world);
    const selector = `applyset.kubernetes.io/part-of=${id}`;
    const { stdout } = await world.kubectl("get", "configmaps,services", "-l", selector, "-o", "name");
    deepEqual(stdout.trim().split("\n"), ["configmap/settings", "service/web"]);
    const parents = await world.kubectl("get", "secrets", "-l", `applyset.kubernetes.io/id=${id}`, "-o", "name");
    equal(parents.stdout.trim(), "secret/set");
  }));

Deno.test(
  "kubectl knows our inventory as that of another tool, and leaves it alone",
  options,
  () =>
    withWorld(async (world) => {
      await deploy(world);
      const file = `${world.directory}/other.yaml`;
      await Deno.writeTextFile(file, JSON.stringify(manifest("v1", "ConfigMap", "other")));
      const { code, stderr } = await world.kubectl("apply", "--server-side", "--prune", "--applyset=set", "-f", file);
      equal(code, 1);
      match(stderr, /already exists and is managed by tooling "kstage" instead of "kubectl"/);
      equal((await world.kubectl("get", "configmap", "settings", "-o", "name")).code, 0);
    }),
);

Deno.test(
  "kubectl's inventory has the id that we compute, and we leave it alone",
  options,
  () =>
    withWorld(async (world) => {
      const file = `${world.directory}/own.yaml`;
      await Deno.writeTextFile(file, JSON.stringify(manifest("v1", "ConfigMap", "own")));
      const applied = await world.kubectl("apply", "--server-side", "--prune", "--applyset=set", "-f", file);
      equal(applied.code, 0, applied.stderr);
      const set = await defineApplySet({ namespace: "default", name: "set" });
      const parent = await world.client.get(set.parent);
      equal((parent!.metadata.labels as Record<string, string>)["applyset.kubernetes.io/id"], set.id);
      await rejects(readInventory(world.client, set), { code: "SET_FOREIGN", message: /it is kept by "kubectl\/v1/ });
    }),
);

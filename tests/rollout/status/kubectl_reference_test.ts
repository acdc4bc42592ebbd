/**
 * Opt-in: asks a real kubectl about every case, and compares with what is recorded. `KSTAGE_KUBECTL` names the program;
 * with `KSTAGE_UPDATE_GOLDENS=1` the record is written anew.
 */
import { deepEqual } from "../../assert.ts";
import { STATUS_CASES, type StatusCase } from "./status_cases.ts";

const PLURALS: Record<string, string> = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
};
const RECORD = new URL("../../testdata/rollout/kubectl_status.json", import.meta.url);
const kubectl = Deno.env.get("KSTAGE_KUBECTL");

/** The least of an API server that `kubectl rollout status` needs. */
function answerRequest(request: Request, objectOf: () => StatusCase["object"]): Response {
  const { pathname } = new URL(request.url);
  if (pathname === "/api") return Response.json({ kind: "APIVersions", versions: ["v1"] });
  if (pathname === "/apis") {
    const version = { groupVersion: "apps/v1", version: "v1" };
    const apps = { name: "apps", versions: [version], preferredVersion: version };
    return Response.json({ kind: "APIGroupList", apiVersion: "v1", groups: [apps] });
  }
  if (pathname === "/api/v1") return Response.json({ kind: "APIResourceList", groupVersion: "v1", resources: [] });
  if (pathname === "/apis/apps/v1") {
    const resources = Object.entries(PLURALS).map(([kind, name]) => ({ name, kind, namespaced: true, verbs: ["get"] }));
    return Response.json({ kind: "APIResourceList", groupVersion: "apps/v1", resources });
  }
  const object = objectOf();
  if (pathname.endsWith(`/${PLURALS[object.kind]}/web`)) return Response.json(object);
  if (pathname.endsWith(`/${PLURALS[object.kind]}`)) {
    const metadata = { resourceVersion: "1" };
    return Response.json({ kind: `${object.kind}List`, apiVersion: "apps/v1", metadata, items: [object] });
  }
  return Response.json({ kind: "Status", apiVersion: "v1", status: "Failure", code: 404 }, { status: 404 });
}

async function askKubectl(program: string, object: StatusCase["object"], port: number) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [
      `--server=http://127.0.0.1:${port}`,
      "--namespace=shop",
      "--cache-dir=/nonexistent",
      "rollout",
      "status",
      `${PLURALS[object.kind]}/web`,
      "--watch=false",
    ],
    env: { KUBECONFIG: "/dev/null" },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { exitCode: code, text: code === 0 ? decode(stdout) : decode(stderr).replace(/^error: /, "") };
}

Deno.test({
  name: "the recorded answers are those of a real kubectl (opt-in: KSTAGE_KUBECTL names one)",
  ignore: kubectl === undefined,
  async fn() {
    let object = STATUS_CASES[0]!.object;
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const server = Deno.serve(options, (request) => answerRequest(request, () => object));
    const answers: Record<string, { exitCode: number; text: string }> = {};
    for (const statusCase of STATUS_CASES.filter(({ object }) => object.kind in PLURALS)) {
      object = statusCase.object;
      answers[statusCase.name] = await askKubectl(kubectl!, object, server.addr.port);
    }
    await server.shutdown();
    if (Deno.env.get("KSTAGE_UPDATE_GOLDENS") === "1") {
      await Deno.writeTextFile(RECORD, JSON.stringify(answers, null, 2) + "\n");
    }
    deepEqual(answers, JSON.parse(await Deno.readTextFile(RECORD)));
  },
});

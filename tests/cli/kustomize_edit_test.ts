import { equal, match, ok } from "../assert.ts";
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost } from "../../src/host/mod.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const KUSTOMIZATION = `# The overlay.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- deployment.yaml  # the workload
images:
- name: api
  newTag: "1.0"    # bumped by CI
`;
const DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n" +
  "spec: {template: {spec: {containers: [{name: api, image: api:0}]}}}\n";

async function withProject(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "kstage-edit-" });
  try {
    await Deno.writeTextFile(`${directory}/kustomization.yaml`, KUSTOMIZATION);
    await Deno.writeTextFile(`${directory}/deployment.yaml`, DEPLOYMENT);
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function kstage(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-prompt", `--config=${ROOT}/deno.json`, `${ROOT}/main.ts`, ...args],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("the program edits the file of its directory, which keeps its mode and comments", () =>
  withProject(async (directory) => {
    const file = `${directory}/kustomization.yaml`;
    await Deno.chmod(file, 0o640);
    const result = await kstage(directory, "kustomize", "edit", "set", "image", "api=registry.example/api:2");
    equal(result.stderr, "");
    equal(result.stdout, "");
    equal(result.code, 0);
    equal(
      await Deno.readTextFile(file),
      KUSTOMIZATION.replace('"1.0"    # bumped by CI', '"2"    # bumped by CI\n  newName: registry.example/api'),
    );
    equal((await Deno.stat(file)).mode! & 0o777, 0o640);
    equal([...Deno.readDirSync(directory)].length, 2);
  }));

Deno.test("the program leaves the file alone when an edit fails, or changes nothing", () =>
  withProject(async (directory) => {
    const file = `${directory}/kustomization.yaml`;
    const { mtime } = await Deno.stat(file);
    const failed = await kstage(directory, "kustomize", "edit", "add", "resource", "deployment.yaml", "none.yaml");
    equal(failed.code, 2);
    match(failed.stderr, /^error: .*none\.yaml has no match/);
    const same = await kstage(directory, "kustomize", "edit", "add", "resource", "*.yaml");
    equal(same.code, 0);
    match(same.stderr, /resource deployment\.yaml already in kustomization file/);
    equal(await Deno.readTextFile(file), KUSTOMIZATION);
    equal((await Deno.stat(file)).mtime!.getTime(), mtime!.getTime());
  }));

Deno.test("the program creates a kustomization of what is there", () =>
  withProject(async (directory) => {
    await Deno.remove(`${directory}/kustomization.yaml`);
    equal((await kstage(directory, "kustomize", "create", "--autodetect", "--namesuffix=-x")).code, 0);
    equal(
      await Deno.readTextFile(`${directory}/kustomization.yaml`),
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- deployment.yaml\nnameSuffix: -x\n",
    );
    const again = await kstage(directory, "kustomize", "create");
    equal(again.code, 2);
    match(again.stderr, /kustomization file already exists/);
  }));

async function run(args: string[], files: Record<string, string> = {}) {
  const host = createMemoryHost({
    files: { "/app/kustomization.yaml": KUSTOMIZATION, "/app/deployment.yaml": DEPLOYMENT, ...files },
    cwd: "/app",
  });
  const exitCode = await runCli(args, host);
  return { exitCode, ...host.out, text: host.fs.readText("/app/kustomization.yaml") };
}

Deno.test("image set says what it changed, and warns of images that nothing uses", async () => {
  const result = await run(["image", "set", "api=registry.example/api:2@sha256:00", "db:16"]);
  equal(result.exitCode, 0);
  equal(
    result.stdout,
    "api: api:1.0 -> registry.example/api:2@sha256:00 (1 container)\ndb: set to db:16\n",
  );
  equal(result.stderr, 'warning: No container of . uses the image "db"\n');
  ok(result.text.includes('newTag: "2"    # bumped by CI'));
});

Deno.test("image set edits another directory, prints JSON, and knows that nothing changed", async () => {
  const result = await run(["image", "set", "api:1.0", "--overlay", "/app", "-o", "json"]);
  const { file, changed, images } = JSON.parse(result.stdout);
  equal(file, "/app/kustomization.yaml");
  equal(changed, false);
  equal(images[0].uses, 1);
  equal(result.text, KUSTOMIZATION);
});

Deno.test("image set sets images of an overlay that cannot be built, and says that it cannot tell their use", async () => {
  const broken = KUSTOMIZATION.replace("deployment.yaml", "missing.yaml");
  const result = await run(["image", "set", "api:3"], { "/app/kustomization.yaml": broken });
  equal(result.exitCode, 0);
  match(result.stderr, /^warning: Cannot tell whether the images are used: .*missing\.yaml/);
  ok(result.text.includes('newTag: "3"'));
});

Deno.test("image set without images, or with one that changes nothing, is a usage error", async () => {
  for (const args of [[], ["api"]]) {
    const { exitCode, stderr, text } = await run(["image", "set", ...args]);
    equal(exitCode, 2);
    match(stderr, /no image specified|invalid format of image/);
    equal(text, KUSTOMIZATION);
  }
});

Deno.test("edit fix says what it replaces, and that the result builds to the same", async () => {
  const old = "# k\nbases: [] # none\nresources: [deployment.yaml]\ncommonLabels: {app: x} # l\n";
  const { exitCode, stdout, text } = await run(["kustomize", "edit", "fix"], { "/app/kustomization.yaml": old });
  equal(exitCode, 0);
  match(stdout, /commonLabels -> labels/);
  ok(!stdout.includes("Warning: 'Fixed'"), stdout);
  match(text, /labels:\n- includeSelectors: true\n {2}pairs:\n {4}app: x\n/);
  for (const comment of ["# k", "# none", "# l"]) ok(text.includes(comment), comment);
});

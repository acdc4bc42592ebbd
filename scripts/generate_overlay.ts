// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Writes a realistic kustomize tree for benchmarks and tests: bases of apps (a Deployment, its Service, configuration,
 * permissions and so on, referring to one another), and an overlay `overlays/prod` above them. The same arguments write
 * the same bytes.
 *
 *     deno run -A scripts/generate_overlay.ts PRESET plain|full DIRECTORY
 */
import { type App, type AppKind, MANIFESTS, REGISTRY } from "./overlay_templates.ts";

/** Objects in the bases; `full` adds generated ones and those of a component. */
export const PRESETS = { seed: 2, small: 20, medium: 200, large: 1000, xl: 5000 } as const;

/** `plain` sets a namespace and image tags; `full` uses every common transformer and generator. */
export type Variant = "plain" | "full";

const BASE_SIZE = 15;
const WORDS = ["billing", "search", "cart", "catalog", "identity", "ledger", "media", "orders", "pricing", "stock"];

/** Objects of each kind in a hundred, but one at least; the others are Deployments. */
const SHARES: readonly [AppKind, number][] = [
  ["Service", 18],
  ["ConfigMap", 14],
  ["Secret", 5],
  ["Ingress", 5],
  ["ServiceAccount", 5],
  ["Role", 3],
  ["RoleBinding", 3],
  ["StatefulSet", 2],
  ["CronJob", 2],
  ["HorizontalPodAutoscaler", 2],
  ["PodDisruptionBudget", 2],
  ["NetworkPolicy", 2],
];

/** Writes the tree; returns the directory to build. */
export async function generateOverlay(resources: number, variant: Variant, directory: string): Promise<string> {
  const apps = planApps(resources);
  const bases: string[] = [];
  for (let start = 0; start < apps.length; start += BASE_SIZE) {
    const name = `base-${bases.length}`;
    await writeBase(`${directory}/bases/${name}`, apps.slice(start, start + BASE_SIZE));
    bases.push(name);
  }
  const overlay = `${directory}/overlays/prod`;
  const head = overlayText(bases);
  if (variant === "plain") {
    await writeFiles(overlay, { "kustomization.yaml": head });
    return overlay;
  }
  await writeFiles(`${directory}/components/hardening`, COMPONENT);
  await writeFiles(overlay, { "kustomization.yaml": head + fullText(apps), "limits.conf": "connections=100\n" });
  return overlay;
}

/** Apps that have as many objects together; the first ones have the most. */
function planApps(resources: number): App[] {
  const counts = resources < 20
    ? new Map<AppKind, number>([["Service", Math.floor(resources / 2)]])
    : new Map(SHARES.map(([kind, share]) => [kind, Math.max(1, Math.floor(resources * share / 100))]));
  const deployments = resources - [...counts.values()].reduce((sum, count) => sum + count, 0);
  return Array.from({ length: deployments }, (_, index): App => {
    const image = WORDS[index % WORDS.length]!;
    const others = [...counts].filter(([, count]) => index < count).map(([kind]) => kind);
    return { index, name: `${image}-${index}`, image, kinds: new Set(["Deployment", ...others]) };
  });
}

async function writeBase(directory: string, apps: App[]): Promise<void> {
  const objects = apps.flatMap((app) =>
    [...app.kinds].map((kind) => [`${app.name}-${kind.toLowerCase()}.yaml`, MANIFESTS[kind](app)] as const)
  );
  const list = objects.map(([file]) => `- ${file}\n`).join("");
  await writeFiles(directory, {
    ...Object.fromEntries(objects),
    "kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${list}`,
  });
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${name}`, text);
}

function overlayText(bases: string[]): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
resources:
${bases.map((base) => `- ../../bases/${base}\n`).join("")}images:
${WORDS.map((word) => `- name: ${REGISTRY}/${word}\n  newTag: 2.0.0\n`).join("")}`;
}

/** A NetworkPolicy, and a patch for all that the world sees. */
const COMPONENT = {
  "kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources:
- deny-all.yaml
patches:
- path: harden.yaml
  target:
    kind: Deployment
    labelSelector: tier=frontend
`,
  "deny-all.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
`,
  "harden.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: any
spec:
  template:
    spec:
      containers:
      - name: main
        securityContext:
          readOnlyRootFilesystem: true
          allowPrivilegeEscalation: false
`,
};

function fullText(apps: App[]): string {
  const some = apps.filter(({ index }) => index % 10 === 0);
  return `namePrefix: prod-
nameSuffix: -v1
labels:
- pairs:
    app.kubernetes.io/part-of: shop
  includeSelectors: true
commonAnnotations:
  example.com/team: shop
components:
- ../../components/hardening
replicas:
${some.map(({ name }) => `- name: ${name}\n  count: 3\n`).join("")}patches:
${some.map(patchText).join("")}- target:
    kind: Deployment
  patch: |-
    - op: add
      path: /spec/template/spec/terminationGracePeriodSeconds
      value: 30
configMapGenerator:
${some.map(({ name }) => `- name: ${name}-extra\n  literals:\n  - MODE=prod\n`).join("")}- name: limits
  files:
  - limits.conf
secretGenerator:
- name: credentials
  literals:
  - password=not-a-secret
replacements:
- source:
    kind: Service
    name: ${apps[0]!.name}
    fieldPath: spec.ports.0.name
  targets:
  - select:
      kind: Deployment
    fieldPaths:
    - spec.template.spec.containers.[name=main].env.[name=UPSTREAM_PORT].value
${some.filter(({ kinds }) => kinds.has("Service")).map(replacementText).join("")}`;
}

/** Takes a value from a generated ConfigMap, so that a change of it rolls the Deployment. */
function patchText({ name }: App): string {
  return `- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ${name}
    spec:
      template:
        spec:
          containers:
          - name: main
            env:
            - name: SERVICE_HOST
              value: unset
            - name: MODE
              valueFrom:
                configMapKeyRef:
                  name: ${name}-extra
                  key: MODE
`;
}

function replacementText({ name }: App): string {
  return `- source:
    kind: Service
    name: ${name}
    fieldPath: metadata.name
  targets:
  - select:
      kind: Deployment
      name: ${name}
    fieldPaths:
    - spec.template.spec.containers.[name=main].env.[name=SERVICE_HOST].value
`;
}

if (import.meta.main) {
  const [preset = "", variant = "", directory = ""] = Deno.args;
  if (!(preset in PRESETS) || !["plain", "full"].includes(variant) || directory === "") {
    console.error("usage: generate_overlay.ts seed|small|medium|large|xl plain|full DIRECTORY");
    Deno.exit(2);
  }
  console.log(await generateOverlay(PRESETS[preset as keyof typeof PRESETS], variant as Variant, directory));
}

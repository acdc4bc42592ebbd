// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Writes a realistic kustomize tree for benchmarks: bases of apps (a Deployment, its Service and its configuration,
 * referring to one another), and an overlay `overlays/prod` above them. The same arguments write the same bytes.
 *
 *     deno run -A scripts/generate_overlay.ts PRESET plain|full DIRECTORY
 */

/** Resources that the overlay renders to, generated ones aside. */
export const PRESETS = { seed: 2, small: 20, medium: 200, large: 1000, xl: 5000 } as const;

/** `plain` sets a namespace and an image tag; `full` uses every common transformer and generator. */
export type Variant = "plain" | "full";

const BASE_SIZE = 40;

function deployment(app: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
  labels:
    app: ${app}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${app}
  template:
    metadata:
      labels:
        app: ${app}
    spec:
      serviceAccountName: ${app}
      containers:
      - name: main
        image: registry.example.com/acme/${app.split("-")[0]}:1.0.0
        ports:
        - name: http
          containerPort: 8080
        envFrom:
        - configMapRef:
            name: ${app}-config
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
`;
}

function service(app: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${app}
spec:
  selector:
    app: ${app}
  ports:
  - name: http
    port: 80
    targetPort: http
`;
}

function configMap(app: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${app}-config
data:
  LOG_LEVEL: info
  application.properties: |
    server.port=8080
    upstream=http://${app}
`;
}

function serviceAccount(app: string): string {
  return `apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${app}
`;
}

const TEMPLATES = [["deployment", deployment], ["service", service], ["configmap", configMap], [
  "serviceaccount",
  serviceAccount,
]] as const;
const WORDS = ["billing", "search", "cart", "catalog", "identity", "ledger", "media", "orders", "pricing", "stock"];

/** Writes the tree; returns the directory to build. */
export async function generateOverlay(resources: number, variant: Variant, directory: string): Promise<string> {
  const bases: string[] = [];
  for (let start = 0; start < resources; start += BASE_SIZE) {
    const name = `base-${bases.length}`;
    await writeBase(`${directory}/bases/${name}`, start, Math.min(resources, start + BASE_SIZE));
    bases.push(name);
  }
  const overlay = `${directory}/overlays/prod`;
  await Deno.mkdir(overlay, { recursive: true });
  await Deno.writeTextFile(`${overlay}/kustomization.yaml`, overlayText(bases, variant, resources));
  return overlay;
}

async function writeBase(directory: string, from: number, to: number): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  const files: string[] = [];
  for (let i = from; i < to; i++) {
    const [kind, template] = TEMPLATES[i % TEMPLATES.length]!;
    const app = appName(i);
    files.push(`${app}-${kind}.yaml`);
    await Deno.writeTextFile(`${directory}/${files.at(-1)}`, template(app));
  }
  const list = files.map((file) => `- ${file}\n`).join("");
  await Deno.writeTextFile(
    `${directory}/kustomization.yaml`,
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${list}`,
  );
}

function appName(resource: number): string {
  const app = Math.floor(resource / TEMPLATES.length);
  return `${WORDS[app % WORDS.length]}-${app}`;
}

function overlayText(bases: string[], variant: Variant, resources: number): string {
  const head = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
resources:
${bases.map((base) => `- ../../bases/${base}\n`).join("")}images:
${WORDS.map((word) => `- name: registry.example.com/acme/${word}\n  newTag: 2.0.0\n`).join("")}`;
  return variant === "plain" ? head : head + fullText(resources);
}

function fullText(resources: number): string {
  const apps = Array.from({ length: Math.ceil(resources / TEMPLATES.length) }, (_, i) => appName(i * TEMPLATES.length));
  const some = apps.filter((_, i) => i % 10 === 0);
  return `namePrefix: prod-
nameSuffix: -v1
labels:
- pairs:
    app.kubernetes.io/part-of: shop
  includeSelectors: true
commonAnnotations:
  example.com/team: shop
replicas:
${some.map((app) => `- name: ${app}\n  count: 3\n`).join("")}patches:
${some.map(patchText).join("")}- target:
    kind: Deployment
  patch: |-
    - op: add
      path: /spec/template/spec/terminationGracePeriodSeconds
      value: 30
configMapGenerator:
${some.map((app) => `- name: ${app}-extra\n  literals:\n  - MODE=prod\n`).join("")}secretGenerator:
- name: credentials
  literals:
  - password=not-a-secret
`;
}

function patchText(app: string): string {
  return `- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ${app}
    spec:
      template:
        spec:
          containers:
          - name: main
            env:
            - name: MODE
              value: prod
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

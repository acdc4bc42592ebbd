/** Kustomizations and commands, for the goldens of `kustomize edit`. */

/** One run. */
export interface EditCase {
  name: string;
  /** Files below the working directory. */
  files: Record<string, string>;
  /** Words behind `kustomize`. */
  args: string[];
}

/** Files that stand around each kustomization. */
export const AROUND: Record<string, string> = {
  "deployment.yaml":
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n" +
    '      - name: api\n        image: api:1\n        args: ["--host=$(HOST)", "$(HOST)", "http://$(HOST)/x"]\n',
  "service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\n  namespace: shop\n",
  "patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  replicas: 2\n",
  "app.ini": "a=1\n",
  "other.ini": "b=2\n",
  "login.env": "USER=x\n# note\nPASS=y\n",
  ".hidden.yaml": "a: 1\n",
  "sub/kustomization.yaml": "resources:\n- config.yaml\n",
  "sub/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  host: $(HOST)\n",
  "notes.txt": "no: yaml: here\n",
};

/** Kustomizations by what is special about them. */
export const KUSTOMIZATIONS: Record<string, string> = {
  empty: "",
  plain: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- deployment.yaml\n",
  commented: `# Head of the file.

apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization   # always

resources:            # what it builds on
  # The workload.
  - deployment.yaml   # quoted: "no"
  - 'service.yaml'

namespace: "shop"     # ours
namePrefix: acme-
nameSuffix: -v1
commonLabels: {app: api, "team": 'shop'}  # in braces
commonAnnotations:
  # Who to call.
  owner: "team@example.org"
images:
  # The app itself.
  - name: api
    newName: registry.example/api
    newTag: "1.0"     # bumped by CI
  - name: zebra
    digest: sha256:0000
replicas:
- {name: api, count: 3}   # three
configMapGenerator:
- name: settings       # of the app
  literals:
  - A=1                # a
  - "B=two words"
  files: [app.ini]
- name: other
  namespace: shop
  literals: [X=1]
secretGenerator:
- name: login
  envs:
  - login.env
patches:
- path: patch.yaml     # more replicas
- patch: |-
    - op: remove
      path: /spec
  target:
    kind: Service
labels:
- pairs:
    tier: web
buildMetadata: [originAnnotations]
transformers:
- t/one.yaml
- t/two.yaml
generators: ["g.yaml"]
components:
- ../c
# Foot of the file.
`,
  deprecated: `bases:       # old
# The base.
- ./sub      # below
imageTags:
- name: api   # app
  newTag: v1
resources:
- service.yaml
patchesStrategicMerge:
- patch.yaml  # a file
- |-
  apiVersion: v1
  kind: Service
  metadata:
    name: api
patchesJson6902:
- target:     # which
    version: v1
    kind: Service
    name: api
  path: op.yaml
commonLabels:
  # why
  app: api
configMapGenerator:
- name: e
  env: login.env
`,
  vars: `resources:
- deployment.yaml
- service.yaml
- ./sub
# The host.
vars:
- name: HOST   # used in args
  objref: {kind: Service, name: api, apiVersion: v1}
  fieldref:
    fieldPath: metadata.name
`,
  generatorOptions: `generatorOptions:
  labels: {a: b}
  disableNameSuffixHash: true
configMapGenerator:
- name: settings
  literals: [A=1]
  options:
    labels: {a: own}
    immutable: true
`,
  component: "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: x\n  newTag: v2\n",
  windows: "resources:\r\n- deployment.yaml # a\r\nnamespace: old\r\n",
  json: '{"resources": ["deployment.yaml"], "namespace": "old"}\n',
  unknown: "resource: [deployment.yaml]\n",
  broken: "resources: [\n",
  lowerCase: "nameprefix: a-\nRESOURCES:\n- deployment.yaml\n",
  noFinalNewline: "resources:\n- deployment.yaml",
};

const COMMANDS: [string, string][] = [
  [
    "commented plain empty deprecated windows json component noFinalNewline lowerCase unknown broken",
    "set namespace prod",
  ],
  ["commented plain", "set namespace"],
  ["plain", "set namespace a b"],
  ["plain", "set namespace Not_Valid!"],
  ["commented", "set namespace ''"],
  ["commented plain lowerCase json", "set nameprefix x-"],
  ["plain", "set nameprefix"],
  ["commented plain windows", "set namesuffix -- -x"],
  ["plain", "set namesuffix a b"],
  ["commented plain deprecated component windows json empty", "set image api=other/api:2.0@sha256:abc"],
  ["commented plain", "set image api:2"],
  ["commented plain", "set image api@sha256:abc"],
  ["commented plain", "set image api=*:2"],
  ["commented plain", "set image api=new:*"],
  ["commented plain", "set image zebra=new@*"],
  ["commented plain", "set image *=x:1"],
  ["commented plain", "set image mango:1 banana=b.example:5000/x:2 api=y"],
  ["plain", "set image"],
  ["plain", "set image api"],
  ["plain", "set image api="],
  ["plain", "set image localhost:5000/a:1"],
  ["plain", "set image a:1 a:2"],
  ["commented plain component", "set replicas api=5 worker=0"],
  ["commented", "set replicas api=-1"],
  ["plain", "set replicas api=x"],
  ["plain", "set replicas api"],
  ["plain", "set replicas a=b=1"],
  ["plain", "set replicas"],
  ["commented plain", "set label team:x tier:web"],
  ["commented plain", 'set label note:"a:b" empty'],
  ["plain", "set label :x"],
  ["plain", "set label"],
  ["plain", "set label 'bad key:x'"],
  ["commented plain", "set annotation owner:me example.org/x:1"],
  ["plain", "set annotation 'bad key:x'"],
  ["plain", "set annotation"],
  ["commented plain", "set buildmetadata managedByLabel,originAnnotations"],
  ["plain", "set buildmetadata nonsense"],
  ["plain", "set buildmetadata"],
  ["plain", "set buildmetadata a b"],
  ["commented generatorOptions", "set configmap settings --from-literal=A=9"],
  ["commented", "set configmap settings --from-literal A=9 --from-literal B=8"],
  ["commented", "set configmap settings --from-literal=Z=9"],
  ["commented", "set configmap settings --from-literal=A"],
  ["commented", "set configmap nobody --from-literal=A=9"],
  ["commented", "set configmap other --from-literal=X=2"],
  ["commented", "set configmap other --namespace shop --new-namespace prod"],
  ["commented", "set configmap settings"],
  ["commented", "set configmap"],
  ["commented", "set secret login --new-namespace prod"],
  ["commented", "set secret login --from-literal=A=1"],
  ["commented plain empty deprecated json windows noFinalNewline", "add resource service.yaml"],
  ["commented plain", "add resource *.yaml"],
  ["plain", "add resource ./service.yaml"],
  ["plain", "add resource sub"],
  ["plain", "add resource sub/*.yaml sub/"],
  ["plain", "add resource missing.yaml"],
  ["plain", "add resource missing.yaml --no-verify"],
  ["plain", "add resource kustomization.yaml"],
  ["plain", "add resource .h*"],
  ["plain", "add resource [sd]*.yaml"],
  ["plain", "add resource '[a'"],
  ["plain", "add resource"],
  ["commented plain", "add component sub"],
  ["commented", "add component ../c"],
  ["plain", "add component"],
  ["commented plain deprecated", "add base sub"],
  ["plain", "add base sub,service.yaml"],
  ["plain", "add base nowhere"],
  ["plain", "add base deployment.yaml"],
  ["plain", "add base"],
  ["commented plain", "add patch --path patch.yaml"],
  ["commented plain", "add patch --path patch.yaml --kind Deployment --name api --group apps --version v1"],
  ["plain", "add patch --path missing.yaml --label-selector a=b --annotation-selector c=d --namespace n"],
  ["commented plain", 'add patch --patch \'[{"op": "remove", "path": "/spec"}]\' --kind Service'],
  ["plain", "add patch"],
  ["plain", "add patch --path a --patch b"],
  ["commented plain generatorOptions", "add configmap settings --from-literal=C=3"],
  ["commented plain", "add configmap new --from-literal=C=3 --from-file=app.ini --disableNameSuffixHash"],
  ["plain", "add configmap new --from-file=*.ini"],
  ["plain", "add configmap new --from-file=k=app.ini"],
  ["plain", "add configmap new --from-file=k=*.ini"],
  ["plain", "add configmap new --from-file=app.ini,other.ini"],
  ["plain", "add configmap new --from-env-file=login.env --behavior=merge"],
  ["plain", "add configmap new --from-env-file=missing.env"],
  ["plain", "add configmap new --from-file=missing.ini"],
  ["plain", "add configmap new --from-literal=C"],
  ["plain", "add configmap new --from-literal=C=1 --behavior=sometimes"],
  ["plain", "add configmap new --from-literal=C=1 --from-env-file=login.env"],
  ["plain", "add configmap new"],
  ["plain", "add configmap --from-literal=C=1"],
  ["commented", "add configmap settings --from-literal=A=2"],
  ["commented", "add configmap other --from-literal=B=2 --namespace shop"],
  ["commented", "add configmap other --from-literal=B=2"],
  ["commented plain", "add secret login --from-literal=C=3 --type kubernetes.io/tls"],
  ["plain", "add secret new --from-env-file=login.env --namespace n"],
  ["plain", "add secret new --from-literal=A=B=C"],
  ["commented plain", "add label x:1 y:2"],
  ["commented", "add label app:other"],
  ["commented", "add label app:other -f"],
  ["commented plain", "add label x:1 --without-selector"],
  ["commented", "add label tier:db --without-selector"],
  ["commented", "add label tier:db --without-selector --force"],
  ["commented plain", "add label x:1 y:2 --without-selector --include-templates"],
  ["plain", "add label x:1 --include-templates"],
  ["plain", "add label"],
  ["plain", "add label x:1,y:2"],
  ["commented plain", "add annotation x:1"],
  ["commented", "add annotation owner:2"],
  ["commented", "add annotation owner:2 --force"],
  ["commented plain", "add buildmetadata managedByLabel"],
  ["commented", "add buildmetadata originAnnotations"],
  ["commented plain", "add generator service.yaml"],
  ["plain", "add generator none*.yaml"],
  ["plain", "add generator"],
  ["commented plain", "add transformer service.yaml patch.yaml"],
  ["commented plain", "remove resource deployment.yaml"],
  ["commented", "remove resource *.yaml"],
  ["commented", "remove resource service.yaml deployment.yaml"],
  ["deprecated", "remove resource ./sub"],
  ["plain", "remove resource nothing.yaml"],
  ["plain", "remove resource '[a'"],
  ["plain", "remove resource"],
  ["commented", "remove patch --path patch.yaml"],
  ["commented", "remove patch --path patch.yaml --kind X"],
  ["commented plain", "remove patch"],
  ["commented", "remove label app"],
  ["commented", "remove label app,team"],
  ["commented", "remove label nothing"],
  ["commented plain", "remove label nothing -i"],
  ["plain", "remove label app"],
  ["plain", "remove label"],
  ["plain", "remove label a b"],
  ["plain", "remove label a,"],
  ["commented plain", "remove annotation owner"],
  ["commented plain", "remove configmap settings"],
  ["commented", "remove configmap settings,nobody"],
  ["commented", "remove configmap other"],
  ["commented", "remove configmap other --namespace=shop"],
  ["plain", "remove configmap"],
  ["plain", "remove configmap a b"],
  ["commented plain", "remove secret login"],
  ["commented plain", "remove buildmetadata originAnnotations"],
  ["commented", "remove transformer t/*.yaml"],
  ["commented", "remove transformer t/one.yaml"],
  ["commented", "remove transformer *"],
  ["commented plain deprecated generatorOptions vars empty component windows", "fix"],
  ["vars commented", "fix --vars"],
];

const CREATE = [
  "create",
  "create --autodetect",
  "create --autodetect --recursive",
  "create --resources deployment.yaml,service.yaml,sub --namespace n --nameprefix a- --namesuffix=-b",
  "create --resources *.yaml --autodetect",
  "create --resources missing.yaml",
  'create --labels a:b,c:"d" --annotations x:y,z',
  "create --labels :b",
];

/** All cases. */
export function listCases(): EditCase[] {
  const edits = COMMANDS.flatMap(([names, command]) =>
    names.split(" ").map((name) => ({
      name: `${name}: ${command}`,
      files: { ...AROUND, "kustomization.yaml": KUSTOMIZATIONS[name]! },
      args: ["edit", ...splitWords(command)],
    }))
  );
  const files = { ...AROUND, "kustomization.yaml": KUSTOMIZATIONS.plain! };
  return [
    ...edits,
    ...CREATE.map((command) => ({ name: command, files: AROUND, args: splitWords(command) })),
    { name: "create beside another", files, args: ["create"] },
    { name: "none", files: AROUND, args: splitWords("edit set namespace x") },
    {
      name: "two",
      files: { ...files, "kustomization.yml": KUSTOMIZATIONS.plain! },
      args: splitWords("edit set namespace x"),
    },
    {
      name: "another name",
      files: { ...AROUND, Kustomization: KUSTOMIZATIONS.commented! },
      args: splitWords("edit set namespace x"),
    },
  ];
}

/** As a shell splits words, single quotes alone. */
function splitWords(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** The manifests of a generated overlay: what an app of a shop has, each kind as people write it. */

/** The kinds that an app can have. */
export type AppKind =
  | "Deployment"
  | "Service"
  | "ConfigMap"
  | "Secret"
  | "Ingress"
  | "ServiceAccount"
  | "Role"
  | "RoleBinding"
  | "StatefulSet"
  | "CronJob"
  | "HorizontalPodAutoscaler"
  | "PodDisruptionBudget"
  | "NetworkPolicy";

/** An app: a Deployment and what is around it. */
export interface App {
  /** From 0. */
  index: number;
  /** Such as `billing-0`. */
  name: string;
  /** Name of its image, without registry and tag. */
  image: string;
  /** What there is of it; a manifest names only what is there. */
  kinds: ReadonlySet<AppKind>;
}

/** Where all images are. */
export const REGISTRY = "registry.example.com/acme";

/** The manifest of each kind, as text. */
export const MANIFESTS: Readonly<Record<AppKind, (app: App) => string>> = {
  Deployment: deployment,
  Service: (app) =>
    object("v1", "Service", app.name, app) + `spec:
  selector:
    app: ${app.name}
  ports:
  - name: http
    port: 80
    targetPort: http
`,
  ConfigMap: (app) =>
    object("v1", "ConfigMap", `${app.name}-config`, app) + `data:
  LOG_LEVEL: info
  application.properties: |
    server.port=8080
    upstream=http://${app.name}
`,
  Secret: (app) =>
    object("v1", "Secret", `${app.name}-secret`, app) + `type: Opaque
data:
  password: ${btoa(`not-a-secret-${app.index}`)}
`,
  Ingress: (app) =>
    object("networking.k8s.io/v1", "Ingress", app.name, app) + `spec:
  ingressClassName: nginx
  tls:
  - hosts: [${app.name}.example.com]
    secretName: wildcard-tls
  rules:
  - host: ${app.name}.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: ${app.name}
            port:
              name: http
`,
  ServiceAccount: (app) => object("v1", "ServiceAccount", app.name, app) + "automountServiceAccountToken: false\n",
  Role: (app) =>
    object("rbac.authorization.k8s.io/v1", "Role", app.name, app) + `rules:
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get]
`,
  RoleBinding: (app) =>
    object("rbac.authorization.k8s.io/v1", "RoleBinding", app.name, app) + `roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: ${app.name}
subjects:
- kind: ServiceAccount
  name: ${app.name}
`,
  StatefulSet: statefulSet,
  CronJob: (app) =>
    object("batch/v1", "CronJob", `${app.name}-cleanup`, app) + `spec:
  schedule: "${app.index % 60} 3 * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 1
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: cleanup
            image: ${REGISTRY}/cleanup:1.0.0
            args: [--older-than=30d]
`,
  HorizontalPodAutoscaler: (app) =>
    object("autoscaling/v2", "HorizontalPodAutoscaler", app.name, app) + `spec:
  minReplicas: 1
  maxReplicas: ${5 + app.index % 5}
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${app.name}
  metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: 70
`,
  PodDisruptionBudget: (app) =>
    object("policy/v1", "PodDisruptionBudget", app.name, app) + `spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: ${app.name}
`,
  NetworkPolicy: (app) =>
    object("networking.k8s.io/v1", "NetworkPolicy", app.name, app) + `spec:
  podSelector:
    matchLabels:
      app: ${app.name}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          tier: frontend
    ports:
    - port: 8080
`,
};

/** Apps that the world sees, and those behind them. */
function tierOf({ index }: App): string {
  return index % 3 === 0 ? "frontend" : "backend";
}

function object(apiVersion: string, kind: AppKind, name: string, app: App): string {
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
  labels:
    app: ${app.name}
    tier: ${tierOf(app)}
`;
}

function deployment(app: App): string {
  const { name, kinds } = app;
  const text = object("apps/v1", "Deployment", name, app) + `spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  strategy:
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app: ${name}
        tier: ${tierOf(app)}
      annotations:
        prometheus.io/scrape: "true"
    spec:
${kinds.has("ServiceAccount") ? `      serviceAccountName: ${name}\n` : ""}      containers:
      - name: main
        image: ${REGISTRY}/${app.image}:1.0.0
        args: [serve, --listen=:8080] # the probes ask there
        ports:
        - name: http
          containerPort: 8080
        env:
        - name: UPSTREAM_PORT
          value: unset
        - name: POD_IP
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
`;
  const password = `        - name: PASSWORD
          valueFrom:
            secretKeyRef:
              name: ${name}-secret
              key: password
`;
  const configuration = `        envFrom:
        - configMapRef:
            name: ${name}-config
`;
  return text + (kinds.has("Secret") ? password : "") + (kinds.has("ConfigMap") ? configuration : "") +
    `        readinessProbe:
          httpGet: {path: /healthz, port: http}
          periodSeconds: 5
        resources:
          requests:
            cpu: ${[50, 100, 250][app.index % 3]}m
            memory: 128Mi
          limits:
            cpu: "1"
            memory: 1Gi
`;
}

function statefulSet(app: App): string {
  const name = `${app.name}-store`;
  return object("apps/v1", "StatefulSet", name, app) + `spec:
  serviceName: ${app.name}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
      - name: store
        image: ${REGISTRY}/store:1.0.0
        volumeMounts:
        - name: data
          mountPath: /data
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 10Gi
`;
}

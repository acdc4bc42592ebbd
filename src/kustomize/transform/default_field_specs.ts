/**
 * The field paths that kustomize changes when nothing else is configured, as data
 * (`api/internal/konfig/builtinpluginconsts` v5.8.1).
 *
 * One line is one field: `+` where missing parts of the path are created, the path, and then `group/version/Kind` of
 * the objects it is for; an empty part stands for any.
 */

const METADATA_LABELS = `
+metadata/labels
+spec/template/metadata/labels /v1/ReplicationController
+spec/template/metadata/labels //Deployment
+spec/template/metadata/labels //ReplicaSet
+spec/template/metadata/labels //DaemonSet
+spec/template/metadata/labels apps//StatefulSet
+spec/volumeClaimTemplates[]/metadata/labels apps//StatefulSet
+spec/template/metadata/labels batch//Job
+spec/jobTemplate/metadata/labels batch//CronJob
+spec/jobTemplate/spec/template/metadata/labels batch//CronJob
`;

/** Default field specs by the transformer configuration's field. */
export const DEFAULT_FIELD_SPECS = {
  namePrefix: `
metadata/name
`,
  nameSuffix: `
metadata/name
`,
  namespace: `
+metadata/name //Namespace
+spec/service/namespace apiregistration.k8s.io//APIService
spec/conversion/webhook/clientConfig/service/namespace apiextensions.k8s.io//CustomResourceDefinition
`,
  commonLabels: `
+spec/selector /v1/Service
+spec/selector /v1/ReplicationController
+spec/selector/matchLabels //Deployment
spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels apps//Deployment
spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels apps//Deployment
spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels apps//Deployment
spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels apps//Deployment
spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels apps//Deployment
+spec/selector/matchLabels //ReplicaSet
+spec/selector/matchLabels //DaemonSet
+spec/selector/matchLabels apps//StatefulSet
spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels apps//StatefulSet
spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels apps//StatefulSet
spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels apps//StatefulSet
spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels apps//StatefulSet
spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels apps//StatefulSet
spec/selector/matchLabels batch//Job
spec/jobTemplate/spec/selector/matchLabels batch//CronJob
spec/selector/matchLabels policy//PodDisruptionBudget
spec/podSelector/matchLabels networking.k8s.io//NetworkPolicy
spec/ingress/from/podSelector/matchLabels networking.k8s.io//NetworkPolicy
spec/egress/to/podSelector/matchLabels networking.k8s.io//NetworkPolicy
` + METADATA_LABELS,
  templateLabels: METADATA_LABELS,
  commonAnnotations: `
+metadata/annotations
+spec/template/metadata/annotations /v1/ReplicationController
+spec/template/metadata/annotations //Deployment
+spec/template/metadata/annotations //ReplicaSet
+spec/template/metadata/annotations //DaemonSet
+spec/template/metadata/annotations //StatefulSet
+spec/template/metadata/annotations batch//Job
+spec/jobTemplate/metadata/annotations batch//CronJob
+spec/jobTemplate/spec/template/metadata/annotations batch//CronJob
`,
  images: `
+spec/containers[]/image
+spec/initContainers[]/image
+spec/volumes[]/image/reference
+spec/template/spec/containers[]/image
+spec/template/spec/initContainers[]/image
+spec/template/spec/volumes[]/image/reference
`,
  replicas: `
+spec/replicas //Deployment
+spec/replicas //ReplicationController
+spec/replicas //ReplicaSet
+spec/replicas //StatefulSet
`,
} as const;

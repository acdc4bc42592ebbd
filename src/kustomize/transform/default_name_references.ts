/**
 * Which fields hold names of which objects (`api/internal/konfig/builtinpluginconsts/namereference.go` v5.8.1): the
 * kind that is referred to as `group/version/Kind`, and below it the fields that refer to it, in the format of
 * `default_field_specs.ts`.
 */
export const DEFAULT_NAME_REFERENCES = `
//Deployment
  spec/scaleTargetRef/name //HorizontalPodAutoscaler
//ReplicationController
  spec/scaleTargetRef/name //HorizontalPodAutoscaler
//ReplicaSet
  spec/scaleTargetRef/name //HorizontalPodAutoscaler
//StatefulSet
  spec/scaleTargetRef/name //HorizontalPodAutoscaler
/v1/ConfigMap
  spec/volumes/configMap/name /v1/Pod
  spec/containers/env/valueFrom/configMapKeyRef/name /v1/Pod
  spec/initContainers/env/valueFrom/configMapKeyRef/name /v1/Pod
  spec/containers/envFrom/configMapRef/name /v1/Pod
  spec/initContainers/envFrom/configMapRef/name /v1/Pod
  spec/volumes/projected/sources/configMap/name /v1/Pod
  template/spec/volumes/configMap/name //PodTemplate
  template/spec/containers/env/valueFrom/configMapKeyRef/name //PodTemplate
  template/spec/initContainers/env/valueFrom/configMapKeyRef/name //PodTemplate
  template/spec/containers/envFrom/configMapRef/name //PodTemplate
  template/spec/initContainers/envFrom/configMapRef/name //PodTemplate
  template/spec/volumes/projected/sources/configMap/name //PodTemplate
  spec/template/spec/volumes/configMap/name //Deployment
  spec/template/spec/containers/env/valueFrom/configMapKeyRef/name //Deployment
  spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name //Deployment
  spec/template/spec/containers/envFrom/configMapRef/name //Deployment
  spec/template/spec/initContainers/envFrom/configMapRef/name //Deployment
  spec/template/spec/volumes/projected/sources/configMap/name //Deployment
  spec/template/spec/volumes/configMap/name //ReplicaSet
  spec/template/spec/containers/env/valueFrom/configMapKeyRef/name //ReplicaSet
  spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name //ReplicaSet
  spec/template/spec/containers/envFrom/configMapRef/name //ReplicaSet
  spec/template/spec/initContainers/envFrom/configMapRef/name //ReplicaSet
  spec/template/spec/volumes/projected/sources/configMap/name //ReplicaSet
  spec/template/spec/volumes/configMap/name //DaemonSet
  spec/template/spec/containers/env/valueFrom/configMapKeyRef/name //DaemonSet
  spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name //DaemonSet
  spec/template/spec/containers/envFrom/configMapRef/name //DaemonSet
  spec/template/spec/initContainers/envFrom/configMapRef/name //DaemonSet
  spec/template/spec/volumes/projected/sources/configMap/name //DaemonSet
  spec/template/spec/volumes/configMap/name //StatefulSet
  spec/template/spec/containers/env/valueFrom/configMapKeyRef/name //StatefulSet
  spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name //StatefulSet
  spec/template/spec/containers/envFrom/configMapRef/name //StatefulSet
  spec/template/spec/initContainers/envFrom/configMapRef/name //StatefulSet
  spec/template/spec/volumes/projected/sources/configMap/name //StatefulSet
  spec/template/spec/volumes/configMap/name //Job
  spec/template/spec/containers/env/valueFrom/configMapKeyRef/name //Job
  spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name //Job
  spec/template/spec/containers/envFrom/configMapRef/name //Job
  spec/template/spec/initContainers/envFrom/configMapRef/name //Job
  spec/template/spec/volumes/projected/sources/configMap/name //Job
  spec/jobTemplate/spec/template/spec/volumes/configMap/name //CronJob
  spec/jobTemplate/spec/template/spec/volumes/projected/sources/configMap/name //CronJob
  spec/jobTemplate/spec/template/spec/containers/env/valueFrom/configMapKeyRef/name //CronJob
  spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name //CronJob
  spec/jobTemplate/spec/template/spec/containers/envFrom/configMapRef/name //CronJob
  spec/jobTemplate/spec/template/spec/initContainers/envFrom/configMapRef/name //CronJob
  spec/configSource/configMap //Node
  rules/resourceNames //Role
  rules/resourceNames //ClusterRole
  metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap //Ingress
/v1/Secret
  spec/volumes/secret/secretName /v1/Pod
  spec/containers/env/valueFrom/secretKeyRef/name /v1/Pod
  spec/initContainers/env/valueFrom/secretKeyRef/name /v1/Pod
  spec/containers/envFrom/secretRef/name /v1/Pod
  spec/initContainers/envFrom/secretRef/name /v1/Pod
  spec/imagePullSecrets/name /v1/Pod
  spec/volumes/projected/sources/secret/name /v1/Pod
  template/spec/volumes/secret/secretName //PodTemplate
  template/spec/containers/env/valueFrom/secretKeyRef/name //PodTemplate
  template/spec/initContainers/env/valueFrom/secretKeyRef/name //PodTemplate
  template/spec/containers/envFrom/secretRef/name //PodTemplate
  template/spec/initContainers/envFrom/secretRef/name //PodTemplate
  template/spec/imagePullSecrets/name //PodTemplate
  template/spec/volumes/projected/sources/secret/name //PodTemplate
  spec/template/spec/volumes/secret/secretName //Deployment
  spec/template/spec/containers/env/valueFrom/secretKeyRef/name //Deployment
  spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name //Deployment
  spec/template/spec/containers/envFrom/secretRef/name //Deployment
  spec/template/spec/initContainers/envFrom/secretRef/name //Deployment
  spec/template/spec/imagePullSecrets/name //Deployment
  spec/template/spec/volumes/projected/sources/secret/name //Deployment
  spec/template/spec/volumes/secret/secretName //ReplicaSet
  spec/template/spec/containers/env/valueFrom/secretKeyRef/name //ReplicaSet
  spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name //ReplicaSet
  spec/template/spec/containers/envFrom/secretRef/name //ReplicaSet
  spec/template/spec/initContainers/envFrom/secretRef/name //ReplicaSet
  spec/template/spec/imagePullSecrets/name //ReplicaSet
  spec/template/spec/volumes/projected/sources/secret/name //ReplicaSet
  spec/template/spec/volumes/secret/secretName //DaemonSet
  spec/template/spec/containers/env/valueFrom/secretKeyRef/name //DaemonSet
  spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name //DaemonSet
  spec/template/spec/containers/envFrom/secretRef/name //DaemonSet
  spec/template/spec/initContainers/envFrom/secretRef/name //DaemonSet
  spec/template/spec/imagePullSecrets/name //DaemonSet
  spec/template/spec/volumes/projected/sources/secret/name //DaemonSet
  spec/template/spec/volumes/secret/secretName //StatefulSet
  spec/template/spec/containers/env/valueFrom/secretKeyRef/name //StatefulSet
  spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name //StatefulSet
  spec/template/spec/containers/envFrom/secretRef/name //StatefulSet
  spec/template/spec/initContainers/envFrom/secretRef/name //StatefulSet
  spec/template/spec/imagePullSecrets/name //StatefulSet
  spec/template/spec/volumes/projected/sources/secret/name //StatefulSet
  spec/template/spec/volumes/secret/secretName //Job
  spec/template/spec/containers/env/valueFrom/secretKeyRef/name //Job
  spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name //Job
  spec/template/spec/containers/envFrom/secretRef/name //Job
  spec/template/spec/initContainers/envFrom/secretRef/name //Job
  spec/template/spec/imagePullSecrets/name //Job
  spec/template/spec/volumes/projected/sources/secret/name //Job
  spec/jobTemplate/spec/template/spec/volumes/secret/secretName //CronJob
  spec/jobTemplate/spec/template/spec/volumes/projected/sources/secret/name //CronJob
  spec/jobTemplate/spec/template/spec/containers/env/valueFrom/secretKeyRef/name //CronJob
  spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name //CronJob
  spec/jobTemplate/spec/template/spec/containers/envFrom/secretRef/name //CronJob
  spec/jobTemplate/spec/template/spec/initContainers/envFrom/secretRef/name //CronJob
  spec/jobTemplate/spec/template/spec/imagePullSecrets/name //CronJob
  spec/tls/secretName //Ingress
  metadata/annotations/ingress.kubernetes.io\\/auth-secret //Ingress
  metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret //Ingress
  metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret //Ingress
  spec/tls/secretName //Ingress
  imagePullSecrets/name //ServiceAccount
  parameters/secretName //StorageClass
  parameters/adminSecretName //StorageClass
  parameters/userSecretName //StorageClass
  parameters/secretRef //StorageClass
  rules/resourceNames //Role
  rules/resourceNames //ClusterRole
  spec/template/spec/containers/env/valueFrom/secretKeyRef/name serving.knative.dev/v1/Service
  spec/azureFile/secretName //PersistentVolume
/v1/Service
  spec/serviceName apps//StatefulSet
  spec/rules/http/paths/backend/serviceName //Ingress
  spec/backend/serviceName //Ingress
  spec/rules/http/paths/backend/service/name //Ingress
  spec/defaultBackend/service/name //Ingress
  spec/service/name apiregistration.k8s.io//APIService
  webhooks/clientConfig/service admissionregistration.k8s.io//ValidatingWebhookConfiguration
  webhooks/clientConfig/service admissionregistration.k8s.io//MutatingWebhookConfiguration
rbac.authorization.k8s.io//Role
  roleRef/name rbac.authorization.k8s.io//RoleBinding
rbac.authorization.k8s.io//ClusterRole
  roleRef/name rbac.authorization.k8s.io//RoleBinding
  roleRef/name rbac.authorization.k8s.io//ClusterRoleBinding
/v1/ServiceAccount
  subjects rbac.authorization.k8s.io//RoleBinding
  subjects rbac.authorization.k8s.io//ClusterRoleBinding
  spec/serviceAccountName //Pod
  spec/template/spec/serviceAccountName //StatefulSet
  spec/template/spec/serviceAccountName //Deployment
  spec/template/spec/serviceAccountName //ReplicationController
  spec/jobTemplate/spec/template/spec/serviceAccountName //CronJob
  spec/template/spec/serviceAccountName //Job
  spec/template/spec/serviceAccountName //DaemonSet
/v1/PersistentVolumeClaim
  spec/volumes/persistentVolumeClaim/claimName //Pod
  spec/template/spec/volumes/persistentVolumeClaim/claimName //StatefulSet
  spec/template/spec/volumes/persistentVolumeClaim/claimName //Deployment
  spec/template/spec/volumes/persistentVolumeClaim/claimName //ReplicationController
  spec/jobTemplate/spec/template/spec/volumes/persistentVolumeClaim/claimName //CronJob
  spec/template/spec/volumes/persistentVolumeClaim/claimName //Job
  spec/template/spec/volumes/persistentVolumeClaim/claimName //DaemonSet
/v1/PersistentVolume
  spec/volumeName //PersistentVolumeClaim
  rules/resourceNames //ClusterRole
storage.k8s.io/v1/StorageClass
  spec/storageClassName //PersistentVolume
  spec/storageClassName //PersistentVolumeClaim
  spec/volumeClaimTemplates/spec/storageClassName //StatefulSet
scheduling.k8s.io/v1/PriorityClass
  spec/priorityClassName //Pod
  spec/template/spec/priorityClassName //StatefulSet
  spec/template/spec/priorityClassName //Deployment
  spec/template/spec/priorityClassName //ReplicationController
  spec/jobTemplate/spec/template/spec/priorityClassName //CronJob
  spec/template/spec/priorityClassName //Job
  spec/template/spec/priorityClassName //DaemonSet
networking.k8s.io/v1/v1/IngressClass
  spec/ingressClassName //Ingress
admissionregistration.k8s.io//ValidatingAdmissionPolicy
  spec/policyName admissionregistration.k8s.io//ValidatingAdmissionPolicyBinding
`;

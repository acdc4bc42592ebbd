/**
 * Fields of the built-in kinds of Kubernetes v1.36.3, written by `scripts/generate_sandbox_schema.ts`.
 *
 * A line without indent starts a record: its name, `atomic` where it is owned as a whole, and its group, version and kind.
 * The lines below it are fields in the order in which a server writes them: name, `*` for a pointer (zero values are
 * kept), `!` for a field that is always written, `0` for a record left out when empty; then the type (`[T]` list,
 * `{T}` map) and the rest: list and map semantics, patch strategy and key, `required`, `default=`.
 */
export const SCHEMA_TABLE = `
admissionregistration.v1.ApplyConfiguration
 expression string
admissionregistration.v1.AuditAnnotation
 key! string required
 valueExpression! string required
admissionregistration.v1.ExpressionWarning
 fieldRef! string required
 warning! string required
admissionregistration.v1.JSONPatch
 expression string
admissionregistration.v1.MatchCondition
 name! string required
 expression! string required
admissionregistration.v1.MatchResources atomic
 namespaceSelector* meta.v1.LabelSelector
 objectSelector* meta.v1.LabelSelector
 resourceRules [admissionregistration.v1.NamedRuleWithOperations] atomic
 excludeResourceRules [admissionregistration.v1.NamedRuleWithOperations] atomic
 matchPolicy* string
admissionregistration.v1.MutatingAdmissionPolicy kind=admissionregistration.k8s.io/v1/MutatingAdmissionPolicy
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1.MutatingAdmissionPolicySpec
admissionregistration.v1.MutatingAdmissionPolicyBinding kind=admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1.MutatingAdmissionPolicyBindingSpec
admissionregistration.v1.MutatingAdmissionPolicyBindingSpec
 policyName string
 paramRef* admissionregistration.v1.ParamRef
 matchResources* admissionregistration.v1.MatchResources
admissionregistration.v1.MutatingAdmissionPolicySpec
 paramKind* admissionregistration.v1.ParamKind
 matchConstraints* admissionregistration.v1.MatchResources
 variables [admissionregistration.v1.Variable] atomic
 mutations [admissionregistration.v1.Mutation] atomic
 failurePolicy* string
 matchConditions [admissionregistration.v1.MatchCondition] map=name patch=merge key=name
 reinvocationPolicy string
admissionregistration.v1.MutatingWebhook
 name! string required
 clientConfig! admissionregistration.v1.WebhookClientConfig required
 rules [admissionregistration.v1.RuleWithOperations] atomic
 failurePolicy* string
 matchPolicy* string
 namespaceSelector* meta.v1.LabelSelector
 objectSelector* meta.v1.LabelSelector
 sideEffects*! string required
 timeoutSeconds* int32
 admissionReviewVersions! [string] atomic required
 reinvocationPolicy* string
 matchConditions [admissionregistration.v1.MatchCondition] map=name patch=merge key=name
admissionregistration.v1.MutatingWebhookConfiguration kind=admissionregistration.k8s.io/v1/MutatingWebhookConfiguration
 metadata meta.v1.ObjectMeta
 webhooks [admissionregistration.v1.MutatingWebhook] map=name patch=merge key=name
admissionregistration.v1.Mutation
 patchType! string required
 applyConfiguration* admissionregistration.v1.ApplyConfiguration
 jsonPatch* admissionregistration.v1.JSONPatch
admissionregistration.v1.NamedRuleWithOperations atomic
 resourceNames [string] atomic
 operations [string] atomic
 apiGroups [string] atomic
 apiVersions [string] atomic
 resources [string] atomic
 scope* string
admissionregistration.v1.ParamKind atomic
 apiVersion string
 kind string
admissionregistration.v1.ParamRef atomic
 name string
 namespace string
 selector* meta.v1.LabelSelector
 parameterNotFoundAction* string
admissionregistration.v1.RuleWithOperations
 operations [string] atomic
 apiGroups [string] atomic
 apiVersions [string] atomic
 resources [string] atomic
 scope* string
admissionregistration.v1.ServiceReference
 namespace! string required
 name! string required
 path* string
 port* int32
admissionregistration.v1.TypeChecking
 expressionWarnings [admissionregistration.v1.ExpressionWarning] atomic
admissionregistration.v1.ValidatingAdmissionPolicy kind=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1.ValidatingAdmissionPolicySpec
 status admissionregistration.v1.ValidatingAdmissionPolicyStatus
admissionregistration.v1.ValidatingAdmissionPolicyBinding kind=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec required
admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec
 policyName string required
 paramRef* admissionregistration.v1.ParamRef
 matchResources* admissionregistration.v1.MatchResources
 validationActions [string] set required
admissionregistration.v1.ValidatingAdmissionPolicySpec
 paramKind* admissionregistration.v1.ParamKind
 matchConstraints* admissionregistration.v1.MatchResources
 validations [admissionregistration.v1.Validation] atomic
 failurePolicy* string
 auditAnnotations [admissionregistration.v1.AuditAnnotation] atomic
 matchConditions [admissionregistration.v1.MatchCondition] map=name patch=merge key=name
 variables [admissionregistration.v1.Variable] map=name patch=merge key=name
admissionregistration.v1.ValidatingAdmissionPolicyStatus
 observedGeneration int64
 typeChecking* admissionregistration.v1.TypeChecking
 conditions [meta.v1.Condition] map=type
admissionregistration.v1.ValidatingWebhook
 name! string required
 clientConfig! admissionregistration.v1.WebhookClientConfig required
 rules [admissionregistration.v1.RuleWithOperations] atomic
 failurePolicy* string
 matchPolicy* string
 namespaceSelector* meta.v1.LabelSelector
 objectSelector* meta.v1.LabelSelector
 sideEffects*! string required
 timeoutSeconds* int32
 admissionReviewVersions! [string] atomic required
 matchConditions [admissionregistration.v1.MatchCondition] map=name patch=merge key=name
admissionregistration.v1.ValidatingWebhookConfiguration kind=admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration
 metadata meta.v1.ObjectMeta
 webhooks [admissionregistration.v1.ValidatingWebhook] map=name patch=merge key=name
admissionregistration.v1.Validation
 expression! string required
 message string
 reason* string
 messageExpression string
admissionregistration.v1.Variable atomic
 name! string required
 expression! string required
admissionregistration.v1.WebhookClientConfig
 url* string
 service* admissionregistration.v1.ServiceReference
 caBundle bytes
apiextensions.v1.CustomResourceColumnDefinition
 name! string required
 type! string required
 format string
 description string
 priority int32
 jsonPath! string required
apiextensions.v1.CustomResourceConversion
 strategy! string required
 webhook* apiextensions.v1.WebhookConversion
apiextensions.v1.CustomResourceDefinition kind=apiextensions.k8s.io/v1/CustomResourceDefinition
 metadata meta.v1.ObjectMeta
 spec! apiextensions.v1.CustomResourceDefinitionSpec required
 status apiextensions.v1.CustomResourceDefinitionStatus
apiextensions.v1.CustomResourceDefinitionCondition
 type! string required
 status! string required
 lastTransitionTime time
 reason string
 message string
 observedGeneration int64
apiextensions.v1.CustomResourceDefinitionNames
 plural! string required
 singular string
 shortNames [string] atomic
 kind! string required
 listKind string
 categories [string] atomic
apiextensions.v1.CustomResourceDefinitionSpec
 group! string required
 names! apiextensions.v1.CustomResourceDefinitionNames required
 scope! string required
 versions! [apiextensions.v1.CustomResourceDefinitionVersion] atomic required
 conversion* apiextensions.v1.CustomResourceConversion
 preserveUnknownFields bool
apiextensions.v1.CustomResourceDefinitionStatus
 conditions! [apiextensions.v1.CustomResourceDefinitionCondition] map=type
 acceptedNames! apiextensions.v1.CustomResourceDefinitionNames
 storedVersions! [string] atomic
 observedGeneration int64
apiextensions.v1.CustomResourceDefinitionVersion
 name! string required
 served! bool required
 storage! bool required
 deprecated bool
 deprecationWarning* string
 schema* apiextensions.v1.CustomResourceValidation
 subresources* apiextensions.v1.CustomResourceSubresources
 additionalPrinterColumns [apiextensions.v1.CustomResourceColumnDefinition] atomic
 selectableFields [apiextensions.v1.SelectableField] atomic
apiextensions.v1.CustomResourceSubresourceScale
 specReplicasPath! string required
 statusReplicasPath! string required
 labelSelectorPath* string
apiextensions.v1.CustomResourceSubresourceStatus
apiextensions.v1.CustomResourceSubresources
 status* apiextensions.v1.CustomResourceSubresourceStatus
 scale* apiextensions.v1.CustomResourceSubresourceScale
apiextensions.v1.CustomResourceValidation
 openAPIV3Schema* apiextensions.v1.JSONSchemaProps
apiextensions.v1.ExternalDocumentation
 description string
 url string
apiextensions.v1.JSONSchemaProps
 id string
 $schema string
 $ref* string
 description string
 type string
 format string
 title string
 default* any
 maximum* double
 exclusiveMaximum bool
 minimum* double
 exclusiveMinimum bool
 maxLength* int64
 minLength* int64
 pattern string
 maxItems* int64
 minItems* int64
 uniqueItems bool
 multipleOf* double
 enum [any] atomic
 maxProperties* int64
 minProperties* int64
 required [string] atomic
 items* any
 allOf [apiextensions.v1.JSONSchemaProps] atomic
 oneOf [apiextensions.v1.JSONSchemaProps] atomic
 anyOf [apiextensions.v1.JSONSchemaProps] atomic
 not* apiextensions.v1.JSONSchemaProps
 properties {apiextensions.v1.JSONSchemaProps}
 additionalProperties* any
 patternProperties {apiextensions.v1.JSONSchemaProps}
 dependencies {any}
 additionalItems* any
 definitions {apiextensions.v1.JSONSchemaProps}
 externalDocs* apiextensions.v1.ExternalDocumentation
 example* any
 nullable bool
 x-kubernetes-preserve-unknown-fields* bool
 x-kubernetes-embedded-resource bool
 x-kubernetes-int-or-string bool
 x-kubernetes-list-map-keys [string] atomic
 x-kubernetes-list-type* string
 x-kubernetes-map-type* string
 x-kubernetes-validations [apiextensions.v1.ValidationRule] map=rule patch=merge key=rule
apiextensions.v1.SelectableField
 jsonPath! string required
apiextensions.v1.ServiceReference
 namespace! string required
 name! string required
 path* string
 port* int32
apiextensions.v1.ValidationRule
 rule! string required
 message string
 messageExpression string
 reason* string
 fieldPath string
 optionalOldSelf* bool
apiextensions.v1.WebhookClientConfig
 url* string
 service* apiextensions.v1.ServiceReference
 caBundle bytes
apiextensions.v1.WebhookConversion
 clientConfig* apiextensions.v1.WebhookClientConfig
 conversionReviewVersions! [string] atomic required
apiregistration.v1.APIService kind=apiregistration.k8s.io/v1/APIService
 metadata meta.v1.ObjectMeta
 spec apiregistration.v1.APIServiceSpec
 status apiregistration.v1.APIServiceStatus
apiregistration.v1.APIServiceCondition
 type! string required
 status! string required
 lastTransitionTime time
 reason string
 message string
apiregistration.v1.APIServiceSpec
 service* apiregistration.v1.ServiceReference
 group string
 version string
 insecureSkipTLSVerify bool
 caBundle bytes atomic
 groupPriorityMinimum! int32 required
 versionPriority! int32 required
apiregistration.v1.APIServiceStatus
 conditions [apiregistration.v1.APIServiceCondition] map=type patch=merge key=type
apiregistration.v1.ServiceReference
 namespace string
 name string
 port* int32
apps.v1.ControllerRevision kind=apps/v1/ControllerRevision
 metadata meta.v1.ObjectMeta
 data object
 revision! int64 required
apps.v1.DaemonSet kind=apps/v1/DaemonSet
 metadata meta.v1.ObjectMeta
 spec apps.v1.DaemonSetSpec
 status apps.v1.DaemonSetStatus
apps.v1.DaemonSetCondition
 type! string required
 status! string required
 lastTransitionTime time
 reason string
 message string
apps.v1.DaemonSetSpec
 selector*! meta.v1.LabelSelector required
 template! core.v1.PodTemplateSpec required
 updateStrategy apps.v1.DaemonSetUpdateStrategy
 minReadySeconds int32
 revisionHistoryLimit* int32
apps.v1.DaemonSetStatus
 currentNumberScheduled! int32 required
 numberMisscheduled! int32 required
 desiredNumberScheduled! int32 required
 numberReady! int32 required
 observedGeneration int64
 updatedNumberScheduled int32
 numberAvailable int32
 numberUnavailable int32
 collisionCount* int32
 conditions [apps.v1.DaemonSetCondition] map=type patch=merge key=type
apps.v1.DaemonSetUpdateStrategy
 type string
 rollingUpdate* apps.v1.RollingUpdateDaemonSet
apps.v1.Deployment kind=apps/v1/Deployment
 metadata meta.v1.ObjectMeta
 spec apps.v1.DeploymentSpec
 status apps.v1.DeploymentStatus
apps.v1.DeploymentCondition
 type! string required
 status! string required
 lastUpdateTime time
 lastTransitionTime time
 reason string
 message string
apps.v1.DeploymentSpec
 replicas* int32
 selector*! meta.v1.LabelSelector required
 template! core.v1.PodTemplateSpec required
 strategy apps.v1.DeploymentStrategy patch=retainKeys
 minReadySeconds int32
 revisionHistoryLimit* int32
 paused bool
 progressDeadlineSeconds* int32
apps.v1.DeploymentStatus
 observedGeneration int64
 replicas int32
 updatedReplicas int32
 readyReplicas int32
 availableReplicas int32
 unavailableReplicas int32
 terminatingReplicas* int32
 conditions [apps.v1.DeploymentCondition] map=type patch=merge key=type
 collisionCount* int32
apps.v1.DeploymentStrategy
 type string
 rollingUpdate* apps.v1.RollingUpdateDeployment
apps.v1.ReplicaSet kind=apps/v1/ReplicaSet
 metadata meta.v1.ObjectMeta
 spec apps.v1.ReplicaSetSpec
 status apps.v1.ReplicaSetStatus
apps.v1.ReplicaSetCondition
 type! string required
 status! string required
 lastTransitionTime time
 reason string
 message string
apps.v1.ReplicaSetSpec
 replicas* int32
 minReadySeconds int32
 selector*! meta.v1.LabelSelector required
 template core.v1.PodTemplateSpec
apps.v1.ReplicaSetStatus
 replicas! int32 required
 fullyLabeledReplicas int32
 readyReplicas int32
 availableReplicas int32
 terminatingReplicas* int32
 observedGeneration int64
 conditions [apps.v1.ReplicaSetCondition] map=type patch=merge key=type
apps.v1.RollingUpdateDaemonSet
 maxUnavailable* int-or-string
 maxSurge* int-or-string
apps.v1.RollingUpdateDeployment
 maxUnavailable* int-or-string
 maxSurge* int-or-string
apps.v1.RollingUpdateStatefulSetStrategy
 partition* int32
 maxUnavailable* int-or-string
apps.v1.StatefulSet kind=apps/v1/StatefulSet
 metadata meta.v1.ObjectMeta
 spec apps.v1.StatefulSetSpec
 status apps.v1.StatefulSetStatus
apps.v1.StatefulSetCondition
 type! string required
 status! string required
 lastTransitionTime time
 reason string
 message string
apps.v1.StatefulSetOrdinals
 start! int32
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 whenDeleted string
 whenScaled string
apps.v1.StatefulSetSpec
 replicas* int32
 selector*! meta.v1.LabelSelector required
 template! core.v1.PodTemplateSpec required
 volumeClaimTemplates [core.v1.PersistentVolumeClaim] atomic
 serviceName! string
 podManagementPolicy string
 updateStrategy apps.v1.StatefulSetUpdateStrategy
 revisionHistoryLimit* int32
 minReadySeconds int32
 persistentVolumeClaimRetentionPolicy* apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 ordinals* apps.v1.StatefulSetOrdinals
apps.v1.StatefulSetStatus
 observedGeneration int64
 replicas! int32 required
 readyReplicas int32
 currentReplicas int32
 updatedReplicas int32
 currentRevision string
 updateRevision string
 collisionCount* int32
 conditions [apps.v1.StatefulSetCondition] map=type patch=merge key=type
 availableReplicas! int32
apps.v1.StatefulSetUpdateStrategy
 type string
 rollingUpdate* apps.v1.RollingUpdateStatefulSetStrategy
authentication.v1.BoundObjectReference
 kind string
 apiVersion string
 name string
 uid string
authentication.v1.SelfSubjectReview kind=authentication.k8s.io/v1/SelfSubjectReview
 metadata meta.v1.ObjectMeta
 status authentication.v1.SelfSubjectReviewStatus
authentication.v1.SelfSubjectReviewStatus
 userInfo authentication.v1.UserInfo
authentication.v1.TokenRequest kind=authentication.k8s.io/v1/TokenRequest
 metadata meta.v1.ObjectMeta
 spec! authentication.v1.TokenRequestSpec
 status authentication.v1.TokenRequestStatus
authentication.v1.TokenRequestSpec
 audiences! [string] atomic
 expirationSeconds*! int64
 boundObjectRef*! authentication.v1.BoundObjectReference
authentication.v1.TokenRequestStatus
 token! string
 expirationTimestamp! time
authentication.v1.TokenReview kind=authentication.k8s.io/v1/TokenReview
 metadata meta.v1.ObjectMeta
 spec! authentication.v1.TokenReviewSpec required
 status authentication.v1.TokenReviewStatus
authentication.v1.TokenReviewSpec
 token string required
 audiences [string] atomic
authentication.v1.TokenReviewStatus
 authenticated bool
 user authentication.v1.UserInfo
 audiences [string] atomic
 error string
authentication.v1.UserInfo
 username string
 uid string
 groups [string] atomic
 extra {[string]}
authorization.v1.FieldSelectorAttributes
 rawSelector string
 requirements [meta.v1.FieldSelectorRequirement] atomic
authorization.v1.LabelSelectorAttributes
 rawSelector string
 requirements [meta.v1.LabelSelectorRequirement] atomic
authorization.v1.LocalSubjectAccessReview kind=authorization.k8s.io/v1/LocalSubjectAccessReview
 metadata meta.v1.ObjectMeta
 spec! authorization.v1.SubjectAccessReviewSpec required
 status authorization.v1.SubjectAccessReviewStatus
authorization.v1.NonResourceAttributes
 path string
 verb string
authorization.v1.NonResourceRule
 verbs! [string] atomic required
 nonResourceURLs [string] atomic
authorization.v1.ResourceAttributes
 namespace string
 verb string
 group string
 version string
 resource string
 subresource string
 name string
 fieldSelector* authorization.v1.FieldSelectorAttributes
 labelSelector* authorization.v1.LabelSelectorAttributes
authorization.v1.ResourceRule
 verbs! [string] atomic required
 apiGroups [string] atomic
 resources [string] atomic
 resourceNames [string] atomic
authorization.v1.SelfSubjectAccessReview kind=authorization.k8s.io/v1/SelfSubjectAccessReview
 metadata meta.v1.ObjectMeta
 spec! authorization.v1.SelfSubjectAccessReviewSpec required
 status authorization.v1.SubjectAccessReviewStatus
authorization.v1.SelfSubjectAccessReviewSpec
 resourceAttributes* authorization.v1.ResourceAttributes
 nonResourceAttributes* authorization.v1.NonResourceAttributes
authorization.v1.SelfSubjectRulesReview kind=authorization.k8s.io/v1/SelfSubjectRulesReview
 metadata meta.v1.ObjectMeta
 spec! authorization.v1.SelfSubjectRulesReviewSpec required
 status authorization.v1.SubjectRulesReviewStatus
authorization.v1.SelfSubjectRulesReviewSpec
 namespace string
authorization.v1.SubjectAccessReview kind=authorization.k8s.io/v1/SubjectAccessReview
 metadata meta.v1.ObjectMeta
 spec! authorization.v1.SubjectAccessReviewSpec required
 status authorization.v1.SubjectAccessReviewStatus
authorization.v1.SubjectAccessReviewSpec
 resourceAttributes* authorization.v1.ResourceAttributes
 nonResourceAttributes* authorization.v1.NonResourceAttributes
 user string
 groups [string] atomic
 extra {[string]}
 uid string
authorization.v1.SubjectAccessReviewStatus
 allowed! bool required
 denied bool
 reason string
 evaluationError string
authorization.v1.SubjectRulesReviewStatus
 resourceRules! [authorization.v1.ResourceRule] atomic required
 nonResourceRules! [authorization.v1.NonResourceRule] atomic required
 incomplete! bool required
 evaluationError string
autoscaling.v1.CrossVersionObjectReference atomic
 kind! string required
 name! string required
 apiVersion string
autoscaling.v1.HorizontalPodAutoscaler kind=autoscaling/v1/HorizontalPodAutoscaler
 metadata meta.v1.ObjectMeta
 spec autoscaling.v1.HorizontalPodAutoscalerSpec required
 status autoscaling.v1.HorizontalPodAutoscalerStatus
autoscaling.v1.HorizontalPodAutoscalerSpec
 scaleTargetRef! autoscaling.v1.CrossVersionObjectReference required
 minReplicas* int32
 maxReplicas! int32 required
 targetCPUUtilizationPercentage* int32
autoscaling.v1.HorizontalPodAutoscalerStatus
 observedGeneration* int64
 lastScaleTime* time
 currentReplicas! int32 required
 desiredReplicas! int32 required
 currentCPUUtilizationPercentage* int32
autoscaling.v1.Scale kind=autoscaling/v1/Scale
 metadata meta.v1.ObjectMeta
 spec autoscaling.v1.ScaleSpec
 status autoscaling.v1.ScaleStatus
autoscaling.v1.ScaleSpec
 replicas int32
autoscaling.v1.ScaleStatus
 replicas! int32 required
 selector string
autoscaling.v2.ContainerResourceMetricSource
 name! string required
 target! autoscaling.v2.MetricTarget required
 container! string required
autoscaling.v2.ContainerResourceMetricStatus
 name! string required
 current! autoscaling.v2.MetricValueStatus required
 container! string required
autoscaling.v2.CrossVersionObjectReference
 kind! string required
 name! string required
 apiVersion string
autoscaling.v2.ExternalMetricSource
 metric! autoscaling.v2.MetricIdentifier required
 target! autoscaling.v2.MetricTarget required
autoscaling.v2.ExternalMetricStatus
 metric! autoscaling.v2.MetricIdentifier required
 current! autoscaling.v2.MetricValueStatus required
autoscaling.v2.HPAScalingPolicy
 type! string required
 value! int32 required
 periodSeconds! int32 required
autoscaling.v2.HPAScalingRules
 stabilizationWindowSeconds* int32
 selectPolicy* string
 policies [autoscaling.v2.HPAScalingPolicy] atomic
 tolerance* quantity
autoscaling.v2.HorizontalPodAutoscaler kind=autoscaling/v2/HorizontalPodAutoscaler
 metadata meta.v1.ObjectMeta
 spec autoscaling.v2.HorizontalPodAutoscalerSpec required
 status autoscaling.v2.HorizontalPodAutoscalerStatus
autoscaling.v2.HorizontalPodAutoscalerBehavior
 scaleUp* autoscaling.v2.HPAScalingRules
 scaleDown* autoscaling.v2.HPAScalingRules
autoscaling.v2.HorizontalPodAutoscalerCondition
 type! string required
 status! string required
 lastTransitionTime time
 reason string
 message string
autoscaling.v2.HorizontalPodAutoscalerSpec
 scaleTargetRef! autoscaling.v2.CrossVersionObjectReference required
 minReplicas* int32
 maxReplicas! int32 required
 metrics [autoscaling.v2.MetricSpec] atomic
 behavior* autoscaling.v2.HorizontalPodAutoscalerBehavior
autoscaling.v2.HorizontalPodAutoscalerStatus
 observedGeneration* int64
 lastScaleTime* time
 currentReplicas int32
 desiredReplicas! int32 required
 currentMetrics! [autoscaling.v2.MetricStatus] atomic
 conditions [autoscaling.v2.HorizontalPodAutoscalerCondition] map=type patch=merge key=type
autoscaling.v2.MetricIdentifier
 name! string required
 selector* meta.v1.LabelSelector
autoscaling.v2.MetricSpec
 type! string required
 object* autoscaling.v2.ObjectMetricSource
 pods* autoscaling.v2.PodsMetricSource
 resource* autoscaling.v2.ResourceMetricSource
 containerResource* autoscaling.v2.ContainerResourceMetricSource
 external* autoscaling.v2.ExternalMetricSource
autoscaling.v2.MetricStatus
 type! string required
 object* autoscaling.v2.ObjectMetricStatus
 pods* autoscaling.v2.PodsMetricStatus
 resource* autoscaling.v2.ResourceMetricStatus
 containerResource* autoscaling.v2.ContainerResourceMetricStatus
 external* autoscaling.v2.ExternalMetricStatus
autoscaling.v2.MetricTarget
 type! string required
 value* quantity
 averageValue* quantity
 averageUtilization* int32
autoscaling.v2.MetricValueStatus
 value* quantity
 averageValue* quantity
 averageUtilization* int32
autoscaling.v2.ObjectMetricSource
 describedObject! autoscaling.v2.CrossVersionObjectReference required
 target! autoscaling.v2.MetricTarget required
 metric! autoscaling.v2.MetricIdentifier required
autoscaling.v2.ObjectMetricStatus
 metric! autoscaling.v2.MetricIdentifier required
 current! autoscaling.v2.MetricValueStatus required
 describedObject! autoscaling.v2.CrossVersionObjectReference required
autoscaling.v2.PodsMetricSource
 metric! autoscaling.v2.MetricIdentifier required
 target! autoscaling.v2.MetricTarget required
autoscaling.v2.PodsMetricStatus
 metric! autoscaling.v2.MetricIdentifier required
 current! autoscaling.v2.MetricValueStatus required
autoscaling.v2.ResourceMetricSource
 name! string required
 target! autoscaling.v2.MetricTarget required
autoscaling.v2.ResourceMetricStatus
 name! string required
 current! autoscaling.v2.MetricValueStatus required
batch.v1.CronJob kind=batch/v1/CronJob
 metadata meta.v1.ObjectMeta
 spec batch.v1.CronJobSpec required
 status batch.v1.CronJobStatus
batch.v1.CronJobSpec
 schedule! string required
 timeZone* string
 startingDeadlineSeconds* int64
 concurrencyPolicy string
 suspend* bool
 jobTemplate! batch.v1.JobTemplateSpec required
 successfulJobsHistoryLimit* int32
 failedJobsHistoryLimit* int32
batch.v1.CronJobStatus
 active [core.v1.ObjectReference] atomic
 lastScheduleTime* time
 lastSuccessfulTime* time
batch.v1.Job kind=batch/v1/Job
 metadata meta.v1.ObjectMeta
 spec batch.v1.JobSpec
 status batch.v1.JobStatus
batch.v1.JobCondition
 type! string required
 status! string required
 lastProbeTime time
 lastTransitionTime time
 reason string
 message string
batch.v1.JobSpec
 parallelism* int32
 completions* int32
 activeDeadlineSeconds* int64
 podFailurePolicy* batch.v1.PodFailurePolicy
 successPolicy* batch.v1.SuccessPolicy
 backoffLimit* int32
 backoffLimitPerIndex* int32
 maxFailedIndexes* int32
 selector* meta.v1.LabelSelector
 manualSelector* bool
 template! core.v1.PodTemplateSpec required
 ttlSecondsAfterFinished* int32
 completionMode* string
 suspend* bool
 podReplacementPolicy* string
 managedBy* string
batch.v1.JobStatus
 conditions [batch.v1.JobCondition] atomic patch=merge key=type
 startTime* time
 completionTime* time
 active int32
 succeeded int32
 failed int32
 terminating* int32
 completedIndexes string
 failedIndexes* string
 uncountedTerminatedPods* batch.v1.UncountedTerminatedPods
 ready* int32
batch.v1.JobTemplateSpec
 metadata meta.v1.ObjectMeta
 spec batch.v1.JobSpec
batch.v1.PodFailurePolicy
 rules! [batch.v1.PodFailurePolicyRule] atomic required
batch.v1.PodFailurePolicyOnExitCodesRequirement
 containerName* string
 operator! string required
 values! [int32] set required
batch.v1.PodFailurePolicyOnPodConditionsPattern
 type! string required
 status! string
batch.v1.PodFailurePolicyRule
 action! string required
 onExitCodes* batch.v1.PodFailurePolicyOnExitCodesRequirement
 onPodConditions [batch.v1.PodFailurePolicyOnPodConditionsPattern] atomic
batch.v1.SuccessPolicy
 rules! [batch.v1.SuccessPolicyRule] atomic required
batch.v1.SuccessPolicyRule
 succeededIndexes* string
 succeededCount* int32
batch.v1.UncountedTerminatedPods
 succeeded [string] set
 failed [string] set
certificates.v1.CertificateSigningRequest kind=certificates.k8s.io/v1/CertificateSigningRequest
 metadata meta.v1.ObjectMeta
 spec! certificates.v1.CertificateSigningRequestSpec required
 status certificates.v1.CertificateSigningRequestStatus
certificates.v1.CertificateSigningRequestCondition
 type! string required
 status! string required
 reason string
 message string
 lastUpdateTime time
 lastTransitionTime time
certificates.v1.CertificateSigningRequestSpec
 request! bytes required
 signerName! string required
 expirationSeconds* int32
 usages [string] atomic
 username string
 uid string
 groups [string] atomic
 extra {[string]}
certificates.v1.CertificateSigningRequestStatus
 conditions [certificates.v1.CertificateSigningRequestCondition] map=type
 certificate bytes
coordination.v1.Lease kind=coordination.k8s.io/v1/Lease
 metadata meta.v1.ObjectMeta
 spec coordination.v1.LeaseSpec
coordination.v1.LeaseSpec
 holderIdentity* string
 leaseDurationSeconds* int32
 acquireTime* microtime
 renewTime* microtime
 leaseTransitions* int32
 strategy* string
 preferredHolder* string
core.v1.AWSElasticBlockStoreVolumeSource
 volumeID! string required
 fsType string
 partition int32
 readOnly bool
core.v1.Affinity
 nodeAffinity* core.v1.NodeAffinity
 podAffinity* core.v1.PodAffinity
 podAntiAffinity* core.v1.PodAntiAffinity
core.v1.AppArmorProfile
 type! string required
 localhostProfile* string
core.v1.AttachedVolume
 name! string required
 devicePath! string required
core.v1.AzureDiskVolumeSource
 diskName! string required
 diskURI! string required
 cachingMode* string default="ReadWrite"
 fsType* string default="ext4"
 readOnly* bool
 kind* string default="Shared"
core.v1.AzureFilePersistentVolumeSource
 secretName! string required
 shareName! string required
 readOnly bool
 secretNamespace*! string
core.v1.AzureFileVolumeSource
 secretName! string required
 shareName! string required
 readOnly bool
core.v1.Binding kind=/v1/Binding
 metadata meta.v1.ObjectMeta
 target! core.v1.ObjectReference required
core.v1.CSIPersistentVolumeSource
 driver! string required
 volumeHandle! string required
 readOnly bool
 fsType string
 volumeAttributes {string}
 controllerPublishSecretRef* core.v1.SecretReference
 nodeStageSecretRef* core.v1.SecretReference
 nodePublishSecretRef* core.v1.SecretReference
 controllerExpandSecretRef* core.v1.SecretReference
 nodeExpandSecretRef* core.v1.SecretReference
core.v1.CSIVolumeSource
 driver! string required
 readOnly* bool
 fsType* string
 volumeAttributes {string}
 nodePublishSecretRef* core.v1.LocalObjectReference
core.v1.Capabilities
 add [string] atomic
 drop [string] atomic
core.v1.CephFSPersistentVolumeSource
 monitors! [string] atomic required
 path string
 user string
 secretFile string
 secretRef* core.v1.SecretReference
 readOnly bool
core.v1.CephFSVolumeSource
 monitors! [string] atomic required
 path string
 user string
 secretFile string
 secretRef* core.v1.LocalObjectReference
 readOnly bool
core.v1.CinderPersistentVolumeSource
 volumeID! string required
 fsType string
 readOnly bool
 secretRef* core.v1.SecretReference
core.v1.CinderVolumeSource
 volumeID! string required
 fsType string
 readOnly bool
 secretRef* core.v1.LocalObjectReference
core.v1.ClientIPConfig
 timeoutSeconds* int32
core.v1.ClusterTrustBundleProjection
 name* string
 signerName* string
 labelSelector* meta.v1.LabelSelector
 optional* bool
 path! string required
core.v1.ComponentCondition
 type! string required
 status! string required
 message string
 error string
core.v1.ComponentStatus kind=/v1/ComponentStatus
 metadata meta.v1.ObjectMeta
 conditions [core.v1.ComponentCondition] map=type patch=merge key=type
core.v1.ConfigMap kind=/v1/ConfigMap
 metadata meta.v1.ObjectMeta
 immutable* bool
 data {string}
 binaryData {bytes}
core.v1.ConfigMapEnvSource
 name string
 optional* bool
core.v1.ConfigMapKeySelector atomic
 name string
 key! string required
 optional* bool
core.v1.ConfigMapNodeConfigSource
 namespace! string required
 name! string required
 uid string
 resourceVersion string
 kubeletConfigKey! string required
core.v1.ConfigMapProjection
 name string
 items [core.v1.KeyToPath] atomic
 optional* bool
core.v1.ConfigMapVolumeSource
 name string
 items [core.v1.KeyToPath] atomic
 defaultMode* int32
 optional* bool
core.v1.Container
 name! string required
 image string
 command [string] atomic
 args [string] atomic
 workingDir string
 ports [core.v1.ContainerPort] map=containerPort,protocol patch=merge key=containerPort
 envFrom [core.v1.EnvFromSource] atomic
 env [core.v1.EnvVar] map=name patch=merge key=name
 resources core.v1.ResourceRequirements
 resizePolicy [core.v1.ContainerResizePolicy] atomic
 restartPolicy* string
 restartPolicyRules [core.v1.ContainerRestartRule] atomic
 volumeMounts [core.v1.VolumeMount] map=mountPath patch=merge key=mountPath
 volumeDevices [core.v1.VolumeDevice] map=devicePath patch=merge key=devicePath
 livenessProbe* core.v1.Probe
 readinessProbe* core.v1.Probe
 startupProbe* core.v1.Probe
 lifecycle* core.v1.Lifecycle
 terminationMessagePath string
 terminationMessagePolicy string
 imagePullPolicy string
 securityContext* core.v1.SecurityContext
 stdin bool
 stdinOnce bool
 tty bool
core.v1.ContainerExtendedResourceRequest
 containerName! string required
 resourceName! string required
 requestName! string required
core.v1.ContainerImage
 names! [string] atomic
 sizeBytes int64
core.v1.ContainerPort
 name string
 hostPort int32
 containerPort! int32 required
 protocol string default="TCP"
 hostIP string
core.v1.ContainerResizePolicy
 resourceName! string required
 restartPolicy! string required
core.v1.ContainerRestartRule
 action string required
 exitCodes* core.v1.ContainerRestartRuleOnExitCodes
core.v1.ContainerRestartRuleOnExitCodes
 operator string required
 values [int32] set
core.v1.ContainerState
 waiting* core.v1.ContainerStateWaiting
 running* core.v1.ContainerStateRunning
 terminated* core.v1.ContainerStateTerminated
core.v1.ContainerStateRunning
 startedAt time
core.v1.ContainerStateTerminated
 exitCode! int32 required
 signal int32
 reason string
 message string
 startedAt time
 finishedAt time
 containerID string
core.v1.ContainerStateWaiting
 reason string
 message string
core.v1.ContainerStatus
 name! string required
 state core.v1.ContainerState
 lastState core.v1.ContainerState
 ready! bool required
 restartCount! int32 required
 image! string required
 imageID! string required
 containerID string
 started* bool
 allocatedResources {quantity}
 resources* core.v1.ResourceRequirements
 volumeMounts [core.v1.VolumeMountStatus] map=mountPath patch=merge key=mountPath
 user* core.v1.ContainerUser
 allocatedResourcesStatus [core.v1.ResourceStatus] map=name patch=merge key=name
 stopSignal* string
core.v1.ContainerUser
 linux* core.v1.LinuxContainerUser
core.v1.DaemonEndpoint
 Port! int32 required
core.v1.DownwardAPIProjection
 items [core.v1.DownwardAPIVolumeFile] atomic
core.v1.DownwardAPIVolumeFile
 path! string required
 fieldRef* core.v1.ObjectFieldSelector
 resourceFieldRef* core.v1.ResourceFieldSelector
 mode* int32
core.v1.DownwardAPIVolumeSource
 items [core.v1.DownwardAPIVolumeFile] atomic
 defaultMode* int32
core.v1.EmptyDirVolumeSource
 medium string
 sizeLimit* quantity
core.v1.EndpointAddress atomic
 ip! string required
 hostname string
 nodeName* string
 targetRef* core.v1.ObjectReference
core.v1.EndpointPort atomic
 name string
 port! int32 required
 protocol string
 appProtocol* string
core.v1.EndpointSubset
 addresses [core.v1.EndpointAddress] atomic
 notReadyAddresses [core.v1.EndpointAddress] atomic
 ports [core.v1.EndpointPort] atomic
core.v1.Endpoints kind=/v1/Endpoints
 metadata meta.v1.ObjectMeta
 subsets [core.v1.EndpointSubset] atomic
core.v1.EnvFromSource
 prefix string
 configMapRef* core.v1.ConfigMapEnvSource
 secretRef* core.v1.SecretEnvSource
core.v1.EnvVar
 name! string required
 value string
 valueFrom* core.v1.EnvVarSource
core.v1.EnvVarSource
 fieldRef* core.v1.ObjectFieldSelector
 resourceFieldRef* core.v1.ResourceFieldSelector
 configMapKeyRef* core.v1.ConfigMapKeySelector
 secretKeyRef* core.v1.SecretKeySelector
 fileKeyRef* core.v1.FileKeySelector
core.v1.EphemeralContainer
 name! string required
 image string
 command [string] atomic
 args [string] atomic
 workingDir string
 ports [core.v1.ContainerPort] map=containerPort,protocol patch=merge key=containerPort
 envFrom [core.v1.EnvFromSource] atomic
 env [core.v1.EnvVar] map=name patch=merge key=name
 resources core.v1.ResourceRequirements
 resizePolicy [core.v1.ContainerResizePolicy] atomic
 restartPolicy* string
 restartPolicyRules [core.v1.ContainerRestartRule] atomic
 volumeMounts [core.v1.VolumeMount] map=mountPath patch=merge key=mountPath
 volumeDevices [core.v1.VolumeDevice] map=devicePath patch=merge key=devicePath
 livenessProbe* core.v1.Probe
 readinessProbe* core.v1.Probe
 startupProbe* core.v1.Probe
 lifecycle* core.v1.Lifecycle
 terminationMessagePath string
 terminationMessagePolicy string
 imagePullPolicy string
 securityContext* core.v1.SecurityContext
 stdin bool
 stdinOnce bool
 tty bool
 targetContainerName string
core.v1.EphemeralVolumeSource
 volumeClaimTemplate* core.v1.PersistentVolumeClaimTemplate
core.v1.Event kind=/v1/Event
 metadata! meta.v1.ObjectMeta required
 involvedObject! core.v1.ObjectReference required
 reason string
 message string
 source core.v1.EventSource
 firstTimestamp time
 lastTimestamp time
 count int32
 type string
 eventTime microtime
 series* core.v1.EventSeries
 action string
 related* core.v1.ObjectReference
 reportingComponent! string
 reportingInstance! string
core.v1.EventSeries
 count int32
 lastObservedTime microtime
core.v1.EventSource
 component string
 host string
core.v1.ExecAction
 command [string] atomic
core.v1.FCVolumeSource
 targetWWNs [string] atomic
 lun* int32
 fsType string
 readOnly bool
 wwids [string] atomic
core.v1.FileKeySelector atomic
 volumeName! string required
 path! string required
 key! string required
 optional* bool
core.v1.FlexPersistentVolumeSource
 driver! string required
 fsType string
 secretRef* core.v1.SecretReference
 readOnly bool
 options {string}
core.v1.FlexVolumeSource
 driver! string required
 fsType string
 secretRef* core.v1.LocalObjectReference
 readOnly bool
 options {string}
core.v1.FlockerVolumeSource
 datasetName string
 datasetUUID string
core.v1.GCEPersistentDiskVolumeSource
 pdName! string required
 fsType string
 partition int32
 readOnly bool
core.v1.GRPCAction
 port! int32 required
 service*! string
core.v1.GitRepoVolumeSource
 repository! string required
 revision string
 directory string
core.v1.GlusterfsPersistentVolumeSource
 endpoints! string required
 path! string required
 readOnly bool
 endpointsNamespace* string
core.v1.GlusterfsVolumeSource
 endpoints! string required
 path! string required
 readOnly bool
core.v1.HTTPGetAction
 path string
 port! int-or-string required
 host string
 scheme string
 httpHeaders [core.v1.HTTPHeader] atomic
core.v1.HTTPHeader
 name! string required
 value! string required
core.v1.HostAlias
 ip! string required
 hostnames [string] atomic
core.v1.HostIP
 ip! string required
core.v1.HostPathVolumeSource
 path! string required
 type* string
core.v1.ISCSIPersistentVolumeSource
 targetPortal! string required
 iqn! string required
 lun! int32 required
 iscsiInterface string default="default"
 fsType string
 readOnly bool
 portals [string] atomic
 chapAuthDiscovery bool
 chapAuthSession bool
 secretRef* core.v1.SecretReference
 initiatorName* string
core.v1.ISCSIVolumeSource
 targetPortal! string required
 iqn! string required
 lun! int32 required
 iscsiInterface string default="default"
 fsType string
 readOnly bool
 portals [string] atomic
 chapAuthDiscovery bool
 chapAuthSession bool
 secretRef* core.v1.LocalObjectReference
 initiatorName* string
core.v1.ImageVolumeSource
 reference string
 pullPolicy string
core.v1.ImageVolumeStatus
 imageRef string required
core.v1.KeyToPath
 key! string required
 path! string required
 mode* int32
core.v1.Lifecycle
 postStart* core.v1.LifecycleHandler
 preStop* core.v1.LifecycleHandler
 stopSignal* string
core.v1.LifecycleHandler
 exec* core.v1.ExecAction
 httpGet* core.v1.HTTPGetAction
 tcpSocket* core.v1.TCPSocketAction
 sleep* core.v1.SleepAction
core.v1.LimitRange kind=/v1/LimitRange
 metadata meta.v1.ObjectMeta
 spec core.v1.LimitRangeSpec
core.v1.LimitRangeItem
 type! string required
 max {quantity}
 min {quantity}
 default {quantity}
 defaultRequest {quantity}
 maxLimitRequestRatio {quantity}
core.v1.LimitRangeSpec
 limits! [core.v1.LimitRangeItem] atomic required
core.v1.LinuxContainerUser
 uid! int64 required
 gid! int64 required
 supplementalGroups [int64] atomic
core.v1.LoadBalancerIngress
 ip string
 hostname string
 ipMode* string
 ports [core.v1.PortStatus] atomic
core.v1.LoadBalancerStatus
 ingress [core.v1.LoadBalancerIngress] atomic
core.v1.LocalObjectReference atomic
 name string
core.v1.LocalVolumeSource
 path! string required
 fsType* string
core.v1.ModifyVolumeStatus
 targetVolumeAttributesClassName string
 status! string required
core.v1.NFSVolumeSource
 server! string required
 path! string required
 readOnly bool
core.v1.Namespace kind=/v1/Namespace
 metadata meta.v1.ObjectMeta
 spec core.v1.NamespaceSpec
 status core.v1.NamespaceStatus
core.v1.NamespaceCondition
 type! string required
 status! string required
 lastTransitionTime time
 reason string
 message string
core.v1.NamespaceSpec
 finalizers [string] atomic
core.v1.NamespaceStatus
 phase string
 conditions [core.v1.NamespaceCondition] map=type patch=merge key=type
core.v1.Node kind=/v1/Node
 metadata meta.v1.ObjectMeta
 spec core.v1.NodeSpec
 status core.v1.NodeStatus
core.v1.NodeAddress
 type! string required
 address! string required
core.v1.NodeAffinity
 requiredDuringSchedulingIgnoredDuringExecution* core.v1.NodeSelector
 preferredDuringSchedulingIgnoredDuringExecution [core.v1.PreferredSchedulingTerm] atomic
core.v1.NodeAllocatableResourceClaimStatus
 resourceClaimName! string required
 containers [string] set
 resources! {quantity} required
core.v1.NodeCondition
 type! string required
 status! string required
 lastHeartbeatTime time
 lastTransitionTime time
 reason string
 message string
core.v1.NodeConfigSource
 configMap* core.v1.ConfigMapNodeConfigSource
core.v1.NodeConfigStatus
 assigned* core.v1.NodeConfigSource
 active* core.v1.NodeConfigSource
 lastKnownGood* core.v1.NodeConfigSource
 error string
core.v1.NodeDaemonEndpoints
 kubeletEndpoint core.v1.DaemonEndpoint
core.v1.NodeFeatures
 supplementalGroupsPolicy* bool
core.v1.NodeRuntimeHandler
 name! string
 features* core.v1.NodeRuntimeHandlerFeatures
core.v1.NodeRuntimeHandlerFeatures
 recursiveReadOnlyMounts* bool
 userNamespaces* bool
core.v1.NodeSelector atomic
 nodeSelectorTerms! [core.v1.NodeSelectorTerm] atomic required
core.v1.NodeSelectorRequirement
 key! string required
 operator! string required
 values [string] atomic
core.v1.NodeSelectorTerm atomic
 matchExpressions [core.v1.NodeSelectorRequirement] atomic
 matchFields [core.v1.NodeSelectorRequirement] atomic
core.v1.NodeSpec
 podCIDR string
 podCIDRs [string] set patch=merge
 providerID string
 unschedulable bool
 taints [core.v1.Taint] atomic
 configSource* core.v1.NodeConfigSource
 externalID string
core.v1.NodeStatus
 capacity {quantity}
 allocatable {quantity}
 phase string
 conditions [core.v1.NodeCondition] map=type patch=merge key=type
 addresses [core.v1.NodeAddress] map=type patch=merge key=type
 daemonEndpoints core.v1.NodeDaemonEndpoints
 nodeInfo core.v1.NodeSystemInfo
 images [core.v1.ContainerImage] atomic
 volumesInUse [string] atomic
 volumesAttached [core.v1.AttachedVolume] atomic
 config* core.v1.NodeConfigStatus
 runtimeHandlers [core.v1.NodeRuntimeHandler] atomic
 features* core.v1.NodeFeatures
 declaredFeatures [string] atomic
core.v1.NodeSwapStatus
 capacity* int64
core.v1.NodeSystemInfo
 machineID! string required
 systemUUID! string required
 bootID! string required
 kernelVersion! string required
 osImage! string required
 containerRuntimeVersion! string required
 kubeletVersion! string required
 kubeProxyVersion! string required
 operatingSystem! string required
 architecture! string required
 swap* core.v1.NodeSwapStatus
core.v1.ObjectFieldSelector atomic
 apiVersion string
 fieldPath! string required
core.v1.ObjectReference atomic
 kind string
 namespace string
 name string
 uid string
 apiVersion string
 resourceVersion string
 fieldPath string
core.v1.PersistentVolume kind=/v1/PersistentVolume
 metadata meta.v1.ObjectMeta
 spec core.v1.PersistentVolumeSpec
 status core.v1.PersistentVolumeStatus
core.v1.PersistentVolumeClaim kind=/v1/PersistentVolumeClaim
 metadata meta.v1.ObjectMeta
 spec core.v1.PersistentVolumeClaimSpec
 status core.v1.PersistentVolumeClaimStatus
core.v1.PersistentVolumeClaimCondition
 type! string required
 status! string required
 lastProbeTime time
 lastTransitionTime time
 reason string
 message string
core.v1.PersistentVolumeClaimSpec
 accessModes [string] atomic
 selector* meta.v1.LabelSelector
 resources core.v1.VolumeResourceRequirements
 volumeName string
 storageClassName* string
 volumeMode* string
 dataSource* core.v1.TypedLocalObjectReference
 dataSourceRef* core.v1.TypedObjectReference
 volumeAttributesClassName* string
core.v1.PersistentVolumeClaimStatus
 phase string
 accessModes [string] atomic
 capacity {quantity}
 conditions [core.v1.PersistentVolumeClaimCondition] map=type patch=merge key=type
 allocatedResources {quantity}
 allocatedResourceStatuses {string}
 currentVolumeAttributesClassName* string
 modifyVolumeStatus* core.v1.ModifyVolumeStatus
core.v1.PersistentVolumeClaimTemplate
 metadata meta.v1.ObjectMeta
 spec! core.v1.PersistentVolumeClaimSpec required
core.v1.PersistentVolumeClaimVolumeSource
 claimName! string required
 readOnly bool
core.v1.PersistentVolumeSpec
 capacity {quantity}
 gcePersistentDisk* core.v1.GCEPersistentDiskVolumeSource
 awsElasticBlockStore* core.v1.AWSElasticBlockStoreVolumeSource
 hostPath* core.v1.HostPathVolumeSource
 glusterfs* core.v1.GlusterfsPersistentVolumeSource
 nfs* core.v1.NFSVolumeSource
 rbd* core.v1.RBDPersistentVolumeSource
 iscsi* core.v1.ISCSIPersistentVolumeSource
 cinder* core.v1.CinderPersistentVolumeSource
 cephfs* core.v1.CephFSPersistentVolumeSource
 fc* core.v1.FCVolumeSource
 flocker* core.v1.FlockerVolumeSource
 flexVolume* core.v1.FlexPersistentVolumeSource
 azureFile* core.v1.AzureFilePersistentVolumeSource
 vsphereVolume* core.v1.VsphereVirtualDiskVolumeSource
 quobyte* core.v1.QuobyteVolumeSource
 azureDisk* core.v1.AzureDiskVolumeSource
 photonPersistentDisk* core.v1.PhotonPersistentDiskVolumeSource
 portworxVolume* core.v1.PortworxVolumeSource
 scaleIO* core.v1.ScaleIOPersistentVolumeSource
 local* core.v1.LocalVolumeSource
 storageos* core.v1.StorageOSPersistentVolumeSource
 csi* core.v1.CSIPersistentVolumeSource
 accessModes [string] atomic
 claimRef* core.v1.ObjectReference
 persistentVolumeReclaimPolicy string
 storageClassName string
 mountOptions [string] atomic
 volumeMode* string
 nodeAffinity* core.v1.VolumeNodeAffinity
 volumeAttributesClassName* string
core.v1.PersistentVolumeStatus
 phase string
 message string
 reason string
 lastPhaseTransitionTime* time
core.v1.PhotonPersistentDiskVolumeSource
 pdID! string required
 fsType string
core.v1.Pod kind=/v1/Pod
 metadata meta.v1.ObjectMeta
 spec core.v1.PodSpec
 status core.v1.PodStatus
core.v1.PodAffinity
 requiredDuringSchedulingIgnoredDuringExecution [core.v1.PodAffinityTerm] atomic
 preferredDuringSchedulingIgnoredDuringExecution [core.v1.WeightedPodAffinityTerm] atomic
core.v1.PodAffinityTerm
 labelSelector* meta.v1.LabelSelector
 namespaces [string] atomic
 topologyKey! string required
 namespaceSelector* meta.v1.LabelSelector
 matchLabelKeys [string] atomic
 mismatchLabelKeys [string] atomic
core.v1.PodAntiAffinity
 requiredDuringSchedulingIgnoredDuringExecution [core.v1.PodAffinityTerm] atomic
 preferredDuringSchedulingIgnoredDuringExecution [core.v1.WeightedPodAffinityTerm] atomic
core.v1.PodCertificateProjection
 signerName string required
 keyType string required
 maxExpirationSeconds* int32
 credentialBundlePath string
 keyPath string
 certificateChainPath string
 userAnnotations {string}
core.v1.PodCondition
 type! string required
 observedGeneration int64
 status! string required
 lastProbeTime time
 lastTransitionTime time
 reason string
 message string
core.v1.PodDNSConfig
 nameservers [string] atomic
 searches [string] atomic
 options [core.v1.PodDNSConfigOption] atomic
core.v1.PodDNSConfigOption
 name string
 value* string
core.v1.PodExtendedResourceClaimStatus
 requestMappings! [core.v1.ContainerExtendedResourceRequest] atomic required
 resourceClaimName! string required
core.v1.PodIP
 ip! string required
core.v1.PodOS
 name! string required
core.v1.PodReadinessGate
 conditionType! string required
core.v1.PodResourceClaim
 name! string required
 resourceClaimName* string
 resourceClaimTemplateName* string
core.v1.PodResourceClaimStatus
 name! string required
 resourceClaimName* string
core.v1.PodSchedulingGate
 name! string required
core.v1.PodSchedulingGroup
 podGroupName* string
core.v1.PodSecurityContext
 seLinuxOptions* core.v1.SELinuxOptions
 windowsOptions* core.v1.WindowsSecurityContextOptions
 runAsUser* int64
 runAsGroup* int64
 runAsNonRoot* bool
 supplementalGroups [int64] atomic
 supplementalGroupsPolicy* string
 fsGroup* int64
 sysctls [core.v1.Sysctl] atomic
 fsGroupChangePolicy* string
 seccompProfile* core.v1.SeccompProfile
 appArmorProfile* core.v1.AppArmorProfile
 seLinuxChangePolicy* string
core.v1.PodSpec
 volumes [core.v1.Volume] map=name patch=merge,retainKeys key=name
 initContainers [core.v1.Container] map=name patch=merge key=name
 containers! [core.v1.Container] map=name patch=merge key=name required
 ephemeralContainers [core.v1.EphemeralContainer] map=name patch=merge key=name
 restartPolicy string
 terminationGracePeriodSeconds* int64
 activeDeadlineSeconds* int64
 dnsPolicy string
 nodeSelector {string} atomic
 serviceAccountName string
 serviceAccount string
 automountServiceAccountToken* bool
 nodeName string
 hostNetwork bool
 hostPID bool
 hostIPC bool
 shareProcessNamespace* bool
 securityContext* core.v1.PodSecurityContext
 imagePullSecrets [core.v1.LocalObjectReference] map=name patch=merge key=name
 hostname string
 subdomain string
 affinity* core.v1.Affinity
 schedulerName string
 tolerations [core.v1.Toleration] atomic
 hostAliases [core.v1.HostAlias] map=ip patch=merge key=ip
 priorityClassName string
 priority* int32
 dnsConfig* core.v1.PodDNSConfig
 readinessGates [core.v1.PodReadinessGate] atomic
 runtimeClassName* string
 enableServiceLinks* bool
 preemptionPolicy* string
 overhead {quantity}
 topologySpreadConstraints [core.v1.TopologySpreadConstraint] map=topologyKey,whenUnsatisfiable patch=merge key=topologyKey
 setHostnameAsFQDN* bool
 os* core.v1.PodOS
 hostUsers* bool
 schedulingGates [core.v1.PodSchedulingGate] map=name patch=merge key=name
 resourceClaims [core.v1.PodResourceClaim] map=name patch=merge,retainKeys key=name
 resources* core.v1.ResourceRequirements
 hostnameOverride* string
 schedulingGroup* core.v1.PodSchedulingGroup
core.v1.PodStatus
 observedGeneration int64
 phase string
 conditions [core.v1.PodCondition] map=type patch=merge key=type
 message string
 reason string
 nominatedNodeName string
 hostIP string
 hostIPs [core.v1.HostIP] atomic patch=merge key=ip
 podIP string
 podIPs [core.v1.PodIP] map=ip patch=merge key=ip
 startTime* time
 initContainerStatuses [core.v1.ContainerStatus] atomic
 containerStatuses [core.v1.ContainerStatus] atomic
 qosClass string
 ephemeralContainerStatuses [core.v1.ContainerStatus] atomic
 resize string
 resourceClaimStatuses [core.v1.PodResourceClaimStatus] map=name patch=merge,retainKeys key=name
 extendedResourceClaimStatus* core.v1.PodExtendedResourceClaimStatus
 allocatedResources {quantity}
 resources* core.v1.ResourceRequirements
 nodeAllocatableResourceClaimStatuses [core.v1.NodeAllocatableResourceClaimStatus] atomic
core.v1.PodTemplate kind=/v1/PodTemplate
 metadata meta.v1.ObjectMeta
 template core.v1.PodTemplateSpec
core.v1.PodTemplateSpec
 metadata meta.v1.ObjectMeta
 spec core.v1.PodSpec
core.v1.PortStatus
 port! int32 required
 protocol! string required
 error* string
core.v1.PortworxVolumeSource
 volumeID! string required
 fsType string
 readOnly bool
core.v1.PreferredSchedulingTerm
 weight! int32 required
 preference! core.v1.NodeSelectorTerm required
core.v1.Probe
 exec* core.v1.ExecAction
 httpGet* core.v1.HTTPGetAction
 tcpSocket* core.v1.TCPSocketAction
 grpc* core.v1.GRPCAction
 initialDelaySeconds int32
 timeoutSeconds int32
 periodSeconds int32
 successThreshold int32
 failureThreshold int32
 terminationGracePeriodSeconds* int64
core.v1.ProjectedVolumeSource
 sources! [core.v1.VolumeProjection] atomic
 defaultMode* int32
core.v1.QuobyteVolumeSource
 registry! string required
 volume! string required
 readOnly bool
 user string
 group string
 tenant string
core.v1.RBDPersistentVolumeSource
 monitors! [string] atomic required
 image! string required
 fsType string
 pool string default="rbd"
 user string default="admin"
 keyring string default="/etc/ceph/keyring"
 secretRef* core.v1.SecretReference
 readOnly bool
core.v1.RBDVolumeSource
 monitors! [string] atomic required
 image! string required
 fsType string
 pool string default="rbd"
 user string default="admin"
 keyring string default="/etc/ceph/keyring"
 secretRef* core.v1.LocalObjectReference
 readOnly bool
core.v1.ReplicationController kind=/v1/ReplicationController
 metadata meta.v1.ObjectMeta
 spec core.v1.ReplicationControllerSpec
 status core.v1.ReplicationControllerStatus
core.v1.ReplicationControllerCondition
 type! string required
 status! string required
 lastTransitionTime time
 reason string
 message string
core.v1.ReplicationControllerSpec
 replicas* int32 default=1
 minReadySeconds int32
 selector {string} atomic
 template* core.v1.PodTemplateSpec
core.v1.ReplicationControllerStatus
 replicas! int32 required
 fullyLabeledReplicas int32
 readyReplicas int32
 availableReplicas int32
 observedGeneration int64
 conditions [core.v1.ReplicationControllerCondition] map=type patch=merge key=type
core.v1.ResourceClaim
 name! string required
 request string
core.v1.ResourceFieldSelector atomic
 containerName string
 resource! string required
 divisor quantity
core.v1.ResourceHealth
 resourceID! string required
 health string
 message* string
core.v1.ResourceQuota kind=/v1/ResourceQuota
 metadata meta.v1.ObjectMeta
 spec core.v1.ResourceQuotaSpec
 status core.v1.ResourceQuotaStatus
core.v1.ResourceQuotaSpec
 hard {quantity}
 scopes [string] atomic
 scopeSelector* core.v1.ScopeSelector
core.v1.ResourceQuotaStatus
 hard {quantity}
 used {quantity}
core.v1.ResourceRequirements
 limits {quantity}
 requests {quantity}
 claims [core.v1.ResourceClaim] map=name
core.v1.ResourceStatus
 name! string required
 resources [core.v1.ResourceHealth] map=resourceID
core.v1.SELinuxOptions
 user string
 role string
 type string
 level string
core.v1.ScaleIOPersistentVolumeSource
 gateway! string required
 system! string required
 secretRef*! core.v1.SecretReference required
 sslEnabled bool
 protectionDomain string
 storagePool string
 storageMode string default="ThinProvisioned"
 volumeName string
 fsType string default="xfs"
 readOnly bool
core.v1.ScaleIOVolumeSource
 gateway! string required
 system! string required
 secretRef*! core.v1.LocalObjectReference required
 sslEnabled bool
 protectionDomain string
 storagePool string
 storageMode string default="ThinProvisioned"
 volumeName string
 fsType string default="xfs"
 readOnly bool
core.v1.ScopeSelector atomic
 matchExpressions [core.v1.ScopedResourceSelectorRequirement] atomic
core.v1.ScopedResourceSelectorRequirement
 scopeName! string required
 operator! string required
 values [string] atomic
core.v1.SeccompProfile
 type! string required
 localhostProfile* string
core.v1.Secret kind=/v1/Secret
 metadata meta.v1.ObjectMeta
 immutable* bool
 data {bytes}
 stringData {string}
 type string
core.v1.SecretEnvSource
 name string
 optional* bool
core.v1.SecretKeySelector atomic
 name string
 key! string required
 optional* bool
core.v1.SecretProjection
 name string
 items [core.v1.KeyToPath] atomic
 optional* bool
core.v1.SecretReference atomic
 name string
 namespace string
core.v1.SecretVolumeSource
 secretName string
 items [core.v1.KeyToPath] atomic
 defaultMode* int32
 optional* bool
core.v1.SecurityContext
 capabilities* core.v1.Capabilities
 privileged* bool
 seLinuxOptions* core.v1.SELinuxOptions
 windowsOptions* core.v1.WindowsSecurityContextOptions
 runAsUser* int64
 runAsGroup* int64
 runAsNonRoot* bool
 readOnlyRootFilesystem* bool
 allowPrivilegeEscalation* bool
 procMount* string
 seccompProfile* core.v1.SeccompProfile
 appArmorProfile* core.v1.AppArmorProfile
core.v1.Service kind=/v1/Service
 metadata meta.v1.ObjectMeta
 spec core.v1.ServiceSpec
 status core.v1.ServiceStatus
core.v1.ServiceAccount kind=/v1/ServiceAccount
 metadata meta.v1.ObjectMeta
 secrets [core.v1.ObjectReference] map=name patch=merge key=name
 imagePullSecrets [core.v1.LocalObjectReference] atomic
 automountServiceAccountToken* bool
core.v1.ServiceAccountTokenProjection
 audience string
 expirationSeconds* int64
 path! string required
core.v1.ServicePort
 name string
 protocol string default="TCP"
 appProtocol* string
 port! int32 required
 targetPort int-or-string
 nodePort int32
core.v1.ServiceSpec
 ports [core.v1.ServicePort] map=port,protocol patch=merge key=port
 selector {string} atomic
 clusterIP string
 clusterIPs [string] atomic
 type string
 externalIPs [string] atomic
 sessionAffinity string
 loadBalancerIP string
 loadBalancerSourceRanges [string] atomic
 externalName string
 externalTrafficPolicy string
 healthCheckNodePort int32
 publishNotReadyAddresses bool
 sessionAffinityConfig* core.v1.SessionAffinityConfig
 ipFamilies [string] atomic
 ipFamilyPolicy* string
 allocateLoadBalancerNodePorts* bool
 loadBalancerClass* string
 internalTrafficPolicy* string
 trafficDistribution* string
core.v1.ServiceStatus
 loadBalancer core.v1.LoadBalancerStatus
 conditions [meta.v1.Condition] map=type patch=merge key=type
core.v1.SessionAffinityConfig
 clientIP* core.v1.ClientIPConfig
core.v1.SleepAction
 seconds! int64 required
core.v1.StorageOSPersistentVolumeSource
 volumeName string
 volumeNamespace string
 fsType string
 readOnly bool
 secretRef* core.v1.ObjectReference
core.v1.StorageOSVolumeSource
 volumeName string
 volumeNamespace string
 fsType string
 readOnly bool
 secretRef* core.v1.LocalObjectReference
core.v1.Sysctl
 name! string required
 value! string required
core.v1.TCPSocketAction
 port! int-or-string required
 host string
core.v1.Taint
 key! string required
 value string
 effect! string required
 timeAdded* time
core.v1.Toleration
 key string
 operator string
 value string
 effect string
 tolerationSeconds* int64
core.v1.TopologySelectorLabelRequirement
 key! string required
 values! [string] atomic required
core.v1.TopologySelectorTerm atomic
 matchLabelExpressions [core.v1.TopologySelectorLabelRequirement] atomic
core.v1.TopologySpreadConstraint
 maxSkew! int32 required
 topologyKey! string required
 whenUnsatisfiable! string required
 labelSelector* meta.v1.LabelSelector
 minDomains* int32
 nodeAffinityPolicy* string
 nodeTaintsPolicy* string
 matchLabelKeys [string] atomic
core.v1.TypedLocalObjectReference atomic
 apiGroup*! string
 kind! string required
 name! string required
core.v1.TypedObjectReference
 apiGroup*! string
 kind! string required
 name! string required
 namespace* string
core.v1.Volume
 name! string required
 hostPath* core.v1.HostPathVolumeSource
 emptyDir* core.v1.EmptyDirVolumeSource
 gcePersistentDisk* core.v1.GCEPersistentDiskVolumeSource
 awsElasticBlockStore* core.v1.AWSElasticBlockStoreVolumeSource
 gitRepo* core.v1.GitRepoVolumeSource
 secret* core.v1.SecretVolumeSource
 nfs* core.v1.NFSVolumeSource
 iscsi* core.v1.ISCSIVolumeSource
 glusterfs* core.v1.GlusterfsVolumeSource
 persistentVolumeClaim* core.v1.PersistentVolumeClaimVolumeSource
 rbd* core.v1.RBDVolumeSource
 flexVolume* core.v1.FlexVolumeSource
 cinder* core.v1.CinderVolumeSource
 cephfs* core.v1.CephFSVolumeSource
 flocker* core.v1.FlockerVolumeSource
 downwardAPI* core.v1.DownwardAPIVolumeSource
 fc* core.v1.FCVolumeSource
 azureFile* core.v1.AzureFileVolumeSource
 configMap* core.v1.ConfigMapVolumeSource
 vsphereVolume* core.v1.VsphereVirtualDiskVolumeSource
 quobyte* core.v1.QuobyteVolumeSource
 azureDisk* core.v1.AzureDiskVolumeSource
 photonPersistentDisk* core.v1.PhotonPersistentDiskVolumeSource
 projected* core.v1.ProjectedVolumeSource
 portworxVolume* core.v1.PortworxVolumeSource
 scaleIO* core.v1.ScaleIOVolumeSource
 storageos* core.v1.StorageOSVolumeSource
 csi* core.v1.CSIVolumeSource
 ephemeral* core.v1.EphemeralVolumeSource
 image* core.v1.ImageVolumeSource
core.v1.VolumeDevice
 name! string required
 devicePath! string required
core.v1.VolumeMount
 name! string required
 readOnly bool
 recursiveReadOnly* string
 mountPath! string required
 subPath string
 mountPropagation* string
 subPathExpr string
core.v1.VolumeMountStatus
 name! string required
 mountPath! string required
 readOnly bool
 recursiveReadOnly* string
 volumeStatus* core.v1.VolumeStatus
core.v1.VolumeNodeAffinity
 required* core.v1.NodeSelector
core.v1.VolumeProjection
 secret* core.v1.SecretProjection
 downwardAPI* core.v1.DownwardAPIProjection
 configMap* core.v1.ConfigMapProjection
 serviceAccountToken* core.v1.ServiceAccountTokenProjection
 clusterTrustBundle* core.v1.ClusterTrustBundleProjection
 podCertificate* core.v1.PodCertificateProjection
core.v1.VolumeResourceRequirements
 limits {quantity}
 requests {quantity}
core.v1.VolumeStatus
 image* core.v1.ImageVolumeStatus
core.v1.VsphereVirtualDiskVolumeSource
 volumePath! string required
 fsType string
 storagePolicyName string
 storagePolicyID string
core.v1.WeightedPodAffinityTerm
 weight! int32 required
 podAffinityTerm! core.v1.PodAffinityTerm required
core.v1.WindowsSecurityContextOptions
 gmsaCredentialSpecName* string
 gmsaCredentialSpec* string
 runAsUserName* string
 hostProcess* bool
discovery.v1.Endpoint
 addresses! [string] set required
 conditions discovery.v1.EndpointConditions
 hostname* string
 targetRef* core.v1.ObjectReference
 deprecatedTopology {string}
 nodeName* string
 zone* string
 hints* discovery.v1.EndpointHints
discovery.v1.EndpointConditions
 ready* bool
 serving* bool
 terminating* bool
discovery.v1.EndpointHints
 forZones [discovery.v1.ForZone] atomic
 forNodes [discovery.v1.ForNode] atomic
discovery.v1.EndpointPort atomic
 name* string
 protocol* string
 port* int32
 appProtocol* string
discovery.v1.EndpointSlice kind=discovery.k8s.io/v1/EndpointSlice
 metadata meta.v1.ObjectMeta
 addressType! string required
 endpoints! [discovery.v1.Endpoint] atomic
 ports! [discovery.v1.EndpointPort] atomic
discovery.v1.ForNode
 name! string required
discovery.v1.ForZone
 name! string required
events.v1.Event kind=events.k8s.io/v1/Event
 metadata! meta.v1.ObjectMeta
 eventTime! microtime required
 series* events.v1.EventSeries
 reportingController string
 reportingInstance string
 action string
 reason string
 regarding core.v1.ObjectReference
 related* core.v1.ObjectReference
 note string
 type string
 deprecatedSource core.v1.EventSource
 deprecatedFirstTimestamp time
 deprecatedLastTimestamp time
 deprecatedCount int32
events.v1.EventSeries
 count! int32 required
 lastObservedTime! microtime required
flowcontrol.v1.ExemptPriorityLevelConfiguration
 nominalConcurrencyShares* int32
 lendablePercent* int32
flowcontrol.v1.FlowDistinguisherMethod
 type! string required
flowcontrol.v1.FlowSchema kind=flowcontrol.apiserver.k8s.io/v1/FlowSchema
 metadata meta.v1.ObjectMeta
 spec flowcontrol.v1.FlowSchemaSpec
 status flowcontrol.v1.FlowSchemaStatus
flowcontrol.v1.FlowSchemaCondition
 type string
 status string
 lastTransitionTime time
 reason string
 message string
flowcontrol.v1.FlowSchemaSpec
 priorityLevelConfiguration! flowcontrol.v1.PriorityLevelConfigurationReference required
 matchingPrecedence! int32
 distinguisherMethod* flowcontrol.v1.FlowDistinguisherMethod
 rules [flowcontrol.v1.PolicyRulesWithSubjects] atomic
flowcontrol.v1.FlowSchemaStatus
 conditions [flowcontrol.v1.FlowSchemaCondition] map=type patch=merge key=type
flowcontrol.v1.GroupSubject
 name! string required
flowcontrol.v1.LimitResponse
 type! string required
 queuing* flowcontrol.v1.QueuingConfiguration
flowcontrol.v1.LimitedPriorityLevelConfiguration
 nominalConcurrencyShares*! int32
 limitResponse flowcontrol.v1.LimitResponse
 lendablePercent* int32
 borrowingLimitPercent* int32
flowcontrol.v1.NonResourcePolicyRule
 verbs! [string] set required
 nonResourceURLs! [string] set required
flowcontrol.v1.PolicyRulesWithSubjects
 subjects! [flowcontrol.v1.Subject] atomic required
 resourceRules [flowcontrol.v1.ResourcePolicyRule] atomic
 nonResourceRules [flowcontrol.v1.NonResourcePolicyRule] atomic
flowcontrol.v1.PriorityLevelConfiguration kind=flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration
 metadata meta.v1.ObjectMeta
 spec flowcontrol.v1.PriorityLevelConfigurationSpec
 status flowcontrol.v1.PriorityLevelConfigurationStatus
flowcontrol.v1.PriorityLevelConfigurationCondition
 type string
 status string
 lastTransitionTime time
 reason string
 message string
flowcontrol.v1.PriorityLevelConfigurationReference
 name! string required
flowcontrol.v1.PriorityLevelConfigurationSpec
 type! string required
 limited* flowcontrol.v1.LimitedPriorityLevelConfiguration
 exempt* flowcontrol.v1.ExemptPriorityLevelConfiguration
flowcontrol.v1.PriorityLevelConfigurationStatus
 conditions [flowcontrol.v1.PriorityLevelConfigurationCondition] map=type patch=merge key=type
flowcontrol.v1.QueuingConfiguration
 queues! int32
 handSize! int32
 queueLengthLimit! int32
flowcontrol.v1.ResourcePolicyRule
 verbs! [string] set required
 apiGroups! [string] set required
 resources! [string] set required
 clusterScope bool
 namespaces! [string] set
flowcontrol.v1.ServiceAccountSubject
 namespace! string required
 name! string required
flowcontrol.v1.Subject
 kind! string required
 user* flowcontrol.v1.UserSubject
 group* flowcontrol.v1.GroupSubject
 serviceAccount* flowcontrol.v1.ServiceAccountSubject
flowcontrol.v1.UserSubject
 name! string required
meta.v1.APIGroup kind=/v1/APIGroup
 name! string required
 versions! [meta.v1.GroupVersionForDiscovery] atomic required
 preferredVersion meta.v1.GroupVersionForDiscovery
 serverAddressByClientCIDRs [meta.v1.ServerAddressByClientCIDR] atomic
meta.v1.APIVersions kind=/v1/APIVersions
 versions! [string] atomic required
 serverAddressByClientCIDRs! [meta.v1.ServerAddressByClientCIDR] atomic required
meta.v1.Condition
 type! string required
 status! string required
 observedGeneration int64
 lastTransitionTime! time required
 reason! string required
 message! string required
meta.v1.DeleteOptions
 gracePeriodSeconds* int64
 preconditions* meta.v1.Preconditions
 orphanDependents* bool
 propagationPolicy* string
 dryRun [string] atomic
 ignoreStoreReadErrorWithClusterBreakingPotential* bool
meta.v1.FieldSelectorRequirement
 key! string required
 operator! string required
 values [string] atomic
meta.v1.GroupVersionForDiscovery
 groupVersion! string required
 version! string required
meta.v1.LabelSelector atomic
 matchLabels {string}
 matchExpressions [meta.v1.LabelSelectorRequirement] atomic
meta.v1.LabelSelectorRequirement
 key! string required
 operator! string required
 values [string] atomic
meta.v1.ListMeta
 selfLink string
 resourceVersion string
 continue string
 remainingItemCount* int64
 shardInfo* meta.v1.ShardInfo
meta.v1.ManagedFieldsEntry
 manager string
 operation string
 apiVersion string
 time* time
 fieldsType string
 fieldsV1* object
 subresource string
meta.v1.ObjectMeta
 name string
 generateName string
 namespace string
 selfLink string
 uid string
 resourceVersion string
 generation int64
 creationTimestamp0 time
 deletionTimestamp* time
 deletionGracePeriodSeconds* int64
 labels {string}
 annotations {string}
 ownerReferences [meta.v1.OwnerReference] map=uid patch=merge key=uid
 finalizers [string] set patch=merge
 managedFields [meta.v1.ManagedFieldsEntry] atomic
meta.v1.OwnerReference atomic
 apiVersion! string required
 kind! string required
 name! string required
 uid! string required
 controller* bool
 blockOwnerDeletion* bool
meta.v1.Preconditions
 uid* string
 resourceVersion* string
meta.v1.ServerAddressByClientCIDR
 clientCIDR! string required
 serverAddress! string required
meta.v1.ShardInfo
 selector! string required
meta.v1.Status kind=/v1/Status
 metadata meta.v1.ListMeta
 status string
 message string
 reason string
 details* meta.v1.StatusDetails
 code int32
meta.v1.StatusCause
 reason string
 message string
 field string
meta.v1.StatusDetails
 name string
 group string
 kind string
 uid string
 causes [meta.v1.StatusCause] atomic
 retryAfterSeconds int32
networking.v1.HTTPIngressPath
 path string
 pathType*! string required
 backend! networking.v1.IngressBackend required
networking.v1.HTTPIngressRuleValue
 paths! [networking.v1.HTTPIngressPath] atomic required
networking.v1.IPAddress kind=networking.k8s.io/v1/IPAddress
 metadata meta.v1.ObjectMeta
 spec networking.v1.IPAddressSpec required
networking.v1.IPAddressSpec
 parentRef* networking.v1.ParentReference required
networking.v1.IPBlock
 cidr! string required
 except [string] atomic
networking.v1.Ingress kind=networking.k8s.io/v1/Ingress
 metadata meta.v1.ObjectMeta
 spec networking.v1.IngressSpec
 status networking.v1.IngressStatus
networking.v1.IngressBackend
 service* networking.v1.IngressServiceBackend
 resource* core.v1.TypedLocalObjectReference
networking.v1.IngressClass kind=networking.k8s.io/v1/IngressClass
 metadata meta.v1.ObjectMeta
 spec networking.v1.IngressClassSpec
networking.v1.IngressClassParametersReference
 apiGroup* string
 kind! string required
 name! string required
 scope*! string
 namespace* string
networking.v1.IngressClassSpec
 controller string
 parameters* networking.v1.IngressClassParametersReference
networking.v1.IngressLoadBalancerIngress
 ip string
 hostname string
 ports [networking.v1.IngressPortStatus] atomic
networking.v1.IngressLoadBalancerStatus
 ingress [networking.v1.IngressLoadBalancerIngress] atomic
networking.v1.IngressPortStatus
 port! int32 required
 protocol! string required
 error* string
networking.v1.IngressRule
 host string
 http* networking.v1.HTTPIngressRuleValue
networking.v1.IngressServiceBackend
 name! string required
 port networking.v1.ServiceBackendPort
networking.v1.IngressSpec
 ingressClassName* string
 defaultBackend* networking.v1.IngressBackend
 tls [networking.v1.IngressTLS] atomic
 rules [networking.v1.IngressRule] atomic
networking.v1.IngressStatus
 loadBalancer networking.v1.IngressLoadBalancerStatus
networking.v1.IngressTLS
 hosts [string] atomic
 secretName string
networking.v1.NetworkPolicy kind=networking.k8s.io/v1/NetworkPolicy
 metadata meta.v1.ObjectMeta
 spec networking.v1.NetworkPolicySpec
networking.v1.NetworkPolicyEgressRule
 ports [networking.v1.NetworkPolicyPort] atomic
 to [networking.v1.NetworkPolicyPeer] atomic
networking.v1.NetworkPolicyIngressRule
 ports [networking.v1.NetworkPolicyPort] atomic
 from [networking.v1.NetworkPolicyPeer] atomic
networking.v1.NetworkPolicyPeer
 podSelector* meta.v1.LabelSelector
 namespaceSelector* meta.v1.LabelSelector
 ipBlock* networking.v1.IPBlock
networking.v1.NetworkPolicyPort
 protocol* string
 port* int-or-string
 endPort* int32
networking.v1.NetworkPolicySpec
 podSelector! meta.v1.LabelSelector
 ingress [networking.v1.NetworkPolicyIngressRule] atomic
 egress [networking.v1.NetworkPolicyEgressRule] atomic
 policyTypes [string] atomic
networking.v1.ParentReference
 group string
 resource string required
 namespace string
 name string required
networking.v1.ServiceBackendPort atomic
 name string
 number int32
networking.v1.ServiceCIDR kind=networking.k8s.io/v1/ServiceCIDR
 metadata meta.v1.ObjectMeta
 spec networking.v1.ServiceCIDRSpec
 status networking.v1.ServiceCIDRStatus
networking.v1.ServiceCIDRSpec
 cidrs [string] atomic
networking.v1.ServiceCIDRStatus
 conditions [meta.v1.Condition] map=type patch=merge key=type
node.v1.Overhead
 podFixed {quantity}
node.v1.RuntimeClass kind=node.k8s.io/v1/RuntimeClass
 metadata meta.v1.ObjectMeta
 handler! string required
 overhead* node.v1.Overhead
 scheduling* node.v1.Scheduling
node.v1.Scheduling
 nodeSelector {string} atomic
 tolerations [core.v1.Toleration] atomic
policy.v1.Eviction kind=policy/v1/Eviction
 metadata meta.v1.ObjectMeta
 deleteOptions* meta.v1.DeleteOptions
policy.v1.PodDisruptionBudget kind=policy/v1/PodDisruptionBudget
 metadata meta.v1.ObjectMeta
 spec policy.v1.PodDisruptionBudgetSpec
 status policy.v1.PodDisruptionBudgetStatus
policy.v1.PodDisruptionBudgetSpec
 minAvailable* int-or-string
 selector* meta.v1.LabelSelector patch=replace
 maxUnavailable* int-or-string
 unhealthyPodEvictionPolicy* string
policy.v1.PodDisruptionBudgetStatus
 observedGeneration int64
 disruptedPods {time}
 disruptionsAllowed! int32
 currentHealthy! int32
 desiredHealthy! int32
 expectedPods! int32
 conditions [meta.v1.Condition] map=type patch=merge key=type
rbac.v1.AggregationRule
 clusterRoleSelectors [meta.v1.LabelSelector] atomic
rbac.v1.ClusterRole kind=rbac.authorization.k8s.io/v1/ClusterRole
 metadata meta.v1.ObjectMeta
 rules! [rbac.v1.PolicyRule] atomic
 aggregationRule* rbac.v1.AggregationRule
rbac.v1.ClusterRoleBinding kind=rbac.authorization.k8s.io/v1/ClusterRoleBinding
 metadata meta.v1.ObjectMeta
 subjects [rbac.v1.Subject] atomic
 roleRef! rbac.v1.RoleRef required
rbac.v1.PolicyRule
 verbs! [string] atomic required
 apiGroups [string] atomic
 resources [string] atomic
 resourceNames [string] atomic
 nonResourceURLs [string] atomic
rbac.v1.Role kind=rbac.authorization.k8s.io/v1/Role
 metadata meta.v1.ObjectMeta
 rules! [rbac.v1.PolicyRule] atomic
rbac.v1.RoleBinding kind=rbac.authorization.k8s.io/v1/RoleBinding
 metadata meta.v1.ObjectMeta
 subjects [rbac.v1.Subject] atomic
 roleRef! rbac.v1.RoleRef required
rbac.v1.RoleRef atomic
 apiGroup! string
 kind! string required
 name! string required
rbac.v1.Subject atomic
 kind! string required
 apiGroup string
 name! string required
 namespace string
scheduling.v1.PriorityClass kind=scheduling.k8s.io/v1/PriorityClass
 metadata meta.v1.ObjectMeta
 value! int32
 globalDefault bool
 description string
 preemptionPolicy* string
storage.v1.CSIDriver kind=storage.k8s.io/v1/CSIDriver
 metadata meta.v1.ObjectMeta
 spec! storage.v1.CSIDriverSpec required
storage.v1.CSIDriverSpec
 attachRequired* bool
 podInfoOnMount* bool
 volumeLifecycleModes [string] set
 storageCapacity* bool
 fsGroupPolicy* string
 tokenRequests [storage.v1.TokenRequest] atomic
 requiresRepublish* bool
 seLinuxMount* bool
 nodeAllocatableUpdatePeriodSeconds* int64
 serviceAccountTokenInSecrets* bool
 preventPodSchedulingIfMissing* bool
storage.v1.CSINode kind=storage.k8s.io/v1/CSINode
 metadata meta.v1.ObjectMeta
 spec! storage.v1.CSINodeSpec required
storage.v1.CSINodeDriver
 name! string required
 nodeID! string required
 topologyKeys! [string] atomic
 allocatable* storage.v1.VolumeNodeResources
storage.v1.CSINodeSpec
 drivers! [storage.v1.CSINodeDriver] map=name patch=merge key=name required
storage.v1.CSIStorageCapacity kind=storage.k8s.io/v1/CSIStorageCapacity
 metadata meta.v1.ObjectMeta
 nodeTopology* meta.v1.LabelSelector
 storageClassName! string required
 capacity* quantity
 maximumVolumeSize* quantity
storage.v1.StorageClass kind=storage.k8s.io/v1/StorageClass
 metadata meta.v1.ObjectMeta
 provisioner! string required
 parameters {string}
 reclaimPolicy* string
 mountOptions [string] atomic
 allowVolumeExpansion* bool
 volumeBindingMode* string
 allowedTopologies [core.v1.TopologySelectorTerm] atomic
storage.v1.TokenRequest
 audience! string required
 expirationSeconds* int64
storage.v1.VolumeAttachment kind=storage.k8s.io/v1/VolumeAttachment
 metadata meta.v1.ObjectMeta
 spec! storage.v1.VolumeAttachmentSpec required
 status storage.v1.VolumeAttachmentStatus
storage.v1.VolumeAttachmentSource
 persistentVolumeName* string
 inlineVolumeSpec* core.v1.PersistentVolumeSpec
storage.v1.VolumeAttachmentSpec
 attacher! string required
 source! storage.v1.VolumeAttachmentSource required
 nodeName! string required
storage.v1.VolumeAttachmentStatus
 attached! bool required
 attachmentMetadata {string}
 attachError* storage.v1.VolumeError
 detachError* storage.v1.VolumeError
storage.v1.VolumeAttributesClass kind=storage.k8s.io/v1/VolumeAttributesClass
 metadata meta.v1.ObjectMeta
 driverName! string required
 parameters {string}
storage.v1.VolumeError
 time time
 message string
 errorCode* int32
storage.v1.VolumeNodeResources
 count* int32
`;

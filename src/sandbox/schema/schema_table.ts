/**
 * Fields of the built-in kinds of Kubernetes v1.36.3, written by `scripts/generate_sandbox_schema.ts`.
 *
 * A line without indent starts a record: its name, `atomic` where it is owned as a whole, and its group, version and kind.
 * The lines below it are fields in the order in which a server writes them: name, `*` for a pointer (zero values are
 * kept), `!` for a field that is always written, `0` for a record left out when empty, `#` and the
 * number in protobuf messages; then the type (`[T]` list,
 * `{T}` map) and the rest: list and map semantics, patch strategy and key, `required`, `default=`.
 */
export const SCHEMA_TABLE = `
admissionregistration.v1.ApplyConfiguration
 expression#1 string
admissionregistration.v1.AuditAnnotation
 key!#1 string required
 valueExpression!#2 string required
admissionregistration.v1.ExpressionWarning
 fieldRef!#2 string required
 warning!#3 string required
admissionregistration.v1.JSONPatch
 expression#1 string
admissionregistration.v1.MatchCondition
 name!#1 string required
 expression!#2 string required
admissionregistration.v1.MatchResources atomic
 namespaceSelector*#1 meta.v1.LabelSelector
 objectSelector*#2 meta.v1.LabelSelector
 resourceRules#3 [admissionregistration.v1.NamedRuleWithOperations] atomic
 excludeResourceRules#4 [admissionregistration.v1.NamedRuleWithOperations] atomic
 matchPolicy*#7 string
admissionregistration.v1.MutatingAdmissionPolicy kind=admissionregistration.k8s.io/v1/MutatingAdmissionPolicy
 metadata#1 meta.v1.ObjectMeta
 spec#2 admissionregistration.v1.MutatingAdmissionPolicySpec
admissionregistration.v1.MutatingAdmissionPolicyBinding kind=admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding
 metadata#1 meta.v1.ObjectMeta
 spec#2 admissionregistration.v1.MutatingAdmissionPolicyBindingSpec
admissionregistration.v1.MutatingAdmissionPolicyBindingSpec
 policyName#1 string
 paramRef*#2 admissionregistration.v1.ParamRef
 matchResources*#3 admissionregistration.v1.MatchResources
admissionregistration.v1.MutatingAdmissionPolicySpec
 paramKind*#1 admissionregistration.v1.ParamKind
 matchConstraints*#2 admissionregistration.v1.MatchResources
 variables#3 [admissionregistration.v1.Variable] atomic
 mutations#4 [admissionregistration.v1.Mutation] atomic
 failurePolicy*#5 string
 matchConditions#6 [admissionregistration.v1.MatchCondition] map=name patch=merge key=name
 reinvocationPolicy#7 string
admissionregistration.v1.MutatingWebhook
 name!#1 string required
 clientConfig!#2 admissionregistration.v1.WebhookClientConfig required
 rules#3 [admissionregistration.v1.RuleWithOperations] atomic
 failurePolicy*#4 string
 matchPolicy*#9 string
 namespaceSelector*#5 meta.v1.LabelSelector
 objectSelector*#11 meta.v1.LabelSelector
 sideEffects*!#6 string required
 timeoutSeconds*#7 int32
 admissionReviewVersions!#8 [string] atomic required
 reinvocationPolicy*#10 string
 matchConditions#12 [admissionregistration.v1.MatchCondition] map=name patch=merge key=name
admissionregistration.v1.MutatingWebhookConfiguration kind=admissionregistration.k8s.io/v1/MutatingWebhookConfiguration
 metadata#1 meta.v1.ObjectMeta
 webhooks#2 [admissionregistration.v1.MutatingWebhook] map=name patch=merge key=name
admissionregistration.v1.Mutation
 patchType!#2 string required
 applyConfiguration*#3 admissionregistration.v1.ApplyConfiguration
 jsonPatch*#4 admissionregistration.v1.JSONPatch
admissionregistration.v1.NamedRuleWithOperations atomic
 resourceNames#1 [string] atomic
 operations#2.1 [string] atomic
 apiGroups#2.2.1 [string] atomic
 apiVersions#2.2.2 [string] atomic
 resources#2.2.3 [string] atomic
 scope*#2.2.4 string
admissionregistration.v1.ParamKind atomic
 apiVersion#1 string
 kind#2 string
admissionregistration.v1.ParamRef atomic
 name#1 string
 namespace#2 string
 selector*#3 meta.v1.LabelSelector
 parameterNotFoundAction*#4 string
admissionregistration.v1.RuleWithOperations
 operations#1 [string] atomic
 apiGroups#2.1 [string] atomic
 apiVersions#2.2 [string] atomic
 resources#2.3 [string] atomic
 scope*#2.4 string
admissionregistration.v1.ServiceReference
 namespace!#1 string required
 name!#2 string required
 path*#3 string
 port*#4 int32
admissionregistration.v1.TypeChecking
 expressionWarnings#1 [admissionregistration.v1.ExpressionWarning] atomic
admissionregistration.v1.ValidatingAdmissionPolicy kind=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy
 metadata#1 meta.v1.ObjectMeta
 spec#2 admissionregistration.v1.ValidatingAdmissionPolicySpec
 status#3 admissionregistration.v1.ValidatingAdmissionPolicyStatus
admissionregistration.v1.ValidatingAdmissionPolicyBinding kind=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding
 metadata#1 meta.v1.ObjectMeta
 spec#2 admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec required
admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec
 policyName#1 string required
 paramRef*#2 admissionregistration.v1.ParamRef
 matchResources*#3 admissionregistration.v1.MatchResources
 validationActions#4 [string] set required
admissionregistration.v1.ValidatingAdmissionPolicySpec
 paramKind*#1 admissionregistration.v1.ParamKind
 matchConstraints*#2 admissionregistration.v1.MatchResources
 validations#3 [admissionregistration.v1.Validation] atomic
 failurePolicy*#4 string
 auditAnnotations#5 [admissionregistration.v1.AuditAnnotation] atomic
 matchConditions#6 [admissionregistration.v1.MatchCondition] map=name patch=merge key=name
 variables#7 [admissionregistration.v1.Variable] map=name patch=merge key=name
admissionregistration.v1.ValidatingAdmissionPolicyStatus
 observedGeneration#1 int64
 typeChecking*#2 admissionregistration.v1.TypeChecking
 conditions#3 [meta.v1.Condition] map=type
admissionregistration.v1.ValidatingWebhook
 name!#1 string required
 clientConfig!#2 admissionregistration.v1.WebhookClientConfig required
 rules#3 [admissionregistration.v1.RuleWithOperations] atomic
 failurePolicy*#4 string
 matchPolicy*#9 string
 namespaceSelector*#5 meta.v1.LabelSelector
 objectSelector*#10 meta.v1.LabelSelector
 sideEffects*!#6 string required
 timeoutSeconds*#7 int32
 admissionReviewVersions!#8 [string] atomic required
 matchConditions#11 [admissionregistration.v1.MatchCondition] map=name patch=merge key=name
admissionregistration.v1.ValidatingWebhookConfiguration kind=admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration
 metadata#1 meta.v1.ObjectMeta
 webhooks#2 [admissionregistration.v1.ValidatingWebhook] map=name patch=merge key=name
admissionregistration.v1.Validation
 expression!#1 string required
 message#2 string
 reason*#3 string
 messageExpression#4 string
admissionregistration.v1.Variable atomic
 name!#1 string required
 expression!#2 string required
admissionregistration.v1.WebhookClientConfig
 url*#3 string
 service*#1 admissionregistration.v1.ServiceReference
 caBundle#2 bytes
apiextensions.v1.CustomResourceColumnDefinition
 name!#1 string required
 type!#2 string required
 format#3 string
 description#4 string
 priority#5 int32
 jsonPath!#6 string required
apiextensions.v1.CustomResourceConversion
 strategy!#1 string required
 webhook*#2 apiextensions.v1.WebhookConversion
apiextensions.v1.CustomResourceDefinition kind=apiextensions.k8s.io/v1/CustomResourceDefinition
 metadata#1 meta.v1.ObjectMeta
 spec!#2 apiextensions.v1.CustomResourceDefinitionSpec required
 status#3 apiextensions.v1.CustomResourceDefinitionStatus
apiextensions.v1.CustomResourceDefinitionCondition
 type!#1 string required
 status!#2 string required
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
 observedGeneration#6 int64
apiextensions.v1.CustomResourceDefinitionNames
 plural!#1 string required
 singular#2 string
 shortNames#3 [string] atomic
 kind!#4 string required
 listKind#5 string
 categories#6 [string] atomic
apiextensions.v1.CustomResourceDefinitionSpec
 group!#1 string required
 names!#3 apiextensions.v1.CustomResourceDefinitionNames required
 scope!#4 string required
 versions!#7 [apiextensions.v1.CustomResourceDefinitionVersion] atomic required
 conversion*#9 apiextensions.v1.CustomResourceConversion
 preserveUnknownFields#10 bool
apiextensions.v1.CustomResourceDefinitionStatus
 conditions!#1 [apiextensions.v1.CustomResourceDefinitionCondition] map=type
 acceptedNames!#2 apiextensions.v1.CustomResourceDefinitionNames
 storedVersions!#3 [string] atomic
 observedGeneration#4 int64
apiextensions.v1.CustomResourceDefinitionVersion
 name!#1 string required
 served!#2 bool required
 storage!#3 bool required
 deprecated#7 bool
 deprecationWarning*#8 string
 schema*#4 apiextensions.v1.CustomResourceValidation
 subresources*#5 apiextensions.v1.CustomResourceSubresources
 additionalPrinterColumns#6 [apiextensions.v1.CustomResourceColumnDefinition] atomic
 selectableFields#9 [apiextensions.v1.SelectableField] atomic
apiextensions.v1.CustomResourceSubresourceScale
 specReplicasPath!#1 string required
 statusReplicasPath!#2 string required
 labelSelectorPath*#3 string
apiextensions.v1.CustomResourceSubresourceStatus
apiextensions.v1.CustomResourceSubresources
 status*#1 apiextensions.v1.CustomResourceSubresourceStatus
 scale*#2 apiextensions.v1.CustomResourceSubresourceScale
apiextensions.v1.CustomResourceValidation
 openAPIV3Schema*#1 apiextensions.v1.JSONSchemaProps
apiextensions.v1.ExternalDocumentation
 description#1 string
 url#2 string
apiextensions.v1.JSONSchemaProps
 id#1 string
 $schema#2 string
 $ref*#3 string
 description#4 string
 type#5 string
 format#6 string
 title#7 string
 default*#8 any
 maximum*#9 double
 exclusiveMaximum#10 bool
 minimum*#11 double
 exclusiveMinimum#12 bool
 maxLength*#13 int64
 minLength*#14 int64
 pattern#15 string
 maxItems*#16 int64
 minItems*#17 int64
 uniqueItems#18 bool
 multipleOf*#19 double
 enum#20 [any] atomic
 maxProperties*#21 int64
 minProperties*#22 int64
 required#23 [string] atomic
 items*#24 any
 allOf#25 [apiextensions.v1.JSONSchemaProps] atomic
 oneOf#26 [apiextensions.v1.JSONSchemaProps] atomic
 anyOf#27 [apiextensions.v1.JSONSchemaProps] atomic
 not*#28 apiextensions.v1.JSONSchemaProps
 properties#29 {apiextensions.v1.JSONSchemaProps}
 additionalProperties*#30 any
 patternProperties#31 {apiextensions.v1.JSONSchemaProps}
 dependencies#32 {any}
 additionalItems*#33 any
 definitions#34 {apiextensions.v1.JSONSchemaProps}
 externalDocs*#35 apiextensions.v1.ExternalDocumentation
 example*#36 any
 nullable#37 bool
 x-kubernetes-preserve-unknown-fields*#38 bool
 x-kubernetes-embedded-resource#39 bool
 x-kubernetes-int-or-string#40 bool
 x-kubernetes-list-map-keys#41 [string] atomic
 x-kubernetes-list-type*#42 string
 x-kubernetes-map-type*#43 string
 x-kubernetes-validations#44 [apiextensions.v1.ValidationRule] map=rule patch=merge key=rule
apiextensions.v1.SelectableField
 jsonPath!#1 string required
apiextensions.v1.ServiceReference
 namespace!#1 string required
 name!#2 string required
 path*#3 string
 port*#4 int32
apiextensions.v1.ValidationRule
 rule!#1 string required
 message#2 string
 messageExpression#3 string
 reason*#4 string
 fieldPath#5 string
 optionalOldSelf*#6 bool
apiextensions.v1.WebhookClientConfig
 url*#3 string
 service*#1 apiextensions.v1.ServiceReference
 caBundle#2 bytes
apiextensions.v1.WebhookConversion
 clientConfig*#2 apiextensions.v1.WebhookClientConfig
 conversionReviewVersions!#3 [string] atomic required
apiregistration.v1.APIService kind=apiregistration.k8s.io/v1/APIService
 metadata#1 meta.v1.ObjectMeta
 spec#2 apiregistration.v1.APIServiceSpec
 status#3 apiregistration.v1.APIServiceStatus
apiregistration.v1.APIServiceCondition
 type!#1 string required
 status!#2 string required
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
apiregistration.v1.APIServiceSpec
 service*#1 apiregistration.v1.ServiceReference
 group#2 string
 version#3 string
 insecureSkipTLSVerify#4 bool
 caBundle#5 bytes atomic
 groupPriorityMinimum!#7 int32 required
 versionPriority!#8 int32 required
apiregistration.v1.APIServiceStatus
 conditions#1 [apiregistration.v1.APIServiceCondition] map=type patch=merge key=type
apiregistration.v1.ServiceReference
 namespace#1 string
 name#2 string
 port*#3 int32
apps.v1.ControllerRevision kind=apps/v1/ControllerRevision
 metadata#1 meta.v1.ObjectMeta
 data#2 object
 revision!#3 int64 required
apps.v1.DaemonSet kind=apps/v1/DaemonSet
 metadata#1 meta.v1.ObjectMeta
 spec#2 apps.v1.DaemonSetSpec
 status#3 apps.v1.DaemonSetStatus
apps.v1.DaemonSetCondition
 type!#1 string required
 status!#2 string required
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
apps.v1.DaemonSetSpec
 selector*!#1 meta.v1.LabelSelector required
 template!#2 core.v1.PodTemplateSpec required
 updateStrategy#3 apps.v1.DaemonSetUpdateStrategy
 minReadySeconds#4 int32
 revisionHistoryLimit*#6 int32
apps.v1.DaemonSetStatus
 currentNumberScheduled!#1 int32 required
 numberMisscheduled!#2 int32 required
 desiredNumberScheduled!#3 int32 required
 numberReady!#4 int32 required
 observedGeneration#5 int64
 updatedNumberScheduled#6 int32
 numberAvailable#7 int32
 numberUnavailable#8 int32
 collisionCount*#9 int32
 conditions#10 [apps.v1.DaemonSetCondition] map=type patch=merge key=type
apps.v1.DaemonSetUpdateStrategy
 type#1 string
 rollingUpdate*#2 apps.v1.RollingUpdateDaemonSet
apps.v1.Deployment kind=apps/v1/Deployment
 metadata#1 meta.v1.ObjectMeta
 spec#2 apps.v1.DeploymentSpec
 status#3 apps.v1.DeploymentStatus
apps.v1.DeploymentCondition
 type!#1 string required
 status!#2 string required
 lastUpdateTime#6 time
 lastTransitionTime#7 time
 reason#4 string
 message#5 string
apps.v1.DeploymentSpec
 replicas*#1 int32
 selector*!#2 meta.v1.LabelSelector required
 template!#3 core.v1.PodTemplateSpec required
 strategy#4 apps.v1.DeploymentStrategy patch=retainKeys
 minReadySeconds#5 int32
 revisionHistoryLimit*#6 int32
 paused#7 bool
 progressDeadlineSeconds*#9 int32
apps.v1.DeploymentStatus
 observedGeneration#1 int64
 replicas#2 int32
 updatedReplicas#3 int32
 readyReplicas#7 int32
 availableReplicas#4 int32
 unavailableReplicas#5 int32
 terminatingReplicas*#9 int32
 conditions#6 [apps.v1.DeploymentCondition] map=type patch=merge key=type
 collisionCount*#8 int32
apps.v1.DeploymentStrategy
 type#1 string
 rollingUpdate*#2 apps.v1.RollingUpdateDeployment
apps.v1.ReplicaSet kind=apps/v1/ReplicaSet
 metadata#1 meta.v1.ObjectMeta
 spec#2 apps.v1.ReplicaSetSpec
 status#3 apps.v1.ReplicaSetStatus
apps.v1.ReplicaSetCondition
 type!#1 string required
 status!#2 string required
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
apps.v1.ReplicaSetSpec
 replicas*#1 int32
 minReadySeconds#4 int32
 selector*!#2 meta.v1.LabelSelector required
 template#3 core.v1.PodTemplateSpec
apps.v1.ReplicaSetStatus
 replicas!#1 int32 required
 fullyLabeledReplicas#2 int32
 readyReplicas#4 int32
 availableReplicas#5 int32
 terminatingReplicas*#7 int32
 observedGeneration#3 int64
 conditions#6 [apps.v1.ReplicaSetCondition] map=type patch=merge key=type
apps.v1.RollingUpdateDaemonSet
 maxUnavailable*#1 int-or-string
 maxSurge*#2 int-or-string
apps.v1.RollingUpdateDeployment
 maxUnavailable*#1 int-or-string
 maxSurge*#2 int-or-string
apps.v1.RollingUpdateStatefulSetStrategy
 partition*#1 int32
 maxUnavailable*#2 int-or-string
apps.v1.StatefulSet kind=apps/v1/StatefulSet
 metadata#1 meta.v1.ObjectMeta
 spec#2 apps.v1.StatefulSetSpec
 status#3 apps.v1.StatefulSetStatus
apps.v1.StatefulSetCondition
 type!#1 string required
 status!#2 string required
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
apps.v1.StatefulSetOrdinals
 start!#1 int32
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 whenDeleted#1 string
 whenScaled#2 string
apps.v1.StatefulSetSpec
 replicas*#1 int32
 selector*!#2 meta.v1.LabelSelector required
 template!#3 core.v1.PodTemplateSpec required
 volumeClaimTemplates#4 [core.v1.PersistentVolumeClaim] atomic
 serviceName!#5 string
 podManagementPolicy#6 string
 updateStrategy#7 apps.v1.StatefulSetUpdateStrategy
 revisionHistoryLimit*#8 int32
 minReadySeconds#9 int32
 persistentVolumeClaimRetentionPolicy*#10 apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 ordinals*#11 apps.v1.StatefulSetOrdinals
apps.v1.StatefulSetStatus
 observedGeneration#1 int64
 replicas!#2 int32 required
 readyReplicas#3 int32
 currentReplicas#4 int32
 updatedReplicas#5 int32
 currentRevision#6 string
 updateRevision#7 string
 collisionCount*#9 int32
 conditions#10 [apps.v1.StatefulSetCondition] map=type patch=merge key=type
 availableReplicas!#11 int32
apps.v1.StatefulSetUpdateStrategy
 type#1 string
 rollingUpdate*#2 apps.v1.RollingUpdateStatefulSetStrategy
authentication.v1.BoundObjectReference
 kind#1 string
 apiVersion#2 string
 name#3 string
 uid#4 string
authentication.v1.SelfSubjectReview kind=authentication.k8s.io/v1/SelfSubjectReview
 metadata#1 meta.v1.ObjectMeta
 status#2 authentication.v1.SelfSubjectReviewStatus
authentication.v1.SelfSubjectReviewStatus
 userInfo#1 authentication.v1.UserInfo
authentication.v1.TokenRequest kind=authentication.k8s.io/v1/TokenRequest
 metadata#1 meta.v1.ObjectMeta
 spec!#2 authentication.v1.TokenRequestSpec
 status#3 authentication.v1.TokenRequestStatus
authentication.v1.TokenRequestSpec
 audiences!#1 [string] atomic
 expirationSeconds*!#4 int64
 boundObjectRef*!#3 authentication.v1.BoundObjectReference
authentication.v1.TokenRequestStatus
 token!#1 string
 expirationTimestamp!#2 time
authentication.v1.TokenReview kind=authentication.k8s.io/v1/TokenReview
 metadata#1 meta.v1.ObjectMeta
 spec!#2 authentication.v1.TokenReviewSpec required
 status#3 authentication.v1.TokenReviewStatus
authentication.v1.TokenReviewSpec
 token#1 string required
 audiences#2 [string] atomic
authentication.v1.TokenReviewStatus
 authenticated#1 bool
 user#2 authentication.v1.UserInfo
 audiences#4 [string] atomic
 error#3 string
authentication.v1.UserInfo
 username#1 string
 uid#2 string
 groups#3 [string] atomic
 extra#4 {[string]}
authorization.v1.FieldSelectorAttributes
 rawSelector#1 string
 requirements#2 [meta.v1.FieldSelectorRequirement] atomic
authorization.v1.LabelSelectorAttributes
 rawSelector#1 string
 requirements#2 [meta.v1.LabelSelectorRequirement] atomic
authorization.v1.LocalSubjectAccessReview kind=authorization.k8s.io/v1/LocalSubjectAccessReview
 metadata#1 meta.v1.ObjectMeta
 spec!#2 authorization.v1.SubjectAccessReviewSpec required
 status#3 authorization.v1.SubjectAccessReviewStatus
authorization.v1.NonResourceAttributes
 path#1 string
 verb#2 string
authorization.v1.NonResourceRule
 verbs!#1 [string] atomic required
 nonResourceURLs#2 [string] atomic
authorization.v1.ResourceAttributes
 namespace#1 string
 verb#2 string
 group#3 string
 version#4 string
 resource#5 string
 subresource#6 string
 name#7 string
 fieldSelector*#8 authorization.v1.FieldSelectorAttributes
 labelSelector*#9 authorization.v1.LabelSelectorAttributes
authorization.v1.ResourceRule
 verbs!#1 [string] atomic required
 apiGroups#2 [string] atomic
 resources#3 [string] atomic
 resourceNames#4 [string] atomic
authorization.v1.SelfSubjectAccessReview kind=authorization.k8s.io/v1/SelfSubjectAccessReview
 metadata#1 meta.v1.ObjectMeta
 spec!#2 authorization.v1.SelfSubjectAccessReviewSpec required
 status#3 authorization.v1.SubjectAccessReviewStatus
authorization.v1.SelfSubjectAccessReviewSpec
 resourceAttributes*#1 authorization.v1.ResourceAttributes
 nonResourceAttributes*#2 authorization.v1.NonResourceAttributes
authorization.v1.SelfSubjectRulesReview kind=authorization.k8s.io/v1/SelfSubjectRulesReview
 metadata#1 meta.v1.ObjectMeta
 spec!#2 authorization.v1.SelfSubjectRulesReviewSpec required
 status#3 authorization.v1.SubjectRulesReviewStatus
authorization.v1.SelfSubjectRulesReviewSpec
 namespace#1 string
authorization.v1.SubjectAccessReview kind=authorization.k8s.io/v1/SubjectAccessReview
 metadata#1 meta.v1.ObjectMeta
 spec!#2 authorization.v1.SubjectAccessReviewSpec required
 status#3 authorization.v1.SubjectAccessReviewStatus
authorization.v1.SubjectAccessReviewSpec
 resourceAttributes*#1 authorization.v1.ResourceAttributes
 nonResourceAttributes*#2 authorization.v1.NonResourceAttributes
 user#3 string
 groups#4 [string] atomic
 extra#5 {[string]}
 uid#6 string
authorization.v1.SubjectAccessReviewStatus
 allowed!#1 bool required
 denied#4 bool
 reason#2 string
 evaluationError#3 string
authorization.v1.SubjectRulesReviewStatus
 resourceRules!#1 [authorization.v1.ResourceRule] atomic required
 nonResourceRules!#2 [authorization.v1.NonResourceRule] atomic required
 incomplete!#3 bool required
 evaluationError#4 string
autoscaling.v1.CrossVersionObjectReference atomic
 kind!#1 string required
 name!#2 string required
 apiVersion#3 string
autoscaling.v1.HorizontalPodAutoscaler kind=autoscaling/v1/HorizontalPodAutoscaler
 metadata#1 meta.v1.ObjectMeta
 spec#2 autoscaling.v1.HorizontalPodAutoscalerSpec required
 status#3 autoscaling.v1.HorizontalPodAutoscalerStatus
autoscaling.v1.HorizontalPodAutoscalerSpec
 scaleTargetRef!#1 autoscaling.v1.CrossVersionObjectReference required
 minReplicas*#2 int32
 maxReplicas!#3 int32 required
 targetCPUUtilizationPercentage*#4 int32
autoscaling.v1.HorizontalPodAutoscalerStatus
 observedGeneration*#1 int64
 lastScaleTime*#2 time
 currentReplicas!#3 int32 required
 desiredReplicas!#4 int32 required
 currentCPUUtilizationPercentage*#5 int32
autoscaling.v1.Scale kind=autoscaling/v1/Scale
 metadata#1 meta.v1.ObjectMeta
 spec#2 autoscaling.v1.ScaleSpec
 status#3 autoscaling.v1.ScaleStatus
autoscaling.v1.ScaleSpec
 replicas#1 int32
autoscaling.v1.ScaleStatus
 replicas!#1 int32 required
 selector#2 string
autoscaling.v2.ContainerResourceMetricSource
 name!#1 string required
 target!#2 autoscaling.v2.MetricTarget required
 container!#3 string required
autoscaling.v2.ContainerResourceMetricStatus
 name!#1 string required
 current!#2 autoscaling.v2.MetricValueStatus required
 container!#3 string required
autoscaling.v2.CrossVersionObjectReference
 kind!#1 string required
 name!#2 string required
 apiVersion#3 string
autoscaling.v2.ExternalMetricSource
 metric!#1 autoscaling.v2.MetricIdentifier required
 target!#2 autoscaling.v2.MetricTarget required
autoscaling.v2.ExternalMetricStatus
 metric!#1 autoscaling.v2.MetricIdentifier required
 current!#2 autoscaling.v2.MetricValueStatus required
autoscaling.v2.HPAScalingPolicy
 type!#1 string required
 value!#2 int32 required
 periodSeconds!#3 int32 required
autoscaling.v2.HPAScalingRules
 stabilizationWindowSeconds*#3 int32
 selectPolicy*#1 string
 policies#2 [autoscaling.v2.HPAScalingPolicy] atomic
 tolerance*#4 quantity
autoscaling.v2.HorizontalPodAutoscaler kind=autoscaling/v2/HorizontalPodAutoscaler
 metadata#1 meta.v1.ObjectMeta
 spec#2 autoscaling.v2.HorizontalPodAutoscalerSpec required
 status#3 autoscaling.v2.HorizontalPodAutoscalerStatus
autoscaling.v2.HorizontalPodAutoscalerBehavior
 scaleUp*#1 autoscaling.v2.HPAScalingRules
 scaleDown*#2 autoscaling.v2.HPAScalingRules
autoscaling.v2.HorizontalPodAutoscalerCondition
 type!#1 string required
 status!#2 string required
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
autoscaling.v2.HorizontalPodAutoscalerSpec
 scaleTargetRef!#1 autoscaling.v2.CrossVersionObjectReference required
 minReplicas*#2 int32
 maxReplicas!#3 int32 required
 metrics#4 [autoscaling.v2.MetricSpec] atomic
 behavior*#5 autoscaling.v2.HorizontalPodAutoscalerBehavior
autoscaling.v2.HorizontalPodAutoscalerStatus
 observedGeneration*#1 int64
 lastScaleTime*#2 time
 currentReplicas#3 int32
 desiredReplicas!#4 int32 required
 currentMetrics!#5 [autoscaling.v2.MetricStatus] atomic
 conditions#6 [autoscaling.v2.HorizontalPodAutoscalerCondition] map=type patch=merge key=type
autoscaling.v2.MetricIdentifier
 name!#1 string required
 selector*#2 meta.v1.LabelSelector
autoscaling.v2.MetricSpec
 type!#1 string required
 object*#2 autoscaling.v2.ObjectMetricSource
 pods*#3 autoscaling.v2.PodsMetricSource
 resource*#4 autoscaling.v2.ResourceMetricSource
 containerResource*#7 autoscaling.v2.ContainerResourceMetricSource
 external*#5 autoscaling.v2.ExternalMetricSource
autoscaling.v2.MetricStatus
 type!#1 string required
 object*#2 autoscaling.v2.ObjectMetricStatus
 pods*#3 autoscaling.v2.PodsMetricStatus
 resource*#4 autoscaling.v2.ResourceMetricStatus
 containerResource*#7 autoscaling.v2.ContainerResourceMetricStatus
 external*#5 autoscaling.v2.ExternalMetricStatus
autoscaling.v2.MetricTarget
 type!#1 string required
 value*#2 quantity
 averageValue*#3 quantity
 averageUtilization*#4 int32
autoscaling.v2.MetricValueStatus
 value*#1 quantity
 averageValue*#2 quantity
 averageUtilization*#3 int32
autoscaling.v2.ObjectMetricSource
 describedObject!#1 autoscaling.v2.CrossVersionObjectReference required
 target!#2 autoscaling.v2.MetricTarget required
 metric!#3 autoscaling.v2.MetricIdentifier required
autoscaling.v2.ObjectMetricStatus
 metric!#1 autoscaling.v2.MetricIdentifier required
 current!#2 autoscaling.v2.MetricValueStatus required
 describedObject!#3 autoscaling.v2.CrossVersionObjectReference required
autoscaling.v2.PodsMetricSource
 metric!#1 autoscaling.v2.MetricIdentifier required
 target!#2 autoscaling.v2.MetricTarget required
autoscaling.v2.PodsMetricStatus
 metric!#1 autoscaling.v2.MetricIdentifier required
 current!#2 autoscaling.v2.MetricValueStatus required
autoscaling.v2.ResourceMetricSource
 name!#1 string required
 target!#2 autoscaling.v2.MetricTarget required
autoscaling.v2.ResourceMetricStatus
 name!#1 string required
 current!#2 autoscaling.v2.MetricValueStatus required
batch.v1.CronJob kind=batch/v1/CronJob
 metadata#1 meta.v1.ObjectMeta
 spec#2 batch.v1.CronJobSpec required
 status#3 batch.v1.CronJobStatus
batch.v1.CronJobSpec
 schedule!#1 string required
 timeZone*#8 string
 startingDeadlineSeconds*#2 int64
 concurrencyPolicy#3 string
 suspend*#4 bool
 jobTemplate!#5 batch.v1.JobTemplateSpec required
 successfulJobsHistoryLimit*#6 int32
 failedJobsHistoryLimit*#7 int32
batch.v1.CronJobStatus
 active#1 [core.v1.ObjectReference] atomic
 lastScheduleTime*#4 time
 lastSuccessfulTime*#5 time
batch.v1.Job kind=batch/v1/Job
 metadata#1 meta.v1.ObjectMeta
 spec#2 batch.v1.JobSpec
 status#3 batch.v1.JobStatus
batch.v1.JobCondition
 type!#1 string required
 status!#2 string required
 lastProbeTime#3 time
 lastTransitionTime#4 time
 reason#5 string
 message#6 string
batch.v1.JobSpec
 parallelism*#1 int32
 completions*#2 int32
 activeDeadlineSeconds*#3 int64
 podFailurePolicy*#11 batch.v1.PodFailurePolicy
 successPolicy*#16 batch.v1.SuccessPolicy
 backoffLimit*#7 int32
 backoffLimitPerIndex*#12 int32
 maxFailedIndexes*#13 int32
 selector*#4 meta.v1.LabelSelector
 manualSelector*#5 bool
 template!#6 core.v1.PodTemplateSpec required
 ttlSecondsAfterFinished*#8 int32
 completionMode*#9 string
 suspend*#10 bool
 podReplacementPolicy*#14 string
 managedBy*#15 string
batch.v1.JobStatus
 conditions#1 [batch.v1.JobCondition] atomic patch=merge key=type
 startTime*#2 time
 completionTime*#3 time
 active#4 int32
 succeeded#5 int32
 failed#6 int32
 terminating*#11 int32
 completedIndexes#7 string
 failedIndexes*#10 string
 uncountedTerminatedPods*#8 batch.v1.UncountedTerminatedPods
 ready*#9 int32
batch.v1.JobTemplateSpec
 metadata#1 meta.v1.ObjectMeta
 spec#2 batch.v1.JobSpec
batch.v1.PodFailurePolicy
 rules!#1 [batch.v1.PodFailurePolicyRule] atomic required
batch.v1.PodFailurePolicyOnExitCodesRequirement
 containerName*#1 string
 operator!#2 string required
 values!#3 [int32] set required
batch.v1.PodFailurePolicyOnPodConditionsPattern
 type!#1 string required
 status!#2 string
batch.v1.PodFailurePolicyRule
 action!#1 string required
 onExitCodes*#2 batch.v1.PodFailurePolicyOnExitCodesRequirement
 onPodConditions#3 [batch.v1.PodFailurePolicyOnPodConditionsPattern] atomic
batch.v1.SuccessPolicy
 rules!#1 [batch.v1.SuccessPolicyRule] atomic required
batch.v1.SuccessPolicyRule
 succeededIndexes*#1 string
 succeededCount*#2 int32
batch.v1.UncountedTerminatedPods
 succeeded#1 [string] set
 failed#2 [string] set
certificates.v1.CertificateSigningRequest kind=certificates.k8s.io/v1/CertificateSigningRequest
 metadata#1 meta.v1.ObjectMeta
 spec!#2 certificates.v1.CertificateSigningRequestSpec required
 status#3 certificates.v1.CertificateSigningRequestStatus
certificates.v1.CertificateSigningRequestCondition
 type!#1 string required
 status!#6 string required
 reason#2 string
 message#3 string
 lastUpdateTime#4 time
 lastTransitionTime#5 time
certificates.v1.CertificateSigningRequestSpec
 request!#1 bytes required
 signerName!#7 string required
 expirationSeconds*#8 int32
 usages#5 [string] atomic
 username#2 string
 uid#3 string
 groups#4 [string] atomic
 extra#6 {[string]}
certificates.v1.CertificateSigningRequestStatus
 conditions#1 [certificates.v1.CertificateSigningRequestCondition] map=type
 certificate#2 bytes
coordination.v1.Lease kind=coordination.k8s.io/v1/Lease
 metadata#1 meta.v1.ObjectMeta
 spec#2 coordination.v1.LeaseSpec
coordination.v1.LeaseSpec
 holderIdentity*#1 string
 leaseDurationSeconds*#2 int32
 acquireTime*#3 microtime
 renewTime*#4 microtime
 leaseTransitions*#5 int32
 strategy*#6 string
 preferredHolder*#7 string
core.v1.AWSElasticBlockStoreVolumeSource
 volumeID!#1 string required
 fsType#2 string
 partition#3 int32
 readOnly#4 bool
core.v1.Affinity
 nodeAffinity*#1 core.v1.NodeAffinity
 podAffinity*#2 core.v1.PodAffinity
 podAntiAffinity*#3 core.v1.PodAntiAffinity
core.v1.AppArmorProfile
 type!#1 string required
 localhostProfile*#2 string
core.v1.AttachedVolume
 name!#1 string required
 devicePath!#2 string required
core.v1.AzureDiskVolumeSource
 diskName!#1 string required
 diskURI!#2 string required
 cachingMode*#3 string default="ReadWrite"
 fsType*#4 string default="ext4"
 readOnly*#5 bool
 kind*#6 string default="Shared"
core.v1.AzureFilePersistentVolumeSource
 secretName!#1 string required
 shareName!#2 string required
 readOnly#3 bool
 secretNamespace*!#4 string
core.v1.AzureFileVolumeSource
 secretName!#1 string required
 shareName!#2 string required
 readOnly#3 bool
core.v1.Binding kind=/v1/Binding
 metadata#1 meta.v1.ObjectMeta
 target!#2 core.v1.ObjectReference required
core.v1.CSIPersistentVolumeSource
 driver!#1 string required
 volumeHandle!#2 string required
 readOnly#3 bool
 fsType#4 string
 volumeAttributes#5 {string}
 controllerPublishSecretRef*#6 core.v1.SecretReference
 nodeStageSecretRef*#7 core.v1.SecretReference
 nodePublishSecretRef*#8 core.v1.SecretReference
 controllerExpandSecretRef*#9 core.v1.SecretReference
 nodeExpandSecretRef*#10 core.v1.SecretReference
core.v1.CSIVolumeSource
 driver!#1 string required
 readOnly*#2 bool
 fsType*#3 string
 volumeAttributes#4 {string}
 nodePublishSecretRef*#5 core.v1.LocalObjectReference
core.v1.Capabilities
 add#1 [string] atomic
 drop#2 [string] atomic
core.v1.CephFSPersistentVolumeSource
 monitors!#1 [string] atomic required
 path#2 string
 user#3 string
 secretFile#4 string
 secretRef*#5 core.v1.SecretReference
 readOnly#6 bool
core.v1.CephFSVolumeSource
 monitors!#1 [string] atomic required
 path#2 string
 user#3 string
 secretFile#4 string
 secretRef*#5 core.v1.LocalObjectReference
 readOnly#6 bool
core.v1.CinderPersistentVolumeSource
 volumeID!#1 string required
 fsType#2 string
 readOnly#3 bool
 secretRef*#4 core.v1.SecretReference
core.v1.CinderVolumeSource
 volumeID!#1 string required
 fsType#2 string
 readOnly#3 bool
 secretRef*#4 core.v1.LocalObjectReference
core.v1.ClientIPConfig
 timeoutSeconds*#1 int32
core.v1.ClusterTrustBundleProjection
 name*#1 string
 signerName*#2 string
 labelSelector*#3 meta.v1.LabelSelector
 optional*#5 bool
 path!#4 string required
core.v1.ComponentCondition
 type!#1 string required
 status!#2 string required
 message#3 string
 error#4 string
core.v1.ComponentStatus kind=/v1/ComponentStatus
 metadata#1 meta.v1.ObjectMeta
 conditions#2 [core.v1.ComponentCondition] map=type patch=merge key=type
core.v1.ConfigMap kind=/v1/ConfigMap
 metadata#1 meta.v1.ObjectMeta
 immutable*#4 bool
 data#2 {string}
 binaryData#3 {bytes}
core.v1.ConfigMapEnvSource
 name#1.1 string
 optional*#2 bool
core.v1.ConfigMapKeySelector atomic
 name#1.1 string
 key!#2 string required
 optional*#3 bool
core.v1.ConfigMapNodeConfigSource
 namespace!#1 string required
 name!#2 string required
 uid#3 string
 resourceVersion#4 string
 kubeletConfigKey!#5 string required
core.v1.ConfigMapProjection
 name#1.1 string
 items#2 [core.v1.KeyToPath] atomic
 optional*#4 bool
core.v1.ConfigMapVolumeSource
 name#1.1 string
 items#2 [core.v1.KeyToPath] atomic
 defaultMode*#3 int32
 optional*#4 bool
core.v1.Container
 name!#1 string required
 image#2 string
 command#3 [string] atomic
 args#4 [string] atomic
 workingDir#5 string
 ports#6 [core.v1.ContainerPort] map=containerPort,protocol patch=merge key=containerPort
 envFrom#19 [core.v1.EnvFromSource] atomic
 env#7 [core.v1.EnvVar] map=name patch=merge key=name
 resources#8 core.v1.ResourceRequirements
 resizePolicy#23 [core.v1.ContainerResizePolicy] atomic
 restartPolicy*#24 string
 restartPolicyRules#25 [core.v1.ContainerRestartRule] atomic
 volumeMounts#9 [core.v1.VolumeMount] map=mountPath patch=merge key=mountPath
 volumeDevices#21 [core.v1.VolumeDevice] map=devicePath patch=merge key=devicePath
 livenessProbe*#10 core.v1.Probe
 readinessProbe*#11 core.v1.Probe
 startupProbe*#22 core.v1.Probe
 lifecycle*#12 core.v1.Lifecycle
 terminationMessagePath#13 string
 terminationMessagePolicy#20 string
 imagePullPolicy#14 string
 securityContext*#15 core.v1.SecurityContext
 stdin#16 bool
 stdinOnce#17 bool
 tty#18 bool
core.v1.ContainerExtendedResourceRequest
 containerName!#1 string required
 resourceName!#2 string required
 requestName!#3 string required
core.v1.ContainerImage
 names!#1 [string] atomic
 sizeBytes#2 int64
core.v1.ContainerPort
 name#1 string
 hostPort#2 int32
 containerPort!#3 int32 required
 protocol#4 string default="TCP"
 hostIP#5 string
core.v1.ContainerResizePolicy
 resourceName!#1 string required
 restartPolicy!#2 string required
core.v1.ContainerRestartRule
 action#1 string required
 exitCodes*#2 core.v1.ContainerRestartRuleOnExitCodes
core.v1.ContainerRestartRuleOnExitCodes
 operator#1 string required
 values#2 [int32] set
core.v1.ContainerState
 waiting*#1 core.v1.ContainerStateWaiting
 running*#2 core.v1.ContainerStateRunning
 terminated*#3 core.v1.ContainerStateTerminated
core.v1.ContainerStateRunning
 startedAt#1 time
core.v1.ContainerStateTerminated
 exitCode!#1 int32 required
 signal#2 int32
 reason#3 string
 message#4 string
 startedAt#5 time
 finishedAt#6 time
 containerID#7 string
core.v1.ContainerStateWaiting
 reason#1 string
 message#2 string
core.v1.ContainerStatus
 name!#1 string required
 state#2 core.v1.ContainerState
 lastState#3 core.v1.ContainerState
 ready!#4 bool required
 restartCount!#5 int32 required
 image!#6 string required
 imageID!#7 string required
 containerID#8 string
 started*#9 bool
 allocatedResources#10 {quantity}
 resources*#11 core.v1.ResourceRequirements
 volumeMounts#12 [core.v1.VolumeMountStatus] map=mountPath patch=merge key=mountPath
 user*#13 core.v1.ContainerUser
 allocatedResourcesStatus#14 [core.v1.ResourceStatus] map=name patch=merge key=name
 stopSignal*#15 string
core.v1.ContainerUser
 linux*#1 core.v1.LinuxContainerUser
core.v1.DaemonEndpoint
 Port!#1 int32 required
core.v1.DownwardAPIProjection
 items#1 [core.v1.DownwardAPIVolumeFile] atomic
core.v1.DownwardAPIVolumeFile
 path!#1 string required
 fieldRef*#2 core.v1.ObjectFieldSelector
 resourceFieldRef*#3 core.v1.ResourceFieldSelector
 mode*#4 int32
core.v1.DownwardAPIVolumeSource
 items#1 [core.v1.DownwardAPIVolumeFile] atomic
 defaultMode*#2 int32
core.v1.EmptyDirVolumeSource
 medium#1 string
 sizeLimit*#2 quantity
core.v1.EndpointAddress atomic
 ip!#1 string required
 hostname#3 string
 nodeName*#4 string
 targetRef*#2 core.v1.ObjectReference
core.v1.EndpointPort atomic
 name#1 string
 port!#2 int32 required
 protocol#3 string
 appProtocol*#4 string
core.v1.EndpointSubset
 addresses#1 [core.v1.EndpointAddress] atomic
 notReadyAddresses#2 [core.v1.EndpointAddress] atomic
 ports#3 [core.v1.EndpointPort] atomic
core.v1.Endpoints kind=/v1/Endpoints
 metadata#1 meta.v1.ObjectMeta
 subsets#2 [core.v1.EndpointSubset] atomic
core.v1.EnvFromSource
 prefix#1 string
 configMapRef*#2 core.v1.ConfigMapEnvSource
 secretRef*#3 core.v1.SecretEnvSource
core.v1.EnvVar
 name!#1 string required
 value#2 string
 valueFrom*#3 core.v1.EnvVarSource
core.v1.EnvVarSource
 fieldRef*#1 core.v1.ObjectFieldSelector
 resourceFieldRef*#2 core.v1.ResourceFieldSelector
 configMapKeyRef*#3 core.v1.ConfigMapKeySelector
 secretKeyRef*#4 core.v1.SecretKeySelector
 fileKeyRef*#5 core.v1.FileKeySelector
core.v1.EphemeralContainer
 name!#1.1 string required
 image#1.2 string
 command#1.3 [string] atomic
 args#1.4 [string] atomic
 workingDir#1.5 string
 ports#1.6 [core.v1.ContainerPort] map=containerPort,protocol patch=merge key=containerPort
 envFrom#1.19 [core.v1.EnvFromSource] atomic
 env#1.7 [core.v1.EnvVar] map=name patch=merge key=name
 resources#1.8 core.v1.ResourceRequirements
 resizePolicy#1.23 [core.v1.ContainerResizePolicy] atomic
 restartPolicy*#1.24 string
 restartPolicyRules#1.25 [core.v1.ContainerRestartRule] atomic
 volumeMounts#1.9 [core.v1.VolumeMount] map=mountPath patch=merge key=mountPath
 volumeDevices#1.21 [core.v1.VolumeDevice] map=devicePath patch=merge key=devicePath
 livenessProbe*#1.10 core.v1.Probe
 readinessProbe*#1.11 core.v1.Probe
 startupProbe*#1.22 core.v1.Probe
 lifecycle*#1.12 core.v1.Lifecycle
 terminationMessagePath#1.13 string
 terminationMessagePolicy#1.20 string
 imagePullPolicy#1.14 string
 securityContext*#1.15 core.v1.SecurityContext
 stdin#1.16 bool
 stdinOnce#1.17 bool
 tty#1.18 bool
 targetContainerName#2 string
core.v1.EphemeralVolumeSource
 volumeClaimTemplate*#1 core.v1.PersistentVolumeClaimTemplate
core.v1.Event kind=/v1/Event
 metadata!#1 meta.v1.ObjectMeta required
 involvedObject!#2 core.v1.ObjectReference required
 reason#3 string
 message#4 string
 source#5 core.v1.EventSource
 firstTimestamp#6 time
 lastTimestamp#7 time
 count#8 int32
 type#9 string
 eventTime#10 microtime
 series*#11 core.v1.EventSeries
 action#12 string
 related*#13 core.v1.ObjectReference
 reportingComponent!#14 string
 reportingInstance!#15 string
core.v1.EventSeries
 count#1 int32
 lastObservedTime#2 microtime
core.v1.EventSource
 component#1 string
 host#2 string
core.v1.ExecAction
 command#1 [string] atomic
core.v1.FCVolumeSource
 targetWWNs#1 [string] atomic
 lun*#2 int32
 fsType#3 string
 readOnly#4 bool
 wwids#5 [string] atomic
core.v1.FileKeySelector atomic
 volumeName!#1 string required
 path!#2 string required
 key!#3 string required
 optional*#4 bool
core.v1.FlexPersistentVolumeSource
 driver!#1 string required
 fsType#2 string
 secretRef*#3 core.v1.SecretReference
 readOnly#4 bool
 options#5 {string}
core.v1.FlexVolumeSource
 driver!#1 string required
 fsType#2 string
 secretRef*#3 core.v1.LocalObjectReference
 readOnly#4 bool
 options#5 {string}
core.v1.FlockerVolumeSource
 datasetName#1 string
 datasetUUID#2 string
core.v1.GCEPersistentDiskVolumeSource
 pdName!#1 string required
 fsType#2 string
 partition#3 int32
 readOnly#4 bool
core.v1.GRPCAction
 port!#1 int32 required
 service*!#2 string
core.v1.GitRepoVolumeSource
 repository!#1 string required
 revision#2 string
 directory#3 string
core.v1.GlusterfsPersistentVolumeSource
 endpoints!#1 string required
 path!#2 string required
 readOnly#3 bool
 endpointsNamespace*#4 string
core.v1.GlusterfsVolumeSource
 endpoints!#1 string required
 path!#2 string required
 readOnly#3 bool
core.v1.HTTPGetAction
 path#1 string
 port!#2 int-or-string required
 host#3 string
 scheme#4 string
 httpHeaders#5 [core.v1.HTTPHeader] atomic
core.v1.HTTPHeader
 name!#1 string required
 value!#2 string required
core.v1.HostAlias
 ip!#1 string required
 hostnames#2 [string] atomic
core.v1.HostIP
 ip!#1 string required
core.v1.HostPathVolumeSource
 path!#1 string required
 type*#2 string
core.v1.ISCSIPersistentVolumeSource
 targetPortal!#1 string required
 iqn!#2 string required
 lun!#3 int32 required
 iscsiInterface#4 string default="default"
 fsType#5 string
 readOnly#6 bool
 portals#7 [string] atomic
 chapAuthDiscovery#8 bool
 chapAuthSession#11 bool
 secretRef*#10 core.v1.SecretReference
 initiatorName*#12 string
core.v1.ISCSIVolumeSource
 targetPortal!#1 string required
 iqn!#2 string required
 lun!#3 int32 required
 iscsiInterface#4 string default="default"
 fsType#5 string
 readOnly#6 bool
 portals#7 [string] atomic
 chapAuthDiscovery#8 bool
 chapAuthSession#11 bool
 secretRef*#10 core.v1.LocalObjectReference
 initiatorName*#12 string
core.v1.ImageVolumeSource
 reference#1 string
 pullPolicy#2 string
core.v1.ImageVolumeStatus
 imageRef#1 string required
core.v1.KeyToPath
 key!#1 string required
 path!#2 string required
 mode*#3 int32
core.v1.Lifecycle
 postStart*#1 core.v1.LifecycleHandler
 preStop*#2 core.v1.LifecycleHandler
 stopSignal*#3 string
core.v1.LifecycleHandler
 exec*#1 core.v1.ExecAction
 httpGet*#2 core.v1.HTTPGetAction
 tcpSocket*#3 core.v1.TCPSocketAction
 sleep*#4 core.v1.SleepAction
core.v1.LimitRange kind=/v1/LimitRange
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.LimitRangeSpec
core.v1.LimitRangeItem
 type!#1 string required
 max#2 {quantity}
 min#3 {quantity}
 default#4 {quantity}
 defaultRequest#5 {quantity}
 maxLimitRequestRatio#6 {quantity}
core.v1.LimitRangeSpec
 limits!#1 [core.v1.LimitRangeItem] atomic required
core.v1.LinuxContainerUser
 uid!#1 int64 required
 gid!#2 int64 required
 supplementalGroups#3 [int64] atomic
core.v1.LoadBalancerIngress
 ip#1 string
 hostname#2 string
 ipMode*#3 string
 ports#4 [core.v1.PortStatus] atomic
core.v1.LoadBalancerStatus
 ingress#1 [core.v1.LoadBalancerIngress] atomic
core.v1.LocalObjectReference atomic
 name#1 string
core.v1.LocalVolumeSource
 path!#1 string required
 fsType*#2 string
core.v1.ModifyVolumeStatus
 targetVolumeAttributesClassName#1 string
 status!#2 string required
core.v1.NFSVolumeSource
 server!#1 string required
 path!#2 string required
 readOnly#3 bool
core.v1.Namespace kind=/v1/Namespace
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.NamespaceSpec
 status#3 core.v1.NamespaceStatus
core.v1.NamespaceCondition
 type!#1 string required
 status!#2 string required
 lastTransitionTime#4 time
 reason#5 string
 message#6 string
core.v1.NamespaceSpec
 finalizers#1 [string] atomic
core.v1.NamespaceStatus
 phase#1 string
 conditions#2 [core.v1.NamespaceCondition] map=type patch=merge key=type
core.v1.Node kind=/v1/Node
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.NodeSpec
 status#3 core.v1.NodeStatus
core.v1.NodeAddress
 type!#1 string required
 address!#2 string required
core.v1.NodeAffinity
 requiredDuringSchedulingIgnoredDuringExecution*#1 core.v1.NodeSelector
 preferredDuringSchedulingIgnoredDuringExecution#2 [core.v1.PreferredSchedulingTerm] atomic
core.v1.NodeAllocatableResourceClaimStatus
 resourceClaimName!#1 string required
 containers#2 [string] set
 resources!#3 {quantity} required
core.v1.NodeCondition
 type!#1 string required
 status!#2 string required
 lastHeartbeatTime#3 time
 lastTransitionTime#4 time
 reason#5 string
 message#6 string
core.v1.NodeConfigSource
 configMap*#2 core.v1.ConfigMapNodeConfigSource
core.v1.NodeConfigStatus
 assigned*#1 core.v1.NodeConfigSource
 active*#2 core.v1.NodeConfigSource
 lastKnownGood*#3 core.v1.NodeConfigSource
 error#4 string
core.v1.NodeDaemonEndpoints
 kubeletEndpoint#1 core.v1.DaemonEndpoint
core.v1.NodeFeatures
 supplementalGroupsPolicy*#1 bool
core.v1.NodeRuntimeHandler
 name!#1 string
 features*#2 core.v1.NodeRuntimeHandlerFeatures
core.v1.NodeRuntimeHandlerFeatures
 recursiveReadOnlyMounts*#1 bool
 userNamespaces*#2 bool
core.v1.NodeSelector atomic
 nodeSelectorTerms!#1 [core.v1.NodeSelectorTerm] atomic required
core.v1.NodeSelectorRequirement
 key!#1 string required
 operator!#2 string required
 values#3 [string] atomic
core.v1.NodeSelectorTerm atomic
 matchExpressions#1 [core.v1.NodeSelectorRequirement] atomic
 matchFields#2 [core.v1.NodeSelectorRequirement] atomic
core.v1.NodeSpec
 podCIDR#1 string
 podCIDRs#7 [string] set patch=merge
 providerID#3 string
 unschedulable#4 bool
 taints#5 [core.v1.Taint] atomic
 configSource*#6 core.v1.NodeConfigSource
 externalID#2 string
core.v1.NodeStatus
 capacity#1 {quantity}
 allocatable#2 {quantity}
 phase#3 string
 conditions#4 [core.v1.NodeCondition] map=type patch=merge key=type
 addresses#5 [core.v1.NodeAddress] map=type patch=merge key=type
 daemonEndpoints#6 core.v1.NodeDaemonEndpoints
 nodeInfo#7 core.v1.NodeSystemInfo
 images#8 [core.v1.ContainerImage] atomic
 volumesInUse#9 [string] atomic
 volumesAttached#10 [core.v1.AttachedVolume] atomic
 config*#11 core.v1.NodeConfigStatus
 runtimeHandlers#12 [core.v1.NodeRuntimeHandler] atomic
 features*#13 core.v1.NodeFeatures
 declaredFeatures#14 [string] atomic
core.v1.NodeSwapStatus
 capacity*#1 int64
core.v1.NodeSystemInfo
 machineID!#1 string required
 systemUUID!#2 string required
 bootID!#3 string required
 kernelVersion!#4 string required
 osImage!#5 string required
 containerRuntimeVersion!#6 string required
 kubeletVersion!#7 string required
 kubeProxyVersion!#8 string required
 operatingSystem!#9 string required
 architecture!#10 string required
 swap*#11 core.v1.NodeSwapStatus
core.v1.ObjectFieldSelector atomic
 apiVersion#1 string
 fieldPath!#2 string required
core.v1.ObjectReference atomic
 kind#1 string
 namespace#2 string
 name#3 string
 uid#4 string
 apiVersion#5 string
 resourceVersion#6 string
 fieldPath#7 string
core.v1.PersistentVolume kind=/v1/PersistentVolume
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.PersistentVolumeSpec
 status#3 core.v1.PersistentVolumeStatus
core.v1.PersistentVolumeClaim kind=/v1/PersistentVolumeClaim
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.PersistentVolumeClaimSpec
 status#3 core.v1.PersistentVolumeClaimStatus
core.v1.PersistentVolumeClaimCondition
 type!#1 string required
 status!#2 string required
 lastProbeTime#3 time
 lastTransitionTime#4 time
 reason#5 string
 message#6 string
core.v1.PersistentVolumeClaimSpec
 accessModes#1 [string] atomic
 selector*#4 meta.v1.LabelSelector
 resources#2 core.v1.VolumeResourceRequirements
 volumeName#3 string
 storageClassName*#5 string
 volumeMode*#6 string
 dataSource*#7 core.v1.TypedLocalObjectReference
 dataSourceRef*#8 core.v1.TypedObjectReference
 volumeAttributesClassName*#9 string
core.v1.PersistentVolumeClaimStatus
 phase#1 string
 accessModes#2 [string] atomic
 capacity#3 {quantity}
 conditions#4 [core.v1.PersistentVolumeClaimCondition] map=type patch=merge key=type
 allocatedResources#5 {quantity}
 allocatedResourceStatuses#7 {string}
 currentVolumeAttributesClassName*#8 string
 modifyVolumeStatus*#9 core.v1.ModifyVolumeStatus
core.v1.PersistentVolumeClaimTemplate
 metadata#1 meta.v1.ObjectMeta
 spec!#2 core.v1.PersistentVolumeClaimSpec required
core.v1.PersistentVolumeClaimVolumeSource
 claimName!#1 string required
 readOnly#2 bool
core.v1.PersistentVolumeSpec
 capacity#1 {quantity}
 gcePersistentDisk*#2.1 core.v1.GCEPersistentDiskVolumeSource
 awsElasticBlockStore*#2.2 core.v1.AWSElasticBlockStoreVolumeSource
 hostPath*#2.3 core.v1.HostPathVolumeSource
 glusterfs*#2.4 core.v1.GlusterfsPersistentVolumeSource
 nfs*#2.5 core.v1.NFSVolumeSource
 rbd*#2.6 core.v1.RBDPersistentVolumeSource
 iscsi*#2.7 core.v1.ISCSIPersistentVolumeSource
 cinder*#2.8 core.v1.CinderPersistentVolumeSource
 cephfs*#2.9 core.v1.CephFSPersistentVolumeSource
 fc*#2.10 core.v1.FCVolumeSource
 flocker*#2.11 core.v1.FlockerVolumeSource
 flexVolume*#2.12 core.v1.FlexPersistentVolumeSource
 azureFile*#2.13 core.v1.AzureFilePersistentVolumeSource
 vsphereVolume*#2.14 core.v1.VsphereVirtualDiskVolumeSource
 quobyte*#2.15 core.v1.QuobyteVolumeSource
 azureDisk*#2.16 core.v1.AzureDiskVolumeSource
 photonPersistentDisk*#2.17 core.v1.PhotonPersistentDiskVolumeSource
 portworxVolume*#2.18 core.v1.PortworxVolumeSource
 scaleIO*#2.19 core.v1.ScaleIOPersistentVolumeSource
 local*#2.20 core.v1.LocalVolumeSource
 storageos*#2.21 core.v1.StorageOSPersistentVolumeSource
 csi*#2.22 core.v1.CSIPersistentVolumeSource
 accessModes#3 [string] atomic
 claimRef*#4 core.v1.ObjectReference
 persistentVolumeReclaimPolicy#5 string
 storageClassName#6 string
 mountOptions#7 [string] atomic
 volumeMode*#8 string
 nodeAffinity*#9 core.v1.VolumeNodeAffinity
 volumeAttributesClassName*#10 string
core.v1.PersistentVolumeStatus
 phase#1 string
 message#2 string
 reason#3 string
 lastPhaseTransitionTime*#4 time
core.v1.PhotonPersistentDiskVolumeSource
 pdID!#1 string required
 fsType#2 string
core.v1.Pod kind=/v1/Pod
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.PodSpec
 status#3 core.v1.PodStatus
core.v1.PodAffinity
 requiredDuringSchedulingIgnoredDuringExecution#1 [core.v1.PodAffinityTerm] atomic
 preferredDuringSchedulingIgnoredDuringExecution#2 [core.v1.WeightedPodAffinityTerm] atomic
core.v1.PodAffinityTerm
 labelSelector*#1 meta.v1.LabelSelector
 namespaces#2 [string] atomic
 topologyKey!#3 string required
 namespaceSelector*#4 meta.v1.LabelSelector
 matchLabelKeys#5 [string] atomic
 mismatchLabelKeys#6 [string] atomic
core.v1.PodAntiAffinity
 requiredDuringSchedulingIgnoredDuringExecution#1 [core.v1.PodAffinityTerm] atomic
 preferredDuringSchedulingIgnoredDuringExecution#2 [core.v1.WeightedPodAffinityTerm] atomic
core.v1.PodCertificateProjection
 signerName#1 string required
 keyType#2 string required
 maxExpirationSeconds*#3 int32
 credentialBundlePath#4 string
 keyPath#5 string
 certificateChainPath#6 string
 userAnnotations#7 {string}
core.v1.PodCondition
 type!#1 string required
 observedGeneration#7 int64
 status!#2 string required
 lastProbeTime#3 time
 lastTransitionTime#4 time
 reason#5 string
 message#6 string
core.v1.PodDNSConfig
 nameservers#1 [string] atomic
 searches#2 [string] atomic
 options#3 [core.v1.PodDNSConfigOption] atomic
core.v1.PodDNSConfigOption
 name#1 string
 value*#2 string
core.v1.PodExtendedResourceClaimStatus
 requestMappings!#1 [core.v1.ContainerExtendedResourceRequest] atomic required
 resourceClaimName!#2 string required
core.v1.PodIP
 ip!#1 string required
core.v1.PodOS
 name!#1 string required
core.v1.PodReadinessGate
 conditionType!#1 string required
core.v1.PodResourceClaim
 name!#1 string required
 resourceClaimName*#3 string
 resourceClaimTemplateName*#4 string
core.v1.PodResourceClaimStatus
 name!#1 string required
 resourceClaimName*#2 string
core.v1.PodSchedulingGate
 name!#1 string required
core.v1.PodSchedulingGroup
 podGroupName*#1 string
core.v1.PodSecurityContext
 seLinuxOptions*#1 core.v1.SELinuxOptions
 windowsOptions*#8 core.v1.WindowsSecurityContextOptions
 runAsUser*#2 int64
 runAsGroup*#6 int64
 runAsNonRoot*#3 bool
 supplementalGroups#4 [int64] atomic
 supplementalGroupsPolicy*#12 string
 fsGroup*#5 int64
 sysctls#7 [core.v1.Sysctl] atomic
 fsGroupChangePolicy*#9 string
 seccompProfile*#10 core.v1.SeccompProfile
 appArmorProfile*#11 core.v1.AppArmorProfile
 seLinuxChangePolicy*#13 string
core.v1.PodSpec
 volumes#1 [core.v1.Volume] map=name patch=merge,retainKeys key=name
 initContainers#20 [core.v1.Container] map=name patch=merge key=name
 containers!#2 [core.v1.Container] map=name patch=merge key=name required
 ephemeralContainers#34 [core.v1.EphemeralContainer] map=name patch=merge key=name
 restartPolicy#3 string
 terminationGracePeriodSeconds*#4 int64
 activeDeadlineSeconds*#5 int64
 dnsPolicy#6 string
 nodeSelector#7 {string} atomic
 serviceAccountName#8 string
 serviceAccount#9 string
 automountServiceAccountToken*#21 bool
 nodeName#10 string
 hostNetwork#11 bool
 hostPID#12 bool
 hostIPC#13 bool
 shareProcessNamespace*#27 bool
 securityContext*#14 core.v1.PodSecurityContext
 imagePullSecrets#15 [core.v1.LocalObjectReference] map=name patch=merge key=name
 hostname#16 string
 subdomain#17 string
 affinity*#18 core.v1.Affinity
 schedulerName#19 string
 tolerations#22 [core.v1.Toleration] atomic
 hostAliases#23 [core.v1.HostAlias] map=ip patch=merge key=ip
 priorityClassName#24 string
 priority*#25 int32
 dnsConfig*#26 core.v1.PodDNSConfig
 readinessGates#28 [core.v1.PodReadinessGate] atomic
 runtimeClassName*#29 string
 enableServiceLinks*#30 bool
 preemptionPolicy*#31 string
 overhead#32 {quantity}
 topologySpreadConstraints#33 [core.v1.TopologySpreadConstraint] map=topologyKey,whenUnsatisfiable patch=merge key=topologyKey
 setHostnameAsFQDN*#35 bool
 os*#36 core.v1.PodOS
 hostUsers*#37 bool
 schedulingGates#38 [core.v1.PodSchedulingGate] map=name patch=merge key=name
 resourceClaims#39 [core.v1.PodResourceClaim] map=name patch=merge,retainKeys key=name
 resources*#40 core.v1.ResourceRequirements
 hostnameOverride*#41 string
 schedulingGroup*#43 core.v1.PodSchedulingGroup
core.v1.PodStatus
 observedGeneration#17 int64
 phase#1 string
 conditions#2 [core.v1.PodCondition] map=type patch=merge key=type
 message#3 string
 reason#4 string
 nominatedNodeName#11 string
 hostIP#5 string
 hostIPs#16 [core.v1.HostIP] atomic patch=merge key=ip
 podIP#6 string
 podIPs#12 [core.v1.PodIP] map=ip patch=merge key=ip
 startTime*#7 time
 initContainerStatuses#10 [core.v1.ContainerStatus] atomic
 containerStatuses#8 [core.v1.ContainerStatus] atomic
 qosClass#9 string
 ephemeralContainerStatuses#13 [core.v1.ContainerStatus] atomic
 resize#14 string
 resourceClaimStatuses#15 [core.v1.PodResourceClaimStatus] map=name patch=merge,retainKeys key=name
 extendedResourceClaimStatus*#18 core.v1.PodExtendedResourceClaimStatus
 allocatedResources#19 {quantity}
 resources*#20 core.v1.ResourceRequirements
 nodeAllocatableResourceClaimStatuses#21 [core.v1.NodeAllocatableResourceClaimStatus] atomic
core.v1.PodTemplate kind=/v1/PodTemplate
 metadata#1 meta.v1.ObjectMeta
 template#2 core.v1.PodTemplateSpec
core.v1.PodTemplateSpec
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.PodSpec
core.v1.PortStatus
 port!#1 int32 required
 protocol!#2 string required
 error*#3 string
core.v1.PortworxVolumeSource
 volumeID!#1 string required
 fsType#2 string
 readOnly#3 bool
core.v1.PreferredSchedulingTerm
 weight!#1 int32 required
 preference!#2 core.v1.NodeSelectorTerm required
core.v1.Probe
 exec*#1.1 core.v1.ExecAction
 httpGet*#1.2 core.v1.HTTPGetAction
 tcpSocket*#1.3 core.v1.TCPSocketAction
 grpc*#1.4 core.v1.GRPCAction
 initialDelaySeconds#2 int32
 timeoutSeconds#3 int32
 periodSeconds#4 int32
 successThreshold#5 int32
 failureThreshold#6 int32
 terminationGracePeriodSeconds*#7 int64
core.v1.ProjectedVolumeSource
 sources!#1 [core.v1.VolumeProjection] atomic
 defaultMode*#2 int32
core.v1.QuobyteVolumeSource
 registry!#1 string required
 volume!#2 string required
 readOnly#3 bool
 user#4 string
 group#5 string
 tenant#6 string
core.v1.RBDPersistentVolumeSource
 monitors!#1 [string] atomic required
 image!#2 string required
 fsType#3 string
 pool#4 string default="rbd"
 user#5 string default="admin"
 keyring#6 string default="/etc/ceph/keyring"
 secretRef*#7 core.v1.SecretReference
 readOnly#8 bool
core.v1.RBDVolumeSource
 monitors!#1 [string] atomic required
 image!#2 string required
 fsType#3 string
 pool#4 string default="rbd"
 user#5 string default="admin"
 keyring#6 string default="/etc/ceph/keyring"
 secretRef*#7 core.v1.LocalObjectReference
 readOnly#8 bool
core.v1.ReplicationController kind=/v1/ReplicationController
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.ReplicationControllerSpec
 status#3 core.v1.ReplicationControllerStatus
core.v1.ReplicationControllerCondition
 type!#1 string required
 status!#2 string required
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
core.v1.ReplicationControllerSpec
 replicas*#1 int32 default=1
 minReadySeconds#4 int32
 selector#2 {string} atomic
 template*#3 core.v1.PodTemplateSpec
core.v1.ReplicationControllerStatus
 replicas!#1 int32 required
 fullyLabeledReplicas#2 int32
 readyReplicas#4 int32
 availableReplicas#5 int32
 observedGeneration#3 int64
 conditions#6 [core.v1.ReplicationControllerCondition] map=type patch=merge key=type
core.v1.ResourceClaim
 name!#1 string required
 request#2 string
core.v1.ResourceFieldSelector atomic
 containerName#1 string
 resource!#2 string required
 divisor#3 quantity
core.v1.ResourceHealth
 resourceID!#1 string required
 health#2 string
 message*#6 string
core.v1.ResourceQuota kind=/v1/ResourceQuota
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.ResourceQuotaSpec
 status#3 core.v1.ResourceQuotaStatus
core.v1.ResourceQuotaSpec
 hard#1 {quantity}
 scopes#2 [string] atomic
 scopeSelector*#3 core.v1.ScopeSelector
core.v1.ResourceQuotaStatus
 hard#1 {quantity}
 used#2 {quantity}
core.v1.ResourceRequirements
 limits#1 {quantity}
 requests#2 {quantity}
 claims#3 [core.v1.ResourceClaim] map=name
core.v1.ResourceStatus
 name!#1 string required
 resources#2 [core.v1.ResourceHealth] map=resourceID
core.v1.SELinuxOptions
 user#1 string
 role#2 string
 type#3 string
 level#4 string
core.v1.ScaleIOPersistentVolumeSource
 gateway!#1 string required
 system!#2 string required
 secretRef*!#3 core.v1.SecretReference required
 sslEnabled#4 bool
 protectionDomain#5 string
 storagePool#6 string
 storageMode#7 string default="ThinProvisioned"
 volumeName#8 string
 fsType#9 string default="xfs"
 readOnly#10 bool
core.v1.ScaleIOVolumeSource
 gateway!#1 string required
 system!#2 string required
 secretRef*!#3 core.v1.LocalObjectReference required
 sslEnabled#4 bool
 protectionDomain#5 string
 storagePool#6 string
 storageMode#7 string default="ThinProvisioned"
 volumeName#8 string
 fsType#9 string default="xfs"
 readOnly#10 bool
core.v1.ScopeSelector atomic
 matchExpressions#1 [core.v1.ScopedResourceSelectorRequirement] atomic
core.v1.ScopedResourceSelectorRequirement
 scopeName!#1 string required
 operator!#2 string required
 values#3 [string] atomic
core.v1.SeccompProfile
 type!#1 string required
 localhostProfile*#2 string
core.v1.Secret kind=/v1/Secret
 metadata#1 meta.v1.ObjectMeta
 immutable*#5 bool
 data#2 {bytes}
 stringData#4 {string}
 type#3 string
core.v1.SecretEnvSource
 name#1.1 string
 optional*#2 bool
core.v1.SecretKeySelector atomic
 name#1.1 string
 key!#2 string required
 optional*#3 bool
core.v1.SecretProjection
 name#1.1 string
 items#2 [core.v1.KeyToPath] atomic
 optional*#4 bool
core.v1.SecretReference atomic
 name#1 string
 namespace#2 string
core.v1.SecretVolumeSource
 secretName#1 string
 items#2 [core.v1.KeyToPath] atomic
 defaultMode*#3 int32
 optional*#4 bool
core.v1.SecurityContext
 capabilities*#1 core.v1.Capabilities
 privileged*#2 bool
 seLinuxOptions*#3 core.v1.SELinuxOptions
 windowsOptions*#10 core.v1.WindowsSecurityContextOptions
 runAsUser*#4 int64
 runAsGroup*#8 int64
 runAsNonRoot*#5 bool
 readOnlyRootFilesystem*#6 bool
 allowPrivilegeEscalation*#7 bool
 procMount*#9 string
 seccompProfile*#11 core.v1.SeccompProfile
 appArmorProfile*#12 core.v1.AppArmorProfile
core.v1.Service kind=/v1/Service
 metadata#1 meta.v1.ObjectMeta
 spec#2 core.v1.ServiceSpec
 status#3 core.v1.ServiceStatus
core.v1.ServiceAccount kind=/v1/ServiceAccount
 metadata#1 meta.v1.ObjectMeta
 secrets#2 [core.v1.ObjectReference] map=name patch=merge key=name
 imagePullSecrets#3 [core.v1.LocalObjectReference] atomic
 automountServiceAccountToken*#4 bool
core.v1.ServiceAccountTokenProjection
 audience#1 string
 expirationSeconds*#2 int64
 path!#3 string required
core.v1.ServicePort
 name#1 string
 protocol#2 string default="TCP"
 appProtocol*#6 string
 port!#3 int32 required
 targetPort#4 int-or-string
 nodePort#5 int32
core.v1.ServiceSpec
 ports#1 [core.v1.ServicePort] map=port,protocol patch=merge key=port
 selector#2 {string} atomic
 clusterIP#3 string
 clusterIPs#18 [string] atomic
 type#4 string
 externalIPs#5 [string] atomic
 sessionAffinity#7 string
 loadBalancerIP#8 string
 loadBalancerSourceRanges#9 [string] atomic
 externalName#10 string
 externalTrafficPolicy#11 string
 healthCheckNodePort#12 int32
 publishNotReadyAddresses#13 bool
 sessionAffinityConfig*#14 core.v1.SessionAffinityConfig
 ipFamilies#19 [string] atomic
 ipFamilyPolicy*#17 string
 allocateLoadBalancerNodePorts*#20 bool
 loadBalancerClass*#21 string
 internalTrafficPolicy*#22 string
 trafficDistribution*#23 string
core.v1.ServiceStatus
 loadBalancer#1 core.v1.LoadBalancerStatus
 conditions#2 [meta.v1.Condition] map=type patch=merge key=type
core.v1.SessionAffinityConfig
 clientIP*#1 core.v1.ClientIPConfig
core.v1.SleepAction
 seconds!#1 int64 required
core.v1.StorageOSPersistentVolumeSource
 volumeName#1 string
 volumeNamespace#2 string
 fsType#3 string
 readOnly#4 bool
 secretRef*#5 core.v1.ObjectReference
core.v1.StorageOSVolumeSource
 volumeName#1 string
 volumeNamespace#2 string
 fsType#3 string
 readOnly#4 bool
 secretRef*#5 core.v1.LocalObjectReference
core.v1.Sysctl
 name!#1 string required
 value!#2 string required
core.v1.TCPSocketAction
 port!#1 int-or-string required
 host#2 string
core.v1.Taint
 key!#1 string required
 value#2 string
 effect!#3 string required
 timeAdded*#4 time
core.v1.Toleration
 key#1 string
 operator#2 string
 value#3 string
 effect#4 string
 tolerationSeconds*#5 int64
core.v1.TopologySelectorLabelRequirement
 key!#1 string required
 values!#2 [string] atomic required
core.v1.TopologySelectorTerm atomic
 matchLabelExpressions#1 [core.v1.TopologySelectorLabelRequirement] atomic
core.v1.TopologySpreadConstraint
 maxSkew!#1 int32 required
 topologyKey!#2 string required
 whenUnsatisfiable!#3 string required
 labelSelector*#4 meta.v1.LabelSelector
 minDomains*#5 int32
 nodeAffinityPolicy*#6 string
 nodeTaintsPolicy*#7 string
 matchLabelKeys#8 [string] atomic
core.v1.TypedLocalObjectReference atomic
 apiGroup*!#1 string
 kind!#2 string required
 name!#3 string required
core.v1.TypedObjectReference
 apiGroup*!#1 string
 kind!#2 string required
 name!#3 string required
 namespace*#4 string
core.v1.Volume
 name!#1 string required
 hostPath*#2.1 core.v1.HostPathVolumeSource
 emptyDir*#2.2 core.v1.EmptyDirVolumeSource
 gcePersistentDisk*#2.3 core.v1.GCEPersistentDiskVolumeSource
 awsElasticBlockStore*#2.4 core.v1.AWSElasticBlockStoreVolumeSource
 gitRepo*#2.5 core.v1.GitRepoVolumeSource
 secret*#2.6 core.v1.SecretVolumeSource
 nfs*#2.7 core.v1.NFSVolumeSource
 iscsi*#2.8 core.v1.ISCSIVolumeSource
 glusterfs*#2.9 core.v1.GlusterfsVolumeSource
 persistentVolumeClaim*#2.10 core.v1.PersistentVolumeClaimVolumeSource
 rbd*#2.11 core.v1.RBDVolumeSource
 flexVolume*#2.12 core.v1.FlexVolumeSource
 cinder*#2.13 core.v1.CinderVolumeSource
 cephfs*#2.14 core.v1.CephFSVolumeSource
 flocker*#2.15 core.v1.FlockerVolumeSource
 downwardAPI*#2.16 core.v1.DownwardAPIVolumeSource
 fc*#2.17 core.v1.FCVolumeSource
 azureFile*#2.18 core.v1.AzureFileVolumeSource
 configMap*#2.19 core.v1.ConfigMapVolumeSource
 vsphereVolume*#2.20 core.v1.VsphereVirtualDiskVolumeSource
 quobyte*#2.21 core.v1.QuobyteVolumeSource
 azureDisk*#2.22 core.v1.AzureDiskVolumeSource
 photonPersistentDisk*#2.23 core.v1.PhotonPersistentDiskVolumeSource
 projected*#2.26 core.v1.ProjectedVolumeSource
 portworxVolume*#2.24 core.v1.PortworxVolumeSource
 scaleIO*#2.25 core.v1.ScaleIOVolumeSource
 storageos*#2.27 core.v1.StorageOSVolumeSource
 csi*#2.28 core.v1.CSIVolumeSource
 ephemeral*#2.29 core.v1.EphemeralVolumeSource
 image*#2.30 core.v1.ImageVolumeSource
core.v1.VolumeDevice
 name!#1 string required
 devicePath!#2 string required
core.v1.VolumeMount
 name!#1 string required
 readOnly#2 bool
 recursiveReadOnly*#7 string
 mountPath!#3 string required
 subPath#4 string
 mountPropagation*#5 string
 subPathExpr#6 string
core.v1.VolumeMountStatus
 name!#1 string required
 mountPath!#2 string required
 readOnly#3 bool
 recursiveReadOnly*#4 string
 volumeStatus*#5 core.v1.VolumeStatus
core.v1.VolumeNodeAffinity
 required*#1 core.v1.NodeSelector
core.v1.VolumeProjection
 secret*#1 core.v1.SecretProjection
 downwardAPI*#2 core.v1.DownwardAPIProjection
 configMap*#3 core.v1.ConfigMapProjection
 serviceAccountToken*#4 core.v1.ServiceAccountTokenProjection
 clusterTrustBundle*#5 core.v1.ClusterTrustBundleProjection
 podCertificate*#6 core.v1.PodCertificateProjection
core.v1.VolumeResourceRequirements
 limits#1 {quantity}
 requests#2 {quantity}
core.v1.VolumeStatus
 image*#1 core.v1.ImageVolumeStatus
core.v1.VsphereVirtualDiskVolumeSource
 volumePath!#1 string required
 fsType#2 string
 storagePolicyName#3 string
 storagePolicyID#4 string
core.v1.WeightedPodAffinityTerm
 weight!#1 int32 required
 podAffinityTerm!#2 core.v1.PodAffinityTerm required
core.v1.WindowsSecurityContextOptions
 gmsaCredentialSpecName*#1 string
 gmsaCredentialSpec*#2 string
 runAsUserName*#3 string
 hostProcess*#4 bool
discovery.v1.Endpoint
 addresses!#1 [string] set required
 conditions#2 discovery.v1.EndpointConditions
 hostname*#3 string
 targetRef*#4 core.v1.ObjectReference
 deprecatedTopology#5 {string}
 nodeName*#6 string
 zone*#7 string
 hints*#8 discovery.v1.EndpointHints
discovery.v1.EndpointConditions
 ready*#1 bool
 serving*#2 bool
 terminating*#3 bool
discovery.v1.EndpointHints
 forZones#1 [discovery.v1.ForZone] atomic
 forNodes#2 [discovery.v1.ForNode] atomic
discovery.v1.EndpointPort atomic
 name*#1 string
 protocol*#2 string
 port*#3 int32
 appProtocol*#4 string
discovery.v1.EndpointSlice kind=discovery.k8s.io/v1/EndpointSlice
 metadata#1 meta.v1.ObjectMeta
 addressType!#4 string required
 endpoints!#2 [discovery.v1.Endpoint] atomic
 ports!#3 [discovery.v1.EndpointPort] atomic
discovery.v1.ForNode
 name!#1 string required
discovery.v1.ForZone
 name!#1 string required
events.v1.Event kind=events.k8s.io/v1/Event
 metadata!#1 meta.v1.ObjectMeta
 eventTime!#2 microtime required
 series*#3 events.v1.EventSeries
 reportingController#4 string
 reportingInstance#5 string
 action#6 string
 reason#7 string
 regarding#8 core.v1.ObjectReference
 related*#9 core.v1.ObjectReference
 note#10 string
 type#11 string
 deprecatedSource#12 core.v1.EventSource
 deprecatedFirstTimestamp#13 time
 deprecatedLastTimestamp#14 time
 deprecatedCount#15 int32
events.v1.EventSeries
 count!#1 int32 required
 lastObservedTime!#2 microtime required
flowcontrol.v1.ExemptPriorityLevelConfiguration
 nominalConcurrencyShares*#1 int32
 lendablePercent*#2 int32
flowcontrol.v1.FlowDistinguisherMethod
 type!#1 string required
flowcontrol.v1.FlowSchema kind=flowcontrol.apiserver.k8s.io/v1/FlowSchema
 metadata#1 meta.v1.ObjectMeta
 spec#2 flowcontrol.v1.FlowSchemaSpec
 status#3 flowcontrol.v1.FlowSchemaStatus
flowcontrol.v1.FlowSchemaCondition
 type#1 string
 status#2 string
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
flowcontrol.v1.FlowSchemaSpec
 priorityLevelConfiguration!#1 flowcontrol.v1.PriorityLevelConfigurationReference required
 matchingPrecedence!#2 int32
 distinguisherMethod*#3 flowcontrol.v1.FlowDistinguisherMethod
 rules#4 [flowcontrol.v1.PolicyRulesWithSubjects] atomic
flowcontrol.v1.FlowSchemaStatus
 conditions#1 [flowcontrol.v1.FlowSchemaCondition] map=type patch=merge key=type
flowcontrol.v1.GroupSubject
 name!#1 string required
flowcontrol.v1.LimitResponse
 type!#1 string required
 queuing*#2 flowcontrol.v1.QueuingConfiguration
flowcontrol.v1.LimitedPriorityLevelConfiguration
 nominalConcurrencyShares*!#1 int32
 limitResponse#2 flowcontrol.v1.LimitResponse
 lendablePercent*#3 int32
 borrowingLimitPercent*#4 int32
flowcontrol.v1.NonResourcePolicyRule
 verbs!#1 [string] set required
 nonResourceURLs!#6 [string] set required
flowcontrol.v1.PolicyRulesWithSubjects
 subjects!#1 [flowcontrol.v1.Subject] atomic required
 resourceRules#2 [flowcontrol.v1.ResourcePolicyRule] atomic
 nonResourceRules#3 [flowcontrol.v1.NonResourcePolicyRule] atomic
flowcontrol.v1.PriorityLevelConfiguration kind=flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration
 metadata#1 meta.v1.ObjectMeta
 spec#2 flowcontrol.v1.PriorityLevelConfigurationSpec
 status#3 flowcontrol.v1.PriorityLevelConfigurationStatus
flowcontrol.v1.PriorityLevelConfigurationCondition
 type#1 string
 status#2 string
 lastTransitionTime#3 time
 reason#4 string
 message#5 string
flowcontrol.v1.PriorityLevelConfigurationReference
 name!#1 string required
flowcontrol.v1.PriorityLevelConfigurationSpec
 type!#1 string required
 limited*#2 flowcontrol.v1.LimitedPriorityLevelConfiguration
 exempt*#3 flowcontrol.v1.ExemptPriorityLevelConfiguration
flowcontrol.v1.PriorityLevelConfigurationStatus
 conditions#1 [flowcontrol.v1.PriorityLevelConfigurationCondition] map=type patch=merge key=type
flowcontrol.v1.QueuingConfiguration
 queues!#1 int32
 handSize!#2 int32
 queueLengthLimit!#3 int32
flowcontrol.v1.ResourcePolicyRule
 verbs!#1 [string] set required
 apiGroups!#2 [string] set required
 resources!#3 [string] set required
 clusterScope#4 bool
 namespaces!#5 [string] set
flowcontrol.v1.ServiceAccountSubject
 namespace!#1 string required
 name!#2 string required
flowcontrol.v1.Subject
 kind!#1 string required
 user*#2 flowcontrol.v1.UserSubject
 group*#3 flowcontrol.v1.GroupSubject
 serviceAccount*#4 flowcontrol.v1.ServiceAccountSubject
flowcontrol.v1.UserSubject
 name!#1 string required
meta.v1.APIGroup kind=/v1/APIGroup
 name!#1 string required
 versions!#2 [meta.v1.GroupVersionForDiscovery] atomic required
 preferredVersion#3 meta.v1.GroupVersionForDiscovery
 serverAddressByClientCIDRs#4 [meta.v1.ServerAddressByClientCIDR] atomic
meta.v1.APIVersions kind=/v1/APIVersions
 versions!#1 [string] atomic required
 serverAddressByClientCIDRs!#2 [meta.v1.ServerAddressByClientCIDR] atomic required
meta.v1.Condition
 type!#1 string required
 status!#2 string required
 observedGeneration#3 int64
 lastTransitionTime!#4 time required
 reason!#5 string required
 message!#6 string required
meta.v1.DeleteOptions
 gracePeriodSeconds*#1 int64
 preconditions*#2 meta.v1.Preconditions
 orphanDependents*#3 bool
 propagationPolicy*#4 string
 dryRun#5 [string] atomic
 ignoreStoreReadErrorWithClusterBreakingPotential*#6 bool
meta.v1.FieldSelectorRequirement
 key!#1 string required
 operator!#2 string required
 values#3 [string] atomic
meta.v1.GroupVersionForDiscovery
 groupVersion!#1 string required
 version!#2 string required
meta.v1.LabelSelector atomic
 matchLabels#1 {string}
 matchExpressions#2 [meta.v1.LabelSelectorRequirement] atomic
meta.v1.LabelSelectorRequirement
 key!#1 string required
 operator!#2 string required
 values#3 [string] atomic
meta.v1.ListMeta
 selfLink#1 string
 resourceVersion#2 string
 continue#3 string
 remainingItemCount*#4 int64
 shardInfo*#5 meta.v1.ShardInfo
meta.v1.ManagedFieldsEntry
 manager#1 string
 operation#2 string
 apiVersion#3 string
 time*#4 time
 fieldsType#6 string
 fieldsV1*#7 object
 subresource#8 string
meta.v1.ObjectMeta
 name#1 string
 generateName#2 string
 namespace#3 string
 selfLink#4 string
 uid#5 string
 resourceVersion#6 string
 generation#7 int64
 creationTimestamp0#8 time
 deletionTimestamp*#9 time
 deletionGracePeriodSeconds*#10 int64
 labels#11 {string}
 annotations#12 {string}
 ownerReferences#13 [meta.v1.OwnerReference] map=uid patch=merge key=uid
 finalizers#14 [string] set patch=merge
 managedFields#17 [meta.v1.ManagedFieldsEntry] atomic
meta.v1.OwnerReference atomic
 apiVersion!#5 string required
 kind!#1 string required
 name!#3 string required
 uid!#4 string required
 controller*#6 bool
 blockOwnerDeletion*#7 bool
meta.v1.Preconditions
 uid*#1 string
 resourceVersion*#2 string
meta.v1.ServerAddressByClientCIDR
 clientCIDR!#1 string required
 serverAddress!#2 string required
meta.v1.ShardInfo
 selector!#1 string required
meta.v1.Status kind=/v1/Status
 metadata#1 meta.v1.ListMeta
 status#2 string
 message#3 string
 reason#4 string
 details*#5 meta.v1.StatusDetails
 code#6 int32
meta.v1.StatusCause
 reason#1 string
 message#2 string
 field#3 string
meta.v1.StatusDetails
 name#1 string
 group#2 string
 kind#3 string
 uid#6 string
 causes#4 [meta.v1.StatusCause] atomic
 retryAfterSeconds#5 int32
networking.v1.HTTPIngressPath
 path#1 string
 pathType*!#3 string required
 backend!#2 networking.v1.IngressBackend required
networking.v1.HTTPIngressRuleValue
 paths!#1 [networking.v1.HTTPIngressPath] atomic required
networking.v1.IPAddress kind=networking.k8s.io/v1/IPAddress
 metadata#1 meta.v1.ObjectMeta
 spec#2 networking.v1.IPAddressSpec required
networking.v1.IPAddressSpec
 parentRef*#1 networking.v1.ParentReference required
networking.v1.IPBlock
 cidr!#1 string required
 except#2 [string] atomic
networking.v1.Ingress kind=networking.k8s.io/v1/Ingress
 metadata#1 meta.v1.ObjectMeta
 spec#2 networking.v1.IngressSpec
 status#3 networking.v1.IngressStatus
networking.v1.IngressBackend
 service*#4 networking.v1.IngressServiceBackend
 resource*#3 core.v1.TypedLocalObjectReference
networking.v1.IngressClass kind=networking.k8s.io/v1/IngressClass
 metadata#1 meta.v1.ObjectMeta
 spec#2 networking.v1.IngressClassSpec
networking.v1.IngressClassParametersReference
 apiGroup*#1 string
 kind!#2 string required
 name!#3 string required
 scope*!#4 string
 namespace*#5 string
networking.v1.IngressClassSpec
 controller#1 string
 parameters*#2 networking.v1.IngressClassParametersReference
networking.v1.IngressLoadBalancerIngress
 ip#1 string
 hostname#2 string
 ports#4 [networking.v1.IngressPortStatus] atomic
networking.v1.IngressLoadBalancerStatus
 ingress#1 [networking.v1.IngressLoadBalancerIngress] atomic
networking.v1.IngressPortStatus
 port!#1 int32 required
 protocol!#2 string required
 error*#3 string
networking.v1.IngressRule
 host#1 string
 http*#2.1 networking.v1.HTTPIngressRuleValue
networking.v1.IngressServiceBackend
 name!#1 string required
 port#2 networking.v1.ServiceBackendPort
networking.v1.IngressSpec
 ingressClassName*#4 string
 defaultBackend*#1 networking.v1.IngressBackend
 tls#2 [networking.v1.IngressTLS] atomic
 rules#3 [networking.v1.IngressRule] atomic
networking.v1.IngressStatus
 loadBalancer#1 networking.v1.IngressLoadBalancerStatus
networking.v1.IngressTLS
 hosts#1 [string] atomic
 secretName#2 string
networking.v1.NetworkPolicy kind=networking.k8s.io/v1/NetworkPolicy
 metadata#1 meta.v1.ObjectMeta
 spec#2 networking.v1.NetworkPolicySpec
networking.v1.NetworkPolicyEgressRule
 ports#1 [networking.v1.NetworkPolicyPort] atomic
 to#2 [networking.v1.NetworkPolicyPeer] atomic
networking.v1.NetworkPolicyIngressRule
 ports#1 [networking.v1.NetworkPolicyPort] atomic
 from#2 [networking.v1.NetworkPolicyPeer] atomic
networking.v1.NetworkPolicyPeer
 podSelector*#1 meta.v1.LabelSelector
 namespaceSelector*#2 meta.v1.LabelSelector
 ipBlock*#3 networking.v1.IPBlock
networking.v1.NetworkPolicyPort
 protocol*#1 string
 port*#2 int-or-string
 endPort*#3 int32
networking.v1.NetworkPolicySpec
 podSelector!#1 meta.v1.LabelSelector
 ingress#2 [networking.v1.NetworkPolicyIngressRule] atomic
 egress#3 [networking.v1.NetworkPolicyEgressRule] atomic
 policyTypes#4 [string] atomic
networking.v1.ParentReference
 group#1 string
 resource#2 string required
 namespace#3 string
 name#4 string required
networking.v1.ServiceBackendPort atomic
 name#1 string
 number#2 int32
networking.v1.ServiceCIDR kind=networking.k8s.io/v1/ServiceCIDR
 metadata#1 meta.v1.ObjectMeta
 spec#2 networking.v1.ServiceCIDRSpec
 status#3 networking.v1.ServiceCIDRStatus
networking.v1.ServiceCIDRSpec
 cidrs#1 [string] atomic
networking.v1.ServiceCIDRStatus
 conditions#1 [meta.v1.Condition] map=type patch=merge key=type
node.v1.Overhead
 podFixed#1 {quantity}
node.v1.RuntimeClass kind=node.k8s.io/v1/RuntimeClass
 metadata#1 meta.v1.ObjectMeta
 handler!#2 string required
 overhead*#3 node.v1.Overhead
 scheduling*#4 node.v1.Scheduling
node.v1.Scheduling
 nodeSelector#1 {string} atomic
 tolerations#2 [core.v1.Toleration] atomic
policy.v1.Eviction kind=policy/v1/Eviction
 metadata#1 meta.v1.ObjectMeta
 deleteOptions*#2 meta.v1.DeleteOptions
policy.v1.PodDisruptionBudget kind=policy/v1/PodDisruptionBudget
 metadata#1 meta.v1.ObjectMeta
 spec#2 policy.v1.PodDisruptionBudgetSpec
 status#3 policy.v1.PodDisruptionBudgetStatus
policy.v1.PodDisruptionBudgetSpec
 minAvailable*#1 int-or-string
 selector*#2 meta.v1.LabelSelector patch=replace
 maxUnavailable*#3 int-or-string
 unhealthyPodEvictionPolicy*#4 string
policy.v1.PodDisruptionBudgetStatus
 observedGeneration#1 int64
 disruptedPods#2 {time}
 disruptionsAllowed!#3 int32
 currentHealthy!#4 int32
 desiredHealthy!#5 int32
 expectedPods!#6 int32
 conditions#7 [meta.v1.Condition] map=type patch=merge key=type
rbac.v1.AggregationRule
 clusterRoleSelectors#1 [meta.v1.LabelSelector] atomic
rbac.v1.ClusterRole kind=rbac.authorization.k8s.io/v1/ClusterRole
 metadata#1 meta.v1.ObjectMeta
 rules!#2 [rbac.v1.PolicyRule] atomic
 aggregationRule*#3 rbac.v1.AggregationRule
rbac.v1.ClusterRoleBinding kind=rbac.authorization.k8s.io/v1/ClusterRoleBinding
 metadata#1 meta.v1.ObjectMeta
 subjects#2 [rbac.v1.Subject] atomic
 roleRef!#3 rbac.v1.RoleRef required
rbac.v1.PolicyRule
 verbs!#1 [string] atomic required
 apiGroups#2 [string] atomic
 resources#3 [string] atomic
 resourceNames#4 [string] atomic
 nonResourceURLs#5 [string] atomic
rbac.v1.Role kind=rbac.authorization.k8s.io/v1/Role
 metadata#1 meta.v1.ObjectMeta
 rules!#2 [rbac.v1.PolicyRule] atomic
rbac.v1.RoleBinding kind=rbac.authorization.k8s.io/v1/RoleBinding
 metadata#1 meta.v1.ObjectMeta
 subjects#2 [rbac.v1.Subject] atomic
 roleRef!#3 rbac.v1.RoleRef required
rbac.v1.RoleRef atomic
 apiGroup!#1 string
 kind!#2 string required
 name!#3 string required
rbac.v1.Subject atomic
 kind!#1 string required
 apiGroup#2 string
 name!#3 string required
 namespace#4 string
scheduling.v1.PriorityClass kind=scheduling.k8s.io/v1/PriorityClass
 metadata#1 meta.v1.ObjectMeta
 value!#2 int32
 globalDefault#3 bool
 description#4 string
 preemptionPolicy*#5 string
storage.v1.CSIDriver kind=storage.k8s.io/v1/CSIDriver
 metadata#1 meta.v1.ObjectMeta
 spec!#2 storage.v1.CSIDriverSpec required
storage.v1.CSIDriverSpec
 attachRequired*#1 bool
 podInfoOnMount*#2 bool
 volumeLifecycleModes#3 [string] set
 storageCapacity*#4 bool
 fsGroupPolicy*#5 string
 tokenRequests#6 [storage.v1.TokenRequest] atomic
 requiresRepublish*#7 bool
 seLinuxMount*#8 bool
 nodeAllocatableUpdatePeriodSeconds*#9 int64
 serviceAccountTokenInSecrets*#10 bool
 preventPodSchedulingIfMissing*#11 bool
storage.v1.CSINode kind=storage.k8s.io/v1/CSINode
 metadata#1 meta.v1.ObjectMeta
 spec!#2 storage.v1.CSINodeSpec required
storage.v1.CSINodeDriver
 name!#1 string required
 nodeID!#2 string required
 topologyKeys!#3 [string] atomic
 allocatable*#4 storage.v1.VolumeNodeResources
storage.v1.CSINodeSpec
 drivers!#1 [storage.v1.CSINodeDriver] map=name patch=merge key=name required
storage.v1.CSIStorageCapacity kind=storage.k8s.io/v1/CSIStorageCapacity
 metadata#1 meta.v1.ObjectMeta
 nodeTopology*#2 meta.v1.LabelSelector
 storageClassName!#3 string required
 capacity*#4 quantity
 maximumVolumeSize*#5 quantity
storage.v1.StorageClass kind=storage.k8s.io/v1/StorageClass
 metadata#1 meta.v1.ObjectMeta
 provisioner!#2 string required
 parameters#3 {string}
 reclaimPolicy*#4 string
 mountOptions#5 [string] atomic
 allowVolumeExpansion*#6 bool
 volumeBindingMode*#7 string
 allowedTopologies#8 [core.v1.TopologySelectorTerm] atomic
storage.v1.TokenRequest
 audience!#1 string required
 expirationSeconds*#2 int64
storage.v1.VolumeAttachment kind=storage.k8s.io/v1/VolumeAttachment
 metadata#1 meta.v1.ObjectMeta
 spec!#2 storage.v1.VolumeAttachmentSpec required
 status#3 storage.v1.VolumeAttachmentStatus
storage.v1.VolumeAttachmentSource
 persistentVolumeName*#1 string
 inlineVolumeSpec*#2 core.v1.PersistentVolumeSpec
storage.v1.VolumeAttachmentSpec
 attacher!#1 string required
 source!#2 storage.v1.VolumeAttachmentSource required
 nodeName!#3 string required
storage.v1.VolumeAttachmentStatus
 attached!#1 bool required
 attachmentMetadata#2 {string}
 attachError*#3 storage.v1.VolumeError
 detachError*#4 storage.v1.VolumeError
storage.v1.VolumeAttributesClass kind=storage.k8s.io/v1/VolumeAttributesClass
 metadata#1 meta.v1.ObjectMeta
 driverName!#2 string required
 parameters#3 {string}
storage.v1.VolumeError
 time#1 time
 message#2 string
 errorCode*#3 int32
storage.v1.VolumeNodeResources
 count*#1 int32
`;

/**
 * What the OpenAPI documents of Kubernetes say of objects: how lists and objects merge, and which kinds live in
 * namespaces. The built-in facts are those of Kubernetes 1.21.2, the version that kustomize 5.8.1 embeds.
 */
export { isNamespaced, type SchemaNode, strategicMergeFacts } from "./built_in.ts";
export { type OpenApiFacts, openApiSchema } from "./open_api.ts";
export { BuildSchema, type OpenApiField, SchemaError, type SchemaErrorCode } from "./build_schema.ts";

module kstage.dev/scripts/fuzz/reference_server

go 1.26

require (
	sigs.k8s.io/kustomize/api v0.21.1
	sigs.k8s.io/kustomize/kyaml v0.21.1
)

require go.yaml.in/yaml/v3 v3.0.4 // indirect

require go.yaml.in/yaml/v2 v2.4.3 // indirect

require gopkg.in/evanphx/json-patch.v4 v4.13.0 // indirect

require k8s.io/kube-openapi v0.0.0-20260317180543-43fb72c5454a // indirect

require github.com/go-openapi/jsonpointer v0.21.0 // indirect

require github.com/go-openapi/swag v0.23.0 // indirect

require github.com/go-openapi/jsonreference v0.20.2 // indirect

require github.com/google/gnostic-models v0.7.0 // indirect

require github.com/go-errors/errors v1.4.2 // indirect

require github.com/blang/semver/v4 v4.0.0 // indirect

require sigs.k8s.io/yaml v1.6.0 // indirect

require google.golang.org/protobuf v1.36.12-0.20260120151049-f2248ac996af // indirect

require (
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/josharian/intern v1.0.0 // indirect
	github.com/mailru/easyjson v0.7.7 // indirect
	github.com/monochromegane/go-gitignore v0.0.0-20200626010858-205db1a8cc00 // indirect
	github.com/xlab/treeprint v1.2.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

// The control plane of the cluster tests. To run another version, change the one line below, or name it on the
// command line: `deno task cluster:up --kubernetes v1.35.4`. k8s.io/kubernetes replaces its own staging modules by
// folders; scripts/cluster_build.ts replaces them by their published twins (v1.36.3 goes with k8s.io/api v0.36.3).
module kstage.dev/tests/cluster/controlplane

go 1.26.0

require k8s.io/kubernetes v1.36.3

tool (
	k8s.io/kubernetes/cmd/kube-apiserver
	k8s.io/kubernetes/cmd/kube-controller-manager
	k8s.io/kubernetes/cmd/kube-scheduler
)

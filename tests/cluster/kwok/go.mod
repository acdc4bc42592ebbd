// Plays the kubelet: writes the statuses of nodes and pods. Its newest version whose `go` line fits Go 1.26.
module kstage.dev/tests/cluster/kwok

go 1.26.0

require sigs.k8s.io/kwok v0.8.0

tool sigs.k8s.io/kwok/cmd/kwok

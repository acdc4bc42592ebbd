// The store below the API server. A module of its own, so that its versions and Kubernetes' do not pull at each other.
module kstage.dev/tests/cluster/etcd

go 1.26.0

require go.etcd.io/etcd/server/v3 v3.6.16

tool go.etcd.io/etcd/server/v3

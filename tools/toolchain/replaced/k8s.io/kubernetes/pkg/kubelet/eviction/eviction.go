// Package eviction holds the one function of the kubelet that the controllers ask for. With it alone
// the kubelet's own 128 packages are not built: the local cluster has no kubelet.
package eviction

import v1 "k8s.io/api/core/v1"

// Reason is what the kubelet writes into the status of a pod that it evicts.
const Reason = "Evicted"

// PodIsEvicted tells whether the kubelet has evicted the pod.
func PodIsEvicted(status v1.PodStatus) bool {
	return status.Phase == v1.PodFailed && status.Reason == Reason
}

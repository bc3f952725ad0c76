// Package informers holds the one interface that the provider's dynamic informers name. With it alone the
// informers and listers of every built-in kind, 122 packages, are not built.
package informers

import "k8s.io/client-go/tools/cache"

// GenericInformer is an informer of any kind, and what has been listed by it.
type GenericInformer interface {
	Informer() cache.SharedIndexInformer
	Lister() cache.GenericLister
}

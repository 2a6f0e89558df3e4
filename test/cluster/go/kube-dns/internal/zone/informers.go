package zone

import (
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

const resync = 5 * time.Minute

func newInformers(client kubernetes.Interface) (services, endpoints cache.SharedIndexInformer) {
	factory := informers.NewSharedInformerFactory(client, resync)
	return factory.Core().V1().Services().Informer(), factory.Discovery().V1().EndpointSlices().Informer()
}

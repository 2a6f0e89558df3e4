package zone

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/cache"
)

// Zone answers from what the informers hold at the moment of the question.
type Zone struct {
	Domain    string
	services  corelisters.ServiceLister
	slices    discoverylisters.EndpointSliceLister
	haveBoth  [2]cache.InformerSynced
	resources [2]string
}

// Watch starts the informers.
func Watch(client kubernetes.Interface, domain string, stop <-chan struct{}) *Zone {
	services, endpoints := newInformers(client)
	go endpoints.Run(stop)
	go services.Run(stop)
	return &Zone{
		Domain:    domain,
		services:  corelisters.NewServiceLister(services.GetIndexer()),
		slices:    discoverylisters.NewEndpointSliceLister(endpoints.GetIndexer()),
		haveBoth:  [2]cache.InformerSynced{endpoints.HasSynced, services.HasSynced},
		resources: [2]string{"endpoints", "services"},
	}
}

// Unsynced names what was not read from the API server yet.
func (z *Zone) Unsynced() []string {
	missing := []string{}
	for i, synced := range z.haveBoth {
		if !synced() {
			missing = append(missing, z.resources[i])
		}
	}
	return missing
}

// Records gives the entries of a name in the zone; none means that the name does not exist.
func (z *Zone) Records(name string) []Record {
	rest := strings.TrimSuffix(name, "."+z.Domain)
	if rest == name {
		return nil
	}
	parts := dns.SplitDomainName(rest)
	switch count := len(parts); {
	case count >= 3 && parts[count-1] == "svc":
		return z.service(parts[count-2], parts[count-3])[name]
	case count == 3 && parts[2] == "pod":
		return podRecord(name, parts[0])
	}
	return nil
}

func podRecord(name, dashed string) []Record {
	ip := strings.ReplaceAll(dashed, "-", ".")
	if net.ParseIP(ip) == nil {
		return nil
	}
	return []Record{{Key: name, Host: ip}}
}

func (z *Zone) service(namespace, name string) records {
	service, err := z.services.Services(namespace).Get(name)
	if err != nil {
		return nil
	}
	return serviceRecords(service, z.slicesOf(service), z.name(service))
}

func (z *Zone) name(service *corev1.Service) string {
	return fmt.Sprintf("%s.%s.svc.%s", service.Name, service.Namespace, z.Domain)
}

func (z *Zone) slicesOf(service *corev1.Service) []*discoveryv1.EndpointSlice {
	selector := labels.SelectorFromSet(labels.Set{discoveryv1.LabelServiceName: service.Name})
	found, err := z.slices.EndpointSlices(service.Namespace).List(selector)
	if err != nil {
		return nil
	}
	slices.SortFunc(found, func(a, b *discoveryv1.EndpointSlice) int { return strings.Compare(a.Name, b.Name) })
	return found
}

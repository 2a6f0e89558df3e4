package zone

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Reverse gives the name for an in-addr.arpa name: a Service's, or that of an endpoint with a host name.
func (z *Zone) Reverse(name string) (string, bool) {
	reversed, ok := strings.CutSuffix(name, ".in-addr.arpa.")
	if !ok {
		return "", false
	}
	parts := strings.Split(reversed, ".")
	slices.Reverse(parts)
	ip := strings.Join(parts, ".")
	all, _ := z.services.List(labels.Everything())
	for _, service := range all {
		if found := z.nameOf(ip, service); found != "" {
			return found, true
		}
	}
	return "", false
}

func (z *Zone) nameOf(ip string, service *corev1.Service) string {
	if service.Spec.Type == corev1.ServiceTypeExternalName {
		return ""
	}
	if !headless(service) {
		if slices.Contains(clusterIPs(service), ip) {
			return z.name(service)
		}
		return ""
	}
	for _, slice := range z.slicesOf(service) {
		for _, e := range ready(slice) {
			if e.ip == ip && e.hostname != "" {
				return e.hostname + "." + z.name(service)
			}
		}
	}
	return ""
}

// All gives every entry of every Service, for /cache.
func (z *Zone) All() map[string][]Record {
	all := map[string][]Record{}
	services, _ := z.services.List(labels.Everything())
	for _, service := range services {
		for name, entries := range serviceRecords(service, z.slicesOf(service), z.name(service)) {
			all[name] = entries
		}
	}
	return all
}

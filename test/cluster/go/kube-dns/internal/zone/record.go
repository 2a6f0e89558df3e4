// Package zone knows which records a cluster's Services make.
package zone

import (
	"fmt"
	"hash/fnv"
	"net"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Record is one entry: Host is an IP or a name. Key is the name of the entry alone.
type Record struct {
	Key  string
	Host string
	Port int
}

// IP is nil when the host is a name.
func (r Record) IP() net.IP { return net.ParseIP(r.Host) }

// records are a Service's entries by lower-case name.
type records map[string][]Record

func (r records) add(name, label, host string, port int) {
	record := Record{Key: label + "." + name, Host: host, Port: port}
	for _, known := range r[name] {
		if known.Key == record.Key {
			return
		}
	}
	r[name] = append(r[name], record)
	r[record.Key] = []Record{record}
}

// label names an entry that has no host name of its own: a hash in hexadecimal, twice.
func label(host string) string {
	sum := fnv.New32a()
	sum.Write([]byte(host))
	return fmt.Sprintf("%x", fmt.Sprintf("%08x", sum.Sum32()))
}

// serviceRecords gives all entries of one Service; name is its own, with the domain.
func serviceRecords(service *corev1.Service, slices []*discoveryv1.EndpointSlice, name string) records {
	found := records{}
	switch {
	case service.Spec.Type == corev1.ServiceTypeExternalName:
		found[name] = []Record{{Key: name, Host: service.Spec.ExternalName}}
	case headless(service):
		found.addEndpoints(slices, name)
	default:
		found.addClusterIPs(service, name)
	}
	return found
}

func headless(service *corev1.Service) bool {
	return service.Spec.ClusterIP == "" || service.Spec.ClusterIP == corev1.ClusterIPNone
}

func (r records) addClusterIPs(service *corev1.Service, name string) {
	for _, ip := range clusterIPs(service) {
		r.add(name, label(ip), ip, 0)
	}
	for _, port := range service.Spec.Ports {
		if port.Name != "" && port.Protocol != "" {
			r.add(portName(port.Name, string(port.Protocol), name), label(service.Spec.ClusterIP), name, int(port.Port))
		}
	}
}

func clusterIPs(service *corev1.Service) []string {
	if len(service.Spec.ClusterIPs) > 0 {
		return service.Spec.ClusterIPs
	}
	return []string{service.Spec.ClusterIP}
}

func portName(port, protocol, name string) string {
	return strings.ToLower(fmt.Sprintf("_%s._%s.%s", port, protocol, name))
}

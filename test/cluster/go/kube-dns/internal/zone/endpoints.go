package zone

import (
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// endpoint is one ready address; hostname is empty unless its Pod has one.
type endpoint struct {
	ip       string
	hostname string
}

func (e endpoint) label() string {
	if e.hostname != "" {
		return e.hostname
	}
	return label(e.ip)
}

// ready leaves out addresses that are not ready; unknown counts as ready.
func ready(slice *discoveryv1.EndpointSlice) []endpoint {
	found := []endpoint{}
	for _, e := range slice.Endpoints {
		if e.Conditions.Ready != nil && !*e.Conditions.Ready {
			continue
		}
		hostname := ""
		if e.Hostname != nil {
			hostname = *e.Hostname
		}
		for _, ip := range e.Addresses {
			found = append(found, endpoint{ip: ip, hostname: hostname})
		}
	}
	return found
}

func (r records) addEndpoints(slices []*discoveryv1.EndpointSlice, name string) {
	for _, slice := range slices {
		for _, e := range ready(slice) {
			r.add(name, e.label(), e.ip, 0)
			r.addPorts(slice.Ports, e, name)
		}
	}
}

func (r records) addPorts(ports []discoveryv1.EndpointPort, e endpoint, name string) {
	for _, port := range ports {
		if port.Name == nil || *port.Name == "" || port.Port == nil {
			continue
		}
		r.add(portName(*port.Name, protocol(port), name), e.label(), e.label()+"."+name, int(*port.Port))
	}
}

func protocol(port discoveryv1.EndpointPort) string {
	if port.Protocol == nil {
		return string(corev1.ProtocolTCP)
	}
	return string(*port.Protocol)
}

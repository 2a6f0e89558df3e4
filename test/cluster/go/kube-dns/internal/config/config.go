// Package config reads and validates the ConfigMap kube-system/kube-dns.
package config

import (
	"fmt"
	"net"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Config holds the three keys. The TypeMeta shapes how the real program prints it:
// a value in full, a pointer as its TypeMeta alone.
type Config struct {
	metav1.TypeMeta
	Federations         map[string]string
	StubDomains         map[string][]string
	UpstreamNameservers []string
}

// Default is the configuration without a ConfigMap: the node's resolv.conf, no stubs.
func Default() *Config {
	return &Config{Federations: map[string]string{}, StubDomains: map[string][]string{}}
}

const maxUpstreams = 3

// Validate names the first fault. Federations were checked when they were parsed.
func (c *Config) Validate() error {
	for domain, servers := range c.StubDomains {
		if err := validateStub(domain, servers); err != nil {
			return err
		}
	}
	if len(c.UpstreamNameservers) > maxUpstreams {
		return fmt.Errorf("upstreamNameserver cannot have more than three entries")
	}
	for _, server := range c.UpstreamNameservers {
		if _, err := HostPort(server); err != nil {
			return err
		}
	}
	return nil
}

func validateStub(domain string, servers []string) error {
	if len(validation.IsDNS1123Subdomain(domain)) > 0 {
		return fmt.Errorf("invalid domain name: %q", domain)
	}
	for _, server := range servers {
		if !validStubServer(server) {
			return fmt.Errorf("invalid nameserver: %q", server)
		}
	}
	return nil
}

// A stub's server is an IP, an IP with a port, or a DNS name without one.
func validStubServer(server string) bool {
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		host = server
	}
	if port != "" {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return false
		}
	}
	isIP := len(validation.IsValidIP(field.NewPath(""), host)) == 0
	return isIP || len(validation.IsDNS1123Subdomain(server)) == 0
}

// HostPort checks an upstream (an IP, or an IP with a port) and gives it as ip:port.
func HostPort(server string) (string, error) {
	if ip := net.ParseIP(server); ip != nil {
		return net.JoinHostPort(ip.String(), "53"), nil
	}
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		return "", err
	}
	if net.ParseIP(host) == nil {
		return "", fmt.Errorf("bad IP address: %q", host)
	}
	if number, err := strconv.Atoi(port); err != nil || number < 1 || number > 65535 {
		return "", fmt.Errorf("bad port number: %q", port)
	}
	return net.JoinHostPort(host, port), nil
}

package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"dnsfix.test/kube-dns/internal/klogline"
)

var keys = map[string]func(*Config, string) error{
	"federations":         (*Config).parseFederations,
	"stubDomains":         (*Config).parseStubDomains,
	"upstreamNameservers": (*Config).parseUpstreams,
}

// parse reads all keys; one bad key drops the whole update.
func parse(data map[string]string) (*Config, error) {
	config := &Config{}
	for key, read := range keys {
		value, ok := data[key]
		if !ok {
			continue
		}
		if err := read(config, value); err != nil {
			klogline.Error("sync.go:133", "Invalid configuration for %v, ignoring update: %v", key, err)
			return nil, err
		}
	}
	if err := config.Validate(); err != nil {
		klogline.Error("sync.go:139", "Invalid configuration: %v (value was %+v), ignoring update", err, config)
		return nil, err
	}
	return config, nil
}

func (c *Config) parseStubDomains(value string) error {
	c.StubDomains = map[string][]string{}
	if err := json.Unmarshal([]byte(value), &c.StubDomains); err != nil {
		klogline.Error("sync.go:162", "Invalid JSON %q: %v", value, err)
		return err
	}
	klogline.Info(2, "sync.go:165", "Updated stubDomains to %v", c.StubDomains)
	return nil
}

func (c *Config) parseUpstreams(value string) error {
	if err := json.Unmarshal([]byte(value), &c.UpstreamNameservers); err != nil {
		klogline.Error("sync.go:173", "Invalid JSON %q: %v", value, err)
		return err
	}
	klogline.Info(2, "sync.go:176", "Updated upstreamNameservers to %v", c.UpstreamNameservers)
	return nil
}

func (c *Config) parseFederations(value string) error {
	federations, err := federations(value)
	if err != nil {
		klogline.Error("sync.go:151", "Invalid federations value: %v (value was %q)", err, value)
		return err
	}
	c.Federations = federations
	klogline.Info(2, "sync.go:154", "Updated federations to %v", c.Federations)
	return nil
}

func federations(value string) (map[string]string, error) {
	found := map[string]string{}
	if strings.TrimSpace(value) == "" {
		return found, nil
	}
	for pair := range strings.SplitSeq(value, ",") {
		name, domain, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, errors.New("invalid format, must be key=value")
		}
		name, domain = strings.TrimSpace(name), strings.TrimSpace(domain)
		if faults := validation.IsDNS1123Label(name); len(faults) > 0 {
			return nil, fmt.Errorf("%q not a valid federation name: %q", name, faults)
		}
		if faults := validation.IsDNS1123Subdomain(domain); len(faults) > 0 {
			return nil, fmt.Errorf("%q not a valid domain name: %q", domain, faults)
		}
		found[name] = domain
	}
	return found, nil
}

package config

import (
	"time"

	"dnsfix.test/kube-dns/internal/klogline"
)

// Sync follows a directory. A version is remembered even when it is invalid, so it is tried once.
type Sync struct {
	dir     string
	period  time.Duration
	version string
}

// NewSync follows dir, looking every period.
func NewSync(dir string, period time.Duration) *Sync {
	return &Sync{dir: dir, period: period}
}

// Once gives the configuration as it is now.
func (s *Sync) Once() (*Config, error) {
	data, version, err := load(s.dir)
	if err != nil {
		return nil, err
	}
	s.version = version
	return build(data)
}

// Run calls use with every valid change. It does not return.
func (s *Sync) Run(use func(*Config)) {
	for {
		if config := s.changed(); config != nil {
			use(config)
		}
		time.Sleep(s.period)
	}
}

func (s *Sync) changed() *Config {
	data, version, err := load(s.dir)
	if err != nil {
		klogline.Error("sync_dir.go:75", "Error loading config from %s: %v", s.dir, err)
		return nil
	}
	if version == s.version {
		return nil
	}
	s.version = version
	config, err := build(data)
	if err != nil {
		return nil
	}
	return config
}

func build(data map[string]string) (*Config, error) {
	if len(data) == 0 {
		return Default(), nil
	}
	return parse(data)
}

package config

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestInvalidUpdateIsSeenOnceAndIgnored(t *testing.T) {
	dir := t.TempDir()
	sync := NewSync(dir, time.Second)
	if config, err := sync.Once(); err != nil || len(config.UpstreamNameservers) != 0 {
		t.Fatalf("empty directory: %v %v", config, err)
	}
	put(t, dir, "upstreamNameservers", `["8.8.8.8"]`)
	if config := sync.changed(); config == nil || len(config.UpstreamNameservers) != 1 {
		t.Fatalf("good: %v", config)
	}
	put(t, dir, "upstreamNameservers", `notjson`)
	if config := sync.changed(); config != nil {
		t.Fatalf("invalid: %v", config)
	}
	invalid := sync.version
	if sync.changed() != nil || sync.version != invalid {
		t.Fatal("an invalid version must not be tried twice")
	}
	if err := os.Remove(filepath.Join(dir, "upstreamNameservers")); err != nil {
		t.Fatal(err)
	}
	if config := sync.changed(); config == nil || config.UpstreamNameservers != nil {
		t.Fatalf("deleted ConfigMap: %v", config)
	}
}

func TestHiddenFilesAndBinaryData(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "..data", "\xff")
	if _, version, err := load(dir); err != nil || version != "" {
		t.Fatalf("hidden file: %q %v", version, err)
	}
	put(t, dir, "stubDomains", "\xff")
	if _, err := NewSync(dir, time.Second).Once(); err == nil {
		t.Fatal("non-utf8 data must be an error")
	}
}

package nanny

import (
	"slices"
	"testing"

	"dnsfix.test/kube-dns/internal/config"
)

func TestSplit(t *testing.T) {
	own, dnsmasq := Split([]string{"-v=2", "--", "-k", "--", "x"})
	if !slices.Equal(own, []string{"-v=2"}) || !slices.Equal(dnsmasq, []string{"-k", "--", "x"}) {
		t.Errorf("got %q %q", own, dnsmasq)
	}
	if own, dnsmasq := Split([]string{"-v=2"}); len(own) != 1 || len(dnsmasq) != 0 {
		t.Errorf("without --: %q %q", own, dnsmasq)
	}
}

func TestHash(t *testing.T) {
	for in, want := range map[string]string{
		"10.0.0.53":         "10.0.0.53",
		"10.0.0.54:5353":    "10.0.0.54#5353",
		"2001:db8::1":       "2001:db8::1",
		"[2001:db8::1]:53":  "[2001:db8::1]#53",
		"[2001:db8::1]":     "[2001:db8::1]",
		"ns.corp.example":   "ns.corp.example",
		"ns.corp.example:5": "ns.corp.example#5",
	} {
		if got := hash(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestArguments(t *testing.T) {
	base := []string{"-k"}
	stubOnly := &config.Config{StubDomains: map[string][]string{"corp.example": {"10.1.1.1"}}}
	if got := Arguments(base, stubOnly, ""); !slices.Equal(got, []string{"-k", "--server", "/corp.example/10.1.1.1"}) {
		t.Errorf("a stub alone leaves resolv.conf in use: %q", got)
	}
	upstreams := &config.Config{UpstreamNameservers: []string{"8.8.8.8", "8.8.4.4:5353"}}
	want := []string{"-k", "--server", "8.8.8.8", "--server", "8.8.4.4#5353", "--no-resolv"}
	if got := Arguments(base, upstreams, ""); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

package klogline

import (
	"testing"
	"time"
)

func TestFormatIsKlogs(t *testing.T) {
	at := time.Date(2026, 11, 22, 13, 17, 50, 734258000, time.UTC)
	for want, got := range map[string]string{
		"I1122 13:17:50.734258       1 nanny.go:148] dnsmasq[11]: started\n": Format('I', at, 1, "nanny.go:148", "dnsmasq[11]: started\n"),
		"I1122 13:17:50.734258   12345 nanny.go:151] \n":                     Format('I', at, 12345, "nanny.go:151", ""),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Package probe is the sidecar: it asks DNS servers a question at intervals and counts what comes back.
package probe

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// Option is one --probe; the field names and their order make the "Starting dnsProbe" line.
type Option struct {
	Label    string
	Server   string
	Name     string
	Interval time.Duration
	Type     uint16
}

const labelForm = "^[a-zA-Z0-9_]+$"

var types = map[string]uint16{"A": dns.TypeA, "AAAA": dns.TypeAAAA, "ANY": dns.TypeANY, "SRV": dns.TypeSRV}

// Options is the repeatable flag --probe=label,server[:port],name[,seconds][,type].
type Options []Option

func (o *Options) String() string { return fmt.Sprintf("%+v", *o) }

// Type names the flag's kind for pflag.
func (o *Options) Type() string { return "string" }

// Set adds one probe.
func (o *Options) Set(value string) error {
	parts := strings.Split(value, ",")
	if len(parts) < 3 || len(parts) > 5 {
		return fmt.Errorf("invalid format to --probe")
	}
	option := Option{Label: parts[0], Server: parts[1], Name: dns.Fqdn(parts[2]), Interval: 5 * time.Second, Type: dns.TypeANY}
	if !regexp.MustCompile(labelForm).MatchString(option.Label) {
		return fmt.Errorf("label must be of format %v", labelForm)
	}
	if !strings.Contains(option.Server, ":") {
		option.Server += ":53"
	}
	if err := option.setRest(parts[3:]); err != nil {
		return err
	}
	*o = append(*o, option)
	return nil
}

func (o *Option) setRest(parts []string) error {
	if len(parts) > 0 {
		seconds, err := strconv.Atoi(parts[0])
		if err != nil {
			return err
		}
		o.Interval = time.Duration(seconds) * time.Second
	}
	if len(parts) > 1 {
		kind, ok := types[parts[1]]
		if !ok {
			return fmt.Errorf("invalid type for DNS: %v", parts[1])
		}
		o.Type = kind
	}
	return nil
}

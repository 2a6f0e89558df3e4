package probe

import (
	"fmt"
	"strconv"
	"time"

	"github.com/miekg/dns"
	"github.com/prometheus/client_golang/prometheus"

	"dnsfix.test/kube-dns/internal/klogline"
)

// statistics are dnsmasq's CHAOS TXT names and the metrics they become.
var statistics = []struct{ bind, metric, help string }{
	{"hits", "hits", "Number of DNS cache hits (from start of process)"},
	{"misses", "misses", "Number of DNS cache misses (from start of process)"},
	{"evictions", "evictions", "Counter of DNS cache evictions (from start of process)"},
	{"insertions", "insertions", "Counter of DNS cache insertions (from start of process)"},
	{"cachesize", "max_size", "Maximum size of the DNS cache"},
}

// Dnsmasq polls one dnsmasq for its statistics.
type Dnsmasq struct {
	server   string
	counters map[string]prometheus.Counter
	last     map[string]float64
	errors   prometheus.Counter
}

// NewDnsmasq registers the metrics.
func NewDnsmasq(server, namespace string) *Dnsmasq {
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Namespace: namespace, Subsystem: "dnsmasq", Name: name, Help: help})
		prometheus.MustRegister(c)
		return c
	}
	d := &Dnsmasq{server: server, counters: map[string]prometheus.Counter{}, last: map[string]float64{}}
	for _, s := range statistics {
		d.counters[s.bind] = counter(s.metric, s.help)
	}
	d.errors = counter("errors", "Number of errors that have occurred getting metrics")
	return d
}

// Poll does not return.
func (d *Dnsmasq) Poll(every time.Duration) {
	for {
		if err := d.read(); err != nil {
			klogline.Warning("server.go:65", "Error getting metrics from dnsmasq: %v", err)
			d.errors.Inc()
		}
		time.Sleep(every)
	}
}

// read takes all values before it counts any, so that a failure half way changes nothing.
func (d *Dnsmasq) read() error {
	values := map[string]float64{}
	for _, s := range statistics {
		value, err := d.ask(s.bind + ".bind.")
		if err != nil {
			return err
		}
		values[s.bind] = value
	}
	for bind, value := range values {
		d.count(bind, value)
	}
	return nil
}

// count adds what is new. After a restart of dnsmasq the values fall; then nothing is added.
func (d *Dnsmasq) count(bind string, value float64) {
	if value > d.last[bind] {
		d.counters[bind].Add(value - d.last[bind])
	}
	d.last[bind] = max(value, 0)
}

func (d *Dnsmasq) ask(name string) (float64, error) {
	query := new(dns.Msg).SetQuestion(name, dns.TypeTXT)
	query.Question[0].Qclass = dns.ClassCHAOS
	reply, _, err := new(dns.Client).Exchange(query, d.server)
	if err != nil {
		return 0, err
	}
	if len(reply.Answer) != 1 {
		return 0, fmt.Errorf("invalid number of Answer records for %s: %d", name, len(reply.Answer))
	}
	record, ok := reply.Answer[0].(*dns.TXT)
	if !ok || len(record.Txt) != 1 {
		return 0, fmt.Errorf("missing TXT record for %s", name)
	}
	return strconv.ParseFloat(record.Txt[0], 64)
}

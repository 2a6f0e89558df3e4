package probe

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/miekg/dns"
	"github.com/prometheus/client_golang/prometheus"

	"dnsfix.test/kube-dns/internal/klogline"
)

type probe struct {
	Option
	mu       sync.Mutex
	latency  time.Duration
	fault    error
	answered prometheus.Histogram
	failed   prometheus.Counter
}

// Start runs one probe and serves its state under /healthcheck/LABEL.
func Start(option Option, namespace string) {
	klogline.Info(2, "dnsprobe.go:75", "Starting dnsProbe %+v", option)
	p := &probe{Option: option, fault: fmt.Errorf("waiting for first probe")}
	p.register(namespace)
	http.Handle("/healthcheck/"+option.Label, p)
	go p.loop()
}

func (p *probe) register(namespace string) {
	p.answered = prometheus.NewHistogram(prometheus.HistogramOpts{
		Namespace: namespace, Subsystem: "probe", Name: p.Label + "_latency_ms",
		Help:    "Latency of the DNS probe request " + p.Label,
		Buckets: prometheus.ExponentialBuckets(0.25, 2, 16),
	})
	p.failed = prometheus.NewCounter(prometheus.CounterOpts{
		Namespace: namespace, Subsystem: "probe", Name: p.Label + "_errors",
		Help: "Count of errors in name resolution of " + p.Label,
	})
	prometheus.MustRegister(p.answered, p.failed)
}

// loop starts somewhere in the first interval, so that probes do not all ask at once.
func (p *probe) loop() {
	time.Sleep(rand.N(p.Interval))
	for {
		latency, err := p.ask()
		p.note(latency, err)
		time.Sleep(p.Interval - latency)
	}
}

// ask counts every reply without an answer as an error: NXDOMAIN and silence look alike.
func (p *probe) ask() (time.Duration, error) {
	query := new(dns.Msg).SetQuestion(p.Name, p.Type)
	reply, latency, err := new(dns.Client).Exchange(query, p.Server)
	if err == nil && len(reply.Answer) == 0 {
		err = fmt.Errorf("no RRs for domain %q", p.Name)
	}
	return latency, err
}

func (p *probe) note(latency time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latency, p.fault = latency, err
	if err != nil {
		p.latency = 0
		p.failed.Inc()
		return
	}
	p.answered.Observe(latency.Seconds() * 1000)
}

// ServeHTTP gives 200 after an answer and 503 after an error.
func (p *probe) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	state := struct {
		IsOk           bool
		LatencySeconds float64
		Err            string
	}{IsOk: p.fault == nil, LatencySeconds: p.latency.Seconds()}
	status := http.StatusOK
	if p.fault != nil {
		state.Err, status = p.fault.Error(), http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	body, _ := json.Marshal(state)
	w.Write(body)
}

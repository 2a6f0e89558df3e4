package skydns

import (
	"fmt"
	"net/http"
	"time"

	"github.com/miekg/dns"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"dnsfix.test/kube-dns/internal/klogline"
)

const namespace, subsystem = "skydns", "skydns"

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	opts := prometheus.CounterOpts{Namespace: namespace, Subsystem: subsystem, Name: name, Help: help}
	return promauto.NewCounterVec(opts, labels)
}

func histogram(name, help string, buckets []float64) *prometheus.HistogramVec {
	opts := prometheus.HistogramOpts{Namespace: namespace, Subsystem: subsystem, Name: name, Help: help, Buckets: buckets}
	return promauto.NewHistogramVec(opts, []string{"system"})
}

var (
	cacheMisses = counter("dns_cachemiss_count_total",
		"Counter of DNS requests that result in a cache miss.", "cache").WithLabelValues("response")
	errorCount = counter("dns_error_count_total", "Counter of DNS requests resulting in an error.", "cause", "system")
	requests   = counter("dns_request_count_total", "Counter of DNS requests made.", "system")
	durations  = histogram("dns_request_duration_seconds",
		"Histogram of the time (in seconds) each request took to resolve.",
		append([]float64{0.001, 0.003}, prometheus.DefBuckets...))
	sizes = histogram("dns_response_size_bytes", "Size of the returns response in bytes.", sizeBuckets())
)

func sizeBuckets() []float64 {
	return append([]float64{0, 512, 1024, 1500, 2048}, prometheus.LinearBuckets(4096, 4096, 16)...)
}

var causes = map[int]string{
	dns.RcodeServerFailure: "servfail", dns.RcodeRefused: "refused", dns.RcodeNameError: "nxdomain",
}

// count notes one question; a nil reply is one that stayed unanswered.
func count(reply *dns.Msg, system string, start time.Time) {
	requests.WithLabelValues(system).Inc()
	durations.WithLabelValues(system).Observe(time.Since(start).Seconds())
	if reply == nil {
		errorCount.WithLabelValues("servfail", system).Inc()
		return
	}
	sizes.WithLabelValues(system).Observe(float64(reply.Len()))
	if reply.Truncated {
		errorCount.WithLabelValues("truncated", system).Inc()
	} else if cause, ok := causes[reply.Rcode]; ok {
		errorCount.WithLabelValues(cause, system).Inc()
	}
}

// ServeMetrics serves /metrics on its own port; without a port there are none.
func ServeMetrics(port string) {
	if port == "" {
		klogline.Info(0, "server.go:196", "Skydns metrics not enabled")
		return
	}
	klogline.Info(0, "server.go:194", "Skydns metrics enabled (/metrics:%v)", port)
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.Handler())
	go func() {
		klogline.Fatal("log.go:244", "skydns: %v", http.ListenAndServe(fmt.Sprintf(":%s", port), mux))
	}()
}

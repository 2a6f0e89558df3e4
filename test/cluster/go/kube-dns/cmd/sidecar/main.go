// Command sidecar stands in for k8s-dns-sidecar: DNS probes and dnsmasq's statistics as metrics. See the README.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/pflag"

	"dnsfix.test/kube-dns/internal/flagdump"
	"dnsfix.test/kube-dns/internal/klogline"
	"dnsfix.test/kube-dns/internal/probe"
)

// options is printed as a whole; the names and their order make the "Starting server" line.
type options struct {
	DnsMasqPort           int
	DnsMasqAddr           string
	DnsMasqPollIntervalMs int
	Probes                []probe.Option
	PrometheusAddr        string
	PrometheusPort        int
	PrometheusPath        string
	PrometheusNamespace   string
}

func parse(args []string) (*options, *pflag.FlagSet) {
	o, flags := &options{}, pflag.NewFlagSet("sidecar", pflag.ExitOnError)
	flagdump.AddLogging(flags)
	flags.StringVar(&o.DnsMasqAddr, "dnsmasq-addr", "127.0.0.1", "dnsmasq's address")
	flags.IntVar(&o.DnsMasqPort, "dnsmasq-port", 53, "dnsmasq's port")
	flags.IntVar(&o.DnsMasqPollIntervalMs, "dnsmasq-poll-interval-ms", 5000, "how often to ask dnsmasq")
	flags.Var((*probe.Options)(&o.Probes), "probe", "label,server[:port],name[,seconds][,type]; may be repeated")
	flags.StringVar(&o.PrometheusAddr, "prometheus-addr", "0.0.0.0", "address of the metrics server")
	flags.IntVar(&o.PrometheusPort, "prometheus-port", 10054, "port of the metrics server")
	flags.StringVar(&o.PrometheusPath, "prometheus-path", "/metrics", "path of the metrics")
	flags.StringVar(&o.PrometheusNamespace, "prometheus-namespace", "kubedns", "first part of metric names")
	flags.Parse(args)
	return o, flags
}

func serve(o *options) {
	http.Handle(o.PrometheusPath, promhttp.Handler())
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "ok (%v)\n", time.Now()) })
	err := http.ListenAndServe(fmt.Sprintf("%s:%d", o.PrometheusAddr, o.PrometheusPort), nil)
	klogline.Fatal("metrics.go:109", "Error starting metrics server: %v", err)
}

func main() {
	o, flags := parse(os.Args[1:])
	flagdump.Print(flags, "flags.go:57")
	klogline.Info(0, "main.go:55", "Version vUNKNOWN")
	klogline.Info(0, "server.go:46", "Starting server (options %+v)", *o)
	for _, option := range o.Probes {
		probe.Start(option, o.PrometheusNamespace)
	}
	dnsmasq := probe.NewDnsmasq(fmt.Sprintf("%s:%d", o.DnsMasqAddr, o.DnsMasqPort), o.PrometheusNamespace)
	go serve(o)
	dnsmasq.Poll(time.Duration(o.DnsMasqPollIntervalMs) * time.Millisecond)
}

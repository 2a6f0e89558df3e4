package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"dnsfix.test/kube-dns/internal/flagdump"
)

// options are the flags that do something; the others of the real one are accepted and ignored.
type options struct {
	domain      domain
	bindAddress string
	dnsPort     int
	healthzPort int
	configDir   string
	period      time.Duration
	syncTimeout time.Duration
	kubeconfig  string
	master      string
}

// domain always ends with a dot.
type domain string

func (d *domain) String() string { return string(*d) }
func (d *domain) Type() string   { return "string" }
func (d *domain) Set(value string) error {
	*d = domain(strings.ToLower(strings.TrimSuffix(value, ".")) + ".")
	return nil
}

func parse(args []string) (*options, *pflag.FlagSet) {
	o, flags := &options{domain: "cluster.local."}, pflag.NewFlagSet("kube-dns", pflag.ContinueOnError)
	flagdump.AddLogging(flags)
	flags.Var(&o.domain, "domain", "the cluster domain")
	flags.StringVar(&o.bindAddress, "dns-bind-address", "0.0.0.0", "address to answer on")
	flags.IntVar(&o.dnsPort, "dns-port", 53, "port to answer on, UDP and TCP")
	flags.IntVar(&o.healthzPort, "healthz-port", 8081, "port of /readiness")
	flags.StringVar(&o.configDir, "config-dir", "", "where the ConfigMap is mounted")
	flags.DurationVar(&o.period, "config-period", 10*time.Second, "how often to look for changes")
	flags.DurationVar(&o.syncTimeout, "initial-sync-timeout", time.Minute, "how long to wait for the API server")
	flags.StringVar(&o.kubeconfig, "kubecfg-file", "", "kubeconfig; without it the service account is used")
	flags.StringVar(&o.master, "kube-master-url", "", "overrides the kubeconfig's server")
	flags.String("config-map", "", "ignored")
	flags.String("config-map-namespace", "kube-system", "ignored")
	flags.String("federations", "", "ignored")
	flags.String("nameservers", "", "ignored")
	flags.Bool("profiling", false, "ignored")
	if err := flags.Parse(args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return o, flags
}

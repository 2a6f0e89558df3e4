// Command dnsmasq-nanny stands in for k8s-dns-dnsmasq-nanny: it runs the real dnsmasq. See the README.
package main

import (
	"flag"
	"os"
	"time"

	"k8s.io/klog/v2"

	"dnsfix.test/kube-dns/internal/config"
	"dnsfix.test/kube-dns/internal/klogline"
	"dnsfix.test/kube-dns/internal/nanny"
)

// options is printed as a whole; unexported fields print the interval as nanoseconds, as recorded.
type options struct {
	nanny.Options
	configDir     string
	syncInterval  time.Duration
	kubednsServer string
}

func parse(args []string) options {
	own, dnsmasq := nanny.Split(args)
	opts := options{Options: nanny.Options{DnsmasqArgs: dnsmasq}}
	flags := flag.NewFlagSet("dnsmasq-nanny", flag.ExitOnError)
	klog.InitFlags(flags)
	flags.StringVar(&opts.DnsmasqExec, "dnsmasqExec", "/usr/sbin/dnsmasq", "the dnsmasq program")
	flags.BoolVar(&opts.RestartOnChange, "restartDnsmasq", false, "restart dnsmasq when the configuration changes")
	flags.DurationVar(&opts.LogInterval, "logInterval", 0, "ignored")
	flags.StringVar(&opts.configDir, "configDir", "/etc/k8s/dns/dnsmasq-nanny", "where the ConfigMap is mounted")
	flags.DurationVar(&opts.syncInterval, "syncInterval", 10*time.Second, "how often to look for changes")
	flags.StringVar(&opts.kubednsServer, "kubednsServer", "127.0.0.1:10053", "resolves stub servers given by name")
	flags.Parse(own)
	return opts
}

func main() {
	opts := parse(os.Args[1:])
	klogline.Info(0, "main.go:82", "opts: %v", opts)
	nanny.Run(config.NewSync(opts.configDir, opts.syncInterval), opts.Options, opts.kubednsServer)
}

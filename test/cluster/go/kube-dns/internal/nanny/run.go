package nanny

import (
	"time"

	"dnsfix.test/kube-dns/internal/config"
	"dnsfix.test/kube-dns/internal/klogline"
)

// Options are what a nanny needs; the names and their order make the "opts:" line.
type Options struct {
	DnsmasqExec     string
	DnsmasqArgs     []string
	RestartOnChange bool
	LogInterval     time.Duration
}

// Run starts dnsmasq and restarts it when the configuration changes. It does not return.
func Run(sync *config.Sync, opts Options, kubedns string) {
	current, err := sync.Once()
	if err != nil {
		klogline.Error("nanny.go:208", "Error getting initial config, using default: %v", err)
		current = config.Default()
	}
	running, err := start(opts.DnsmasqExec, Arguments(opts.DnsmasqArgs, current, kubedns))
	if err != nil {
		klogline.Fatal("nanny.go:215", "Could not start dnsmasq with initial configuration: %v", err)
	}
	changes := make(chan *config.Config)
	go sync.Run(func(c *config.Config) { changes <- c })
	for {
		select {
		case status := <-running.exited:
			klogline.Fatal("nanny.go:224", "dnsmasq exited: %v", status)
		case current = <-changes:
			running = restart(running, opts, current, kubedns)
		}
	}
}

func restart(running *process, opts Options, current *config.Config, kubedns string) *process {
	if !opts.RestartOnChange {
		klogline.Info(2, "nanny.go:234", "Not restarting dnsmasq (--restartDnsmasq=false)")
		return running
	}
	klogline.Info(0, "nanny.go:228", "Restarting dnsmasq with new configuration")
	running.kill()
	next, err := start(opts.DnsmasqExec, Arguments(opts.DnsmasqArgs, current, kubedns))
	if err != nil {
		klogline.Fatal("nanny.go:224", "dnsmasq exited: %v", err)
	}
	return next
}

// Command kube-dns stands in for k8s-dns-kube-dns: it serves the cluster's zone. See the README.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"dnsfix.test/kube-dns/internal/config"
	"dnsfix.test/kube-dns/internal/flagdump"
	"dnsfix.test/kube-dns/internal/klogline"
	"dnsfix.test/kube-dns/internal/skydns"
	"dnsfix.test/kube-dns/internal/zone"
)

// newClient uses the service account when both flags are empty. It lists and watches as the real one's
// older client does: a failure then prints "Failed to watch".
func newClient(o *options) (kubernetes.Interface, error) {
	os.Setenv("KUBE_FEATURE_WatchListClient", "false")
	rest, err := clientcmd.BuildConfigFromFlags(o.master, o.kubeconfig)
	if err != nil {
		return nil, err
	}
	rest.ContentType = "application/vnd.kubernetes.protobuf"
	rest.UserAgent = "kube-dns"
	return kubernetes.NewForConfig(rest)
}

func main() {
	o, flags := parse(os.Args[1:])
	flagdump.Print(flags, "flags.go:57")
	klogline.Info(0, "dns.go:49", "version: UNKNOWN")
	client, err := newClient(o)
	if err != nil {
		klogline.Fatal("server.go:54", "Failed to create a kubernetes client: %v", err)
	}
	if o.configDir == "" {
		klogline.Info(0, "server.go:77", "ConfigMap and ConfigDir not configured, using values from command line flags")
	} else {
		klogline.Info(0, "server.go:73", "Using configuration read from directory: %v with period %v", o.configDir, o.period)
	}
	flagdump.Print(flags, "server.go:126")
	ignoreSignals()
	run(o, client)
}

func run(o *options, client kubernetes.Interface) {
	address := fmt.Sprintf("%s:%d", o.bindAddress, o.dnsPort)
	klogline.Info(0, "server.go:182", "Starting SkyDNS server (%s)", address)
	skydns.ServeMetrics(os.Getenv("PROMETHEUS_PORT"))
	klogline.Info(2, "dns.go:190", "Starting endpointsController")
	klogline.Info(2, "dns.go:193", "Starting serviceController")
	z := zone.Watch(client, o.domain.String(), nil)
	server := &skydns.Server{Zone: z, Upstreams: &skydns.Upstreams{ResolvFile: "/etc/resolv.conf"}}
	follow(o, server.Upstreams)
	server.Listen(address)
	waitForSync(z, o.syncTimeout)
	serveStatus(z, o.healthzPort)
}

func follow(o *options, upstreams *skydns.Upstreams) {
	if o.configDir == "" {
		upstreams.Use(config.Default())
		return
	}
	upstreams.UseResolvFile()
	sync := config.NewSync(o.configDir, o.period)
	current, err := sync.Once()
	if err != nil {
		klogline.Error("dns.go:233", "Error getting initial ConfigMap: %v, starting with default values", err)
	} else {
		upstreams.Use(current)
	}
	go sync.Run(upstreams.Use)
}

// waitForSync ends the process when the API server does not give both lists in time.
func waitForSync(z *zone.Zone, timeout time.Duration) {
	deadline := time.Now().Add(timeout)
	for time.Now().Before(deadline) {
		time.Sleep(500 * time.Millisecond)
		missing := z.Unsynced()
		if len(missing) == 0 {
			klogline.Info(0, "dns.go:224", "Initialized services and endpoints from apiserver")
			return
		}
		klogline.Info(0, "dns.go:221", "Waiting for %v to be initialized from apiserver...", missing)
	}
	klogline.Fatal("dns.go:211", "Timeout waiting for initialization")
}

// ignoreSignals: like the real one, only SIGKILL ends it.
func ignoreSignals() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		for received := range signals {
			klogline.Info(0, "server.go:175", "Ignoring signal %v (can only be terminated by SIGKILL)", received)
		}
	}()
}

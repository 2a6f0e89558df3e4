// Package flagdump has the flags that kube-dns and sidecar share, and prints all flags the way they do.
package flagdump

import (
	"flag"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/klog/v2"

	"dnsfix.test/kube-dns/internal/klogline"
)

// AddLogging adds --v and --vmodule (klog's own), and the two that are accepted and ignored.
func AddLogging(flags *pflag.FlagSet) {
	logging := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(logging)
	flags.AddGoFlag(logging.Lookup("v"))
	flags.AddGoFlag(logging.Lookup("vmodule"))
	flags.Duration("log-flush-frequency", 5*time.Second, "ignored: lines are written at once")
	flags.Bool("version", false, "ignored")
}

// Print writes one line per flag, sorted by name.
func Print(flags *pflag.FlagSet, place string) {
	flags.VisitAll(func(f *pflag.Flag) {
		klogline.Info(0, place, "FLAG: --%s=%q", f.Name, f.Value)
	})
}

package main

import (
	"fmt"
	"testing"
)

func TestOptionsPrintAsRecorded(t *testing.T) {
	o, flags := parse([]string{"--v=2", "--probe=kubedns,127.0.0.1:10053,kubernetes.default.svc.cluster.local,5,SRV"})
	probes := "[{Label:kubedns Server:127.0.0.1:10053 Name:kubernetes.default.svc.cluster.local. Interval:5s Type:33}]"
	want := "{DnsMasqPort:53 DnsMasqAddr:127.0.0.1 DnsMasqPollIntervalMs:5000 Probes:" + probes +
		" PrometheusAddr:0.0.0.0 PrometheusPort:10054 PrometheusPath:/metrics PrometheusNamespace:kubedns}"
	if got := fmt.Sprintf("%+v", *o); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := flags.Lookup("probe").Value.String(); got != probes {
		t.Errorf("--probe prints %s", got)
	}
}

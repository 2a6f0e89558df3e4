package main

import "testing"

func TestFlagsPrintAsRecorded(t *testing.T) {
	_, flags := parse([]string{"--domain=cluster.local.", "--dns-port=10053", "--config-dir=/kube-dns-config", "--v=2"})
	want := map[string]string{
		"config-dir": "/kube-dns-config", "config-map": "", "config-map-namespace": "kube-system", "config-period": "10s",
		"dns-bind-address": "0.0.0.0", "dns-port": "10053", "domain": "cluster.local.", "federations": "",
		"healthz-port": "8081", "initial-sync-timeout": "1m0s", "kube-master-url": "", "kubecfg-file": "",
		"log-flush-frequency": "5s", "nameservers": "", "profiling": "false", "v": "2", "version": "false", "vmodule": "",
	}
	for name, value := range want {
		if flag := flags.Lookup(name); flag == nil || flag.Value.String() != value {
			t.Errorf("--%s: %v", name, flag)
		}
	}
}

func TestDomainEndsWithADot(t *testing.T) {
	o, _ := parse([]string{"--domain=Cluster.Example"})
	if o.domain != "cluster.example." {
		t.Errorf("got %s", o.domain)
	}
}

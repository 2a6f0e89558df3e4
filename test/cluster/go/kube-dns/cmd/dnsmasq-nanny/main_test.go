package main

import (
	"fmt"
	"testing"
)

func TestOptionsPrintAsRecorded(t *testing.T) {
	opts := parse([]string{"-v=2", "-logtostderr", "-configDir=/etc/k8s/dns/dnsmasq-nanny", "-restartDnsmasq=true",
		"--", "-k", "--cache-size=1000"})
	want := "{{/usr/sbin/dnsmasq [-k --cache-size=1000] true 0s} /etc/k8s/dns/dnsmasq-nanny 10000000000 127.0.0.1:10053}"
	if got := fmt.Sprintf("%v", opts); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

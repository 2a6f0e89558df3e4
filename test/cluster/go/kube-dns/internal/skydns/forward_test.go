package skydns

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/miekg/dns"

	"dnsfix.test/kube-dns/internal/config"
)

func TestUpstreamsComeFromTheConfigMapElseFromResolvConf(t *testing.T) {
	resolv := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(resolv, []byte("nameserver 127.0.0.53\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	upstreams := &Upstreams{ResolvFile: resolv}
	upstreams.Use(&config.Config{UpstreamNameservers: []string{"8.8.8.8", "8.8.4.4:5353"}})
	if got := upstreams.get(); !slices.Equal(got, []string{"8.8.8.8:53", "8.8.4.4:5353"}) {
		t.Errorf("ConfigMap: %v", got)
	}
	upstreams.Use(config.Default())
	if got := upstreams.get(); !slices.Equal(got, []string{"127.0.0.53:53"}) {
		t.Errorf("resolv.conf: %v", got)
	}
}

func TestAForwardThatFailsStaysUnanswered(t *testing.T) {
	closed, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.LocalAddr().String()
	closed.Close()
	upstreams := &Upstreams{}
	upstreams.set([]string{address})
	query := new(dns.Msg).SetQuestion("9.9.9.9.in-addr.arpa.", dns.TypePTR)
	if reply := upstreams.forward(query, false); reply != nil {
		t.Errorf("got %v", reply)
	}
	if reply := upstreams.forward(new(dns.Msg).SetQuestion("com.", dns.TypeA), false); reply.Rcode != dns.RcodeServerFailure {
		t.Errorf("a name of one label: %v", reply)
	}
}

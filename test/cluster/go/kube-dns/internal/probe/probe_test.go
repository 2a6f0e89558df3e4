package probe

import (
	"net"
	"net/http/httptest"
	"testing"

	"github.com/miekg/dns"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// serve answers "ok." with an address and everything else with NXDOMAIN.
func serve(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		reply := new(dns.Msg).SetReply(q)
		if q.Question[0].Name == "ok." {
			record, _ := dns.NewRR("ok. 30 IN A 192.0.2.1")
			reply.Answer = []dns.RR{record}
		} else {
			reply.Rcode = dns.RcodeNameError
		}
		w.WriteMsg(reply)
	})}
	go server.ActivateAndServe()
	t.Cleanup(func() { server.Shutdown() })
	return conn.LocalAddr().String()
}

func TestNXDOMAINIsAnError(t *testing.T) {
	server := serve(t)
	for name, want := range map[string]int{"ok.": 200, "absent.": 503} {
		p := &probe{Option: Option{Label: "x", Server: server, Name: name, Type: dns.TypeA}}
		p.answered = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "answered"})
		p.failed = prometheus.NewCounter(prometheus.CounterOpts{Name: "failed"})
		p.note(p.ask())
		reply := httptest.NewRecorder()
		p.ServeHTTP(reply, nil)
		if failed := testutil.ToFloat64(p.failed); reply.Code != want || (failed == 1) != (want == 503) {
			t.Errorf("%s: status %d, errors %v, body %s", name, reply.Code, failed, reply.Body)
		}
	}
}

func TestCountersSurviveARestartOfDnsmasq(t *testing.T) {
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "hits"})
	d := &Dnsmasq{counters: map[string]prometheus.Counter{"hits": counter}, last: map[string]float64{}}
	for _, value := range []float64{10, 15, 2, 5} {
		d.count("hits", value)
	}
	if got := testutil.ToFloat64(counter); got != 18 {
		t.Errorf("got %v, want 15 before the restart and 3 after its first reading", got)
	}
}

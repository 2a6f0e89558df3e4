// Package skydns answers DNS questions the way the SkyDNS inside kube-dns does.
package skydns

import (
	"net"
	"strings"
	"time"

	"github.com/miekg/dns"

	"dnsfix.test/kube-dns/internal/klogline"
	"dnsfix.test/kube-dns/internal/zone"
)

// Server serves one zone and forwards the rest.
type Server struct {
	Zone      *zone.Zone
	Upstreams *Upstreams
}

// Listen serves UDP and TCP; it returns at once.
func (s *Server) Listen(address string) {
	for _, network := range []string{"tcp", "udp"} {
		server := &dns.Server{Addr: address, Net: network, Handler: s}
		go func() { klogline.Fatal("log.go:244", "skydns: %v", server.ListenAndServe()) }()
		logf("ready for queries on %s for %s://%s [rcache 0]", s.Zone.Domain, network, address)
	}
}

func logf(format string, args ...any) { klogline.Info(0, "log.go:244", "skydns: "+format, args...) }

// ServeDNS answers one question and counts it.
func (s *Server) ServeDNS(w dns.ResponseWriter, req *dns.Msg) {
	start := time.Now()
	if len(req.Question) == 0 {
		return
	}
	reply, system := s.answer(req, overTCP(w))
	if reply != nil {
		reply.Truncate(size(req, overTCP(w)))
		w.WriteMsg(reply)
	}
	count(reply, system, start)
}

// answer gives nil when the real one stays silent.
func (s *Server) answer(req *dns.Msg, tcp bool) (reply *dns.Msg, system string) {
	question := req.Question[0]
	name := strings.ToLower(question.Name)
	switch {
	case question.Qtype == dns.TypeANY:
		return new(dns.Msg).SetRcode(req, dns.RcodeRefused), "auth"
	case question.Qtype == dns.TypePTR && dns.IsSubDomain("in-addr.arpa.", name), dns.IsSubDomain("ip6.arpa.", name):
		return s.reverse(req, name, tcp), "reverse"
	case question.Qclass == dns.ClassCHAOS:
		return new(dns.Msg).SetRcode(req, dns.RcodeServerFailure), "auth"
	case !dns.IsSubDomain(s.Zone.Domain, name):
		return s.Upstreams.forward(req, tcp), "rec"
	}
	cacheMisses.Inc()
	return s.authoritative(req, name), "auth"
}

func (s *Server) reverse(req *dns.Msg, name string, tcp bool) *dns.Msg {
	target, ok := s.Zone.Reverse(name)
	if !ok {
		return s.Upstreams.forward(req, tcp)
	}
	reply := new(dns.Msg).SetReply(req)
	reply.RecursionAvailable = true
	header := header(req.Question[0].Name, dns.TypePTR)
	reply.Answer = []dns.RR{&dns.PTR{Hdr: header, Ptr: target}}
	return reply
}

func overTCP(w dns.ResponseWriter) bool {
	_, ok := w.RemoteAddr().(*net.TCPAddr)
	return ok
}

func size(req *dns.Msg, tcp bool) int {
	if tcp {
		return dns.MaxMsgSize
	}
	if edns := req.IsEdns0(); edns != nil {
		return max(int(edns.UDPSize()), dns.MinMsgSize)
	}
	return dns.MinMsgSize
}

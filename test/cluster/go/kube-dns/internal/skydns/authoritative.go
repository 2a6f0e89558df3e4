package skydns

import (
	"time"

	"github.com/miekg/dns"

	"dnsfix.test/kube-dns/internal/zone"
)

const (
	recordTTL   = 30
	negativeTTL = 60
	zoneTTL     = 3600
)

func (s *Server) authoritative(req *dns.Msg, name string) *dns.Msg {
	if len(s.Zone.Unsynced()) > 0 {
		return new(dns.Msg).SetRcode(req, dns.RcodeServerFailure)
	}
	question := req.Question[0]
	if answer := s.fixed(question, name); answer != nil {
		return s.reply(req, answer, nil)
	}
	records := s.Zone.Records(name)
	if len(records) == 0 {
		reply := new(dns.Msg).SetRcode(req, dns.RcodeNameError)
		reply.Ns = []dns.RR{s.soa(negativeTTL)}
		return reply
	}
	switch question.Qtype {
	case dns.TypeA, dns.TypeAAAA:
		return s.reply(req, s.addresses(question, records, nil), nil)
	case dns.TypeCNAME:
		return s.reply(req, cname(question, records), nil)
	case dns.TypeSRV:
		answer, extra := s.services(question, records)
		return s.reply(req, answer, extra)
	}
	return s.reply(req, nil, nil)
}

// fixed are the names that no Service makes.
func (s *Server) fixed(question dns.Question, name string) []dns.RR {
	switch {
	case name == s.Zone.Domain && question.Qtype == dns.TypeSOA:
		return []dns.RR{s.soa(zoneTTL)}
	case name == "dns-version."+s.Zone.Domain && question.Qtype == dns.TypeTXT:
		return []dns.RR{&dns.TXT{Hdr: header(question.Name, dns.TypeTXT), Txt: []string{"1.1.0"}}}
	}
	return nil
}

// reply without an answer is NODATA and carries the SOA.
func (s *Server) reply(req *dns.Msg, answer, extra []dns.RR) *dns.Msg {
	reply := new(dns.Msg).SetReply(req)
	reply.Authoritative, reply.RecursionAvailable, reply.Compress = true, true, true
	reply.Answer, reply.Extra = answer, extra
	if len(answer) == 0 {
		reply.Ns = []dns.RR{s.soa(negativeTTL)}
	}
	return reply
}

func (s *Server) soa(ttl uint32) dns.RR {
	hdr := header(s.Zone.Domain, dns.TypeSOA)
	hdr.Ttl = ttl
	return &dns.SOA{
		Hdr: hdr, Ns: "ns.dns." + s.Zone.Domain, Mbox: "hostmaster." + s.Zone.Domain,
		Serial:  uint32(time.Now().Truncate(time.Hour).Unix()),
		Refresh: 28800, Retry: 7200, Expire: 604800, Minttl: negativeTTL,
	}
}

func header(name string, kind uint16) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: recordTTL}
}

func cname(question dns.Question, records []zone.Record) []dns.RR {
	if records[0].IP() != nil {
		return nil
	}
	return []dns.RR{&dns.CNAME{Hdr: header(question.Name, dns.TypeCNAME), Target: dns.Fqdn(records[0].Host)}}
}

package skydns

import (
	"math/rand/v2"
	"net"
	"strings"

	"github.com/miekg/dns"

	"dnsfix.test/kube-dns/internal/zone"
)

const maxAliases = 8

// addresses are the A or AAAA records, in random order; aliases are followed.
func (s *Server) addresses(question dns.Question, records []zone.Record, seen []string) []dns.RR {
	found := []dns.RR{}
	for _, record := range records {
		ip := record.IP()
		switch {
		case ip == nil:
			found = append(found, s.alias(question, dns.Fqdn(record.Host), seen)...)
		case (ip.To4() != nil) == (question.Qtype == dns.TypeA):
			found = append(found, address(question.Name, ip))
		}
	}
	if len(found) > 1 && found[0].Header().Rrtype != dns.TypeCNAME {
		rand.Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
	}
	return found
}

func address(name string, ip net.IP) dns.RR {
	if ip.To4() != nil {
		return &dns.A{Hdr: header(name, dns.TypeA), A: ip.To4()}
	}
	return &dns.AAAA{Hdr: header(name, dns.TypeAAAA), AAAA: ip}
}

// alias gives a CNAME with what it leads to. Like SkyDNS it leaves the CNAME out when that is nothing.
func (s *Server) alias(question dns.Question, target string, seen []string) []dns.RR {
	if strings.EqualFold(question.Name, target) {
		logf("CNAME loop detected: %q -> %q", question.Name, question.Name)
		return nil
	}
	record := &dns.CNAME{Hdr: header(question.Name, dns.TypeCNAME), Target: target}
	if len(seen) >= maxAliases {
		logf("CNAME lookup limit of 8 exceeded for %s", record)
		return nil
	}
	next := s.follow(dns.Question{Name: target, Qtype: question.Qtype, Qclass: question.Qclass}, append(seen, target))
	if len(next) == 0 {
		return nil
	}
	return append([]dns.RR{record}, next...)
}

func (s *Server) follow(question dns.Question, seen []string) []dns.RR {
	name := strings.ToLower(question.Name)
	if dns.IsSubDomain(s.Zone.Domain, name) {
		return s.addresses(question, s.Zone.Records(name), seen)
	}
	answer, err := s.Upstreams.lookup(question)
	if err != nil {
		logf("incomplete CNAME chain from %q: %s", question.Name, err)
	}
	return answer
}

// services are the SRV records; an entry that is an address gets its own name as the target.
func (s *Server) services(question dns.Question, records []zone.Record) (answer, extra []dns.RR) {
	weight := uint16(100 / len(records))
	for _, record := range records {
		target := record.Key
		if record.IP() == nil {
			target = dns.Fqdn(record.Host)
		}
		answer = append(answer, &dns.SRV{
			Hdr: header(question.Name, dns.TypeSRV), Priority: 10, Weight: weight, Port: uint16(record.Port), Target: target,
		})
		extra = append(extra, s.additional(record, target)...)
	}
	return answer, extra
}

func (s *Server) additional(record zone.Record, target string) []dns.RR {
	if ip := record.IP(); ip != nil {
		return []dns.RR{address(target, ip)}
	}
	extra := []dns.RR{}
	for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
		extra = append(extra, s.follow(dns.Question{Name: target, Qtype: kind, Qclass: dns.ClassINET}, nil)...)
	}
	return extra
}

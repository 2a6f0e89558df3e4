package skydns

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/miekg/dns"

	"dnsfix.test/kube-dns/internal/config"
	"dnsfix.test/kube-dns/internal/klogline"
)

const (
	forwardTimeout = 2 * time.Second
	ndots          = 2
)

// Upstreams are the servers for names outside the zone: the ConfigMap's, else those of resolv.conf.
type Upstreams struct {
	ResolvFile string
	mu         sync.RWMutex
	servers    []string
}

// Use takes the servers of a configuration.
func (u *Upstreams) Use(c *config.Config) {
	servers := []string{}
	for _, server := range c.UpstreamNameservers {
		if address, err := config.HostPort(server); err == nil {
			servers = append(servers, address)
		}
	}
	if len(servers) == 0 {
		u.UseResolvFile()
	} else {
		u.set(servers)
	}
	klogline.Info(2, "dns.go:186", "Configuration updated: %+v", *c)
}

// UseResolvFile takes the servers of resolv.conf.
func (u *Upstreams) UseResolvFile() {
	resolv, err := dns.ClientConfigFromFile(u.ResolvFile)
	if err != nil {
		klogline.Error("dns.go:148", "Load nameserver from resolv.conf failed: %v", err)
		u.set(nil)
		return
	}
	servers := []string{}
	for _, server := range resolv.Servers {
		servers = append(servers, net.JoinHostPort(server, resolv.Port))
	}
	u.set(servers)
}

func (u *Upstreams) set(servers []string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.servers = servers
}

func (u *Upstreams) get() []string {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.servers
}

// exchange asks a random server first, then the next ones, one time more than there are servers.
func (u *Upstreams) exchange(req *dns.Msg, network string) (*dns.Msg, error) {
	servers := u.get()
	if len(servers) == 0 {
		return nil, errors.New("no nameservers defined")
	}
	client := &dns.Client{Net: network, Timeout: forwardTimeout}
	first := rand.IntN(len(servers))
	var err error
	for try := range len(servers) + 1 {
		var reply *dns.Msg
		if reply, _, err = client.Exchange(req, servers[(first+try)%len(servers)]); err == nil {
			return reply, nil
		}
	}
	return nil, err
}

// forward gives nil when no server answered: the real one logs that and sends nothing.
func (u *Upstreams) forward(req *dns.Msg, tcp bool) *dns.Msg {
	if len(u.get()) == 0 || dns.CountLabel(req.Question[0].Name) < ndots {
		reply := new(dns.Msg).SetRcode(req, dns.RcodeServerFailure)
		reply.RecursionAvailable = true
		return reply
	}
	network := "udp"
	if tcp {
		network = "tcp"
	}
	reply, err := u.exchange(req.Copy(), network)
	if err != nil {
		logf("failure to forward request %q", err)
		return nil
	}
	reply.Id, reply.Compress = req.Id, true
	return reply
}

// lookup resolves an alias that leads out of the zone.
func (u *Upstreams) lookup(question dns.Question) ([]dns.RR, error) {
	if dns.CountLabel(question.Name) < ndots {
		return nil, fmt.Errorf("name has fewer than %d labels", ndots)
	}
	reply, err := u.exchange(new(dns.Msg).SetQuestion(question.Name, question.Qtype), "udp")
	if err != nil {
		return nil, errors.New("failure to lookup name")
	}
	if reply.Rcode != dns.RcodeSuccess {
		return nil, fmt.Errorf("rcode %d is not equal to success", reply.Rcode)
	}
	return reply.Answer, nil
}

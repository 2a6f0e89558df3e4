// Package nanny runs dnsmasq and gives it the servers of the ConfigMap.
package nanny

import (
	"context"
	"fmt"
	"net"
	"strings"

	"dnsfix.test/kube-dns/internal/config"
	"dnsfix.test/kube-dns/internal/klogline"
)

// Split separates the nanny's own arguments from those after "--".
func Split(args []string) (own, dnsmasq []string) {
	for i, arg := range args {
		if arg == "--" {
			return args[:i], args[i+1:]
		}
	}
	return args, []string{}
}

// Arguments are the base ones, then one --server for each stub server and each upstream.
func Arguments(base []string, c *config.Config, kubedns string) []string {
	args := append([]string{}, base...)
	for domain, servers := range c.StubDomains {
		for _, server := range servers {
			args = append(args, "--server", fmt.Sprintf("/%v/%v", domain, hash(address(server, kubedns))))
		}
	}
	for _, server := range c.UpstreamNameservers {
		args = append(args, "--server", hash(server))
	}
	if len(c.UpstreamNameservers) > 0 {
		args = append(args, "--no-resolv")
	}
	return args
}

// hash writes a port the way dnsmasq wants it: ip#port.
func hash(server string) string {
	colon := strings.LastIndex(server, ":")
	bracket := strings.Index(server, "]")
	hasPort := strings.Count(server, ":") == 1 || (bracket != -1 && colon > bracket)
	if !hasPort {
		return server
	}
	return server[:colon] + "#" + server[colon+1:]
}

// address looks up a stub server that is not an IP. Like the real one it also tries "IP:port",
// which logs an error and then works.
func address(server, kubedns string) string {
	if net.ParseIP(server) != nil {
		return server
	}
	ip, err := lookup(server, kubedns)
	if err != nil {
		klogline.Error("nanny.go:96", "Error looking up IP for name %q: %v", server, err)
		return server
	}
	return ip
}

func lookup(name, kubedns string) (string, error) {
	resolver := net.DefaultResolver
	if strings.HasSuffix(name, "cluster.local") {
		resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "udp", kubedns)
		}}
	}
	ips, err := resolver.LookupIPAddr(context.Background(), name)
	if err != nil {
		return "", err
	}
	return ips[0].String(), nil
}

package config

import (
	"fmt"
	"testing"
)

func TestValidationMessages(t *testing.T) {
	cases := []struct{ key, value, want string }{
		{"upstreamNameservers", `["8.8.8.8","8.8.4.4:5353","[2001:db8::1]:53"]`, ""},
		{"upstreamNameservers", `["8.8.8.8","dns.google","1.1.1.1","9.9.9.9"]`, "upstreamNameserver cannot have more than three entries"},
		{"upstreamNameservers", `["dns.google"]`, "address dns.google: missing port in address"},
		{"upstreamNameservers", `["dns.google:53"]`, `bad IP address: "dns.google"`},
		{"upstreamNameservers", `["8.8.8.8:0"]`, `bad port number: "0"`},
		{"upstreamNameservers", `notjson`, "invalid character 'o' in literal null (expecting 'u')"},
		{"stubDomains", `{"corp.example":["10.1.1.1","10.1.1.2:54","ns.corp.example"]}`, ""},
		{"stubDomains", `{"cluster.local":["10.1.1.1"]}`, ""},
		{"stubDomains", `{"Corp.example":["10.1.1.1"]}`, `invalid domain name: "Corp.example"`},
		{"stubDomains", `{"_tcp.example":["10.1.1.1"]}`, `invalid domain name: "_tcp.example"`},
		{"stubDomains", `{"corp.example":["$(kubectl get svc)"]}`, `invalid nameserver: "$(kubectl get svc)"`},
		{"stubDomains", `{"corp.example":["10.1.1.1:99999"]}`, `invalid nameserver: "10.1.1.1:99999"`},
		{"federations", `myfed=example.com`, ""},
		{"federations", `myfed`, "invalid format, must be key=value"},
	}
	for _, c := range cases {
		_, err := parse(map[string]string{c.key: c.value})
		if got := message(err); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.key, c.value, got, c.want)
		}
	}
}

func TestPrintsAsRecorded(t *testing.T) {
	config := &Config{UpstreamNameservers: []string{"8.8.8.8", "8.8.4.4"}}
	value := "{TypeMeta:{Kind: APIVersion:} Federations:map[] StubDomains:map[] UpstreamNameservers:[8.8.8.8 8.8.4.4]}"
	if got := fmt.Sprintf("%+v", *config); got != value {
		t.Errorf("value: got %s", got)
	}
	if got := fmt.Sprintf("%+v", config); got != "&TypeMeta{Kind:,APIVersion:,}" {
		t.Errorf("pointer: got %s", got)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

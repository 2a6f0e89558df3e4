package skydns

import (
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"dnsfix.test/kube-dns/internal/zone"
)

func pointer[T any](value T) *T { return &value }

func service(name, kind string, spec corev1.ServiceSpec) *corev1.Service {
	spec.Type = corev1.ServiceType(kind)
	return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: spec}
}

func slice(service string, endpoints ...discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: service + "-1", Labels: map[string]string{discoveryv1.LabelServiceName: service},
		},
		AddressType: discoveryv1.AddressTypeIPv4, Endpoints: endpoints,
		Ports: []discoveryv1.EndpointPort{{Name: pointer("http"), Port: pointer(int32(80))}},
	}
}

func endpoint(ip, hostname string, ready bool) discoveryv1.Endpoint {
	e := discoveryv1.Endpoint{Addresses: []string{ip}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}
	if hostname != "" {
		e.Hostname = &hostname
	}
	return e
}

func cluster() []runtime.Object {
	https := []corev1.ServicePort{{Name: "https", Protocol: corev1.ProtocolTCP, Port: 443}}
	dual := corev1.ServiceSpec{ClusterIP: "10.96.0.20", ClusterIPs: []string{"10.96.0.20", "fd00::20"}}
	return []runtime.Object{
		service("kubernetes", "ClusterIP", corev1.ServiceSpec{ClusterIP: "10.96.0.1", Ports: https}),
		service("dual", "ClusterIP", dual),
		service("web", "ClusterIP", corev1.ServiceSpec{ClusterIP: "None"}),
		slice("web", endpoint("10.244.1.5", "web-0", true), endpoint("10.244.1.6", "", true), endpoint("10.244.1.7", "web-2", false)),
		service("empty", "ClusterIP", corev1.ServiceSpec{ClusterIP: "None"}),
		service("alias", "ExternalName", corev1.ServiceSpec{ExternalName: "kubernetes.default.svc.cluster.local"}),
		service("gone", "ExternalName", corev1.ServiceSpec{ExternalName: "example.com"}),
	}
}

func started(t *testing.T) *Server {
	t.Helper()
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	server := &Server{
		Zone:      zone.Watch(fake.NewClientset(cluster()...), "cluster.local.", stop),
		Upstreams: &Upstreams{},
	}
	for deadline := time.Now().Add(10 * time.Second); len(server.Zone.Unsynced()) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no sync")
		}
	}
	return server
}

// told writes an answer as "RCODE first; second".
func told(reply *dns.Msg) string {
	parts := []string{}
	for _, record := range reply.Answer {
		text := strings.TrimPrefix(record.String(), record.Header().String())
		parts = append(parts, dns.TypeToString[record.Header().Rrtype]+" "+text)
	}
	return dns.RcodeToString[reply.Rcode] + " " + strings.Join(parts, "; ")
}

var answers = []struct{ name, kind, want string }{
	{"kubernetes.default.svc.cluster.local.", "A", "NOERROR A 10.96.0.1"},
	{"KUBERNETES.default.svc.cluster.local.", "A", "NOERROR A 10.96.0.1"},
	{"kubernetes.default.svc.cluster.local.", "AAAA", "NOERROR "},
	{"dual.default.svc.cluster.local.", "AAAA", "NOERROR AAAA fd00::20"},
	{"kubernetes.default.svc.cluster.local.", "SRV", "NOERROR SRV 10 100 0 6337333462303836.kubernetes.default.svc.cluster.local."},
	{"_https._tcp.kubernetes.default.svc.cluster.local.", "SRV", "NOERROR SRV 10 100 443 kubernetes.default.svc.cluster.local."},
	{"web-0.web.default.svc.cluster.local.", "A", "NOERROR A 10.244.1.5"},
	{"web-2.web.default.svc.cluster.local.", "A", "NXDOMAIN "},
	{"empty.default.svc.cluster.local.", "A", "NXDOMAIN "},
	{"alias.default.svc.cluster.local.", "A", "NOERROR CNAME kubernetes.default.svc.cluster.local.; A 10.96.0.1"},
	{"alias.default.svc.cluster.local.", "CNAME", "NOERROR CNAME kubernetes.default.svc.cluster.local."},
	{"gone.default.svc.cluster.local.", "A", "NOERROR "},
	{"gone.default.svc.cluster.local.", "CNAME", "NOERROR CNAME example.com."},
	{"10-244-1-5.default.pod.cluster.local.", "A", "NOERROR A 10.244.1.5"},
	{"dns-version.cluster.local.", "TXT", `NOERROR TXT "1.1.0"`},
	{"default.svc.cluster.local.", "A", "NXDOMAIN "},
	{"kubernetes.absent.svc.cluster.local.", "A", "NXDOMAIN "},
	{"cluster.local.", "A", "NXDOMAIN "},
	{"1.0.96.10.in-addr.arpa.", "PTR", "NOERROR PTR kubernetes.default.svc.cluster.local."},
	{"5.1.244.10.in-addr.arpa.", "PTR", "NOERROR PTR web-0.web.default.svc.cluster.local."},
	{"6.1.244.10.in-addr.arpa.", "PTR", "SERVFAIL "},
	{"kubernetes.default.svc.cluster.local.", "ANY", "REFUSED "},
	{"example.com.", "A", "SERVFAIL "},
}

func TestAnswers(t *testing.T) {
	server := started(t)
	for _, c := range answers {
		reply, _ := server.answer(new(dns.Msg).SetQuestion(c.name, dns.StringToType[c.kind]), false)
		if got := told(reply); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.name, c.kind, got, c.want)
		}
	}
}

func TestHeadlessGivesReadyEndpointsOnly(t *testing.T) {
	server := started(t)
	for kind, want := range map[uint16]int{dns.TypeA: 2, dns.TypeSRV: 2} {
		reply, _ := server.answer(new(dns.Msg).SetQuestion("web.default.svc.cluster.local.", kind), false)
		if len(reply.Answer) != want {
			t.Errorf("%d: got %s", kind, told(reply))
		}
	}
	reply, _ := server.answer(new(dns.Msg).SetQuestion("_http._tcp.web.default.svc.cluster.local.", dns.TypeSRV), false)
	if !strings.Contains(told(reply), "SRV 10 50 80 web-0.web.default.svc.cluster.local.") {
		t.Errorf("got %s", told(reply))
	}
}

func TestNegativeAnswersCarryTheSOA(t *testing.T) {
	server := started(t)
	for _, name := range []string{"absent.default.svc.cluster.local.", "kubernetes.default.svc.cluster.local."} {
		reply, _ := server.answer(new(dns.Msg).SetQuestion(name, dns.TypeAAAA), false)
		if len(reply.Ns) != 1 || reply.Ns[0].Header().Rrtype != dns.TypeSOA || reply.Ns[0].Header().Ttl != 60 {
			t.Errorf("%s: %v", name, reply.Ns)
		}
	}
}

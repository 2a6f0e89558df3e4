package probe

import "testing"

func TestProbeFlag(t *testing.T) {
	var options Options
	for _, value := range []string{
		"kubedns,127.0.0.1:10053,kubernetes.default.svc.cluster.local,5,SRV",
		"ext,10.96.0.10,icttoracon.net.",
	} {
		if err := options.Set(value); err != nil {
			t.Fatal(err)
		}
	}
	want := "[{Label:kubedns Server:127.0.0.1:10053 Name:kubernetes.default.svc.cluster.local. Interval:5s Type:33} " +
		"{Label:ext Server:10.96.0.10:53 Name:icttoracon.net. Interval:5s Type:255}]"
	if got := options.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestProbeFlagRefusals(t *testing.T) {
	for _, value := range []string{"a,b", "a,b,c,1,A,x", "a-b,s,n", "a,s,n,x", "a,s,n,1,TXT"} {
		if err := new(Options).Set(value); err == nil {
			t.Errorf("%s was accepted", value)
		}
	}
}

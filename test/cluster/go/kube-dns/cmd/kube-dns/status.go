package main

import (
	"encoding/json"
	"fmt"
	"net/http"

	"dnsfix.test/kube-dns/internal/klogline"
	"dnsfix.test/kube-dns/internal/zone"
)

// serveStatus starts only after the first sync, so a Pod is not Ready before. It does not return.
func serveStatus(z *zone.Zone, port int) {
	klogline.Info(0, "server.go:150", "Setting up Healthz Handler (/readiness)")
	ok := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }
	http.HandleFunc("/readiness", ok)
	http.HandleFunc("/healthcheck/kubedns", ok)
	klogline.Info(0, "server.go:155", "Setting up cache handler (/cache)")
	http.HandleFunc("/cache", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(z.All()) })
	klogline.Info(0, "server.go:136", "Status HTTP port %v", port)
	klogline.Fatal("server.go:140", "%v", http.ListenAndServe(fmt.Sprintf(":%d", port), nil))
}

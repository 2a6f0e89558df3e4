module dnsfix.test/pause

go 1.26.8

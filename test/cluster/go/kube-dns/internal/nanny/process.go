package nanny

import (
	"bufio"
	"io"
	"os/exec"

	"dnsfix.test/kube-dns/internal/klogline"
)

// process is one run of dnsmasq; exited gets its end once.
type process struct {
	command *exec.Cmd
	exited  chan error
}

func start(program string, args []string) (*process, error) {
	klogline.Info(0, "nanny.go:126", "Starting dnsmasq %v", args)
	command := exec.Command(program, args...)
	stderr, err := command.StderrPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	go relay("stderr", stderr)
	go relay("stdout", stdout)
	p := &process{command: command, exited: make(chan error, 1)}
	go func() { p.exited <- command.Wait() }()
	return p, nil
}

// kill sends SIGKILL and does not wait, as the real one: the next dnsmasq may find port 53 taken.
func (p *process) kill() {
	klogline.Info(0, "nanny.go:175", "Killing dnsmasq")
	if err := p.command.Process.Kill(); err != nil {
		klogline.Error("nanny.go:181", "Error killing dnsmasq: %v", err)
	}
}

func relay(stream string, from io.Reader) {
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		if len(line) > 0 {
			klogline.Info(1, "nanny.go:148", "%v", line)
		}
		if err == io.EOF {
			klogline.Info(1, "nanny.go:151", "%v", line)
			klogline.Warning("nanny.go:152", "Got EOF from %v", stream)
			return
		}
		if err != nil {
			klogline.Info(1, "nanny.go:155", "%v", line)
			klogline.Error("nanny.go:156", "Error reading from %v: %v", stream, err)
			return
		}
	}
}

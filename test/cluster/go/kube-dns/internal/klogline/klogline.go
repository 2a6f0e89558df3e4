// Package klogline prints log lines in klog's form with the file and line that the real program names.
package klogline

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"k8s.io/klog/v2"
)

var mu sync.Mutex

// Format builds one line: severity, time, process id padded to seven, place, text.
func Format(severity byte, now time.Time, pid int, place, text string) string {
	stamp := now.Format("0102 15:04:05.000000")
	return fmt.Sprintf("%c%s %7d %s] %s\n", severity, stamp, pid, place, strings.TrimSuffix(text, "\n"))
}

func write(severity byte, place, format string, args []any) {
	line := Format(severity, time.Now(), os.Getpid(), place, fmt.Sprintf(format, args...))
	mu.Lock()
	defer mu.Unlock()
	fmt.Fprint(os.Stderr, line)
}

// Info prints when -v is at least level.
func Info(level klog.Level, place, format string, args ...any) {
	if klog.V(level).Enabled() {
		write('I', place, format, args)
	}
}

// Warning prints a W line.
func Warning(place, format string, args ...any) { write('W', place, format, args) }

// Error prints an E line.
func Error(place, format string, args ...any) { write('E', place, format, args) }

// Fatal prints an F line and the goroutines, and ends the process with 255, as klog does.
func Fatal(place, format string, args ...any) {
	write('F', place, format, args)
	stacks := make([]byte, 1<<16)
	os.Stderr.Write(stacks[:runtime.Stack(stacks, true)])
	os.Exit(255)
}

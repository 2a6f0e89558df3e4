package config

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// load reads the files of a mounted ConfigMap. The version is empty when there are none.
func load(dir string) (data map[string]string, version string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, "", err
	}
	data, sum := map[string]string{}, sha256.New()
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || strings.HasPrefix(name, ".") {
			continue
		}
		content, err := text(filepath.Join(dir, name))
		if err != nil {
			return nil, "", err
		}
		data[name] = content
		fmt.Fprintf(sum, "%s\x00%s\x00", name, content)
	}
	if len(data) == 0 {
		return data, "", nil
	}
	return data, fmt.Sprintf("%x", sum.Sum(nil)), nil
}

func text(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(content) {
		return "", fmt.Errorf("non-utf8 data in %s", path)
	}
	return string(content), nil
}

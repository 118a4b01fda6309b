package metrics

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// What the alerts and the dashboard ask for is told by the program, under that very name.
func TestDeployNames(t *testing.T) {
	m := New()
	m.State(Config{Logger: slog.New(slog.DiscardHandler)})
	told := map[string]bool{}
	descs := make(chan *prometheus.Desc, 1000)
	m.registry.Describe(descs)
	close(descs)
	name := regexp.MustCompile(`fqName: "(\w+)"`)
	for d := range descs {
		told[name.FindStringSubmatch(d.String())[1]] = true
	}
	files, err := filepath.Glob("../../deploy/*")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, file := range files {
		if !strings.Contains(file, "alerts") && !strings.Contains(file, "grafana") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range regexp.MustCompile(`\b(ogpbot|process|go)_[a-z_]+`).FindAllString(string(text), -1) {
			asked++
			if !told[n] && !told[strings.TrimSuffix(n, "_bucket")] {
				t.Errorf("%s asks for %s, which the program does not tell", filepath.Base(file), n)
			}
		}
	}
	if asked == 0 {
		t.Error("neither alerts nor dashboard ask for anything")
	}
}

package answer

import (
	"os"
	"strings"
	"testing"

	"ogpbot/bot"
)

func TestTmpTables(t *testing.T) {
	m := model(t)
	for _, name := range []string{"1", "2", "A", "3", "4"} {
		if only := os.Getenv("ONLY"); only != "" && !strings.Contains(only, name) {
			continue
		}
		read := func(n string) []string {
			b, _ := os.ReadFile("/tmp/alarm/" + n + name + ".txt")
			return strings.Split(strings.TrimSpace(string(b)), "\n")
		}
		hit, all, fp, neg := 0, 0, 0, 0
		for _, s := range read("pos") {
			all++
			if m.Find(s, "").Outcome == bot.FoundEmergency {
				hit++
			} else if os.Getenv("SHOW") != "" {
				t.Logf("MISS %s", s)
			}
		}
		for _, s := range read("neg") {
			neg++
			if m.Find(s, "").Outcome == bot.FoundEmergency {
				fp++
				if os.Getenv("SHOW") != "" {
					t.Logf("FALSE %s  rings=%v", s, m.alarm.rings(m.vocab.appendWords(nil, s)))
				}
			}
		}
		t.Logf("table %s: recall %d/%d, false %d/%d", name, hit, all, fp, neg)
	}
}

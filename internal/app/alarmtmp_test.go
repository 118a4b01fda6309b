package app

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/answer"
)

func TestTmpAlarm(t *testing.T) {
	fsys, _ := ContentFolder("")
	lib, _, err := content.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	_ = content.Library{}
	c := Corpus(lib)
	m, err := answer.Train(c)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, e := range c.Entries {
		for _, l := range c.Languages {
			texts = append(texts, e.Question[l])
			texts = append(texts, e.Phrasings[l]...)
		}
	}
	for name, by := range c.Hears {
		if name != "emergency" {
			for _, p := range by {
				texts = append(texts, p...)
			}
		}
	}
	for _, n := range c.Negatives {
		texts = append(texts, n.Text)
	}
	b, _ := os.ReadFile("../../content/ozurgeti/questions.tsv")
	for _, l := range strings.Split(string(b), "\n")[1:] {
		if f := strings.Split(l, "\t"); len(f) > 2 {
			texts = append(texts, f[2])
		}
	}
	f, _ := os.Open("/work/shared/retrieval/massive-ka-GE.jsonl")
	in := bufio.NewScanner(f)
	for in.Scan() {
		var u struct{ Utt, En string }
		json.Unmarshal(in.Bytes(), &u)
		texts = append(texts, u.Utt, u.En)
	}
	t.Logf("%d texts", len(texts))
	for _, s := range texts {
		if m.Find(s, "").Outcome == bot.FoundEmergency {
			t.Logf("FALSE %s", s)
		}
	}
	for _, name := range []string{"1", "2", "A", "3", "4", "5"} {
		read := func(n string) []string {
			b, _ := os.ReadFile("/tmp/alarm/" + n + name + ".txt")
			return strings.Split(strings.TrimSpace(string(b)), "\n")
		}
		hit, fp := 0, 0
		for _, s := range read("pos") {
			if m.Find(s, "").Outcome == bot.FoundEmergency {
				hit++
			} else {
				t.Logf("MISS %s", s)
			}
		}
		for _, s := range read("neg") {
			if m.Find(s, "").Outcome == bot.FoundEmergency {
				fp++
				t.Logf("FALSE-T %s", s)
			}
		}
		t.Logf("table %s: %d of %d, false %d of %d", name, hit, len(read("pos")), fp, len(read("neg")))
	}
}

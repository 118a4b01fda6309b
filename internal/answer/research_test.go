package answer

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

type q struct{ id, lang, text string }

func readTSV(path string) (out []q) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	for i, l := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if i == 0 {
			continue
		}
		p := strings.Split(l, "\t")
		out = append(out, q{p[0], p[1], p[2]})
	}
	return
}

func kbCorpus() Corpus {
	var c Corpus
	b, _ := os.ReadFile("testdata/kb/entries.json")
	if err := json.Unmarshal(b, &c.Entries); err != nil {
		panic(err)
	}
	c.Languages = []bot.Language{"ka", "en", "fr"}
	b, _ = os.ReadFile("testdata/kb/negatives.tsv")
	for i, l := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		p := strings.Split(l, "\t")
		if i > 0 {
			c.Negatives = append(c.Negatives, Negative{bot.Language(p[0]), p[1]})
		}
	}
	b, _ = os.ReadFile("../../content/lexicon.tsv")
	for _, l := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		p := strings.Split(l, "\t")
		c.Concepts = append(c.Concepts, Form{p[0], p[1] == "strict", bot.Language(p[2]), p[3]})
	}
	return c
}

var GramCap = 0.0

type lab struct {
	v     *vocabulary
	l     *linear
	ids   []string
	dense []float32
}

type line struct {
	class int
	text  string
}

func build(c Corpus, sch schedule) *lab {
	x := &lab{v: newVocabulary(c.Concepts)}
	var lines []line
	for i, e := range c.Entries {
		x.ids = append(x.ids, e.ID)
		for _, l := range c.Languages {
			if t := e.Question[l]; t != "" {
				lines = append(lines, line{i, t})
			}
			for _, t := range e.Phrasings[l] {
				lines = append(lines, line{i, t})
			}
		}
	}
	for _, n := range c.Negatives {
		lines = append(lines, line{-1, n.Text})
	}
	return x.fit(lines, len(c.Entries), sch)
}

func (x *lab) fit(lines []line, n int, sch schedule) *lab {
	v := x.v
	var feats [][]feature
	var df []int
	var last []int
	for i, ln := range lines {
		f := v.appendFeatures(nil, v.appendWords(nil, ln.text))
		feats = append(feats, f)
		for _, f := range f {
			s := int(v.slots.add(f.hash))
			if s >= len(df) {
				df = append(df, 0)
				last = append(last, -1)
			}
			if last[s] != i {
				last[s] = i
				df[s]++
			}
		}
	}
	v.idf = make([]float32, len(df))
	for i, d := range df {
		v.idf[i] = idf(len(lines), d)
	}
	if GramCap > 0 {
		for _, f := range feats {
			for _, g := range f {
				if s, _ := v.slots.find(g.hash); g.weight <= 1 && float64(df[s]) > GramCap+float64(len(lines))/100 {
					v.idf[s] = 0
				}
			}
		}
	}
	x.dense = make([]float32, len(df))
	var ex []example
	for i, ln := range lines {
		ex = append(ex, example{v.gather(nil, feats[i], x.dense), ln.class})
	}
	x.l = trainLinear(ex, n, len(df), sch)
	return x
}

func (x *lab) rank(text string) []float32 {
	sc := make([]float32, len(x.ids))
	x.l.score(sc, x.v.gather(nil, x.v.appendFeatures(nil, x.v.appendWords(nil, text)), x.dense))
	return sc
}

func top3(sc []float32) [3]int {
	t := [3]int{-1, -1, -1}
	for i, s := range sc {
		for k := range t {
			if t[k] < 0 || s > sc[t[k]] {
				copy(t[k+1:], t[k:2])
				t[k] = i
				break
			}
		}
	}
	return t
}

func (x *lab) eval(qs []q) string {
	var n, a, b int
	for _, q := range qs {
		if q.id == "none" || q.id == "hard" {
			continue
		}
		n++
		t := top3(x.rank(q.text))
		if x.ids[t[0]] == q.id {
			a++
		}
		for _, k := range t {
			if x.ids[k] == q.id {
				b++
			}
		}
	}
	return fmt.Sprintf("%.3f/%.3f", float64(a)/float64(n), float64(b)/float64(n))
}

func TestResearch(t *testing.T) {
	c := kbCorpus()
	for _, s := range []schedule{
		{12, 4, 1e-5, .01, .1}, {12, 4, 1e-5, 0, .1}, {12, 2, 1e-5, .01, .1}, {25, 4, 1e-5, .01, .1}, {12, 8, 1e-5, .01, .1}, {12, 4, 1e-4, .01, .1}, {12, 4, 1e-5, .05, .1},
	} {
		t0 := time.Now()
		x := build(c, s)
		d := time.Since(t0)
		t.Log(s, d, len(x.l.cells), len(x.v.idf), x.eval(readTSV("testdata/kb/questions.tsv")), x.eval(readTSV("testdata/unseen-1.tsv")))
	}
}

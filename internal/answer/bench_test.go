package answer

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

// synthetic is a corpus of any size: each entry is about four of the lexicon's concepts and each of its
// phrasings names some of them, in any of their forms, among words of chat.
func synthetic(tb testing.TB, entries, phrasings int) Corpus {
	tb.Helper()
	c := Corpus{Languages: []bot.Language{"ka", "en", "fr"}, Concepts: lexicon(tb)}
	forms := map[string][]string{}
	for _, f := range c.Concepts {
		if f.Language == "ka" {
			forms[f.Concept] = append(forms[f.Concept], f.Form)
		}
	}
	var names []string
	for n := range forms {
		names = append(names, n)
	}
	slices.Sort(names)
	chat := strings.Fields(fillers[0].words)
	r := rand.New(rand.NewPCG(uint64(entries), uint64(phrasings)))
	say := func(about []string) string {
		var words []string
		for _, i := range r.Perm(len(about))[:2+r.IntN(len(about)-1)] {
			list := forms[about[i]]
			words = append(words, list[r.IntN(len(list))])
			if r.IntN(2) == 0 {
				words = append(words, chat[r.IntN(len(chat))])
			}
		}
		return strings.Join(words, " ")
	}
	for i := range entries {
		var about []string
		for range 4 {
			about = append(about, names[r.IntN(len(names))])
		}
		e := bot.Entry{ID: fmt.Sprint("e", i), Question: bot.Text{"ka": say(about)}, Phrasings: map[bot.Language][]string{}}
		for range phrasings - 1 {
			e.Phrasings["ka"] = append(e.Phrasings["ka"], say(about))
		}
		c.Entries = append(c.Entries, e)
	}
	for range 400 {
		c.Negatives = append(c.Negatives, Negative{Language: "ka", Text: say([]string{names[r.IntN(len(names))], names[r.IntN(len(names))], names[r.IntN(len(names))]})})
	}
	return c
}

// sizes are the corpora that are measured: entries, phrasings.
var sizes = [...][2]int{{63, 20}, {500, 25}, {10000, 3}}

func BenchmarkFind(b *testing.B) {
	measure := func(name string, m func(*testing.B) *Model, texts func(*testing.B) []string) {
		b.Run(name, func(b *testing.B) {
			m, texts := m(b), texts(b)
			var times []time.Duration
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				m.Find(texts[i%len(texts)], "ka")
				times = append(times, time.Since(start))
				i++
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1000, "p99-µs")
		})
	}
	asked := func(b *testing.B) []string {
		var texts []string
		for _, q := range questions(b, "testdata/unseen-1.tsv") {
			texts = append(texts, q.text)
		}
		return texts
	}
	measure("kb", func(b *testing.B) *Model { return model(b) }, asked)
	for _, s := range sizes[1:] {
		c := synthetic(b, s[0], s[1])
		m := func(b *testing.B) *Model {
			m, err := Train(c)
			if err != nil {
				b.Fatal(err)
			}
			return m
		}
		own := func(*testing.B) []string {
			var texts []string
			for _, e := range c.Entries {
				texts = append(texts, lines(e, "ka")...)
			}
			return texts
		}
		trained := m(b)
		again := func(*testing.B) *Model { return trained }
		measure(fmt.Sprintf("%dx%d/asked", s[0], s[1]), again, asked)
		measure(fmt.Sprintf("%dx%d/own", s[0], s[1]), again, own)
	}
}

func BenchmarkTrain(b *testing.B) {
	for _, s := range sizes {
		c := synthetic(b, s[0], s[1])
		b.Run(fmt.Sprintf("%dx%d", s[0], s[1]), func(b *testing.B) {
			var m *Model
			for b.Loop() {
				var err error
				if m, err = Train(c); err != nil {
					b.Fatal(err)
				}
			}
			first := 0
			for _, e := range c.Entries {
				first += count(m.Find(e.Phrasings["ka"][0], "").Suggestions[0] == e.ID)
			}
			b.ReportMetric(float64(first)/float64(len(c.Entries)), "own-first")
		})
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	for _, s := range sizes {
		c := synthetic(b, s[0], s[1])
		_, data := stored(b, c)
		b.Run(fmt.Sprintf("%dx%d", s[0], s[1]), func(b *testing.B) {
			var m *Model
			for b.Loop() {
				var err error
				if m, err = Unmarshal(data, c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(data))/(1<<20), "file-MB")
			b.ReportMetric(heap(b, data, c), "heap-MB")
			runtime.KeepAlive(m)
		})
	}
}

// heap is what a loaded model keeps, in MB, with the working memory of one Find.
func heap(b *testing.B, data []byte, c Corpus) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m, err := Unmarshal(data, c)
	if err != nil {
		b.Fatal(err)
	}
	m.Find("გზა", "")
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(m)
	return (float64(after.HeapAlloc) - float64(before.HeapAlloc)) / (1 << 20)
}

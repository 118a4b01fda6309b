package answer

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"
)

// dumps evidence to CSV for python analysis
func (x *lab) evid(text string, docs [][]term, docClass []int) (int, []float64) {
	v := x.v
	words := v.appendWords(nil, text)
	feats := v.appendFeatures(nil, words)
	terms := v.gather(nil, feats, x.dense)
	n := len(x.ids)
	sc := make([]float32, n+1)
	x.l.score(sc, terms)
	t := top3(sc[:n])
	sum := 0.0
	for _, s := range sc[:n] {
		sum += float64(sigmoid(s))
	}
	for _, tm := range terms {
		x.dense[tm.slot] = tm.value
	}
	cosOf := func(c int) (float64, float64) {
		var best [3]float64
		for d, dc := range docClass {
			if dc != c {
				continue
			}
			s := 0.0
			for _, tm := range docs[d] {
				s += float64(tm.value * x.dense[tm.slot])
			}
			for k := range best {
				if s > best[k] {
					copy(best[k+1:], best[k:2])
					best[k] = s
					break
				}
			}
		}
		return best[0], (best[0] + best[1] + best[2]) / 3
	}
	c1, m1 := cosOf(t[0])
	c2, m2 := cosOf(t[1])
	cr, mr := cosOf(n)
	for _, tm := range terms {
		x.dense[tm.slot] = 0
	}
	// coverage
	stems := map[uint32]bool{}
	for d, dc := range docClass {
		if dc == t[0] {
			for _, tm := range docs[d] {
				stems[tm.slot] = true
			}
		}
	}
	var q, cov, unk float64
	nc, nm := 0, 0
	maxI := float64(idf(len(docs), 0))
	for _, w := range words {
		s, ok := v.slots.find(w.hash)
		f := 1.0
		if w.filler {
			f = .2
		} else {
			nc++
		}
		if !ok {
			q += f * maxI
			unk += f * maxI
			continue
		}
		i := f * float64(v.idf[s])
		q += i
		if stems[s] {
			cov += i
			if !w.filler {
				nm++
			}
		}
	}
	var gm, gc float64
	for _, tm := range terms {
		gm += float64(tm.value * tm.value)
		if stems[tm.slot] {
			gc += float64(tm.value * tm.value)
		}
	}
	if q == 0 {
		q = 1
	}
	one := 0.0
	if nm <= 1 {
		one = 1
	}
	return t[0], []float64{float64(sc[t[0]]), float64(sc[t[1]]), float64(sc[n]), sum, c1, m1, c2, m2, cr, mr, cov / q, unk / q, gc / (gm + 1e-9), one, float64(nc), float64(len(words))}
}

func buildR(c Corpus, lines []line, n int, ids []string) (*lab, [][]term, []int) {
	x := &lab{v: newVocabulary(c.Concepts), ids: ids}
	x.fit(lines, n+1, Sched)
	var docs [][]term
	var dc []int
	for _, l := range lines {
		docs = append(docs, x.v.gather(nil, x.v.appendFeatures(nil, x.v.appendWords(nil, l.text)), x.dense))
		dc = append(dc, l.class)
	}
	return x, docs, dc
}

func TestDump(t *testing.T) {
	c := kbCorpus()
	f, _ := os.Create("/tmp/evid.csv")
	defer f.Close()
	w := csv.NewWriter(f)
	defer w.Flush()
	put := func(set, label, got string, ev []float64, text string) {
		r := []string{set, label, got}
		for _, e := range ev {
			r = append(r, fmt.Sprintf("%.5f", e))
		}
		w.Write(append(r, text))
	}
	var lines []line
	var ids []string
	n := len(c.Entries)
	for i, e := range c.Entries {
		ids = append(ids, e.ID)
		for _, l := range c.Languages {
			if q := e.Question[l]; q != "" {
				lines = append(lines, line{i, q})
			}
			for _, p := range e.Phrasings[l] {
				lines = append(lines, line{i, p})
			}
		}
	}
	for _, ng := range c.Negatives {
		lines = append(lines, line{n, ng.Text})
	}
	x, d, dc := buildR(c, lines, n, ids)
	for _, s := range strings.Fields("kb/questions unseen-1") {
		for _, q := range readTSV("testdata/" + s + ".tsv") {
			k, ev := x.evid(q.text, d, dc)
			put(s, q.id, ids[k], ev, q.text)
		}
	}
	K := 8
	for f := range K {
		var keep []line
		type h struct {
			l   line
			set string
		}
		var held []h
		for i, l := range lines {
			switch {
			case l.class < n && (l.class*5)%K == f:
				held = append(held, h{l, "loeo"})
			case (i*7+l.class)%K == f:
				if l.class == n {
					held = append(held, h{l, "neg"})
				} else {
					held = append(held, h{l, "pos"})
				}
			default:
				keep = append(keep, l)
			}
		}
		x, d, dc := buildR(c, keep, n, ids)
		for _, h := range held {
			k, ev := x.evid(h.l.text, d, dc)
			lab := "none"
			if h.set == "pos" {
				lab = ids[h.l.class]
			}
			put(h.set, lab, ids[k], ev, h.l.text)
		}
	}
}

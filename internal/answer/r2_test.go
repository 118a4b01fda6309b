package answer

import (
	"testing"
	"time"
)

// k-fold over phrasings
func kfold(c Corpus, sch schedule, k int) (float64, float64) {
	n, a, b := 0, 0, 0
	for f := range k {
		cc := c
		cc.Entries = nil
		var held []q
		for _, e := range c.Entries {
			ph := e.Phrasings
			e.Phrasings = nil
			p2 := map[string]bool{}
			_ = p2
			m := map[string][]string{}
			i := 0
			for _, l := range c.Languages {
				for _, p := range ph[l] {
					if i%k == f {
						held = append(held, q{e.ID, "", p})
					} else {
						m[string(l)] = append(m[string(l)], p)
					}
					i++
				}
			}
			e.Phrasings = toPh(m)
			cc.Entries = append(cc.Entries, e)
		}
		x := build(cc, sch)
		for _, q := range held {
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
	}
	return float64(a) / float64(n), float64(b) / float64(n)
}

func TestSweep(t *testing.T) {
	c := kbCorpus()
	run := func(name string, s schedule) {
		t0 := time.Now()
		a, b := kfold(c, s, 4)
		d := time.Since(t0) / 4
		x := build(c, s)
		t.Logf("%v %-20s 4-fold %.3f/%.3f  dev %s", d, name, a, b, x.eval(readTSV("testdata/unseen-1.tsv")))
	}
	run("base", Sched)

	for _, g := range []float64{0, 90} {
		GramCap = g
		run("5ep", Sched)
		s := Sched
		s.prune = .2
		run("prune .2", s)
		s.prune = .3
		run("prune .3", s)
		s = Sched
		s.active = .1
		run("active .1", s)
		s = Sched
		s.epochs = 3
		run("ep3", s)
	}
}

package answer

import (
	"fmt"
	"strings"
	"testing"
)

func TestWindows(t *testing.T) {
	c := kbCorpus()
	GramCap = 90
	x := build(c, Sched)
	win := func(text string, size, step int, delta float32, mean float32) []float32 {
		sc := x.rank(text)
		ws := strings.Fields(text)
		if len(ws) <= size {
			return sc
		}
		best := make([]float32, len(sc))
		for i := range best {
			best[i] = -99
		}
		for i := 0; ; i += step {
			e := min(i+size, len(ws))
			s := x.rank(strings.Join(ws[i:e], " "))
			for k := range s {
				best[k] = max(best[k], s[k])
			}
			if e == len(ws) {
				break
			}
		}
		for k := range sc {
			sc[k] = sc[k]*(1-mean) + mean*(best[k]+delta)
		}
		return sc
	}
	sets := map[string][]q{"q": readTSV("testdata/kb/questions.tsv"), "dev": readTSV("testdata/unseen-1.tsv")}
	for _, p := range []struct {
		size, step  int
		delta, mean float32
	}{{999, 1, 0, 0}, {12, 6, 0, .3}, {12, 6, 0, .5}, {12, 6, 0, .7}, {8, 4, 0, .3}, {8, 4, 0, .5}, {8, 4, 0, .7}, {6, 3, 0, .5}, {10, 3, 0, .5}} {
		out := ""
		for _, b := range [][2]int{{0, 8}, {9, 14}, {15, 99}} {
			n, a := 0, 0
			for _, q := range sets["dev"] {
				l := len(strings.Fields(q.text))
				if q.id == "none" || q.id == "hard" || l < b[0] || l > b[1] {
					continue
				}
				n++
				tp := top3(win(q.text, p.size, p.step, p.delta, p.mean))
				if x.ids[tp[0]] == q.id {
					a++
				} else if p.size == 999 {
					fmt.Println(q.id, x.ids[tp[0]], x.ids[tp[1]], x.ids[tp[2]], q.text)
				}
			}
			out += fmt.Sprintf(" %v %d/%d", b, a, n)
		}
		t.Log(p, out)
	}
}

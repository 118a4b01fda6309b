package answer

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func massiveLines(n, per int) []line {
	f, err := os.Open(os.Getenv("OGPBOT_TEST_MASSIVE"))
	if err != nil {
		return nil
	}
	var utt []string
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var r struct{ Intent, Utt string }
		json.Unmarshal(sc.Bytes(), &r)
		utt = append(utt, r.Intent+"\t"+r.Utt)
	}
	slices.Sort(utt)
	for i, u := range utt {
		utt[i] = u[strings.IndexByte(u, '\t')+1:]
	}
	var out []line
	for i := range n * per {
		out = append(out, line{i / per, utt[i%len(utt)]})
	}
	return out
}

func TestScaleResearch(t *testing.T) {

	for _, k := range [][2]int{{500, 25}} {
		for _, g := range []float64{90} {
			GramCap = g
			for _, s := range []schedule{{3, 4, 1e-5, .05, .1}, {3, 4, 1e-5, .1, .1}} {
				ls := massiveLines(k[0], k[1])
				x := &lab{v: newVocabulary(nil)}
				x.ids = make([]string, k[0])
				t0 := time.Now()
				x.fit(ls, k[0], s)
				d := time.Since(t0)
				t0 = time.Now()
				ok := 0
				for i := range 1000 {
					if top3(x.rank(ls[i*7].text))[0] == ls[i*7].class {
						ok++
					}
				}
				t.Log(k, g, s, d, "cells", len(x.l.cells), "slots", len(x.v.idf), time.Since(t0)/1000, "self", ok)
			}
		}
	}

}

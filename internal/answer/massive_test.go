package answer

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"ogpbot/internal/answer/georgian/georgiantest"
)

func TestMassiveResearch(t *testing.T) {
	path := os.Getenv("OGPBOT_TEST_MASSIVE")
	f, err := os.Open(path)
	if err != nil {
		t.Skip()
	}
	type row struct{ Partition, Intent, Utt string }
	var train []line
	var test []row
	ids := map[string]int{}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var r row
		json.Unmarshal(sc.Bytes(), &r)
		switch r.Partition {
		case "train":
			if _, ok := ids[r.Intent]; !ok {
				ids[r.Intent] = len(ids)
			}
			train = append(train, line{ids[r.Intent], r.Utt})
		case "test":
			test = append(test, r)
		}
	}
	c := kbCorpus()
	run := func(name string, s schedule) {
		x := &lab{v: newVocabulary(c.Concepts)}
		x.ids = make([]string, len(ids))
		t0 := time.Now()
		x.fit(train, len(ids), s)
		d := time.Since(t0)
		a, b := 0, 0
		r := rand.New(rand.NewPCG(1, 1))
		for _, q := range test {
			if top3(x.rank(q.Utt))[0] == ids[q.Intent] {
				a++
			}
			if top3(x.rank(georgiantest.Informal(q.Utt, r)))[0] == ids[q.Intent] {
				b++
			}
		}
		t.Logf("%-10s %.4f %.4f train %v cells %d slots %d", name, float64(a)/float64(len(test)), float64(b)/float64(len(test)), d, len(x.l.cells), len(x.v.idf))
	}
	s := Sched
	s.epochs = 4
	s.active = .05
	run("4ep", s)
	NLo = 4
	run("4", s)
	NHi = 5
	run("4-5", s)
	NLo = 3
	NHi = 4
	GramCap = .05
	run("cap.05", s)
	GramCap = .02
	run("cap.02", s)
	GramCap = 0
	weightPair = 1
	run("pair", s)
}

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
	s.epochs = 5
	run("base5", s)
	s.rate = 2
	run("rate2", s)
	s.decay = 3e-6
	run("decay3e-6", s)
	s = Sched
	s.epochs = 5
	NHi = 3
	run("gram3", s)
	NHi = 4
	WConcept = 0
	run("noconcept", s)
	WConcept = 3
	weightPair = 1
	run("pair", s)
	weightPair = 0
}

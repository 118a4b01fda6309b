package answer

import (
	"slices"
	"testing"

	"ogpbot/bot"
)

func TestConfusions(t *testing.T) {
	m := model(t)
	list := m.Confusions()
	if len(list) == 0 {
		t.Error("63 entries on one subject, and none may be taken for another")
	}
	for _, c := range list {
		t.Logf("%.2f %s: %s / %s %s", c.Score, c.Kind, c.Entry, c.Other, c.Text)
		if c.Kind == OwnQuestion || c.Score <= 0 || c.Score > 1 || c.Entry == c.Other || !slices.Contains(m.entries, c.Entry) {
			t.Errorf("%+v", c)
		}
	}
}

// twins is a corpus in which two entries are nearly one.
func twins(tb testing.TB) Corpus {
	tb.Helper()
	c := kb(tb)
	c.Entries = slices.Clone(c.Entries)
	twin := c.Entries[0]
	twin.ID = "twin"
	twin.Question = bot.Text{"ka": twin.Question["ka"] + " აქ"}
	c.Entries = append(c.Entries, twin)
	return c
}

func TestConfusionsFindsTwins(t *testing.T) {
	c := twins(t)
	m, err := Train(c)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[ConfusionKind]bool{}
	for _, f := range m.Confusions() {
		if (f.Entry == "twin" || f.Other == "twin") && (f.Entry == c.Entries[0].ID || f.Other == c.Entries[0].ID) {
			kinds[f.Kind] = true
			if f.Score <= 0 || f.Score > 1 {
				t.Errorf("score %v of %+v", f.Score, f)
			}
		}
	}
	for _, k := range []ConfusionKind{SharedWords, AlmostSame} {
		if !kinds[k] {
			t.Errorf("the twins are not reported as %q", k)
		}
	}
}

func TestRegisters(t *testing.T) {
	m := model(t)
	e := bot.Entry{
		ID:       "x",
		Question: bot.Text{"ka": "სად არის?", "en": "Where is it?"},
		Phrasings: map[bot.Language][]string{"ka": {
			"sad aris", "გთხოვთ მითხრათ, სად არის",
			"მეზობელმა მითხრა რომ სადღაც იყო და ვეღარ გავიგე ბოლოს სად არის მაგი ნეტა",
		}},
	}
	got := m.Registers(e)
	if want := (Register{Lines: 5, Native: 3, Latin: 1, Other: 1, Short: 4, Long: 1, Polite: 1}); got != want {
		t.Errorf("Registers = %+v, want %+v", got, want)
	}
	if want := []string{"lines", "native", "latin", "long", "polite"}; !slices.Equal(got.Wanted(), want) {
		t.Errorf("Wanted = %v, want %v", got.Wanted(), want)
	}
}

func TestNearDuplicates(t *testing.T) {
	m := model(t)
	e := bot.Entry{Question: bot.Text{"ka": "როგორ გადავიხადო პარკირების საფასური?"}, Phrasings: map[bot.Language][]string{"ka": {
		"rogor gadavixado parkirebis safasuri", "მანქანა სად დავაყენო უფასოდ",
	}}}
	got := m.NearDuplicates(e)
	if len(got) != 1 || got[0][0] != e.Question["ka"] || got[0][1] != e.Phrasings["ka"][0] {
		t.Errorf("NearDuplicates = %q", got)
	}
}

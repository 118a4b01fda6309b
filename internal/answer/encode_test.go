package answer

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"reflect"
	"slices"
	"testing"

	"ogpbot/bot"
)

// little is a corpus with everything in it whose model is small enough to damage in every place.
func little() Corpus {
	text := func(s string) bot.Text { return bot.Text{"ka": s} }
	return Corpus{
		Languages: []bot.Language{"ka", "en"},
		Entries: []bot.Entry{
			{ID: "bus", Question: text("ავტობუსი"), Answer: text("18:00")},
			{ID: "road", Question: text("გზა"), Phrasings: map[bot.Language][]string{"ka": {"ორმო"}}, Tells: []bot.Detail{}},
		},
		Hears:     map[string]map[bot.Language][]string{"help": {"ka": {"მიშველე"}}, "emergency": {"en": {"big fire"}}},
		Negatives: []Negative{{Language: "ka", Text: "ამინდი"}},
		Concepts:  []Form{{Concept: "road", Strict: true, Language: "ka", Form: "ცუდი გზა"}},
		Villages:  []bot.Village{{ID: "v", Name: text("ურეკი")}},
	}
}

func stored(tb testing.TB, c Corpus) (*Model, []byte) {
	tb.Helper()
	m, err := Train(c)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := m.MarshalBinary()
	if err != nil {
		tb.Fatal(err)
	}
	return m, data
}

func TestStoredModelIsTheSame(t *testing.T) {
	m := model(t)
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Unmarshal(data, kb(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range questions(t, "testdata/unseen-1.tsv") {
		if a, b := m.Find(q.text, "fr"), again.Find(q.text, "fr"); !reflect.DeepEqual(a, b) {
			t.Errorf("%q: trained %+v, loaded %+v", q.text, a, b)
		}
	}
	if a, b := m.Confusions(), again.Confusions(); !reflect.DeepEqual(a, b) {
		t.Errorf("confusions: trained %v, loaded %v", a, b)
	}
	if _, sure := again.Villages("ურეკში", 1); !sure {
		t.Error("the villages are lost")
	}
	if second, err := again.MarshalBinary(); err != nil || !bytes.Equal(second, data) {
		t.Errorf("stored again it differs (%v)", err)
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	a, err := model(t).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	_, b := stored(t, kb(t))
	if !bytes.Equal(a, b) {
		t.Error("two trainings on one corpus differ")
	}
}

func TestDamagedModel(t *testing.T) {
	c := little()
	_, data := stored(t, c)
	refuse := func(what string, data []byte, c Corpus) {
		t.Helper()
		if m, err := Unmarshal(data, c); !errors.Is(err, ErrForeign) || m != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for n := 0; n < len(data); n += 1 + n/50 {
		refuse("cut short", data[:n], c)
	}
	for i := 0; i < len(data); i += 1 + len(data)/300 {
		damaged := slices.Clone(data)
		damaged[i] ^= 0x41
		refuse("changed", damaged, c)
	}
	refuse("longer", append(slices.Clone(data), 0), c)
	for what, change := range map[string]func(*Corpus){
		"other languages": func(c *Corpus) { c.Languages = nil },
		"other question":  func(c *Corpus) { c.Entries[0].Question["ka"] = "ავტობუსები" },
		"other answer":    func(c *Corpus) { c.Entries[0].Answer["ka"] = "19:00" },
		"nothing told":    func(c *Corpus) { c.Entries[1].Tells = nil },
		"other phrase":    func(c *Corpus) { c.Hears["help"]["ka"][0] = "მითხარი" },
		"other negative":  func(c *Corpus) { c.Negatives[0].Text = "თოვლი" },
		"other concept":   func(c *Corpus) { c.Concepts[0].Strict = false },
		"fewer entries":   func(c *Corpus) { c.Entries = c.Entries[:1] },
	} {
		other := little()
		change(&other)
		refuse(what, data, other)
	}
}

// TestForgedModel: what damages a model and mends its digest is refused or harmless.
func TestForgedModel(t *testing.T) {
	c := little()
	_, data := stored(t, c)
	// Through the first numbers one by one, then fewer.
	for i := len(format) + sha256.Size; i < len(data)-sha256.Size; i += 1 + i/50 {
		for _, b := range []byte{0x00, 0x01, 0x80, 0xff} {
			forged := slices.Clone(data)
			forged[i] = b
			useForged(t, forged, c)
		}
	}
}

func useForged(t *testing.T, data []byte, c Corpus) {
	t.Helper()
	if end := len(data) - sha256.Size; end > 0 {
		sum := sha256.Sum256(data[:end])
		copy(data[end:], sum[:])
	}
	m, err := Unmarshal(data, c)
	if err != nil {
		if !errors.Is(err, ErrForeign) {
			t.Errorf("%v", err)
		}
		return
	}
	for _, text := range []string{"ავტობუსი როდის არის", "ცუდი გზა", "help me", "big fire"} {
		m.Find(text, "")
	}
	m.Confusions()
}

func FuzzUnmarshal(f *testing.F) {
	c := little()
	_, data := stored(f, c)
	head := len(format) + sha256.Size
	f.Add(data[head : len(data)-sha256.Size])
	f.Fuzz(func(t *testing.T, body []byte) {
		forged := slices.Concat(data[:head], body, make([]byte, sha256.Size))
		useForged(t, forged, c)
	})
}

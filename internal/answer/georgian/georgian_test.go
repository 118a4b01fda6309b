package georgian_test

import (
	"bufio"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"ogpbot/internal/answer/georgian"
	"ogpbot/internal/answer/georgian/georgiantest"
)

// vocabulary gives the Georgian words of the questions that the answers are measured with.
func vocabulary(t testing.TB) []string {
	t.Helper()
	f, err := os.Open("../testdata/unseen-1.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := map[string]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		for w := range georgian.Words(lines.Text()) {
			if r, _ := utf8.DecodeRuneInString(w); georgian.IsGeorgian(r) {
				seen[w] = true
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	var words []string
	for w := range seen {
		words = append(words, w)
	}
	if len(words) < 500 {
		t.Fatalf("only %d words", len(words))
	}
	slices.Sort(words)
	return words
}

func TestSpellingsShareAKey(t *testing.T) {
	for _, w := range vocabulary(t) {
		key := georgian.Key(w)
		for name, other := range map[string]string{
			"Romanise": georgian.Romanise(w), "Official": georgiantest.Official(w), "capitals": strings.ToUpper(georgian.Romanise(w)),
			"Mtavruli": mtavruli(w), "typographic apostrophes": strings.ReplaceAll(georgiantest.Official(w), "'", "’"),
		} {
			if got := georgian.Key(other); got != key {
				t.Errorf("%s: Key(%q) = %q, Key(%q) = %q", name, other, got, w, key)
			}
		}
	}
}

func mtavruli(w string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ა' && r <= 'ჰ' {
			return r - 'ა' + 0x1C90
		}
		return r
	}, w)
}

// TestInformal: of words typed as people type, at least 96 in 100 have the key of the native spelling.
func TestInformal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := vocabulary(t)
	same := 0
	for _, w := range words {
		if georgian.Key(georgiantest.Informal(w, r)) == georgian.Key(w) {
			same++
		}
	}
	if share := float64(same) / float64(len(words)); share < .96 {
		t.Errorf("%.3f of the words keep their key", share)
	}
}

func TestKey(t *testing.T) {
	for word, want := range map[string]string{
		"ჭადარი": "Hadari", "tchadari": "Hadari", "chadari": "Hadari", "ch'adari": "Hadari",
		"შრომა": "Sroma", "shroma": "Sroma", "6roma": "Sroma", "SHROMA": "Sroma",
		"მაღაზია": "magazia", "maghazia": "magazia", "magazia": "magazia", "maRazia": "magazia",
		"წყალი": "Ckali", "wyali": "Ckali", "tskali": "Ckali", "ts'q'ali": "Ckali", "cyali": "Ckali",
		"ხე": "Xe", "xe": "Xe", "khe": "Xe", "he": "Xe",
		"ფოთი": "poti", "foti": "poti", "photi": "poti",
		"ჯერ": "jer", "djer": "jer", "ძაღლი": "zagli", "dzaghli": "zagli", "Zagli": "zagli",
		"4emi": "Hemi", "ჩემი": "Hemi", "ra4a": "raHa",
		"16ის": "16is", "4": "4", "46": "46", "6-მდე": "6-mde",
		"CSVში": "CsvSi", "OGP": "ogp", "délai": "delai", "où": "ou",
		"пандус": "pandus", "Щука": "SHuka", "": "", "''": "", "日本": "日本",
	} {
		if got := georgian.Key(word); got != want {
			t.Errorf("Key(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestStem(t *testing.T) {
	for _, forms := range []string{
		"ბიუჯეტი ბიუჯეტს ბიუჯეტის ბიუჯეტში ბიუჯეტით ბიუჯეტიდან ბიუჯეტისთვის ბიუჯეტები ბიუჯეტების ბიუჯეტებში",
		"პეტიცია პეტიციის პეტიციას პეტიციაში პეტიციები peticia petitsiis peticiebi",
		"სოფელი სოფლის სოფელში სოფლიდან სოფლები sofeli soplis",
		"ქუჩა ქუჩის ქუჩაში ქუჩიდან ქუჩაზე quchidan",
		"ვალდებულება ვალდებულების ვალდებულებები ვალდებულებებს",
	} {
		words := strings.Fields(forms)
		want := georgian.Stem(georgian.Key(words[0]))
		for _, w := range words[1:] {
			if got := georgian.Stem(georgian.Key(w)); got != want {
				t.Errorf("the stem of %s is %q, that of %s is %q", w, got, words[0], want)
			}
		}
	}
}

func TestStemIsIdempotent(t *testing.T) {
	for _, w := range vocabulary(t) {
		stem := georgian.Stem(georgian.Key(w))
		if again := georgian.Stem(stem); again != stem {
			t.Errorf("%s: %q becomes %q", w, stem, again)
		}
		if stem == "" {
			t.Errorf("%s has no stem", w)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"რა არის, OGP-ის წევრი?": "რა|არის|OGP|ის|წევრი",
		"k'alak'i ts'q'ali":     "k'alak'i|ts'q'ali",
		"l'eau d’ici qu'est-ce": "l|eau|d|ici|qu|est|ce",
		"don't":                 "don't",
		"":                      "", " …!": "", "👍 კი": "კი",
	} {
		if got := strings.Join(slices.Collect(georgian.Words(text)), "|"); got != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"გამარჯობა", "gamarjoba", "t's'", "tSh", "\xff\xfe", "ᲒᲐᲛᲐᲠᲯᲝᲑᲐ", "6666a", "ǰšč", "ё"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for w := range georgian.Words(s) {
			key := georgian.Key(w)
			if got := georgian.Key(georgian.Romanise(w)); got != key && !strings.ContainsFunc(w, func(r rune) bool { return r < utf8.RuneSelf }) {
				t.Errorf("Key(%q) = %q, of its romanisation %q", w, key, got)
			}
			stem := georgian.Stem(key)
			if georgian.Stem(stem) != stem || len(stem) > len(key) {
				t.Errorf("Stem(%q) = %q, then %q", key, stem, georgian.Stem(stem))
			}
		}
	})
}

func BenchmarkKey(b *testing.B) {
	b.ReportAllocs()
	var room [64]byte
	for b.Loop() {
		georgian.AppendKey(room[:0], "მუნიციპალიტეტისთვის")
	}
}

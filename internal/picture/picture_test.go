package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	longKa = "მონაწილეობითი დემოკრატიისა და სამოქალაქო მონაწილეობის გაძლიერება ოზურგეთის მუნიციპალიტეტში მონაწილეობის ინოვაციური მექანიზმებით"
	longEn = "Strengthening participatory democracy and civil participation in Ozurgeti municipality using innovative participation mechanisms"
	longFr = "Renforcement de la démocratie participative et de la participation civile dans la municipalité d'Ozurgeti à l'aide de mécanismes de participation innovants"
)

var samples = map[string]Sheet{
	"ka": {"რა შეიცვალა · 25.11.2026", "წყარო: ოზურგეთის მერია, opengovpartnership.org", []Row{
		{longKa, "მნიშვნელოვანი პროგრესი · 60 %", 60, true},
		{"საკრებულოს საზედამხედველო ფუნქციის გაძლიერება ოზურგეთის მუნიციპალიტეტში", "ჯერ არ არის ცნობილი", -1, false},
		{"საჯარო სერვისების მიწოდების გაუმჯობესება ოზურგეთის მუნიციპალიტეტში", "შეზღუდული პროგრესი · 15 %", 15, true},
	}},
	"ka-short": {"სად ვართ · 25.11.2026", "წყარო: ოზურგეთის მერია", []Row{
		{"მოქალაქეთა მონაწილეობა", "დასრულებულია · 100 %", 100, true},
		{"საკრებულოს ზედამხედველობა", "არ დაწყებულა · 0 %", 0, false},
		{"უკეთესი მომსახურება", "ჯერ არ არის ცნობილი", -1, false},
		{"„პროგრესის სახლი“ – 3 000 ₾ …", "შეზღუდული პროგრესი · 1 %", 1, false},
	}},
	"en": {"What changed · 25 November 2026", "Source: Ozurgeti City Hall, opengovpartnership.org", []Row{
		{longEn, "Substantial progress · 60%", 60, true},
		{"Oversight by the Sakrebulo", "Not known yet", -1, false},
		{"Better public services", "Completed · 100%", 100, false},
	}},
	"fr": {"Ce qui a changé · 25/11/2026", "Source : mairie d’Ozurgeti, opengovpartnership.org", []Row{
		{longFr, "Progrès substantiels · 60 %", 60, true},
		{"Contrôle par le Sakrebulo", "Pas encore connu", -1, false},
		{"De meilleurs services publics", "Achevé · 100 %", 100, false},
	}},
	"many": {"რა შეიცვალა · 25.11.2026", "წყარო: ოზურგეთის მერია, opengovpartnership.org", many(23, func(i int) Row {
		return Row{fmt.Sprintf("დაპირება %d: უკეთესი მომსახურება", i+1), "შეზღუდული პროგრესი", i * 5, i%4 == 0}
	})},
	"many-long": {"რა შეიცვალა · 25.11.2026", "წყარო: ოზურგეთის მერია, opengovpartnership.org", many(20, func(i int) Row {
		return Row{longKa, "მნიშვნელოვანი პროგრესი", i * 5, i%2 == 0}
	})},
}

func many(n int, row func(int) Row) (rows []Row) {
	for i := range n {
		rows = append(rows, row(i))
	}
	return rows
}

func picture(t testing.TB, s Sheet) (*image.Paletted, []byte) {
	t.Helper()
	b, err := PNG(s)
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	p, ok := m.(*image.Paletted)
	if !ok || len(p.Palette) > 16 {
		t.Fatalf("picture is a %T, want at most 16 colours", m)
	}
	if len(b) > MaxBytes || p.Rect.Dx() != Width {
		t.Errorf("%d bytes, %v", len(b), p.Rect)
	}
	return p, b
}

// To look at the samples: OGPBOT_TEST_PICTURES=folder go test ./internal/picture
func TestSamples(t *testing.T) {
	folder := os.Getenv("OGPBOT_TEST_PICTURES")
	for name, s := range samples {
		m, b := picture(t, s)
		t.Logf("%s: %d bytes, %d pixels high", name, len(b), m.Rect.Dy())
		if folder != "" {
			if err := os.WriteFile(filepath.Join(folder, "picture-"+name+".png"), b, 0o644); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestEmpty(t *testing.T) {
	if b, err := PNG(Sheet{Heading: "რა შეიცვალა"}); b != nil || err == nil || !strings.Contains(err.Error(), "no rows") {
		t.Errorf("got %d bytes, %v", len(b), err)
	}
}

func TestSameSheetSameBytes(t *testing.T) {
	_, want := picture(t, samples["ka"])
	var got [4][]byte
	t.Run("at once", func(t *testing.T) {
		for i := range got {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				_, got[i] = picture(t, samples["ka"])
			})
		}
	})
	for _, b := range got {
		if !bytes.Equal(b, want) {
			t.Error("the same sheet gave other bytes")
		}
	}
}

func TestHeightGrows(t *testing.T) {
	height := func(rows ...Row) int {
		m, _ := picture(t, Sheet{Rows: rows})
		return m.Rect.Dy()
	}
	one := Row{Title: "უკეთესი მომსახურება", Percent: 5}
	three := Row{Title: longKa, Percent: 5}
	endless := Row{Title: strings.Repeat(longKa+" ", 100), Percent: 5}
	if a, b, c := height(one), height(one, one), height(three); a >= b || a+2*38 != c {
		t.Errorf("heights %d, %d, %d", a, b, c)
	}
	if a, b := height(three), height(endless); a != b {
		t.Errorf("a title has more than three lines: %d, %d", a, b)
	}
	if a, b := height(Row{Title: "\u200d\x00", State: "🙂"}), height(Row{}); a != b {
		t.Errorf("text without letters takes room: %d, %d", a, b)
	}
}

func TestRowsBeyondTheLimitAreCounted(t *testing.T) {
	row := func(int) Row { return Row{Title: "ა"} }
	twenty, _ := picture(t, Sheet{Rows: many(20, row)})
	more, _ := picture(t, Sheet{Rows: many(21, row)})
	evenMore, _ := picture(t, Sheet{Rows: many(2000, row)})
	if more.Rect.Dy() <= twenty.Rect.Dy() || more.Rect != evenMore.Rect || bytes.Equal(more.Pix, evenMore.Pix) {
		t.Errorf("heights %d, %d, %d", twenty.Rect.Dy(), more.Rect.Dy(), evenMore.Rect.Dy())
	}
}

func TestBars(t *testing.T) {
	// pixels of one colour in a picture that has nothing but a bar and its number
	count := func(percent int, colours ramp) (n int) {
		m, _ := picture(t, Sheet{Rows: []Row{{Percent: percent}}})
		for _, p := range m.Pix {
			if slices.Contains(colours, p) {
				n++
			}
		}
		return n
	}
	all := count(100, blue)
	for _, percent := range []int{25, 50, 99} {
		if got, want := count(percent, blue), all*percent/100; got < want-all/50 || got > want+all/50 {
			t.Errorf("%d %% has %d blue pixels of %d", percent, got, all)
		}
	}
	if count(150, blue) != all {
		t.Error("more than 100 % is not drawn as 100 %")
	}
	if count(0, blue) != 0 || count(-1, blue) != 0 || count(1, blue) < barHeight*barHeight/2 {
		t.Error("nothing, not known, and one per cent: blue is for what was done")
	}
	if unknown, none := count(-1, line), count(0, line); unknown < 2*none {
		t.Errorf("not known looks like 0 %%: %d and %d grey pixels", unknown, none)
	}
	if count(-1, line) != count(-7, line) {
		t.Error("all below zero is not known")
	}
}

func TestChangedIsNotToldByColourAlone(t *testing.T) {
	count := func(changed bool, colours ramp) (n int) {
		m, _ := picture(t, Sheet{Rows: []Row{{State: "დასრულებულია", Percent: 100, Changed: changed}}})
		for _, p := range m.Pix {
			if slices.Contains(colours, p) {
				n++
			}
		}
		return n
	}
	if count(false, orange) != 0 || count(true, orange) < dot*dot/2 {
		t.Error("no dot")
	}
	if plain, strong := count(false, ink[2:]), count(true, ink[2:]); strong < plain*5/4 {
		t.Errorf("words are not bold: %d and %d dark pixels", plain, strong)
	}
}

func TestPercentIsTakenOffTheState(t *testing.T) {
	for _, c := range []struct {
		state         string
		percent       int
		words, number string
	}{
		{"მნიშვნელოვანი პროგრესი · 60 %", 60, "მნიშვნელოვანი პროგრესი", "60 %"},
		{"Progrès substantiels : 60\u00a0%", 60, "Progrès substantiels", "60\u00a0%"},
		{"Substantial progress – 60%", 60, "Substantial progress", "60%"},
		{"60%", 60, "", "60%"},
		{"Completed", 100, "Completed", "100\u00a0%"},
		{"", 0, "", "0\u00a0%"},
		{"not 60, but 160%", 60, "not 60, but 160%", "60\u00a0%"},
		{"was 40%", 60, "was 40%", "60\u00a0%"},
		{"not known", -1, "not known", "–"},
	} {
		if words, number := split(c.state, c.percent); words != c.words || number != c.number {
			t.Errorf("split(%q, %d) = %q, %q", c.state, c.percent, words, number)
		}
	}
}

func TestHostileText(t *testing.T) {
	for name, s := range map[string]string{
		"controls":     "\x00\x01\x1b[31m\r\n\t\x7f\u0085\u2028",
		"not UTF-8":    "\xff\xfe\xc0\x80ა\xe1\x83",
		"emoji":        "👨‍👩‍👧‍👦🇬🇪✊🏽",
		"bidi":         "\u202e\u2066\u200fcba\u2069",
		"marks":        "Z" + strings.Repeat("\u0335\u0316", 5000),
		"other script": strings.Repeat("漢字かな한국어العربيةहिन्दी", 50),
		"one word":     strings.Repeat("ჰ", 10_000),
		"spaces":       strings.Repeat(" \u00a0\u2003", 10_000),
		"hyphens":      strings.Repeat("-", 10_000),
		"dense":        strings.Repeat("Ж@%Щ&W", 1000),
		"huge":         strings.Repeat("გრძელი სიტყვა ", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			picture(t, Sheet{Heading: s, Note: s, Rows: many(2, func(i int) Row { return Row{s, s, i*1000 - 1, i == 0} })})
		})
	}
}

// The worst text there is for the size of a picture: every line full of letters with much ink, none like another.
func TestSizeOfTheWorst(t *testing.T) {
	dense := func(from int) string {
		const letters = "ЖФЩЮЫӘ@%&W8ჭჰფჟBR#§Ǝ"
		var b strings.Builder
		for i := range 300 {
			b.WriteRune([]rune(letters)[(i*i+from*7+i/5)%len([]rune(letters))])
		}
		return b.String()
	}
	picture(t, Sheet{Heading: dense(1), Note: dense(2), Rows: many(20, func(i int) Row { return Row{dense(i), dense(i + 1), -1, true} })})
}

func BenchmarkThreeRows(b *testing.B) { benchmark(b, samples["ka"]) }

func BenchmarkTooMuchText(b *testing.B) { benchmark(b, samples["many-long"]) }

func benchmark(b *testing.B, s Sheet) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := PNG(s); err != nil {
			b.Fatal(err)
		}
	}
}

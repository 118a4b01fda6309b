package channel

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

func TestUnits(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "გამარჯობა": 9, "😀": 2, "é": 1, "e\u0301": 2, "👩‍👩‍👧": 8} {
		if got := Units(s); got != want {
			t.Errorf("Units(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	family := "👩‍👩‍👧‍👦" // one letter of 11 units
	tests := []struct {
		name  string
		text  string
		limit int
		want  []string
	}{
		{"nothing", "", 10, nil},
		{"fits", "  as it is \n", 12, []string{"  as it is \n"}},
		{"only white space", strings.Repeat(" ", 30), 10, nil},
		{"paragraph before line", "one\n\ntwo\nthree", 12, []string{"one", "two\nthree"}},
		{"paragraph with white space between", "one two\n \t\nthree four", 12, []string{"one two", "three four"}},
		{"line before sentence", "one. two\nthree. four", 16, []string{"one. two", "three. four"}},
		{"windows lines", "one two\r\n\r\nthree\r\nfour", 16, []string{"one two", "three\r\nfour"}},
		{"sentence before word", "One two. Three four five.", 20, []string{"One two.", "Three four five."}},
		{"Georgian sentence", "ეს ერთია. ეს მეორეა და მეტი.", 20, []string{"ეს ერთია.", "ეს მეორეა და მეტი."}},
		{"word before letter", "one two three four", 12, []string{"one two", "three four"}},
		{"a paragraph that leaves too little is passed over", "a\n\nbb bb bb bb bb bb", 16, []string{"a\n\nbb bb bb bb", "bb bb"}},
		{"letters", "ოზურგეთიოზურგეთი", 8, []string{"ოზურგეთი", "ოზურგეთი"}},
		{"white space may hang over the edge", "aaaa bbbb   cccc", 9, []string{"aaaa bbbb", "cccc"}},
		{"combining marks stay", "e\u0301e\u0301e\u0301", 3, []string{"e\u0301", "e\u0301", "e\u0301"}},
		{"a mark on a space stays", "aaaa \u0301bbb", 5, []string{"aaaa", " \u0301bbb"}},
		{"emoji sequences stay", family + family, 12, []string{family, family}},
		{"flags stay", "🇬🇪🇬🇪🇬🇪", 6, []string{"🇬🇪", "🇬🇪", "🇬🇪"}},
		{"a letter longer than a part is cut at a rune", "a" + strings.Repeat("\u0301", 5), 4, []string{"a\u0301\u0301\u0301", "\u0301\u0301"}},
		{"limit below the least", "😀😀", 0, []string{"😀", "😀"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Split(tt.text, tt.limit); !slices.Equal(got, tt.want) {
				t.Errorf("Split(%q, %d)\n got %q\nwant %q", tt.text, tt.limit, got, tt.want)
			}
		})
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"", "hello world. how are you?\n\nfine", strings.Repeat("გამარჯობა მსოფლიო! ", 20), "👩‍👩‍👧‍👦🇬🇪e\u0301\r\n\r\n \u0301x",
		"\u0600 \u0600 x", "a\u2029b\u0085c", "\xff\xfe ok \xc3", "क्षि नमस्ते\u200d", strings.Repeat("ა", 300), "\u1100\u1161\u11a8\u1100",
	} {
		f.Add(s, uint8(7))
		f.Add(s, uint8(40))
	}
	f.Fuzz(func(t *testing.T, text string, l uint8) {
		limit := max(int(l), 2)
		pos, tooLong := 0, false
		boundary := boundaries(text, limit, &tooLong)
		for _, part := range Split(text, int(l)) {
			if n := Units(part); n > limit || n == 0 {
				t.Fatalf("a part of %d units, limit %d", n, limit)
			}
			// The parts follow one another in the text with nothing but white space between.
			for !strings.HasPrefix(text[pos:], part) {
				r, size := utf8.DecodeRuneInString(text[pos:])
				if !unicode.IsSpace(r) {
					t.Fatalf("lost %q before part %q", r, part)
				}
				pos += size
			}
			end := pos + len(part)
			if !tooLong && (!boundary[pos] || !boundary[end]) {
				t.Fatalf("part %q starts or ends inside a grapheme", part)
			}
			pos = end
		}
		if strings.TrimSpace(text[pos:]) != "" {
			t.Fatalf("lost %q at the end", text[pos:])
		}
	})
}

// boundaries are the byte offsets between graphemes; tooLong is set if one does not fit in limit.
func boundaries(text string, limit int, tooLong *bool) map[int]bool {
	at := map[int]bool{0: true}
	for g := uniseg.NewGraphemes(text); g.Next(); {
		_, to := g.Positions()
		at[to] = true
		*tooLong = *tooLong || Units(g.Str()) > limit
	}
	return at
}

func BenchmarkSplit(b *testing.B) {
	short := strings.Repeat("მონაწილეობითი ბიუჯეტი. ", 20)
	long := strings.Repeat(short, 20)
	b.Run("fits", func(b *testing.B) {
		for b.Loop() {
			Split(short, 4096)
		}
	})
	b.Run("three parts", func(b *testing.B) {
		for b.Loop() {
			Split(long, 4096)
		}
	})
}

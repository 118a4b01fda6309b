package picture

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFontHasTheLettersWeWrite(t *testing.T) {
	const letters = "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ" + "ჱჲჳჴჵ" +
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" +
		"àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ" + "äößñáíóúčšžłğışəƏț" +
		"абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯіїєґ" +
		`.,:;!?"'()[]{}/\|@#&*+-=<>_%~` + "„“”‘’‚«»‹›–—…·•†§°№©™×÷±−≤≥≠" + "₾€$£" + "←↑→↓●○■□▲►▼◆★✓✗"
	for _, f := range []*face{newFace(regular(), 28, 38), newFace(bold(), 28, 38)} {
		for _, r := range letters {
			if !f.has(r) {
				t.Errorf("no glyph for %c %U", r, r)
			}
		}
	}
}

func TestLinesAreSharp(t *testing.T) {
	for _, f := range []*face{newFace(regular(), 28, 38), newFace(bold(), 28, 38)} {
		if f.xHeight != 15 || f.capHeight != 20 {
			t.Errorf("x-height %d, capitals %d", f.xHeight, f.capHeight)
		}
	}
}

func TestKerning(t *testing.T) {
	f := newFace(bold(), 100, 120)
	if apart, together := f.width("A")+f.width("V"), f.width("AV"); apart-together < 2 || apart-together > 12 {
		t.Errorf("AV is %d wide, its letters are %d", together, apart)
	}
}

func TestReadable(t *testing.T) {
	f := newFace(regular(), 28, 38)
	for in, want := range map[string]string{
		"":          "",
		" \t\u00a0": "",
		"  ორი \n\t სიტყვა\u2003":     "ორი სიტყვა",
		"60\u00a0% «\u202foui\u202f»": "60\u00a0% «\u202foui\u202f»",
		"a \u00a0 b":                  "a b",
		"ka\u00adra\u200b\u202eb\x00": "karab",
		"👍🏽 კარგი 👨‍👩‍👧 :)":           "კარგი :)",
		"e\u0301":                 "e",
		"日本 1":                    "日本 1", // boxes
		"\xff\xe1\x83":            "",
		strings.Repeat("ი", 2000): strings.Repeat("ი", maxRunes),
	} {
		if got := f.readable(in); got != want {
			t.Errorf("readable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	f := newFace(regular(), 28, 38)
	em := f.width("mmmmmmmmmm")
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"mmmm", "mmmm"},
		{"mmmm mmmm", "mmmm mmmm"},
		{"mmmm mmmm mmmm", "mmmm mmmm|mmmm"},
		{"mmmmmmmmmm mm", "mmmmmmmmmm|mm"},
		{"mmmmmmmmmmmmmmm", "mmmmmmmmmm|mmmmm"},
		{"mm mmmmmmmmmmmmmmm", "mm|mmmmmmmmmm|mmmmm"},
		{"mmmmmm-mmmmmm", "mmmmmm-|mmmmmm"},
		{"mmm mmm\u00a0mmmm", "mmm|mmm\u00a0mmmm"},
		{"mmmmmmmm · mmmm", "mmmmmmmm|mmmm"},
		{"mmmmmm mmmmmm mmmmmm mmmmmm", "mmmmmm|mmmmmm|mmmmmm…"},
		{"mmmmmm mmmmmm mmmmmm, mmmmmm mmmmmm", "mmmmmm|mmmmmm|mmmmmm…"},
		{strings.Repeat("m", 99), "mmmmmmmmmm|mmmmmmmmmm|mmmmmmmmm…"},
	} {
		if got := strings.Join(f.wrap(c.in, em, 3), "|"); got != c.want {
			t.Errorf("wrap(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add(longFr, 300, 3)
	f.Add(strings.Repeat("ჰ/", 300), 50, 2)
	f.Add("- — … · \u00a0\xff漢", 40, 1)
	a := newFace(bold(), 28, 38)
	f.Fuzz(func(t *testing.T, s string, width, most int) {
		width, most = max(width%1000, 60), max(most%10, 1) // the widest letter and "…" need 60
		lines := a.wrap(a.readable(s), width, most)
		if len(lines) > most {
			t.Errorf("%d lines, want %d", len(lines), most)
		}
		for _, l := range lines {
			if a.width(l) > width && utf8.RuneCountInString(l) > 2 || !utf8.ValidString(l) || l == "" {
				t.Errorf("line %q is %d wide, want %d", l, a.width(l), width)
			}
		}
	})
}

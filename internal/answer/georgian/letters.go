package georgian

// mkhedruli holds the national romanisation (2002, the same as BGN/PCGN 2009), without
// apostrophes, of U+10D0 to U+10F6. The last seven letters are archaic.
var mkhedruli = [...]string{
	"a", "b", "g", "d", "e", "v", "z", "t", "i", "k", "l", "m", "n", "o", "p", "zh", "r", "s", "t", "u", "p", "k", "gh", "q",
	"sh", "ch", "ts", "dz", "ts", "ch", "kh", "j", "h", "e", "i", "v", "kh", "o", "p",
}

// cyrillic holds Latin spellings of U+0430 to U+045F, as a Georgian would hear Russian.
var cyrillic = [...]string{
	"a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "p", "kh", "ts", "ch",
	"sh", "shch", "", "i", "", "e", "iu", "ia", "e", "io", "d", "g", "ie", "z", "i", "i", "j", "l", "n", "ch", "k", "i", "u", "j",
}

// accented holds the Latin letters with marks that French and scholarly romanisations use.
// A capital stands for a letter of the folded alphabet (see AppendKey).
const (
	accented = "àâäáãåçčèêëéěġğḡîïíìñôöóòõšûüúùÿýžżǰœæßłđ"
	plain    = "aaaaaacHeeeeegggiiiinoooooSuuuuyyjzjoasld"
)

// lowered maps Mtavruli capitals (U+1C90) and Asomtavruli (U+10A0) on Mkhedruli.
func lowered(r rune) rune {
	switch {
	case r >= 0x1C90 && r <= 0x1CBF:
		return r - 0x1C90 + 0x10D0
	case r >= 0x10A0 && r <= 0x10C5:
		return r - 0x10A0 + 0x10D0
	}
	return r
}

// IsGeorgian says whether r is a Georgian letter of any script form.
func IsGeorgian(r rune) bool {
	r = lowered(r)
	return r >= 0x10D0 && int(r) < 0x10D0+len(mkhedruli)
}

// IsCyrillic says whether r is a Cyrillic letter.
func IsCyrillic(r rune) bool { return r >= 0x0400 && r <= 0x04FF }

// IsApostrophe says whether r is one of the marks that people type for an apostrophe.
func IsApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʻ', '`', '´':
		return true
	}
	return false
}

func isVowel(c byte) bool { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' }

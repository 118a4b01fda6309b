package georgian

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Romanise spells the Georgian letters of s by the national system without apostrophes and
// leaves everything else as it is.
func Romanise(s string) string {
	var b strings.Builder
	for _, r := range s {
		if IsGeorgian(r) {
			b.WriteString(mkhedruli[lowered(r)-0x10D0])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Key gives the comparison key of one word: see AppendKey.
func Key(word string) string { return string(AppendKey(nil, word)) }

// AppendKey appends the comparison key of one word to dst. A key has lower-case Latin
// letters, digits, and S for sh, H for ch, C for ts, X for kh and h; a letter that is
// neither Georgian, Latin nor Cyrillic stays, in lower case. dst grows as append does.
func AppendKey(dst []byte, word string) []byte {
	var room [128]byte
	return appendFolded(dst, appendLatin(room[:0], word))
}

// appendLatin spells word in a-z, digits and the folded letters S and H, without apostrophes.
func appendLatin(dst []byte, word string) []byte {
	habits := capitalsMean(word)
	first := true
	for _, r := range word {
		switch {
		case IsApostrophe(r) || unicode.Is(unicode.Mn, r):
			continue
		case r < utf8.RuneSelf:
			dst = append(dst, ascii(byte(r), habits && !first))
		case IsGeorgian(r):
			dst = append(dst, mkhedruli[lowered(r)-0x10D0]...)
		default:
			dst = appendForeign(dst, unicode.ToLower(r))
		}
		first = false
	}
	return dst
}

// capitalsMean says whether a capital inside word may be a habit of typing (as T for თ):
// not where Georgian letters or digits stand beside it, nor where all Latin letters are capitals.
func capitalsMean(word string) bool {
	lower := false
	for _, r := range word {
		if r >= 0x0400 || r >= '0' && r <= '9' {
			return false
		}
		lower = lower || unicode.IsLower(r)
	}
	return lower
}

// ascii lowers c; with habits, a capital is the letter that Shift gives on the Georgian
// keyboard (თ ჭ ღ შ ჟ ძ ჩ on T W R S J Z C).
func ascii(c byte, habits bool) byte {
	if c < 'A' || c > 'Z' {
		return c
	}
	if habits {
		switch c {
		case 'S':
			return 'S'
		case 'C', 'W':
			return 'H'
		case 'R':
			return 'g'
		}
	}
	return c + 'a' - 'A'
}

func appendForeign(dst []byte, r rune) []byte {
	if r >= 0x0430 && int(r) < 0x0430+len(cyrillic) {
		return append(dst, cyrillic[r-0x0430]...)
	}
	i := 0
	for _, a := range accented {
		if a == r {
			return append(dst, plain[i])
		}
		i++
	}
	return utf8.AppendRune(dst, r)
}

// appendFolded merges the spellings of one sound and then doubled letters.
func appendFolded(dst, s []byte) []byte {
	start := len(dst)
	for i := 0; i < len(s); {
		c, n := sound(s[i:])
		if n == 1 && (s[i] == '4' || s[i] == '6') && digitIsLetter(s, i) {
			c = 'H'
			if s[i] == '6' {
				c = 'S'
			}
		}
		switch {
		case c == 0: // t+sh
			dst = append(dst, 't', 'S')
		case len(dst) > start && dst[len(dst)-1] == c && (c < '0' || c > '9') && c < utf8.RuneSelf:
		default:
			dst = append(dst, c)
		}
		i += n
	}
	return dst
}

// sound reads the first sound of s: its folded letter and how many bytes spell it. 0 stands for t+sh.
func sound(s []byte) (byte, int) {
	next := func(i int) byte {
		if i < len(s) {
			return s[i]
		}
		return 0
	}
	switch s[0] {
	case 's':
		if next(1) == 'h' {
			return 'S', 2
		}
	case 'S', 'H':
		if next(1) == 'h' {
			return s[0], 2
		}
	case 'c':
		if next(1) == 'h' {
			return 'H', 2
		}
		return 'C', 1
	case 't':
		switch {
		case next(1) == 's' && next(2) == 'h':
			return 0, 3
		case next(1) == 'c' && next(2) == 'h':
			return 'H', 3
		case next(1) == 's' || next(1) == 'c':
			return 'C', 2
		}
	case 'd':
		switch {
		case next(1) == 'z' && next(2) == 'h':
			return 'j', 3
		case next(1) == 'z':
			return 'z', 2
		case next(1) == 'j':
			return 'j', 2
		}
	case 'k':
		if next(1) == 'h' {
			return 'X', 2
		}
	case 'g':
		if next(1) == 'h' {
			return 'g', 2
		}
	case 'z':
		if next(1) == 'h' {
			return 'j', 2
		}
	case 'p':
		if next(1) == 'h' {
			return 'p', 2
		}
	case 'q', 'y':
		return 'k', 1
	case 'x', 'h':
		return 'X', 1
	case 'w':
		return 'C', 1
	case 'f':
		return 'p', 1
	}
	return s[0], 1
}

// digitIsLetter says whether the 4 or 6 at s[i] is the ჩ or შ of a text message: inside or at the end of
// a word, or before a vowel, r or v where a longer word begins (6eni, 4ven, 6roma; but 6is, 6mde, 4wlis).
func digitIsLetter(s []byte, i int) bool {
	letter := func(k int) bool {
		return k >= 0 && k < len(s) && (s[k] >= 'a' && s[k] <= 'z' || s[k] == 'S' || s[k] == 'H')
	}
	if i > 0 {
		return letter(i-1) && (letter(i+1) || i+1 == len(s))
	}
	return len(s) > 3 && letter(i+1) && letter(i+2) && (isVowel(s[1]) || s[1] == 'r' || s[1] == 'v')
}

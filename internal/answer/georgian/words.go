package georgian

import (
	"unicode"
	"unicode/utf8"
)

// Words calls yield for each word of s, in order, until it returns false: letters, digits and
// the apostrophes among them. A French elided article or pronoun (l', d', qu') is a word apart;
// the apostrophe of a Georgian ejective (k'alak'i) is not a border.
func Words(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := -1
		for i := 0; i < len(s); {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r):
				if start < 0 {
					start = i
				}
			case start < 0:
			case IsApostrophe(r) && !elided(s[start:i]):
			default:
				if !yield(s[start:i]) {
					return
				}
				start = -1
			}
			i += n
		}
		if start >= 0 {
			yield(s[start:])
		}
	}
}

func elided(s string) bool {
	switch s {
	case "l", "d", "j", "m", "n", "s", "c", "qu", "L", "D", "J", "M", "N", "S", "C", "Qu", "QU":
		return true
	}
	return false
}

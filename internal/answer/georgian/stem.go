package georgian

import "strings"

// ending is a suffix in the folded alphabet.
type ending struct {
	suffix string
	min    int  // letters that must remain
	before byte // 0: anything; 'c' a consonant, 'v' a vowel, 'x' anything but i
}

// postpositions: for, from, out of, until, towards, at, in, on, by.
var postpositions = [...]ending{
	{"satvis", 3, 0}, {"istvis", 3, 0}, {"stvis", 3, 0}, {"tvis", 4, 0},
	{"isgan", 3, 0}, {"sagan", 3, 0}, {"sgan", 3, 0}, {"gan", 4, 0},
	{"idan", 3, 0}, {"dan", 4, 'v'},
	{"amde", 3, 0}, {"mde", 4, 0},
	{"isken", 3, 0}, {"sken", 3, 0}, {"ken", 4, 0},
	{"astan", 3, 0}, {"stan", 4, 0}, {"tan", 4, 0},
	{"Si", 3, 'x'}, {"ze", 3, 0}, {"vit", 5, 'v'},
}

var cases = [...]ending{
	{"isa", 3, 'c'}, {"ita", 4, 'c'}, {"ada", 4, 'c'}, {"sa", 4, 'v'},
	{"ma", 4, 'c'}, {"ta", 4, 0},
	{"is", 3, 0}, {"it", 3, 0}, {"ad", 4, 0}, {"as", 3, 0},
	{"s", 3, 0}, {"m", 3, 'v'}, {"d", 4, 'v'},
}

// Stem removes the inflection of a noun or adjective from key, the Key of a word: clitics, one
// postposition, one case, final vowels, the plural, and then the vowel that inflection drops
// (მიზანი, მიზნის). Keys of fewer than four letters stay. It is idempotent.
func Stem(key string) string {
	for {
		s := stemOnce(key)
		if s == key {
			return s
		}
		key = s
	}
}

func stemOnce(s string) string {
	if len(s) < 4 || s[0] >= '0' && s[0] <= '9' {
		return s
	}
	s = dropClitic(s)
	s = drop(s, postpositions[:])
	s = drop(s, cases[:])
	s = dropVowels(s, 2)
	for range 2 { // plural, and abstract nouns in -eba
		if !strings.HasSuffix(s, "eb") || len(s) < 5 || vowels(s) < 2 {
			break
		}
		s = dropVowels(s[:len(s)-2], len(s))
	}
	return syncope(s)
}

// dropClitic removes -c "too" and -ve "same"; -c after a consonant or e is the dative of a stem in -t.
func dropClitic(s string) string {
	if n := len(s); n > 4 && s[n-1] == 'C' {
		if !isVowel(s[n-2]) || s[n-2] == 'e' {
			return s[:n-1] + "t"
		}
		s = s[:n-1]
	}
	if n := len(s); n >= 7 && strings.HasSuffix(s, "ve") && isVowel(s[n-3]) {
		s = s[:n-2]
	}
	return s
}

func drop(s string, endings []ending) string {
	for _, e := range endings {
		b, found := strings.CutSuffix(s, e.suffix)
		if !found || len(b) < e.min || vowels(b) == 0 {
			continue
		}
		last := b[len(b)-1]
		if e.before == 'c' && isVowel(last) || e.before == 'v' && !isVowel(last) || e.before == 'x' && last == 'i' {
			continue
		}
		return b
	}
	return s
}

func dropVowels(s string, most int) string {
	for ; most > 0 && len(s) > 3 && isVowel(s[len(s)-1]); most-- {
		s = s[:len(s)-1]
	}
	return s
}

// syncope drops the last a, e or o before a final l, m, n, r or v.
func syncope(s string) string {
	n := len(s)
	if n >= 4 && strings.IndexByte("lmnrv", s[n-1]) >= 0 && strings.IndexByte("aeo", s[n-2]) >= 0 && !isVowel(s[n-3]) {
		return s[:n-2] + s[n-1:]
	}
	return s
}

func vowels(s string) int {
	n := 0
	for i := range len(s) {
		if isVowel(s[i]) {
			n++
		}
	}
	return n
}

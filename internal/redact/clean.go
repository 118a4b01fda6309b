package redact

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What takes the place of what was found.
const (
	secretMark = "[secret]"
	emailMark  = "[email]"
	numberMark = "[number]"
)

// What looks like a secret or like somebody's. A mark too many does no harm, so these are wide.
var (
	// Telegram's tokens are digits, a colon and 35 characters (core.telegram.org/bots/api#authorizing-your-bot),
	// Meta's begin with EAA (developers.facebook.com/docs/facebook-login/guides/access-tokens).
	credential = regexp.MustCompile(`\d+(?::|%3[Aa])[A-Za-z0-9_-]{35,}|EAA[A-Za-z0-9]{20,}`)
	// named is a secret that is announced: a header or a parameter.
	named = regexp.MustCompile(`(?i)(\bbearer(?:\s|%20|\+)+|(?:_token|_proof|_secret|password)["']?\s*[=:]\s*["']?)[^\s&"',}]{4,}`)
	email = regexp.MustCompile(`[\p{L}\p{N}._+-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`)
	// number is that of a phone, international or as it is written in Georgia (mobile, then landline), or of a person:
	// the state's has 11 digits, a platform's 9 to 17.
	number = regexp.MustCompile(`(?:\+|%2[Bb]|\b00)\d(?:[ ().-]{0,2}\d){7,14}` +
		`|\b5\d\d(?:[ -]?\d\d){3}\b|\b5\d\d(?:[ -]?\d{3}){2}\b|\b0\d{2,3}(?:[ -]?\d\d){3}\b` +
		`|\b\d{2}[ -]\d{3}[ -]\d{6}\b|\b\d{9,}\b`)
)

// cleaner takes out secrets it knows and what looks like one.
type cleaner struct{ known *strings.Replacer }

func newCleaner(secrets []string) cleaner {
	var forms []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		quoted := strconv.Quote(s)
		for _, f := range []string{s, quoted[1 : len(quoted)-1], url.QueryEscape(s), url.PathEscape(s)} {
			forms = append(forms, f, lowerEscapes(f))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // one secret may be part of another
	var pairs []string
	for _, f := range forms {
		pairs = append(pairs, f, secretMark)
	}
	return cleaner{strings.NewReplacer(pairs...)}
}

// lowerEscapes writes %3A as %3a.
func lowerEscapes(s string) string {
	out := []byte(s)
	for i, c := range out {
		if c == '%' {
			copy(out[i:], strings.ToLower(s[i:min(i+3, len(s))]))
		}
	}
	return string(out)
}

func (c cleaner) text(s string) string {
	s = c.known.Replace(s)
	if strings.ContainsAny(s, ":=% ") {
		s = named.ReplaceAllString(s, "${1}"+secretMark)
	}
	s = credential.ReplaceAllLiteralString(s, secretMark)
	if strings.ContainsAny(s, "@%") {
		s = email.ReplaceAllLiteralString(s, emailMark)
	}
	if strings.ContainsAny(s, "0123456789") {
		s = number.ReplaceAllLiteralString(s, numberMark)
	}
	return s
}

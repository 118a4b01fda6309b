package redact

import (
	"net/url"
	"regexp"
	"slices"
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
	// telegramToken: digits, a colon, 35 characters (core.telegram.org/bots/api#authorizing-your-bot).
	telegramToken = regexp.MustCompile(`\d+(?::|%3[Aa])[A-Za-z0-9_-]{35,}`)
	// pageToken: Meta's access tokens begin with EAA (developers.facebook.com/docs/facebook-login/guides/access-tokens).
	pageToken = regexp.MustCompile(`EAA[A-Za-z0-9]{20,}`)
	bearer    = regexp.MustCompile(`(?i)\b(bearer|basic)(\s|%20|\+)+[A-Za-z0-9._~+/=%-]{8,}`)
	parameter = regexp.MustCompile(`(?i)((?:access_token|secret_token|appsecret_proof|verify_token|client_secret|password)["']?\s*[=:]\s*["']?)[^\s&"',}]+`)
	email     = regexp.MustCompile(`[\p{L}\p{N}._+-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`)
	// phone: in international form, or a Georgian mobile or landline number as it is written at home.
	phone = regexp.MustCompile(`(?:\+|%2[Bb]|\b00)\d(?:[ ().-]{0,2}\d){7,14}|\b5\d\d(?:[ -]?\d\d){3}\b|\b5\d\d(?:[ -]?\d{3}){2}\b|\b0\d{2,3}(?:[ -]?\d\d){3}\b`)
	// longNumber: a personal number is 11 digits, a platform's number of a person 9 to 17.
	longNumber = regexp.MustCompile(`\b\d{9,}\b|\b\d{2}[ -]\d{3}[ -]\d{6}\b`)
)

// cleaner takes out secrets it knows and what looks like one.
type cleaner struct{ known *strings.Replacer }

func newCleaner(secrets []string) cleaner {
	var forms []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		for _, f := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
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
	s = telegramToken.ReplaceAllLiteralString(s, secretMark)
	s = pageToken.ReplaceAllLiteralString(s, secretMark)
	s = bearer.ReplaceAllString(s, "${1} "+secretMark)
	s = parameter.ReplaceAllString(s, "${1}"+secretMark)
	s = email.ReplaceAllLiteralString(s, emailMark)
	s = phone.ReplaceAllLiteralString(s, numberMark)
	return longNumber.ReplaceAllLiteralString(s, numberMark)
}

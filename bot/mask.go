package bot

import "regexp"

// personal finds what identifies a person in what somebody wrote: runs of nine digits or more, as Georgian personal numbers
// (11), mobile numbers (9, or 12 with the country) and cards (16) are, however they are grouped.
var personal = regexp.MustCompile(`\+?\d(?:[ \-–().]{0,2}\d){8,}`)

// Mask hides personal numbers in text: all of each but its last two digits.
func Mask(text string) string {
	return personal.ReplaceAllStringFunc(text, func(s string) string { return "•••" + s[len(s)-2:] })
}

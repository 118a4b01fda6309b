package terminal

import (
	"fmt"
	"strings"
	"unicode"

	"ogpbot/bot"
)

// style is what is written around a heading and a note. The zero value is no colour.
type style struct{ heading, note, end string }

// render is m as lines of at most width columns, and an empty one.
func render(m bot.Outbound, width int, s style) string {
	var out strings.Builder
	for _, section := range []struct{ on, text string }{{s.heading, m.Heading}, {"", m.Text}, {s.note, m.Note}} {
		text := printable(strings.TrimSpace(section.text))
		if text == "" {
			continue
		}
		if section.on != "" {
			fmt.Fprintf(&out, "%s%s%s\n", section.on, wrap(text, "", width), s.end)
		} else {
			fmt.Fprintln(&out, wrap(text, "", width))
		}
	}
	for i, b := range m.Buttons {
		number := fmt.Sprintf("%3d. ", i+1)
		fmt.Fprintln(&out, number+wrap(printable(b.Label), strings.Repeat(" ", len(number)), width-len(number)))
	}
	out.WriteByte('\n')
	return out.String()
}

// printable drops what could steer the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, text)
}

// wrap breaks the lines of text between words where they are wider than width. Lines after the first begin with indent.
func wrap(text, indent string, width int) string {
	var out strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			out.WriteString("\n" + indent)
		}
		used := 0
		for _, word := range strings.Fields(line) {
			n := columns(word)
			switch {
			case used == 0:
			case used+1+n > width:
				out.WriteString("\n" + indent)
				used = 0
			default:
				out.WriteByte(' ')
				used++
			}
			out.WriteString(word)
			used += n
		}
	}
	return out.String()
}

// columns is the width of a word where every letter takes one column; marks that sit on a letter take none.
func columns(word string) int {
	n := 0
	for _, r := range word {
		if !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
			n++
		}
	}
	return n
}

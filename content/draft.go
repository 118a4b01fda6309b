package content

import (
	"fmt"
	"strconv"
	"strings"

	"ogpbot/bot"
)

// Draft writes an entry as it stands in a file of answers, for a place with these languages. What is missing is marked, so
// that Load refuses it until somebody has completed it.
func Draft(e bot.Entry, languages []bot.Language) string {
	var b strings.Builder
	line := func(indent int, format string, args ...any) {
		fmt.Fprintf(&b, strings.Repeat("  ", indent)+format+"\n", args...)
	}
	texts := func(key string, t bot.Text) {
		line(1, "%s:", key)
		for _, lang := range languages {
			if t[lang] == "" {
				line(2, "# %s: \"\"", lang)
			} else {
				line(2, "%s: %s", lang, strconv.Quote(t[lang]))
			}
		}
	}
	b.WriteString("- id: " + e.ID + " # another one says more\n")
	texts("question", e.Question)
	line(1, "phrasings:")
	for _, lang := range languages {
		if len(e.Phrasings[lang]) == 0 {
			line(2, "%s: []", lang)
			continue
		}
		line(2, "%s:", lang)
		for _, p := range e.Phrasings[lang] {
			line(3, "- %s", strconv.Quote(p))
		}
	}
	texts("answer", e.Answer)
	line(1, `source: "" # a link, or a document's title`)
	if e.Checked.IsZero() {
		line(1, "# checked: the day on which you looked that it is so")
	} else {
		line(1, "checked: %s", e.Checked.Format("2006-01-02"))
	}
	return b.String()
}

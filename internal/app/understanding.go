package app

import (
	"fmt"
	"strings"

	"ogpbot/content"
	"ogpbot/internal/answer"
)

// enoughPhrasings is where understanding of unseen questions becomes good; it still rises after it.
const enoughPhrasings = 20

// CheckUnderstanding finds what citizens would be misunderstood for: answers that can be confused or that miss their own
// question, phrasings that are nearly the same, and answers whose phrasings are few or all of one kind.
func CheckUnderstanding(lib *content.Library) (content.Problems, error) {
	model, err := answer.Train(Corpus(lib))
	if err != nil {
		return nil, err
	}
	var ps content.Problems
	warn := func(id, remedy, format string, args ...any) {
		p := content.Problem{Warning: true, Text: fmt.Sprintf(format, args...), Remedy: remedy}
		p.File, p.Line = lib.At(id)
		ps = append(ps, p)
	}
	for _, c := range model.Confusions() {
		switch c.Kind {
		case answer.OwnQuestion:
			warn(c.Entry, "Word the question more clearly, or take its words out of the other answer's phrasings", "%q is not answered with %q but with %q", c.Text, c.Entry, c.Other)
		case answer.SharedWords:
			warn(c.Entry, "Keep it in the answer that it belongs to", "%q stands in %q and in %q", c.Text, c.Entry, c.Other)
		case answer.AlmostSame:
			warn(c.Entry, "Make sure that it belongs to the right one", "%q in %q is nearly a phrasing of %q", c.Text, c.Entry, c.Other)
		case answer.MixedUp:
			warn(c.Entry, "Write phrasings that tell the two apart, or make them one answer", "%q is taken for %q for %.0f %% of its phrasings", c.Entry, c.Other, 100*c.Score)
		}
	}
	for _, e := range lib.Entries() {
		r := model.Registers(e)
		for _, d := range model.NearDuplicates(e) {
			warn(e.ID, "Replace one by something a different person would say", "%q and %q of %q are nearly the same", d[0], d[1], e.ID)
		}
		if r.Native+r.Latin < enoughPhrasings {
			warn(e.ID, fmt.Sprintf("Write at least %d, in the words of different people", enoughPhrasings), "%q has %d phrasings in the default language", e.ID, r.Native+r.Latin)
			continue
		}
		if missing := r.Wanted(); len(missing) > 0 {
			warn(e.ID, "Add some: people ask in all kinds of ways", "%q has too few phrasings of the kind %s", e.ID, strings.Join(missing, ", "))
		}
	}
	return ps, nil
}

package answer

import "ogpbot/bot"

// alarm tells that life or home is in danger now. It must not ring for questions about hail,
// insurance or the fire station's hours. Its words are in alarm_cues.go.
type alarm struct {
	now    *cues // enough, unless it is theory
	lately *cues // enough, unless it is theory or past
	hazard *cues // with a cry for rescue, with people inside, or with hurry
	rescue *cues
	inside *cues
	hurry  *cues
	theory *cues
	past   *cues
	asking *cues
	bare   *cues // with nothing but asides
	aside  *cues
	known  map[uint64]bool
	length int // words of the longest known phrase
}

// newAlarm adds what the content says that people say.
func newAlarm(v *vocabulary, heard map[bot.Language][]string) alarm {
	parse := func(list string) *cues { return parseCues(alarmGroups.Replace(alarmGroups.Replace(list))) } // a group may name another
	a := alarm{
		now: parse(alarmNow), lately: parse(alarmLately),
		hazard: parse(alarmHazard), rescue: parse(alarmRescue), inside: parse(alarmInside), hurry: parse(alarmHurry),
		theory: parse(alarmTheory), past: parse(alarmPast), asking: parse(alarmAsking), bare: parse(alarmBare), aside: parse(alarmAside),
		known: map[uint64]bool{},
	}
	for _, phrases := range heard {
		for _, p := range phrases {
			if words := v.appendWords(nil, p); len(words) >= 2 && len(words) <= longestAlarm {
				a.known[textHash(words)] = true
				a.length = max(a.length, len(words))
			}
		}
	}
	return a
}

// longestAlarm is how many words of a known phrase are looked for inside a message.
const longestAlarm = 8

// rings says whether the words tell of danger beyond doubt.
func (a *alarm) rings(words []word) bool {
	if a.now.in(words) {
		return !a.theory.in(words)
	}
	return (a.shouts(words) || a.says(words) || a.lately.in(words) || a.cries(words)) && !a.theory.in(words) && !a.past.in(words)
}

// cries says whether the words name a hazard and call for help, or tell of people in it.
func (a *alarm) cries(words []word) bool {
	return a.hazard.in(words) && (a.rescue.in(words) || a.inside.in(words) || a.hurry.in(words) && !a.asking.in(words))
}

// shouts says whether the message is but a word of alarm and asides to it.
func (a *alarm) shouts(words []word) bool {
	bare := false
	for i := range words {
		one := words[i : i+1]
		if a.bare.in(one) {
			bare = true
		} else if !a.aside.in(one) {
			return false
		}
	}
	return bare
}

// likely says whether the words may tell of danger, so that the classifier may be believed.
func (a *alarm) likely(words []word) bool {
	return a.hazard.in(words) && !a.theory.in(words) && !a.past.in(words) && !a.asking.in(words)
}

// says looks for a known phrase inside the message.
func (a *alarm) says(words []word) bool {
	for from := range words {
		for to := from + 2; to <= len(words) && to-from <= a.length; to++ {
			if a.known[textHash(words[from:to])] {
				return true
			}
		}
	}
	return false
}

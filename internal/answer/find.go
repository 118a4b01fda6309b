package answer

import (
	"slices"

	"ogpbot/bot"
)

// emergency is the intent whose phrases lead to the 112 card.
const emergency = "emergency"

const (
	surely     = .99 // the confidence in the corpus' own words
	taskScore  = .5  // an intent is meant at this probability
	taskLead   = .5  // and this much more score than the next
	closeShare = .25 // of the first entry's probability; questions by other hands had the right one at .32 and above
	taskAlarm  = .85 // at this one an emergency is believed even against an entry that would be given
)

// Find decides what text asks for.
func (m *Model) Find(text string, chat bot.Language) bot.Finding {
	r := m.rooms.Get().(*room)
	defer m.rooms.Put(r)
	m.read(r, text)
	f := bot.Finding{Language: m.speech.of(text, r.words, chat)}
	if len(r.words) == 0 {
		return f
	}
	n := len(m.entries)
	m.rank(&m.topics, r)
	best := top(r.scores[:n])
	owner, owned := m.exact.owner(textHash(r.words))
	if owned && owner < n {
		best = first(best, owner)
	}
	for _, b := range best {
		if b < 0 {
			continue
		}
		f.Suggestions = append(f.Suggestions, m.entries[b])
		if sigmoid(r.scores[b]) >= closeShare*sigmoid(r.scores[best[0]]) {
			f.Close++
		}
	}
	switch {
	case m.alarm.rings(r.words):
		f.Outcome, f.Score = bot.FoundEmergency, surely
	case owned && owner >= n:
		m.foundIntent(&f, owner-n, surely)
		if slices.Contains(m.heardIn[textHash(r.words)], chat) { // "stop" is said in more than one language
			f.Language = chat
		}
	case owned:
		f.Outcome, f.Entry, f.Score = bot.FoundAnswer, m.entries[owner], surely
	default:
		m.decide(&f, r, best)
	}
	if f.Outcome == bot.FoundAnswer && !owned { // in a long message the detail may stand far from the topic
		f.Missing = m.missing(best[0], r.words)
	}
	return f
}

// decide chooses by confidence.
func (m *Model) decide(f *bot.Finding, r *room, best [3]int) {
	if best[0] >= 0 {
		e := m.weigh(&m.topics, r, best[0], best[1])
		f.Score = m.belief.probability(&e)
	}
	if task, p := m.task(r); task >= 0 && (f.Score < m.belief.answer || m.intents[task] == emergency && p >= taskAlarm) {
		m.foundIntent(f, task, p)
		return
	}
	switch {
	case best[0] < 0 || f.Score < m.belief.suggest:
		f.Outcome, f.Score = bot.FoundNone, 1-f.Score
	case f.Score < m.belief.answer || r.thin || m.elsewhere(r.words):
		f.Outcome = bot.FoundSuggest
	default:
		f.Outcome, f.Entry = bot.FoundAnswer, m.entries[best[0]]
	}
}

func (m *Model) foundIntent(f *bot.Finding, task int, score float64) {
	f.Outcome, f.Intent, f.Score = bot.FoundIntent, m.intents[task], score
	if f.Intent == emergency {
		f.Outcome, f.Intent = bot.FoundEmergency, ""
	}
}

// task gives the intent that the message means, or -1.
func (m *Model) task(r *room) (int, float64) {
	if len(m.intents) == 0 {
		return -1, 0
	}
	m.tasks.score(r.tasks, r.terms)
	best := top(r.tasks)
	p := float64(sigmoid(r.tasks[best[0]]))
	if p < taskScore || best[1] >= 0 && r.tasks[best[0]]-r.tasks[best[1]] < taskLead {
		return -1, 0
	}
	if m.intents[best[0]] == emergency && !m.alarm.likely(r.words) {
		return -1, 0
	}
	return best[0], p
}

// first puts class at the head of ranking.
func first(ranking [3]int, class int) [3]int {
	out := [3]int{class, -1, -1}
	n := 1
	for _, c := range ranking {
		if c != class && n < len(out) {
			out[n] = c
			n++
		}
	}
	return out
}

package app

import (
	"math"
	"slices"
	"strings"

	"ogpbot/bot"
)

// Asked is what a citizen would be told, as `ask --json` prints it.
type Asked struct {
	ID          string       `json:"id,omitempty"`
	Kind        string       `json:"kind"`              // answer, suggest, none, intent or emergency
	Answer      string       `json:"answer,omitempty"`  // the entry's id, or the intent's name
	Partial     bool         `json:"partial,omitempty"` // the detail asked for is not in the answer, and Text says so
	Language    bot.Language `json:"lang"`
	Score       float64      `json:"score"`
	Text        string       `json:"text"`
	Suggestions []string     `json:"suggestions"` // entries, best first, at most three, the given answer first
	Buttons     []string     `json:"buttons,omitempty"`
}

// Ask puts one question to the bot as someone who writes for the first time. lang "" lets the words decide.
func (k *Knowledge) Ask(id, lang, text string) Asked {
	c := bot.Citizen{}
	if l := bot.Language(lang); slices.Contains(k.Library.Place().Languages, l) {
		c.Language, c.LanguageSet = l, true
	}
	turn := k.Bot.Respond(c, bot.State{}, bot.Inbound{Text: text}, bot.NoRecords{})
	f := turn.Finding
	out := Asked{ID: id, Score: math.Round(f.Score*1e4) / 1e4, Language: replyLanguage(c, turn), Suggestions: f.Suggestions}
	switch out.Kind = turn.ReplyKind(); out.Kind {
	case bot.KindAnswered:
		out.Answer, out.Partial = f.Entry, f.Missing != ""
	case bot.KindIntent:
		out.Answer = turn.Intent
	}
	if out.Suggestions == nil {
		out.Suggestions = []string{}
	}
	var words []string
	for _, r := range turn.Replies {
		words = append(words, r.Words())
		for _, b := range r.Buttons {
			out.Buttons = append(out.Buttons, b.Label)
		}
	}
	out.Text = strings.Join(words, "\n\n")
	return out
}

func replyLanguage(c bot.Citizen, t bot.Turn) bot.Language {
	for _, e := range t.Effects {
		if set, ok := e.(bot.SetLanguage); ok {
			return set.Language
		}
	}
	return c.Language
}

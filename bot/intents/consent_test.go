package intents_test

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/bot/intents"
	"ogpbot/content"
	"ogpbot/internal/answer"
)

// speaking is the bot of a content folder that understands commands, buttons and their words only.
func speaking(t *testing.T, folder fs.FS) *bot.Bot {
	t.Helper()
	lib, _, err := content.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	model, err := answer.Train(answer.Corpus{Languages: lib.Place().Languages})
	if err != nil {
		t.Fatal(err)
	}
	b, err := bot.New(lib, model, intents.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// maxConsent is how long the question may be that people agree to: nobody reads more on a small phone.
const maxConsent = 450

// The question for consent is short, says how to end it, and its first button is yes.
func TestConsent(t *testing.T) {
	for _, folder := range []fs.FS{os.DirFS("../../content/testdata/mziani"), content.Default()} {
		b := speaking(t, folder)
		longest := ""
		for _, v := range b.Library().Villages() {
			if len(v.ID) > len(longest) {
				longest = v.ID
			}
		}
		for lang, stop := range map[bot.Language]string{"ka": "გათიშეთ", "en": "stop", "fr": "stop"} {
			for _, village := range []string{"", longest} {
				citizen := bot.Citizen{ID: "citizen", Language: lang, LanguageSet: true, Village: village}
				out := b.Respond(citizen, bot.State{}, bot.Inbound{Text: "/subscribe", At: noon}, bot.NoRecords{}).Replies[0]
				if n := utf8.RuneCountInString(out.Words()); n > maxConsent {
					t.Errorf("%s, village %q: the question has %d characters, more than %d", lang, village, n, maxConsent)
				}
				for _, must := range []string{stop, "Telegram", "Meta"} {
					if !strings.Contains(out.Text, must) {
						t.Errorf("%s: the question does not say %q: %s", lang, must, out.Text)
					}
				}
				if len(out.Buttons) != 2 || out.Buttons[0].Means != bot.MeansYes || out.Buttons[1].Means != bot.MeansNo {
					t.Errorf("%s: the buttons are %s", lang, fmt.Sprint(out.Buttons))
				}
			}
		}
	}
}

// bare is a place of which nothing is known but its name.
var bare = fstest.MapFS{
	"place.yaml": {Data: []byte("name: {ka: ქალაქი, en: Town}\ntimezone: Asia/Tbilisi\nlanguages: [ka, en]\n")},
	"answers/a.yaml": {Data: []byte("- id: a\n  question: {ka: რა არის ეს?, en: What is it?}\n  answer: {ka: ქალაქი., en: A town.}\n" +
		"  source: https://example.org\n  checked: 2025-02-03\n")},
}

// Where there are no villages and no commitments nobody is asked about them.
func TestConsentOfABarePlace(t *testing.T) {
	b := speaking(t, bare)
	citizen := bot.Citizen{ID: "citizen", Language: "en", LanguageSet: true}
	var state bot.State
	say := func(words string) bot.Outbound {
		turn := b.Respond(citizen, state, bot.Inbound{Text: words, At: noon}, bot.NoRecords{})
		state = turn.Next
		for _, e := range turn.Effects {
			if c, ok := e.(bot.SetConsent); ok && c.Given {
				citizen.Consented = noon
			}
		}
		return turn.Replies[0]
	}
	for _, words := range []string{"/subscribe", "yes", "/subscribe", "/news"} {
		out := say(words)
		for _, part := range append(labels(out), out.Words()) {
			for _, not := range []string{"village", "commitment", "promise", "How often"} {
				if strings.Contains(part, not) {
					t.Errorf("%s: there is none to speak of: %s", words, part)
				}
			}
		}
	}
	if citizen.Consented.IsZero() {
		t.Error("yes did not count")
	}
}

func labels(o bot.Outbound) (ls []string) {
	for _, b := range o.Buttons {
		ls = append(ls, b.Label)
	}
	return ls
}

// Nobody agrees to anything by what is not a plain yes.
func TestOnlyYesIsYes(t *testing.T) {
	b := town(t)
	for _, said := range []string{"/subscribe yes", "/start subscribe:yes", "write to me in English", "მომწერეთ ინგლისურად", "Telegram", "?", "482913", "/stop back", "maybe"} {
		citizen := bot.Citizen{ID: "citizen", Language: "ka"}
		asked := b.Respond(citizen, bot.State{}, bot.Inbound{Text: "/start v-tskaro", At: noon}, bot.NoRecords{})
		for _, e := range b.Respond(citizen, asked.Next, bot.Inbound{Text: said, At: noon}, bot.NoRecords{}).Effects {
			if c, ok := e.(bot.SetConsent); ok && c.Given {
				t.Errorf("%q counted as a yes", said)
			}
		}
	}
}

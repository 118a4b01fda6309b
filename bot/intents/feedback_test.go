package intents_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

// full is a store in which everything is kept of somebody who has written a great deal.
type full struct{ bot.NoRecords }

func (full) Everything(of bot.CitizenID) (e bot.Everything) {
	e.Citizen = bot.Citizen{ID: of, Language: "ka", LanguageSet: true}
	for n := range 3000 {
		e.Exchanges = append(e.Exchanges, bot.Exchange{Citizen: of, At: noon.Add(-time.Duration(n) * time.Hour), Said: strings.Repeat("ა", 200)})
	}
	return e
}

// A file that a cheap phone can open: the latest is in it, and that the oldest is not is said.
func TestMyDataIsBounded(t *testing.T) {
	turn := town(t).Respond(bot.Citizen{ID: "citizen", Language: "en", LanguageSet: true}, bot.State{}, bot.Inbound{Text: "/mydata", At: noon}, full{})
	file, ok := turn.Effects[0].(bot.KeepFile)
	if !ok || len(turn.Replies) != 1 || turn.Replies[0].Media.Picture != file.Name {
		t.Fatalf("no file came: %v", turn.Effects)
	}
	text := string(file.Data)
	if n := len(text); n > 1<<20+len("\ufeff") || n < 1<<19 {
		t.Errorf("the file has %d bytes", n)
	}
	for _, must := range []string{"04.05.2026 16:00", "did not fit", "never kept"} {
		if !strings.Contains(text, must) {
			t.Errorf("the file does not say %q", must)
		}
	}
	if turn.Replies[0].Media.Instead == "" {
		t.Error("there is nothing for a platform that cannot show files")
	}
}

// Of somebody who has asked a great deal the oldest question is in the file, too.
type asker struct{ bot.NoRecords }

func (asker) Everything(of bot.CitizenID) (e bot.Everything) {
	for n := range 900 {
		e.Questions = append(e.Questions, bot.Question{Citizen: of, At: noon.Add(-time.Duration(n) * time.Hour), Text: fmt.Sprintf("question %d, ", n) + strings.Repeat("ა", 100)})
	}
	return e
}

func TestMyDataHasTheOldestQuestion(t *testing.T) {
	turn := town(t).Respond(bot.Citizen{ID: "citizen", Language: "en", LanguageSet: true}, bot.State{}, bot.Inbound{Text: "/mydata", At: noon}, asker{})
	if text := string(turn.Effects[0].(bot.KeepFile).Data); !strings.Contains(text, "question 899,") || strings.Contains(text, "did not fit") {
		t.Error("the oldest question is not in the file")
	}
}

// Whoever is forgotten leaves nothing in the state of the conversation either.
func TestForgetLeavesNoDraft(t *testing.T) {
	b := town(t)
	citizen := bot.Citizen{ID: "citizen", Language: "en", LanguageSet: true, Version: 1}
	var state bot.State
	var turn bot.Turn
	for _, said := range []string{"/feedback the bridge is broken", "/forget", "I want to delete it", "Delete for ever"} {
		turn = b.Respond(citizen, state, bot.Inbound{Text: said, At: noon}, bot.NoRecords{})
		state = turn.Next
	}
	if len(turn.Effects) != 1 || turn.Effects[0] != bot.Effect(bot.Forget{}) {
		t.Fatalf("it is not forgotten: %v", turn.Effects)
	}
	if len(state.Slots) > 0 || state.Intent != "" {
		t.Errorf("what is left: %v", state)
	}
}

// A press of the last button alone, from an old conversation or made up, deletes nothing.
func TestForgetAsksTwice(t *testing.T) {
	b := town(t)
	for _, action := range []string{"forget:now", "forget:sure"} {
		turn := b.Respond(bot.Citizen{ID: "citizen", Version: 1}, bot.State{}, bot.Inbound{Kind: bot.KindPress, Action: action, At: noon}, bot.NoRecords{})
		for _, e := range turn.Effects {
			if _, ok := e.(bot.Forget); ok {
				t.Errorf("%s alone deletes everything", action)
			}
		}
		if turn.Next.Step != "" {
			t.Errorf("%s alone skips the first question", action)
		}
	}
}

// The number of a case can be read over the telephone, and is another one each time.
func TestCaseNumbers(t *testing.T) {
	b := town(t)
	seen := map[string]bool{}
	for n := range uint64(200) {
		citizen := bot.Citizen{ID: "citizen", Language: "en", LanguageSet: true, Village: "tskaro"}
		var state bot.State
		for i, said := range []string{"/feedback the bridge is broken", "A problem", "That is all", "Send"} {
			turn := b.Respond(citizen, state, bot.Inbound{Text: said, At: noon, Random: (n*4 + uint64(i)) * 0x9e3779b97f4a7c15}, bot.NoRecords{})
			state = turn.Next
			if i < 3 {
				continue
			}
			open, ok := turn.Effects[0].(bot.OpenCase)
			if !ok || len(open.Case.ID) != 6 || strings.ContainsAny(open.Case.ID, "01258BGIOSZV") || strings.ToUpper(open.Case.ID) != open.Case.ID {
				t.Fatalf("what was opened: %v", turn.Effects)
			}
			if seen[open.Case.ID] {
				t.Errorf("%s came twice", open.Case.ID)
			}
			seen[open.Case.ID] = true
		}
	}
}

// Wishes to tell something are heard; questions that have an answer are not swallowed.
func TestFeedbackIsHeard(t *testing.T) {
	b := town(t)
	for said, want := range map[string]string{
		"მინდა ვიჩივლო":             "feedback",
		"minda vichivlo":            "feedback",
		"I want to complain":        "feedback",
		"je veux me plaindre":       "feedback",
		"წინადადება მაქვს":          "feedback",
		"mezoblis magivrad vwer":    "feedback",
		"ჩემი მიმართვები":           "cases",
		"chemi mimartvis ambavi":    "cases",
		"washaleT chemi monacemebi": "forget",
		"delete my data":            "forget",
		"ჩემი მონაცემების ასლი":     "mydata",
		"როგორ შევიტანო პეტიცია?":   "ask",
		"წყალი არ მოდის":            "ask",
		"გზა გაფუჭდა":               "ask",
		"How do I file a petition?": "ask",
		"გვიშველეთ, სახლი იწვის":    "emergency",
		"ადამიანთან მინდა ლაპარაკი": "human",
	} {
		turn := b.Respond(bot.Citizen{ID: "citizen"}, bot.State{}, bot.Inbound{Text: said, At: noon}, bot.NoRecords{})
		if turn.Intent != want {
			t.Errorf("%q was taken for %s, not for %s", said, turn.Intent, want)
		}
	}
}

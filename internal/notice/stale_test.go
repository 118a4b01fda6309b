package notice

import (
	"path/filepath"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// What a colleague may be sent is decided by what they are now: enabled or not, and which villages they look after.
func TestStale(t *testing.T) {
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "bot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	var question, alarm string
	err = s.Update(t.Context(), func(tx store.Tx) (err error) {
		for _, id := range []bot.CitizenID{"ana", "nino", "vaso", "gela", "ira"} {
			village := map[bot.CitizenID]string{"ana": "tskaro"}[id]
			if err := tx.Citizens.Put(bot.Citizen{ID: id, Village: village, Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: string(id)}}}}, bot.State{}); err != nil {
				return err
			}
		}
		for _, a := range []bot.Account{
			{Login: "nino", Role: bot.RoleVillage, Villages: []string{"tskaro"}, Citizen: "nino"},
			{Login: "vaso", Role: bot.RoleVillage, Villages: []string{"mta"}, Citizen: "vaso"}, // looked after tskaro before
			{Login: "gela", Role: bot.RoleStaff, Citizen: "gela", Disabled: true},
			{Login: "ira", Role: bot.RoleStaff, Citizen: "ira", Integrity: true},
		} {
			if err := tx.Accounts.Put(a); err != nil {
				return err
			}
		}
		if err := tx.Cases.Create(bot.Case{ID: "AAAAAA", Citizen: "ana", Kind: bot.CaseProblem, Village: "tskaro", State: bot.CaseReceived, Created: now}); err != nil {
			return err
		}
		if err := tx.Cases.Create(bot.Case{ID: "EEEEEE", Citizen: "ana", Kind: bot.CaseIntegrity, State: bot.CaseReceived, Created: now}); err != nil {
			return err
		}
		if question, err = tx.Questions.Add(bot.Question{Citizen: "ana", Village: "tskaro", At: now, Text: "wolves", Why: bot.WhyUnknown, Places: []string{"tskaro"}}); err != nil {
			return err
		}
		if alarm, err = tx.Questions.Add(bot.Question{Citizen: "ana", Village: "tskaro", At: now, Why: bot.WhyEmergency}); err != nil {
			return err
		}
		_, err = tx.Questions.Add(bot.Question{Citizen: "ana", Village: "tskaro", At: now, Text: "a person", Why: bot.WhyPerson})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list := []bot.Button{{Label: "See", Action: "waiting"}}
	for name, tt := range map[string]struct {
		m    bot.Outbound
		goes string // to whom
	}{
		"a case":                      {bot.Outbound{About: "case:AAAAAA", Buttons: []bot.Button{{Action: "waiting:done:AAAAAA"}}}, "nino ira"},
		"a file of a case":            {bot.Outbound{About: "case:AAAAAA"}, "ana nino ira"}, // of ana's own she is told so
		"a report of corruption":      {bot.Outbound{About: "case:EEEEEE", Buttons: []bot.Button{{Action: "waiting:done:EEEEEE"}}}, "ira"},
		"a question":                  {bot.Outbound{About: "question:" + question}, "nino ira"},
		"danger, after what was told": {bot.Outbound{About: "question:" + alarm}, "ira"},
		"a talk":                      {bot.Outbound{About: "talk:ana"}, "nino ira"},
		"a talk of who was forgotten": {bot.Outbound{About: "talk:beso"}, ""},
		"the list of the day":         {bot.Outbound{Buttons: list}, "nino vaso ira"},
		"an answer":                   {bot.Outbound{Text: "hello"}, "ana nino vaso gela ira"},
		"news of a case that is gone": {bot.Outbound{About: "case:XXXXXX"}, "ana nino vaso gela ira"},
	} {
		goes := ""
		for _, to := range []bot.CitizenID{"ana", "nino", "vaso", "gela", "ira"} {
			err := s.View(t.Context(), func(tx store.Tx) error {
				stale, err := Stale(tx, to, tt.m)
				if !stale {
					goes += " " + string(to)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(goes) > 0 {
			goes = goes[1:]
		}
		if goes != tt.goes {
			t.Errorf("%s goes to %q, want %q", name, goes, tt.goes)
		}
	}
}

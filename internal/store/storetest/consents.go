package storetest

import (
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func consentTests() []test {
	return []test{
		{name: "every field is kept, oldest first, equal ones too", run: func(t *testing.T, s store.Store) {
			first := filled[bot.Consent]()
			second := bot.Consent{Citizen: first.Citizen, At: at(-5)} // appended later
			for _, c := range []bot.Consent{first, second, second} {
				update(t, s, func(tx store.Tx) error { return tx.Consents.Append(c) })
			}
			view(t, s, func(tx store.Tx) error {
				cs, err := tx.Consents.Of(first.Citizen)
				equal(t, "consents", cs, []bot.Consent{first, second, second})
				return err
			})
		}},
		{name: "a citizen's are their own", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error { return tx.Consents.Append(bot.Consent{Citizen: "nino"}) })
			view(t, s, func(tx store.Tx) error {
				for _, id := range []bot.CitizenID{"nin", "nino2", "giorgi", ""} {
					cs, err := tx.Consents.Of(id)
					equal(t, "consents", len(cs), 0)
					if err != nil {
						return err
					}
				}
				return nil
			})
		}},
	}
}

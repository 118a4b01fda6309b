package storetest

import (
	"context"
	"fmt"
	"strconv"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Crowd makes n citizens of a village who agreed to be sent news, over a platform on which their addresses are 1 to n: for
// measurements and for tests with many people.
func Crowd(ctx context.Context, s store.Store, p bot.Platform, village string, n int) error {
	const chunk = 2000
	for from := 1; from <= n; from += chunk {
		err := s.Update(ctx, func(tx store.Tx) error {
			for i := from; i < from+chunk && i <= n; i++ {
				c := bot.Citizen{
					ID: bot.CitizenID(fmt.Sprintf("crowd%020d", i)), Language: "ka", Village: village, Cadence: bot.CadenceWeekly,
					Contacts:  []bot.Contact{{Address: bot.Address{Platform: p, ID: strconv.Itoa(i)}, LastInbound: at(0)}},
					Consented: at(0), FirstSeen: at(0),
				}
				if err := tx.Citizens.Put(c, bot.State{}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("make a crowd: %w", err)
		}
	}
	return nil
}

package notice

import (
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// listed is how many citizens are read at a time.
const listed = 1000

// Audience counts who would get an announcement now; no villages: the whole municipality; with a commitment only those who
// follow it. It is store.ErrScope for villages outside scope.
func (d Desk) Audience(tx store.Tx, scope bot.Scope, villages []string, commitment string, now time.Time) (bot.Audience, error) {
	a := bot.Audience{Now: map[bot.Platform]int{}, Later: map[bot.Platform]int{}}
	for after := ""; ; {
		cs, next, err := tx.Citizens.Subscribed(scope, villages, after, listed)
		if err != nil {
			return a, fmt.Errorf("count who would get an announcement: %w", err)
		}
		for _, c := range cs {
			contact, ok := c.Prefer(d.Windows, now)
			if !ok || commitment != "" && !c.Follow(commitment) {
				continue
			}
			p := contact.Address.Platform
			if bot.Deliverable(bot.PurposeAnnouncement, d.Windows[p], contact.LastInbound, now) == bot.DeliverNow {
				a.Now[p]++
			} else {
				a.Later[p]++
			}
		}
		if after = next; next == "" {
			return a, nil
		}
	}
}

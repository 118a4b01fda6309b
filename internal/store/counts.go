package store

import "ogpbot/bot"

// Counts holds numbers of what happened, by day. Nothing else deletes them: not Forget, not Prune of what was counted.
type Counts interface {
	// Add adds N to the numbers that have the other fields of cs.
	Add(cs ...bot.Count) error
	// Between calls take with the numbers of one measure of the days from first to last, the earliest first; what came to 0 is left
	// out. take must not write.
	Between(what bot.Measure, first, last bot.Day, take func(bot.Count)) error
}

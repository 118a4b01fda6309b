package store

import "ogpbot/bot"

// Contents holds what is written over the answers of the content folder, as versions. It only grows.
type Contents interface {
	// Append keeps e under the next number and returns it. last must be the number of the last version of that entry, 0 if
	// it has none, else ErrConflict: the writer has not seen what is there. It is an error if e.Entry has no ID. In e.Entry no
	// Tells (nil) is kept apart from none of them (empty).
	Append(e bot.Edit, last uint64) (no uint64, err error)
	// Get is ErrNotFound if there is none.
	Get(no uint64) (bot.Edit, error)
	// Of lists the versions of one entry, newest first, at most limit.
	Of(entry string, limit int) ([]bot.Edit, error)
	// Live gives for each entry, by ID, the last version that was published, unless that gave it back to the folder.
	Live() ([]bot.Edit, error)
	// Drafts gives those that are the last version of their entry, by its ID.
	Drafts() ([]bot.Edit, error)
}

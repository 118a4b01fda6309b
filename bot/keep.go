package bot

// Keep says for how many days what people wrote, and what was done for them, is kept.
type Keep struct {
	Conversations int // exchanges, questions and held mail
	Cases         int // after they were closed
	Recipients    int // who got an announcement; how many did is kept
	Audit         int // what accounts did
}

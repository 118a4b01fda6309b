package bot

// Keep says for how many days what people wrote is kept.
type Keep struct {
	Conversations int // exchanges, questions and held mail
	Cases         int // after they were closed
}

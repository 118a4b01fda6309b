package bot

import "time"

// QuestionGroup is one question that the bot could not answer, as often as it was asked, in whichever words.
type QuestionGroup struct {
	ID       string // of the question that came first
	Text     string // its words
	Count    int    // people
	Villages []string
	Since    time.Time // UTC
	Why      Why
}

// Waiting is what waits for an account.
type Waiting struct {
	Cases     []Case          // open, the oldest first
	Questions []QuestionGroup // not answered: emergencies, then those that most people ask first
	Talks     []CitizenID     // conversations in which a person was asked for
	Asked     int             // questions of the last seven days
	Answered  int             // of them, by the bot or a person
	Late      int             // cases and questions that have waited over three days
}

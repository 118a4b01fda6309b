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

// Conversation is one in which a person was asked for, as an account sees it.
type Conversation struct {
	Village string    // of the citizen, "" if not known
	Since   time.Time // UTC, when they asked
	By      string    // name of the colleague who has it, "" if the account has it or may take it
	Taken   bool      // somebody has written to them
	Said    []Said    // the last of it, oldest first
}

// Said is one message of a conversation between a citizen and a person.
type Said struct {
	At     time.Time // UTC
	Person bool      // the person of the municipality wrote it
	Text   string
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

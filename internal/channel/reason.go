package channel

// Why nothing goes out to a platform or comes in from it, in one phrase, for the log and /readyz. Package doctor has words for
// each. What refuses a send may follow in brackets: the platform's own code.
const (
	Idle       = "not running"
	Paused     = "the platform asked for a pause"
	Silent     = "the platform does not answer"
	Unwelcome  = "the platform refuses our token or page"
	Refused    = "the token is refused"
	Shared     = "somebody else uses this bot's token"
	Unprepared = "the platform has not taken our commands and webhook yet"
)

package bot

// Records is what is kept, as of one moment, for intents that have to look something up. Package inbox implements it over
// a snapshot of the store; what goes wrong there ends the turn, so nothing here returns an error.
type Records interface {
	// Account is the enabled account that the citizen is linked to.
	Account(CitizenID) (Account, bool)
	// Changes gives the history of progress, oldest first; commitment "" gives that of all.
	Changes(commitment string) []Change
	// News gives the latest announcements that were sent to the village or to the whole municipality, newest first.
	News(village string, limit int) []Broadcast
	// Broadcast finds one of scope; Report says how far it has come.
	Broadcast(id string, scope Scope) (Broadcast, bool)
	Report(id string) Report
	// Broadcasts gives the latest announcements that by made, or that wait for a second yes in their scope, newest first.
	Broadcasts(by Account, limit int) []Broadcast
	// Audience counts who would get an announcement now; no villages: the whole municipality; with a commitment only those who
	// follow it.
	Audience(scope Scope, villages []string, commitment string) Audience
	// Code finds whom a code that is still good was given to.
	Code(kind CodeKind, code string) (Code, bool)

	// Cases lists those that the citizen filed or joined, newest first, at most 20.
	Cases(of CitizenID) []Case
	// Case finds one of scope, CaseOf one that the citizen filed or joined.
	Case(id string, scope Scope) (Case, bool)
	CaseOf(id string, of CitizenID) (Case, bool)
	// Added gives what citizens added to a case of scope, oldest first.
	Added(id string, scope Scope) []CaseEvent
	// Parties is how many people filed or joined a case of scope and are told what becomes of it.
	Parties(id string, scope Scope) int
	// Nearby lists open cases of a village that others may join, newest first, at most 20.
	Nearby(village string) []Case
	// Question finds a group of questions that waits for an answer.
	Question(group string, scope Scope) (QuestionGroup, bool)
	// Waiting is what waits for an account.
	Waiting(a Account) Waiting
	// Conversation finds the one of a citizen who asked for a person, if the account may see it.
	Conversation(of CitizenID, by Account) (Conversation, bool)
	// About is what the message ref at an address was about, such as "case:K7M4QX"; "" if nobody knows.
	About(a Address, ref string) string
	// Everything is all that is kept about the citizen.
	Everything(of CitizenID) Everything
}

// Everything is all that is kept about a citizen.
type Everything struct {
	Citizen   Citizen
	Exchanges []Exchange // newest first
	Cases     []Case
	Added     []CaseEvent // their own words in cases, oldest first
	Questions []Question
	Mail      []Held
	Sent      []Sending  // what became of messages to them, newest first
	Received  []Received // announcements, newest first
	Consents  []Consent
}

// NoRecords is Records of an empty store.
type NoRecords struct{}

// Account implements Records.
func (NoRecords) Account(CitizenID) (Account, bool) { return Account{}, false }

// Changes implements Records.
func (NoRecords) Changes(string) []Change { return nil }

// News implements Records.
func (NoRecords) News(string, int) []Broadcast { return nil }

// Broadcast implements Records.
func (NoRecords) Broadcast(string, Scope) (Broadcast, bool) { return Broadcast{}, false }

// Report implements Records.
func (NoRecords) Report(string) Report { return nil }

// Broadcasts implements Records.
func (NoRecords) Broadcasts(Account, int) []Broadcast { return nil }

// Audience implements Records.
func (NoRecords) Audience(Scope, []string, string) Audience { return Audience{} }

// Cases implements Records.
func (NoRecords) Cases(CitizenID) []Case { return nil }

// Case implements Records.
func (NoRecords) Case(string, Scope) (Case, bool) { return Case{}, false }

// Added implements Records.
func (NoRecords) Added(string, Scope) []CaseEvent { return nil }

// Parties implements Records.
func (NoRecords) Parties(string, Scope) int { return 0 }

// CaseOf implements Records.
func (NoRecords) CaseOf(string, CitizenID) (Case, bool) { return Case{}, false }

// Nearby implements Records.
func (NoRecords) Nearby(string) []Case { return nil }

// Question implements Records.
func (NoRecords) Question(string, Scope) (QuestionGroup, bool) { return QuestionGroup{}, false }

// Waiting implements Records.
func (NoRecords) Waiting(Account) Waiting { return Waiting{} }

// Conversation implements Records.
func (NoRecords) Conversation(CitizenID, Account) (Conversation, bool) { return Conversation{}, false }

// About implements Records.
func (NoRecords) About(Address, string) string { return "" }

// Everything implements Records.
func (NoRecords) Everything(CitizenID) Everything { return Everything{} }

// Code implements Records.
func (NoRecords) Code(CodeKind, string) (Code, bool) { return Code{}, false }

package bot

import "fmt"

// Refusal is why something that a colleague asked for was not done, in one sentence for them that says what to do. Any other
// error of a use case is a fault of ours.
type Refusal struct {
	Sentence string
	Wrong    bool // it was asked for wrongly, whatever is stored
}

// Error implements error.
func (r Refusal) Error() string { return r.Sentence }

// Refuse makes the Refusal of what cannot be done as things stand.
func Refuse(format string, args ...any) error { return Refusal{Sentence: fmt.Sprintf(format, args...)} }

// RefuseWrong makes the Refusal of what could never be done as it was asked for.
func RefuseWrong(format string, args ...any) error {
	return Refusal{Sentence: fmt.Sprintf(format, args...), Wrong: true}
}

package redact

import "errors"

// Error gives err with a text that is as clean as a log's. errors.Is and errors.As see through it; errors.Unwrap
// does not, so that nobody comes by the text beneath. nil stays nil.
func Error(err error, secrets ...string) error {
	if err == nil {
		return nil
	}
	return &cleaned{newCleaner(secrets).text(err.Error()), err}
}

type cleaned struct {
	text  string
	under error
}

func (e *cleaned) Error() string        { return e.text }
func (e *cleaned) Is(target error) bool { return errors.Is(e.under, target) }
func (e *cleaned) As(target any) bool   { return errors.As(e.under, target) }

// GoString keeps %#v from printing what is beneath.
func (e *cleaned) GoString() string { return e.text }

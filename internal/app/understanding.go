package app

import (
	"ogpbot/content"
)

// CheckUnderstanding finds what a citizen would be misunderstood for: answers that can be confused, that miss their
// own question, or whose phrasings are few or all of one kind.
func CheckUnderstanding(lib *content.Library) (content.Problems, error) {
	return nil, nil
}

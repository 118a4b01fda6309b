package georgian

// Terms gives the stems of all words of s, in order: what is compared when somebody looks for words in any script and
// inflection.
func Terms(s string) (terms []string) {
	for w := range Words(s) {
		if stem := Stem(Key(w)); stem != "" {
			terms = append(terms, stem)
		}
	}
	return terms
}

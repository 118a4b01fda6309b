package bot

// Library is the approved content. Package content implements it. It is immutable.
type Library interface {
	Place() Place
	// Text gives the words called key in lang, or in the default language where lang has none.
	// Each "{name}" in them is replaced by the value that follows name in pairs; "{place}"
	// and "{address}", that of our own pages, are always known.
	// A missing key is a mistake that content's checks find; Text then returns "".
	Text(lang Language, key string, pairs ...string) string
	Entry(id string) (Entry, bool)
	Plan() (Plan, bool)
	Commitments() []Commitment
	Commitment(id string) (Commitment, bool)
	Villages() []Village
	Village(id string) (Village, bool)
}

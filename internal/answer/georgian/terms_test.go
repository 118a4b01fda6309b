package georgian

import (
	"slices"
	"testing"
)

func TestTermsAreTheSameInAnyScript(t *testing.T) {
	want := Terms("წყალი სოფელში")
	if len(want) != 2 {
		t.Fatalf("got %q, want two terms", want)
	}
	for _, s := range []string{"წყლის, სოფლის!", "tskali sofelshi", "WYALI soflis"} {
		if got := Terms(s); !slices.Equal(got, want) {
			t.Errorf("Terms(%q) = %q, want %q", s, got, want)
		}
	}
	if got := Terms(" … ?!"); len(got) != 0 {
		t.Errorf("punctuation has the terms %q", got)
	}
}

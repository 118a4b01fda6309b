package main

import (
	"fmt"
	"runtime"

	"ogpbot/internal/app"
)

type versionCommand struct{}

// Run prints the version, which may be the commit that it was built from, and Go's.
func (versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintf(t.out, "ogpbot %s %s\n", app.Version(), runtime.Version())
	return err
}

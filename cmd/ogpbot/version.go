package main

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints the module's version, the commit it was built from, and Go's version.
func (versionCommand) Run(t terminal) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		_, err := fmt.Fprintln(t.out, "ogpbot (built without module information)")
		return err
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	_, err := fmt.Fprintf(t.out, "ogpbot %s %s\n", version, info.GoVersion)
	return err
}

package app

import "runtime/debug"

// Version is the module's: a tag, or the time and the commit that the program was built from; "(devel)" if it was built
// without git.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

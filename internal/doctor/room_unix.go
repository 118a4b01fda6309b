//go:build linux || darwin

package doctor

import "syscall"

// room asks the system how many bytes an ordinary user may still write to the file system of path.
func room(path string) (free uint64, ok bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil || s.Bsize <= 0 {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}

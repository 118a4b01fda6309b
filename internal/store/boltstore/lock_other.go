//go:build !unix

package boltstore

import "os"

// hold only looks whether the file can be opened: such a system does not let a file be replaced that somebody has open.
func hold(path string) (release func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return func() error { return nil }, f.Close()
}

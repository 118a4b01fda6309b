//go:build !linux

package main

import "os"

// dataSync is what bbolt does after each commit.
func dataSync(f *os.File) error { return f.Sync() }
